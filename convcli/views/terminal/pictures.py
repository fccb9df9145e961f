"""Pictures for a terminal.

A picture is drawn in half blocks: one character is two pixels, the upper one in the colour of the
block, the lower one in the colour behind it. 28x28 pixels take 28 columns and 14 lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.color import Color
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style
from rich.table import Column, Table
from rich.text import Text

if TYPE_CHECKING:
    from convcli.views.mosaic import Picture
    from convcli.views.palette import Colours

Pixel = tuple[int, int, int]

SPACE_BETWEEN = 2
UPPER_HALF = "▀"


@dataclass(frozen=True)
class HalfBlocks:
    """A rich renderable of one picture; one pixel is half a character, never less and never more.

    Attributes:
        pixels: uint8, (height, width, 3).
    """

    pixels: "Colours"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line of characters for two rows of pixels; an odd last row has nothing below it."""
        del console, options
        rows: list[list[Pixel | None]] = [
            [(red, green, blue) for red, green, blue in row] for row in self.pixels.tolist()
        ]
        if len(rows) % 2:
            rows.append([None] * len(rows[0]))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True):
            for (above, below), run in groupby(zip(upper, lower, strict=True)):
                yield Segment(UPPER_HALF * len(list(run)), _style(above, below))
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """As wide as the picture, whatever room there is."""
        del console, options
        return Measurement(self.pixels.shape[1], self.pixels.shape[1])


@lru_cache(maxsize=4096)
def _style(above: Pixel | None, below: Pixel | None) -> Style:
    color, background = (pixel and Color.from_rgb(*pixel) for pixel in (above, below))
    return Style(color=color, bgcolor=background)


@dataclass(frozen=True)
class SideBySide:
    """Pictures with their captions in a row, and in as many rows as the terminal's width asks for.

    A picture is never made smaller, since a pixel would be lost. One that is wider than the
    terminal is left out, and a line says so.
    """

    pictures: "Sequence[Picture]"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The rows, one below the other."""
        del console
        for row in _rows(self.pictures, options.max_width):
            if _width(row[0]) > options.max_width:
                yield _left_out(row[0], options.max_width)
                continue
            grid = Table.grid(
                *(Column(width=_width(picture), no_wrap=True) for picture in row),
                padding=(0, SPACE_BETWEEN, 0, 0),
                pad_edge=False,
            )
            grid.add_row(*(Text("\n".join(picture.caption)) for picture in row))
            grid.add_row(*(HalfBlocks(picture.pixels) for picture in row))
            yield grid


def _rows(pictures: "Iterable[Picture]", width: int) -> "list[list[Picture]]":
    rows: list[list[Picture]] = []
    taken = 0
    for picture in pictures:
        needed = _width(picture)
        if rows and taken + SPACE_BETWEEN + needed <= width:
            rows[-1].append(picture)
            taken += SPACE_BETWEEN + needed
        else:
            rows.append([picture])
            taken = needed
    return rows


def _width(picture: "Picture") -> int:
    columns: int = picture.pixels.shape[1]
    return max([columns, *(cell_len(line) for line in picture.caption)])


def _left_out(picture: "Picture", width: int) -> Text:
    name = " ".join(picture.caption)
    return Text(f"{name}: {_width(picture)} columns wide, the terminal has {width}; left out here")
