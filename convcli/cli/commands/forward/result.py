"""What ``convcli forward`` has found out of some filters."""

from collections.abc import Sequence
from dataclasses import dataclass

from convcli.cli import options
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.inspection.reading import Reading
from convcli.inspection.walkthrough import Walkthrough


@dataclass(frozen=True)
class Result:
    """One image that has gone through some filters.

    Attributes:
        shown: The image.
        opened: The network.
        numbers: Which of them were used.
        walked: What came about.
        reading: What the whole network reads; None where there is none, or it cannot read this.
        layer: The name of the convolution where it is shown as it is in the network; else None.
    """

    shown: Input
    opened: OpenedNetwork
    numbers: Sequence[int]
    walked: Walkthrough
    reading: Reading | None
    layer: str | None = None

    @property
    def title(self) -> str:
        """The image, the filters and their file."""
        listed = options.spell_indices(self.numbers)
        plural = "s" * (len(self.numbers) > 1)
        of = f"{self.layer} of {self.opened.name}" if self.layer else self.opened.name
        return f"{self.shown.title}: filter{plural} {listed} of {of}"

    @property
    def steps_title(self) -> str:
        """What the steps are of; a layer of the network computes all its filters at once."""
        return f"steps of {self.layer}, for all its filters" if self.layer else "steps"
