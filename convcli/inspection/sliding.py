"""A window that slides over feature maps, step by step: what it reads, and what comes out of it.

Every number is of the one trace of a network. A step is one output; they follow each other row by
row, as the rows of the im2col matrix do.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.ledger import Stages, convolution_ledger, patches_of
from convcli.inspection.pooling_winners import Pooling, values_under, window_of, winner_of
from convcli.inspection.provenance import Patches, check_place
from convcli.inspection.schedule import Moment
from convcli.network.layers import AveragePooling, Convolution, MaxPooling
from convcli.network.network import Network

Array = NDArray[Any]
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Slide:
    """Where a window slides, and what it leaves.

    Attributes:
        layer: Name of the layer.
        source: Name of the stage that it slides over.
        number: Which filter, or which channel of a pooling.
        patches: The window and what it moves over.
        maps: What it reads: (C, H, W), of a pooling one channel.
        output: What comes out, (OH, OW).
        at_rest: What comes out where the window reads nothing but zeros.
    """

    layer: str
    source: str
    number: int
    patches: Patches
    maps: Array
    output: Array
    at_rest: float

    @property
    def steps(self) -> int:
        """Outputs."""
        return int(self.output.size)

    @property
    def row(self) -> int:
        """Steps of a row."""
        return int(self.output.shape[1])

    def strongest(self, moment: Moment) -> int:
        """The step that is spoken of: whose output is farthest from rest; of equal ones the last.

        A row of outputs ends at the edge of the image, where there is mostly nothing to be seen.
        """
        made = np.abs(self.output.ravel()[moment.first : moment.last + 1] - self.at_rest)
        return moment.last - int(made[::-1].argmax())

    def place(self, step: int) -> Pair:
        """(row, column) of the output that a step makes."""
        return divmod(step, self.row)

    def under(self, step: int) -> tuple[range, range]:
        """Rows and columns under the window, padding included."""
        down, across = self.patches.directions
        row, column = self.place(step)
        return down.reads(row), across.reads(column)


@dataclass(frozen=True, eq=False)
class PatchSum:
    """How one output of a convolution is added up.

    Attributes:
        place: (row, column) of the output.
        patch: What the window reads, (C, FH, FW); 0 where it reads padding.
        padding: Whether it reads padding there, (FH, FW).
        products: Of patch and filter, (C, FH, FW), float64.
        channel_sums: The products of each channel added up, (C,).
        products_sum: All of them.
        bias: Added last.
        total: With the bias.
        engine: The number that the engine made.
    """

    place: Pair
    patch: Array
    padding: Array
    products: Array
    channel_sums: Array
    products_sum: float
    bias: float
    total: float
    engine: float


@dataclass(frozen=True, eq=False)
class ConvolutionSlide(Slide):
    """A filter that slides.

    Attributes:
        network: The layer's.
        stages: Its trace of one image.
        convolution: The layer.
        weights: The filter, (C, FH, FW).
    """

    network: Network
    stages: Stages
    convolution: Convolution
    weights: Array

    def at(self, step: int) -> PatchSum:
        """The sum of a step: :func:`convcli.inspection.ledger.convolution_ledger`, laid out."""
        place = self.place(step)
        ledger = convolution_ledger(
            self.network, self.stages, self.convolution, self.number, *place
        )
        shape = self.weights.shape
        products = np.array([term.product for term in ledger.terms]).reshape(shape)
        padding = np.array([term.padding for term in ledger.terms]).reshape(shape)
        return PatchSum(
            place,
            patch=np.array([term.value for term in ledger.terms]).reshape(shape),
            padding=padding[0],
            products=products,
            channel_sums=products.sum(axis=(1, 2)),
            products_sum=ledger.terms[-1].running_sum,
            bias=ledger.bias,
            total=ledger.sum,
            engine=ledger.engine,
        )


def slide_filter(
    network: Network, stages: Stages, layer: Convolution, number: int
) -> ConvolutionSlide:
    """One filter of a convolution.

    Args:
        network: The layer's.
        stages: Its trace of one image.
        layer: Which convolution.
        number: Which filter.

    Raises:
        UsageError: There is no such filter.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.ones((1, 1, 5, 5)), "b1": np.full(1, -1.0)}, "conv1")
    >>> slide = slide_filter(network, network.stages(np.ones((1, 1, 28, 28))), network.layers[0], 0)
    >>> slide.steps, slide.under(25), slide.at(25).total
    (576, (range(1, 6), range(1, 6)), 24.0)
    """
    check_place((number,), (layer.filters,), f"filter of {layer.name}")
    source = network.input_name_of(layer)
    return ConvolutionSlide(
        layer.name, source, number, patches_of(network, layer), stages[source][0],
        stages[layer.name][0, number],
        float(network.parameters[layer.bias][number]) if layer.bias else 0.0,
        network, stages, layer, network.parameters[layer.weight][number],
    )  # fmt: skip


@dataclass(frozen=True)
class PooledStep:
    """How one pooled value comes about.

    Attributes:
        place: (row, column) of the pooled value.
        places: (row, column) under the window, row by row.
        values: At each of them; None for padding.
        winner: Which of the places won, the first on a tie; None where all are averaged.
        tied: How many values are as large as the winner, itself included; None likewise.
        engine: The number that the engine made.
    """

    place: Pair
    places: tuple[Pair, ...]
    values: tuple[float | None, ...]
    winner: int | None
    tied: int | None
    engine: float

    @property
    def winners(self) -> tuple[int, ...]:
        """Which of the values are as large as the winner, itself first."""
        if self.winner is None:
            return ()
        largest = self.values[self.winner]
        return tuple(k for k, value in enumerate(self.values) if value == largest)


@dataclass(frozen=True, eq=False)
class PoolingSlide(Slide):
    """A pooling window that slides over one channel.

    Attributes:
        takes_largest: Whether the largest value wins; all are averaged otherwise.
        counts_padding: Whether padding counts as zeros in an average.
    """

    takes_largest: bool
    counts_padding: bool

    def at(self, step: int) -> PooledStep:
        """What stands under the window, and who wins."""
        place = self.place(step)
        places, values = values_under(self.maps[0], self.patches, *place)
        winner, tied = winner_of(values) if self.takes_largest else (None, None)
        return PooledStep(place, places, values, winner, tied, float(self.output[place]))


def slide_pooling(network: Network, stages: Stages, layer: Pooling, channel: int) -> PoolingSlide:
    """One channel of a pooling.

    Args:
        network: The layer's.
        stages: Its trace of one image.
        layer: Which pooling.
        channel: Of the maps.

    Raises:
        UsageError: There is no such channel.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.ones((1, 1, 5, 5)), "b1": np.zeros(1)}, "conv1 maxpool2")
    >>> stages = network.stages(np.ones((1, 1, 28, 28)))
    >>> slide = slide_pooling(network, stages, network.layers[1], 0)
    >>> slide.steps, slide.at(13).tied
    (144, 4)
    """
    source = network.input_name_of(layer)
    channels, *size = network.shapes[source]
    check_place((channel,), (channels,), f"channel of {layer.name}")
    return PoolingSlide(
        layer.name, source, channel, Patches(window_of(network, layer), 1, *size),
        stages[source][0, channel : channel + 1], stages[layer.name][0, channel], 0.0,
        takes_largest=isinstance(layer, MaxPooling),
        counts_padding=isinstance(layer, AveragePooling) and layer.count_include_pad,
    )  # fmt: skip
