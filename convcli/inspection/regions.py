"""Which positions of one stage belong to a position of another, through any chain of layers.

Backward: what lies behind an output, its receptive field as it really is, cut off at the edges.
Forward: every output that a position reaches. Positions, no values: a max pooling reads its whole
window here, and a ReLU lets everything through.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from convcli.inspection.provenance import Direction, check_place, directions
from convcli.network.layers import (
    Affine,
    Convolution,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LogSoftmax,
    Shape,
    Softmax,
)
from convcli.network.network import INPUT, Network

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Region:
    """Positions of a stage: every combination of one number of each axis.

    Attributes:
        axes: (channels, rows, columns) of feature maps, (units,) of a row of numbers; each in
            rising order, with gaps where a stride is larger than its window.

    >>> region = Region(((0,), (12, 13), (7,)))
    >>> list(region)
    [(0, 12, 7), (0, 13, 7)]
    """

    axes: tuple[Numbers, ...]

    def __iter__(self) -> Iterator[Numbers]:
        return product(*self.axes)

    def __len__(self) -> int:
        return prod(map(len, self.axes))

    def __contains__(self, place: object) -> bool:
        return (
            isinstance(place, tuple)
            and len(place) == len(self.axes)
            and all(number in axis for number, axis in zip(place, self.axes, strict=True))
        )

    @property
    def map_places(self) -> list[tuple[int, int]]:
        """Rows and columns of the positions in feature maps, without the channels."""
        _, rows, columns = self.axes
        return list(product(rows, columns))

    @classmethod
    def at(cls, place: Numbers) -> "Region":
        """One position."""
        return cls(tuple((number,) for number in place))

    @classmethod
    def whole(cls, shape: Shape) -> "Region":
        """Every position of a stage."""
        return cls(tuple(tuple(range(size)) for size in shape))


def regions_behind(network: Network, stage: str, place: Numbers) -> dict[str, Region]:
    """What lies behind one position of a stage, in every stage before it, nearest first.

    The one of ``input`` is the receptive field: the pixels whose change could change that number.

    Args:
        network: The layers and their sizes; no parameter is read.
        stage: ``input`` or the name of a layer.
        place: (channel, row, column), or (unit,).

    Raises:
        UsageError: There is no such stage or position.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((2, 1, 5, 5)), "b1": np.zeros(2), "W2": np.zeros((288, 3)),
    ...     "b2": np.zeros(3)}, "conv1 relu maxpool2 flatten fc1")
    >>> regions_behind(network, "pool1", (1, 0, 11))["input"]
    Region(axes=((0,), (0, 1, 2, 3, 4, 5), (22, 23, 24, 25, 26, 27)))
    """
    end = _number_of(network, stage)
    check_place(place, network.shapes[stage], f"position of {stage}")
    region, found = Region.at(place), {stage: Region.at(place)}
    for layer in reversed(network.layers[:end]):
        before = network.input_name_of(layer)
        region = _behind(layer, region, network.shapes[before])
        found[before] = region
    return found


def regions_reached(network: Network, stage: str, place: Numbers) -> dict[str, Region]:
    """What one position of a stage reaches, in every stage after it, nearest first.

    Args:
        network: The layers and their sizes; no parameter is read.
        stage: ``input`` or the name of a layer.
        place: (channel, row, column), or (unit,). A region without positions: a stride can step
            over a pixel.

    Raises:
        UsageError: There is no such stage or position.
    """
    begin = _number_of(network, stage)
    check_place(place, network.shapes[stage], f"position of {stage}")
    region, found = Region.at(place), {stage: Region.at(place)}
    for layer in network.layers[begin:]:
        before = network.shapes[network.input_name_of(layer)]
        region = _reached(layer, region, before, network.shapes[layer.name])
        found[layer.name] = region
    return found


def places_in_maps(layer: Flatten, shape: Shape) -> list[Numbers]:
    """The position in the maps that each number of a flattened row was taken from.

    >>> places_in_maps(Flatten("flatten1"), (30, 12, 12))[145]
    (1, 0, 1)
    >>> places_in_maps(Flatten("flatten1", channels_last=True), (30, 12, 12))[31]
    (1, 0, 1)
    """
    # The numbers of each axis pass the layer as an image of their own.
    axes = layer.forward(np.indices(shape), {})
    return [tuple(place) for place in axes.T.tolist()]


def _number_of(network: Network, stage: str) -> int:
    return 0 if stage == INPUT else network.place_of(network.layer(stage)) + 1


def _behind(layer: Layer, region: Region, before: Shape) -> Region:
    if not len(region):
        # Nothing but padding.
        return Region(((),) * len(before))
    if isinstance(layer, Affine):
        return Region.whole(before)
    if isinstance(layer, Softmax | LogSoftmax):
        return Region((tuple(range(before[0])), *region.axes[1:]))
    if isinstance(layer, Flatten):
        # A region of a row is one number, or all: nothing between a flattening and the next affine
        # layer looks to the side.
        units = region.axes[0]
        return (
            Region.at(places_in_maps(layer, before)[units[0]])
            if len(units) == 1
            else Region.whole(before)
        )
    if isinstance(layer, GlobalAveragePooling):
        return Region((region.axes[0], *Region.whole(before).axes[1:]))
    if layer.reach is None:
        return region
    channels, *places = region.axes
    lines = [
        _read(direction, chosen)
        for direction, chosen in zip(directions(layer.reach, *before[1:]), places, strict=True)
    ]
    every = isinstance(layer, Convolution)
    return Region((tuple(range(before[0])) if every else channels, *lines))


def _reached(layer: Layer, region: Region, before: Shape, after: Shape) -> Region:
    if not len(region):
        return Region(((),) * len(after))
    if isinstance(layer, Affine):
        return Region.whole(after)
    if isinstance(layer, Softmax | LogSoftmax):
        return Region((tuple(range(after[0])), *region.axes[1:]))
    if isinstance(layer, Flatten):
        units = enumerate(places_in_maps(layer, before))
        return Region((tuple(unit for unit, place in units if place in region),))
    if isinstance(layer, GlobalAveragePooling):
        return Region((region.axes[0], (0,), (0,)))
    if layer.reach is None:
        return region
    channels, *positions = region.axes
    lines = [
        tuple(sorted({place for position in chosen for place, _ in direction.reached(position)}))
        for direction, chosen in zip(directions(layer.reach, *before[1:]), positions, strict=True)
    ]
    every = isinstance(layer, Convolution)
    return Region((tuple(range(after[0])) if every else channels, *lines))


def _read(direction: Direction, places: Numbers) -> Numbers:
    read = {position for place in places for position in direction.reads(place)}
    return tuple(sorted(position for position in read if 0 <= position < direction.size))
