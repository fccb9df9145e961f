"""What is asked of ``convcli saliency``: which network, image, class and method."""

from dataclasses import dataclass
from math import prod

from convcli.cli.budget import require_affordable
from convcli.cli.commands.saliency.answer import Answer
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.inspection import attribution
from convcli.inspection.cost import Cost, of_network, of_parameters
from convcli.inspection.occlusion import AT_ONCE, places_of
from convcli.inspection.provenance import check_place
from convcli.inspection.reading import read

USUAL_PLACES = 32
"""Patches down and across, where the user says no step."""


@dataclass(frozen=True)
class Question:
    """A map that is asked for.

    Attributes:
        opened: The network.
        shown: The image.
        method: One of :data:`convcli.inspection.attribution.METHODS`.
        number: Of the class; None for the one that is read.
        layer: For Grad-CAM; None for the last.
        size: Of the occlusion's patch.
        step: From patch to patch; None for as many as are usual.
        seed: Of the control.
    """

    opened: OpenedNetwork
    shown: Input
    method: str
    number: int | None
    layer: str | None
    size: int
    step: int | None
    seed: int

    def answer(self) -> Answer:
        """The map, and that of the control.

        Raises:
            UsageError: There is no such class or layer, or the patch is too large.
            ParameterError: The network gives no scores, or they are not finite.
            ConvcliError: It would take more than a command may.
        """
        network, image = self.opened.network, self.shown.pixels
        with self.opened.named():
            reading = read(network, image)
        number = reading.place if self.number is None else self.number
        check_place((number,), (len(reading.names),), "class")
        step = self.step or -(-max(image.shape[2:]) // USUAL_PLACES)
        if self.method == "occlusion":
            self._require_affordable(step)
        maps = []
        for one in (network, attribution.control_of(network, self.seed)):
            with self.opened.named():
                maps.append(
                    attribution.attribute(
                        one, image, number, self.method,
                        layer=self.layer, size=self.size, step=step,
                    )
                )  # fmt: skip
        return Answer(self.opened.name, self.shown, reading, *maps)

    def _require_affordable(self, step: int) -> None:
        network = self.opened.network
        height, width = self.shown.pixels.shape[2:]
        places = prod(map(len, places_of((height, width), self.size, step)))
        block = min(AT_ONCE, places)
        at_once = of_network(network, block)
        cost = of_parameters(network) + Cost(at_once.memory, at_once.seconds * 2 * places / block)
        require_affordable(
            f"{places:,} patches of {self.size}x{self.size}, each read twice",
            cost,
            {"step": "take a larger --step"},
            "take a --step of more pixels",
        )
