"""Where a layer bends: a ReLU at zero, and a max pooling where two values are equal."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.engine.im2col import im2col
from convcli.network.layers import Layer, LeakyReLU, MaxPooling, ReLU

Array = NDArray[Any]

_ROUNDING = 64 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Kink:
    """A bend that was passed between two points.

    Attributes:
        layer: The name of the ReLU or of the pooling.
        image: Which image of the batch.
        place: Of the ReLU its input (channel, row, column) or (unit,); of the pooling its output.
        gap: What is between the middle of the two points and the bend: the magnitude of a ReLU's
            input, or how much larger the winner is than the value that wins at the other point.
            Zero is a place right on the bend, which no step is too small for.
    """

    layer: str
    image: int
    place: tuple[int, ...]
    gap: float


@dataclass(frozen=True)
class Crossing:
    """All bends that were passed in one layer.

    Attributes:
        nearest: The one with the smallest gap, the first of several.
        count: How many there are.
    """

    nearest: Kink
    count: int


def crossing(layer: Layer, below: Array, middle: Array, above: Array) -> Crossing | None:
    """Which bends of a layer lie between two inputs.

    Args:
        layer: Any; most kinds have none.
        below: (N, ...), the input at one point.
        middle: The input between the two points.
        above: The input at the other point.

    >>> from convcli.network.layers import ReLU
    >>> middle = np.array([[0.0, 2.0]])
    >>> crossing(ReLU("relu1"), middle - 0.1, middle, middle + 0.1)
    Crossing(nearest=Kink(layer='relu1', image=0, place=(0,), gap=0.0), count=1)
    """
    match layer:
        case ReLU() | LeakyReLU():
            changed = (below > 0) != (above > 0)
            return _nearest(layer.name, changed, np.abs(middle))
        case MaxPooling(window=window):
            low, high = _windows(below, window), _windows(above, window)
            first, second = low.argmax(axis=1), high.argmax(axis=1)
            number, channels = middle.shape[:2]
            rows, columns = window.output_size(*middle.shape[2:])
            windows = _windows(middle, window)
            every = np.arange(len(windows))
            gaps = np.abs(windows[every, first] - windows[every, second])
            # Equal values that move together may be told apart by rounding, which is no bend.
            lead = low[every, first] - low[every, second] + high[every, second] - high[every, first]
            really = (first != second) & (lead > _ROUNDING * np.abs(low[every, first]))
            shape = (number, rows, columns, channels)
            changed, gaps = (
                values.reshape(shape).transpose(0, 3, 1, 2) for values in (really, gaps)
            )
            return _nearest(layer.name, changed, gaps)
        case _:
            return None


def _windows(images: Array, window: Window) -> Array:
    """One window of one channel a row, as the pooling has them."""
    return im2col(images, window, pad_value=-np.inf).reshape(-1, window.area)


def _nearest(name: str, changed: Array, gaps: Array) -> Crossing | None:
    if not changed.any():
        return None
    places = np.argwhere(changed)
    image, *place = places[gaps[changed].argmin()].tolist()
    return Crossing(Kink(name, image, tuple(place), float(gaps[(image, *place)])), len(places))
