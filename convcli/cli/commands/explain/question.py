"""What is asked, with everything opened that an answer needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.cli.commands.explain.place import Place
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.errors import UsageError
from convcli.inspection.provenance import check_place
from convcli.network.layers import Convolution, Layer
from convcli.network.network import Network


@dataclass(frozen=True)
class Question:
    """A place in a network on an image.

    Attributes:
        place: What ``--at`` says.
        shown: The image.
        opened: The network.
        stages: Its one trace of the image.
        layer: The layer that ``--layer`` names; None where the first is meant.
        number: Of the filter or channel.
        sort: ``order`` or ``contribution``; None for what the kind of place suggests.
        most_terms: How many terms a table lists.
    """

    place: Place
    shown: Input
    opened: OpenedNetwork
    stages: Mapping[str, NDArray[Any]]
    layer: str | None
    number: int
    sort: str | None
    most_terms: int

    @property
    def network(self) -> Network:
        """The network."""
        return self.opened.network

    def convolution(self) -> Convolution:
        """The convolution that is meant.

        Raises:
            UsageError: The layer that was named is none.
            ParameterError: The network has none.
        """
        return self.opened.convolution(self.layer)

    def output_of(self, layer: Layer) -> tuple[int, int, int]:
        """(filter, row, column) of the output that is meant.

        Raises:
            UsageError: There is no such output or filter; the range is said.
        """
        row, column = self.place.numbers
        count, *size = self.network.shapes[layer.name]
        check_place((row, column), tuple(size), f"output of {layer.name}")
        self.check_number(layer, count)
        return self.number, row, column

    def check_number(self, layer: Layer, count: int) -> None:
        """Refuse a filter that is not there.

        Raises:
            UsageError: The layer has only ``count``.
        """
        if self.number >= count:
            raise UsageError(
                f"filter {self.number} is out of range", f"{layer.name} has 0 to {count - 1}"
            )
