"""One value of a pooling: what stood under the window, which value won, and what lies behind it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.engine.pooling import trace_max_pool
from convcli.errors import ParameterError, UsageError
from convcli.inspection.ledger import Stages
from convcli.inspection.provenance import Patches, check_place
from convcli.inspection.regions import Region, regions_behind
from convcli.network.layers import AveragePooling, GlobalAveragePooling, MaxPooling
from convcli.network.layers.base import ElementwiseLayer
from convcli.network.network import INPUT, Network

Array = NDArray[Any]
Pooling = MaxPooling | AveragePooling | GlobalAveragePooling


@dataclass(frozen=True)
class GradientAt:
    """What arrives of a gradient of 1 by the pooled value.

    Attributes:
        stage: Where.
        values: At each place under the window; None for padding.
    """

    stage: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class PooledValue:
    """How one pooled value came about.

    Attributes:
        layer: Name of the pooling.
        source: Name of the stage under its window.
        place: (channel, row, column) of the value.
        window: The pooling's.
        places: (row, column) under the window, row by row.
        values: At each of the places; None for padding, which never wins.
        winner: Which of the places won, the first on a tie; None where all are averaged.
        tied: How many values are as large as the winner, itself included; None likewise.
        engine: The pooled value that the engine made.
        behind: The pixels of the network's input that lie behind the pooled value.
        behind_winner: Those that lie behind the winner alone; all where there is none.
        gradients: In the source, and in each stage before it up to the next layer with a window or
            with weights of its own for each pair.
        tied_windows: In how many windows of this layer, on this image, more than one value wins.
        windows: How many windows that are.
    """

    layer: str
    source: str
    place: tuple[int, int, int]
    window: Window
    places: tuple[tuple[int, int], ...]
    values: tuple[float | None, ...]
    winner: int | None
    tied: int | None
    engine: float
    behind: Region
    behind_winner: Region
    gradients: tuple[GradientAt, ...]
    tied_windows: int
    windows: int


def find_pooling(network: Network, name: str | None = None) -> Pooling:
    """The pooling of that name, or without one the first.

    Raises:
        ParameterError: There is none at all.
        UsageError: There is none of that name.
    """
    found = [layer for layer in network.layers if isinstance(layer, Pooling)]
    if not found:
        raise ParameterError(f"{network.title} has no pooling", "give a network that has one")
    if name is None:
        return found[0]
    layer = network.layer(name)
    if not isinstance(layer, Pooling):
        names = ", ".join(one.name for one in found)
        raise UsageError(f"{layer.name} is no pooling, it is {layer.kind}", f"choose from {names}")
    return layer


def explain_pooled(
    network: Network, stages: Stages, layer: Pooling, channel: int, row: int, column: int
) -> PooledValue:
    """What stood under a window of a pooling, and what became of it.

    Args:
        network: The layer's.
        stages: Its trace of one image.
        layer: Which pooling.
        channel: Of the maps.
        row: Of the pooled value.
        column: Of the pooled value.

    Raises:
        UsageError: There is no such value.
    """
    place = (channel, row, column)
    check_place(place, network.shapes[layer.name], f"output of {layer.name}")
    source = network.input_name_of(layer)
    window, maps = window_of(network, layer), stages[source]
    patches = Patches(window, *network.shapes[source])
    places, values = values_under(maps[0, channel], patches, row, column)
    takes_largest = isinstance(layer, MaxPooling)
    winner, tied = winner_of(values) if takes_largest else (None, None)
    counts = tied_values(maps, window) if takes_largest else np.ones(1, np.intp)
    behind = regions_behind(network, layer.name, place)[INPUT]
    return PooledValue(
        layer.name, source, place, window, places, values, winner, tied,
        engine=float(stages[layer.name][0][place]),
        behind=behind,
        behind_winner=behind if winner is None
        else regions_behind(network, source, (channel, *places[winner]))[INPUT],
        gradients=_gradients(network, stages, layer, place, places),
        tied_windows=int((counts > 1).sum()),
        windows=counts.size,
    )  # fmt: skip


def values_under(
    values: Array, patches: Patches, row: int, column: int
) -> tuple[tuple[tuple[int, int], ...], tuple[float | None, ...]]:
    """What stands under a window.

    Args:
        values: One feature map, (H, W).
        patches: The window and what it moves over.
        row: Of the output.
        column: Of the output.

    Returns:
        (row, column) of each place under the window, row by row, and the value there; None for
        padding.

    Raises:
        UsageError: There is no such output.

    >>> values_under(np.ones((3, 3)), Patches(Window(1, 2, pad=(0, 1)), 1, 3, 3), 0, 0)
    (((0, -1), (0, 0)), (None, 1.0))
    """
    pixels = list(patches.reads(row, column))
    return (
        tuple((pixel.row, pixel.column) for pixel in pixels),
        tuple(
            None if pixel.is_padding else float(values[pixel.row, pixel.column]) for pixel in pixels
        ),
    )


def winner_of(values: tuple[float | None, ...]) -> tuple[int, int]:
    """Which value wins, the first of equal ones, and how many are as large.

    Args:
        values: None for padding, which never wins; at least one is a number.

    >>> winner_of((None, 0.0, 3.0, 3.0))
    (2, 2)
    """
    largest = max(value for value in values if value is not None)
    return values.index(largest), values.count(largest)


def tied_values(images: Array, window: Window) -> Array:
    """How many values of each window are as large as its largest: 1 where nothing ties.

    Args:
        images: (N, C, H, W).
        window: Of a max pooling.

    Returns:
        Whole numbers, (N * OH * OW * C,).

    >>> tied_values(np.array([[[[0.0, 0.0, 1.0, 2.0]]]]), Window(1, 2, stride=2))
    array([2, 1])
    """
    trace = trace_max_pool(images, window)
    counts: Array = (trace.rows == trace.maxima[:, None]).sum(axis=1)
    return counts


def window_of(network: Network, layer: Pooling) -> Window:
    """The window of a pooling; that of a global average pooling is as large as the map."""
    if isinstance(layer, GlobalAveragePooling):
        _, height, width = network.shapes[network.input_name_of(layer)]
        return Window(height, width)
    return layer.window


def _gradients(
    network: Network,
    stages: Stages,
    layer: Pooling,
    place: tuple[int, int, int],
    places: tuple[tuple[int, int], ...],
) -> tuple[GradientAt, ...]:
    gradient = np.zeros_like(stages[layer.name])
    gradient[(0, *place)] = 1
    found, passed = [], network.place_of(layer)
    while True:
        done = network.layers[passed]
        source = network.input_name_of(done)
        gradient, _ = done.backward(gradient, stages[source], network.parameters)
        height, width = gradient.shape[2:]
        at_places = tuple(
            float(gradient[0, place[0], row, column])
            if 0 <= row < height and 0 <= column < width
            else None
            for row, column in places
        )
        found.append(GradientAt(source, at_places))
        passed -= 1
        if passed < 0 or not isinstance(network.layers[passed], ElementwiseLayer):
            return tuple(found)
