"""What ``convcli activation`` has found out about all filters."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from convcli.cli.commands.activation.filters_table import filters_table
from convcli.cli.commands.activation.one_filter import OneFilter
from convcli.cli.folder import Draft, PictureFolder
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.cli.report import Report
from convcli.inspection.excitation import (
    DIRECTIONS,
    Excited,
    responses_to_bars,
    responses_to_image,
)
from convcli.network.layers import Convolution
from convcli.views.sentences.excitation import how_it_was_made, who_likes_what

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True, eq=False)
class Result:
    """The responses of every filter of a convolution.

    Attributes:
        opened: The network.
        layer: The convolution.
        shown: The image.
        to_image: The response to it, the largest first.
        to_bars: (filters, directions).
    """

    opened: OpenedNetwork
    layer: Convolution
    shown: Input
    to_image: list[Excited]
    to_bars: NDArray[Any]

    @classmethod
    def of(cls, opened: OpenedNetwork, layer: Convolution, shown: Input) -> "Result":
        """Show the image and the bars to the filters.

        Raises:
            ParameterError: The values are not finite.
        """
        with opened.named():
            return cls(
                opened, layer, shown,
                responses_to_image(opened.network, layer, shown.pixels),
                responses_to_bars(opened.network, layer),
            )  # fmt: skip

    def report(self, folder: PictureFolder, closely: OneFilter | None) -> Report:
        """The table of the filters, and of one filter what was found out closely."""
        name = f"{self.layer.name} of {self.opened.name}"
        title = f"{self.shown.title}: responses of {name}"
        tables = [filters_table(self.to_image, self.to_bars, title)]
        notes = [who_likes_what([DIRECTIONS[place] for place in self.to_bars.argmax(axis=1)])]
        facts: dict[str, Any] = {
            "image": self.shown.title,
            "warnings": self.shown.warnings,
            "params": self.opened.name,
            "layer": self.layer.name,
            "directions": DIRECTIONS,
        }
        figures: dict[str, Draft] = {"directions": partial(self._directions, name)}
        if closely is not None:
            made = closely.made
            tables.append(closely.table())
            notes.append(how_it_was_made(made, closely.number))
            facts["made"] = {"response": made.response, "pixels": made.pixels.tolist()}
            figures["filter"] = partial(closely.figure, self.opened.network, self.layer, name)
        return Report(facts=facts, tables=tables, notes=notes, folder=folder, figures=figures)

    def _directions(self, name: str) -> "Sheet":
        from convcli.views.figures import directions

        title = f"{name}: responses to bars"
        return directions.draw(title, self.opened.network.contract, self.to_bars)
