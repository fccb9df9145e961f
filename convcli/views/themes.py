"""Themes: the colours that values, lines and outlines have on a screen, in grey and in print.

Which one is used is said from outside, by :func:`drawn_in`; whatever is drawn inside of it has its
colours. Outside of any it is :data:`COLOUR`.

A laser printer turns blue and orange into the same grey. So in :data:`PRINT` a grey says how large
a value is, whatever its sign, and lines across it say that it is negative.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.uint8]

# Lightness, chroma and hue (degrees) in Oklch. The lightness falls in equal steps on both sides, so
# that equal differences of value look equal, and so that neither sign looks stronger.
_DIVERGING_ANCHORS = (
    (0.44, 0.130, 42.0),
    (0.62, 0.165, 47.0),
    (0.80, 0.110, 62.0),
    (0.97, 0.000, 90.0),
    (0.80, 0.090, 238.0),
    (0.62, 0.140, 250.0),
    (0.44, 0.140, 260.0),
)
# From Oklab to linear sRGB (Björn Ottosson, "A perceptual color space for image processing", 2020).
_OKLAB_TO_LMS_ROOTS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_LMS_TO_LINEAR_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)
# An odd number of entries, so that zero has an entry of its own.
_DIVERGING_ENTRIES, _SEQUENTIAL_ENTRIES = 257, 256
_PAPER, _DARKEST = 255, 40  # Not black: lines across it must be seen.


@dataclass(frozen=True, eq=False)
class Theme:
    """Colours for everything that is drawn.

    Attributes:
        name: As ``--theme`` has it.
        diverging: (entries, 3), from the most negative value to the most positive, zero between.
        sequential: (entries, 3), from zero to the largest value.
        diverging_meaning: What the first says.
        sequential_meaning: What the second says.
        lines: One each in a chart, in this order; the first is also that of what stands out.
        standing_out: The first of them in a word.
        outlines: Red, green, blue of the lines around what is spoken of, from outside to inside.
        hatched: Whether negative values have lines across them.
    """

    name: str
    diverging: Colours
    sequential: Colours
    diverging_meaning: str
    sequential_meaning: str
    lines: tuple[str, ...]
    standing_out: str
    outlines: tuple[tuple[int, int, int], ...]
    hatched: bool = False


def current() -> Theme:
    """The theme that is drawn in now."""
    return _CURRENT.get()


@contextmanager
def drawn_in(name: str) -> Iterator[None]:
    """Give everything that is drawn inside the colours of a theme.

    Args:
        name: A key of :data:`THEMES`.

    >>> with drawn_in("grey"):
    ...     current().diverging_meaning
    'white negative, grey zero, black positive'
    """
    token = _CURRENT.set(THEMES[name])
    try:
        yield
    finally:
        _CURRENT.reset(token)


def negative(pixels: Colours) -> NDArray[np.bool_]:
    """Which pixels (..., 3) show a negative value in the theme :data:`PRINT`.

    >>> negative(PRINT.diverging[[0, 128, 256]]).tolist()
    [True, False, False]
    """
    red, green, blue = (pixels[..., channel] for channel in range(3))
    found: NDArray[np.bool_] = (red == green) & (green > 0) & (blue == green - 1)
    return found


def _oranges_and_blues() -> Colours:
    lightness, chroma, hue = np.array(_DIVERGING_ANCHORS).T
    angle = np.radians(hue)
    anchors = np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)])
    places = np.linspace(0, len(lightness) - 1, _DIVERGING_ENTRIES)
    oklab = [np.interp(places, np.arange(len(lightness)), axis) for axis in anchors]
    linear = (np.transpose(oklab) @ _OKLAB_TO_LMS_ROOTS.T) ** 3 @ _LMS_TO_LINEAR_RGB.T
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    table: Colours = np.round(255 * encoded).astype(np.uint8)
    return table


def _greys(first: float, last: float, entries: int) -> Colours:
    shades = np.linspace(first, last, entries).round().astype(np.uint8)
    return np.repeat(shades[:, None], 3, axis=1)


def _greys_for_both_signs() -> Colours:
    half = _DIVERGING_ENTRIES // 2
    positive = _greys(_PAPER, _DARKEST, half + 1)
    table = np.concatenate([positive[:0:-1], positive])
    # One less blue, which no eye sees and every printer ignores: so the sign of a pixel is known
    # until the lines are drawn.
    table[:half, 2] -= 1
    return table


COLOUR = Theme(
    "colour",
    _oranges_and_blues(),
    _greys(0, 255, _SEQUENTIAL_ENTRIES),
    "orange negative, white zero, blue positive",
    "black zero, white largest",
    # Told apart without colour vision too (Okabe and Ito, "Color Universal Design", 2008).
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"),
    "blue",
    ((0, 158, 115),),
)
GREY = Theme(
    "grey",
    _greys(255, 0, _DIVERGING_ENTRIES),
    _greys(255, 0, _SEQUENTIAL_ENTRIES),
    "white negative, grey zero, black positive",
    "white zero, black largest",
    ("#1f2430", "#8a919c", "#4d545f", "#b0b6bf", "#6b727d", "#30353f"),
    "dark",
    ((0, 0, 0), (255, 255, 255)),
)
"""As the book shows filters and images: matplotlib's ``gray_r``."""

PRINT = Theme(
    "print",
    _greys_for_both_signs(),
    _greys(_PAPER, _DARKEST, _SEQUENTIAL_ENTRIES),
    "hatched negative, white zero, plain positive",
    "white zero, darkest largest",
    GREY.lines,
    GREY.standing_out,
    GREY.outlines,
    hatched=True,
)
THEMES = {theme.name: theme for theme in (COLOUR, GREY, PRINT)}
_CURRENT: ContextVar[Theme] = ContextVar("theme", default=COLOUR)
