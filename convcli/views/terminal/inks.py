"""How a terminal shows a pixel: half a letter in any colour or in one of 16, or two plain letters.

Each ink says what a scale means when it is drawn with it, so that a legend names what is seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.style import Style

from convcli.views.mosaic import Picture
from convcli.views.palette import Colours, Scale

Shares = NDArray[np.float64]

UPPER_HALF = "▀"
RED, BLUE, BRIGHT_BLACK, BRIGHT_YELLOW, BRIGHT_BLUE, BRIGHT_WHITE = 1, 4, 8, 11, 12, 15
NEAR_ZERO, FAR_FROM_ZERO = 0.2, 0.6  # Shares of the scale.
GREYS = (0, 8, 7, 15)
SHADES = " .:=*#%@"
BETWEEN_TILES = "||"


class Ink(Protocol):
    """What pixels are drawn with."""

    @property
    def columns(self) -> int:
        """Columns of the terminal that a pixel takes."""

    def meaning(self, scale: Scale) -> str:
        """What the colours or the letters of a scale mean."""

    def lines(self, picture: Picture) -> Iterator[list[Segment]]:
        """The picture, line by line."""


def ink_of(console: Console, options: ConsoleOptions) -> Ink:
    """The best ink that a terminal has."""
    if console.color_system is None or console.no_color or options.ascii_only:
        return Letters()
    return SixteenColours() if console.color_system in ("standard", "windows") else ManyColours()


class ManyColours:
    """Half blocks: the upper pixel is the colour of the letter, the lower one that behind it.

    A terminal of 256 colours shows the nearest of them.
    """

    columns = 1

    def meaning(self, scale: Scale) -> str:
        """As everywhere else."""
        return scale.meaning

    def lines(self, picture: Picture) -> Iterator[list[Segment]]:
        """Two rows of pixels a line; an odd last row has nothing below it."""
        return _half_blocks([[_rgb(*pixel) for pixel in row] for row in picture.pixels.tolist()])


class SixteenColours:
    """Half blocks in the colours that every colour terminal has; how they look is up to it."""

    columns = 1

    def meaning(self, scale: Scale) -> str:
        """What the few colours mean."""
        if scale.diverging:
            return "yellow and red negative, white near zero, blue and dark blue positive"
        return "black zero, white largest, in four shades"

    def lines(self, picture: Picture) -> Iterator[list[Segment]]:
        """Two rows of pixels a line."""
        diverging = picture.scale is not None and picture.scale.diverging
        name = _signed_colour if diverging else _grey
        return _half_blocks(
            [[Color.from_ansi(name(share)) for share in row] for row in _shares(picture).tolist()]
        )


class Letters:
    """Two letters a pixel: the sign, where there is one, and a shade; both shade otherwise."""

    columns = 2

    def meaning(self, scale: Scale) -> str:
        """What the letters mean."""
        shades = f"blank near zero, then {' '.join(SHADES[1:])} the largest"
        if scale.diverging:
            return f"- before negative, + before positive; {shades}"
        return shades

    def lines(self, picture: Picture) -> Iterator[list[Segment]]:
        """One row of pixels a line."""
        diverging = picture.scale is not None and picture.scale.diverging
        for row in _shares(picture).tolist():
            yield [Segment("".join(_letters(share, diverging) for share in row))]


def _half_blocks(rows: Sequence[Sequence[Color]]) -> Iterator[list[Segment]]:
    for upper, lower in zip_longest(rows[::2], rows[1::2]):
        pairs: Iterable[tuple[Color, Color | None]] = zip(
            upper, lower or [None] * len(upper), strict=True
        )
        yield [
            Segment(UPPER_HALF * len(list(run)), _style(above, below))
            for (above, below), run in groupby(pairs)
        ]


@lru_cache(maxsize=4096)
def _style(above: Color, below: Color | None) -> Style:
    return Style(color=above, bgcolor=below)


@lru_cache(maxsize=4096)
def _rgb(red: int, green: int, blue: int) -> Color:
    return Color.from_rgb(red, green, blue)


def _shares(picture: Picture) -> Shares:
    """The share of the scale's end that each pixel shows, -1..1; not a number between tiles."""
    if picture.scale is None:
        # A photograph; weights of the luma of ITU-R BT.601.
        luma: Shares = picture.pixels @ np.array([0.299, 0.587, 0.114]) / 255
        return luma
    gradient = picture.scale.gradient
    codes = _codes(gradient)
    order = np.argsort(codes, kind="stable")
    pixels = _codes(picture.pixels)
    found = order[np.searchsorted(codes, pixels, sorter=order).clip(max=len(codes) - 1)]
    shares = np.linspace(-1 if picture.scale.diverging else 0, 1, len(gradient))[found]
    return np.where(codes[found] == pixels, shares, np.nan)


def _codes(pixels: Colours) -> NDArray[np.int64]:
    codes: NDArray[np.int64] = pixels.astype(np.int64) @ np.array([65536, 256, 1])
    return codes


def _signed_colour(share: float) -> int:
    if share != share:
        return BRIGHT_BLACK
    if abs(share) < NEAR_ZERO:
        return BRIGHT_WHITE
    if share < 0:
        return RED if share < -FAR_FROM_ZERO else BRIGHT_YELLOW
    return BLUE if share > FAR_FROM_ZERO else BRIGHT_BLUE


def _grey(share: float) -> int:
    return BLUE if share != share else GREYS[round(share * (len(GREYS) - 1))]


def _letters(share: float, diverging: bool) -> str:
    if share != share:
        return BETWEEN_TILES
    shade = SHADES[round(abs(share) * (len(SHADES) - 1))]
    if not diverging or shade == " ":
        return 2 * shade
    return ("-" if share < 0 else "+") + shade
