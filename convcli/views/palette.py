"""Colours, scales and sizes: the only place that knows them.

Every picture, in a file, in a figure or in the terminal, gets its colours from :func:`colours`, so
one value has one colour everywhere. There are two scales:

* **diverging**, for values that may be negative (filters, convolution outputs): orange below zero,
  white at zero, blue above. Orange and blue stay apart for every common kind of colour blindness.
* **sequential**, for values that cannot be negative (pixels, values after ReLU): from black at zero
  to white, linear in the byte, so that a pixel of an image keeps the very grey it has in its file.

:mod:`convcli.views.themes` has the colours of both, and those that take their place in print.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.views.themes import COLOUR, current
from convcli.views.themes import Colours as Colours

Array = NDArray[Any]

PAPER = "#ffffff"
INK = "#1f2430"
MUTED = "#5c6470"
RULE = "#c9ced6"
PAPER_PIXEL = (255, 255, 255)
GAP = (186, 192, 201)  # Between tiles: differs from both ends and from the middle of each scale.

LINES = COLOUR.lines
MARKERS = ("o", "s", "^", "D", "v", "P")  # They say the same as the colours of the lines.
_PIECE = 2**16  # Values that are coloured at a time.


@dataclass(frozen=True)
class Scale:
    """Which colour a value has.

    Attributes:
        high: The value at the upper end, above zero.
        diverging: Whether the lower end is ``-high``; it is zero otherwise.

    >>> Scale(high=1.25, diverging=True).legend
    'orange negative, white zero, blue positive; -1.25 … 1.25'
    """

    high: float
    diverging: bool

    def __post_init__(self) -> None:
        if not 0 < self.high < np.inf:
            raise ValueError(f"a scale ends above zero, not at {self.high}")

    @property
    def low(self) -> float:
        """The value at the lower end."""
        return -self.high if self.diverging else 0.0

    @property
    def meaning(self) -> str:
        """What the colours mean, without the numbers."""
        theme = current()
        return theme.diverging_meaning if self.diverging else theme.sequential_meaning

    @property
    def legend(self) -> str:
        """What the colours mean, with both ends; every picture shows this."""
        return f"{self.meaning}; {self.low:.3g} … {self.high:.3g}"

    @property
    def gradient(self) -> Colours:
        """Every colour of the scale from the lower end to the upper: (entries, 3)."""
        return current().diverging if self.diverging else current().sequential


@dataclass(frozen=True)
class Legend:
    """What the colours of some pictures mean.

    Attributes:
        subject: Which pictures, in a few words.
        scale: Their scale.
        with_ends: Whether the ends of the scale are numbers that hold for all of them.

    >>> Legend("input", PIXELS).text(PIXELS.meaning)
    'input: black zero, white largest; 0 … 1'
    """

    subject: str
    scale: Scale
    with_ends: bool = True

    def text(self, meaning: str) -> str:
        """One line, with the meaning of whatever the pictures are drawn with."""
        ends = f"; {self.scale.low:.3g} … {self.scale.high:.3g}" if self.with_ends else ""
        return f"{self.subject}: {meaning}{ends}"


PIXELS = Scale(high=1.0, diverging=False)
"""The scale of image pixels, 0..1: the same for every image, so that a faint one looks faint."""

BYTES = Scale(high=255.0, diverging=False)
"""The same for pixels as files keep them, 0..255."""


def scale_for(*arrays: Array, signed: bool) -> Scale:
    """The one scale of pictures that are compared; it reaches to the largest magnitude in them.

    Arrays of nothing but zeros get a scale that ends at 1.

    Args:
        arrays: The values of all the pictures, any shapes.
        signed: Whether the values may be negative: a diverging scale, centred at zero.

    Raises:
        ValueError: A value is not finite, or is negative on a scale that is not signed.

    >>> scale_for(np.array([-0.5, 0.2]), np.array([0.1]), signed=True)
    Scale(high=0.5, diverging=True)
    """
    # Not the largest of the magnitudes: those would be an array as large as the first.
    ends = [float(end) for array in arrays if array.size for end in (array.min(), array.max())]
    largest = max(map(abs, ends), default=0.0)
    scale = Scale(largest if largest != 0 else 1.0, signed)
    for array in arrays:
        _check_inside(array, scale)
    return scale


def own_scale(values: Array) -> Scale:
    """The scale of one array that is compared with no other: diverging if any value is negative.

    >>> own_scale(np.array([-0.5, 0.2])).diverging, own_scale(np.array([0.0, 0.2])).diverging
    (True, False)
    """
    return scale_for(values, signed=bool((values < 0).any()))


def colours(values: Array, scale: Scale) -> Colours:
    """The colour of every value.

    Args:
        values: Real numbers within the scale, any shape.
        scale: From :func:`scale_for`, or :data:`PIXELS`.

    Returns:
        uint8 of shape (*values.shape, 3): red, green, blue.

    Raises:
        ValueError: A value lies outside the scale, or is not a number. Nothing is ever clipped: it
            would look like a value that it is not.

    >>> colours(np.array([[0.0, 1.0]]), PIXELS)[0].tolist()
    [[0, 0, 0], [255, 255, 255]]
    """
    _check_inside(values, scale)
    coloured = np.empty((values.size, 3), np.uint8)
    start = 0
    # Some thousand at a time: a photograph has millions of values.
    pieces = np.nditer(
        values,
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_dtypes=[np.float64],
        casting="same_kind",
        order="C",
        buffersize=_PIECE,
    )
    for piece in pieces:
        end = start + np.size(piece)
        _colour(np.asarray(piece), scale, coloured[start:end])
        start = end
    return coloured.reshape(*values.shape, 3)


def _colour(values: Array, scale: Scale, coloured: Colours) -> None:
    share = values / scale.high
    if scale.diverging:
        share += 1
        share /= 2
    share *= len(scale.gradient) - 1
    scale.gradient.take(np.rint(share, out=share).astype(np.uint16), axis=0, out=coloured)


def pixel(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour for texts and lines.

    >>> pixel("#0072b2")
    (0, 114, 178)
    """
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def ink_on(pixel: Colours) -> str:
    """Dark or light, whichever can be read on a pixel (red, green, blue) better.

    >>> ink_on(np.array([255, 255, 255], dtype=np.uint8)) == INK
    True
    """
    # Weights of the luma of ITU-R BT.601.
    luma = float(pixel @ np.array([0.299, 0.587, 0.114]))
    return INK if luma > 128 else PAPER


def _check_inside(values: Array, scale: Scale) -> None:
    # A comparison with "not a number" is false, so the question is for inside and not for outside.
    if values.size and not scale.low <= float(values.min()) <= float(values.max()) <= scale.high:
        raise ValueError(f"a value lies outside the scale {scale.low:.6g} … {scale.high:.6g}")
