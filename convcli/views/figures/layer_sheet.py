"""What one layer gives out: its feature maps as numbered tiles, or its vector as cells."""

from collections.abc import Sequence
from math import isqrt
from typing import Any

from numpy.typing import NDArray

from convcli.views.figures.sheet import MARGIN, Sheet, colour_bar_height, numbered_tiles_height
from convcli.views.figures.texts import BODY, SMALL, joined, line_height
from convcli.views.mosaic import arrange, enlarge, fit_maps
from convcli.views.palette import MUTED, PAPER_PIXEL, Colours, Scale, colours

Array = NDArray[Any]

ROOM = 1200
WIDEST_TILE, LEAST_TILE = 200, 44  # With the space to the next one.
TILE_SPACE = 12
MOST_TILES = 600
LARGEST_CELL = 60
MOST_CELLS = 6000
NUMBERS = 64  # Pixels for the number of the first cell of a row.
BAR = 400


def draw(title: str, values: Array, scale: Scale, facts: Sequence[str] = ()) -> Sheet:
    """Every map under its number, or every number of a vector as a cell; row by row.

    Args:
        title: Names the layer, the image and the network.
        values: (C, H, W) feature maps, or (F,) a vector, of one image.
        scale: Its colours, from :func:`convcli.views.palette.own_scale` where it is compared with
            nothing.
        facts: Clauses to be written above: shape, range, how it came about.

    Raises:
        ValueError: A value lies outside the scale.

    >>> import numpy as np
    >>> from convcli.views.palette import own_scale
    >>> maps = np.ones((6, 24, 24))
    >>> draw("conv1 of image 5", maps, own_scale(maps), ["(6, 24, 24)"]).title
    'conv1 of image 5'
    """
    if values.ndim == 1:
        return _draw_vector(title, values, scale, facts)
    return _draw_maps(title, values, scale, facts)


def _draw_maps(title: str, maps: Array, scale: Scale, facts: Sequence[str]) -> Sheet:
    drawn = min(len(maps), MOST_TILES)
    # Up to six in one row; more than that in about twice as many columns as rows.
    columns = max(min(drawn, 6), isqrt(2 * drawn - 1) + 1)
    across = max(LEAST_TILE, min(WIDEST_TILE, ROOM // columns))
    fitted = fit_maps(maps[:drawn], scale, across - TILE_SPACE - 2)
    notes = [fitted.note, f"the first {drawn} of {len(maps)} drawn" if drawn < len(maps) else ""]
    room = max(ROOM, columns * across)
    sheet, top = _begin(
        title, room, numbered_tiles_height(fitted.tiles, columns), scale, [*facts, *notes]
    )
    sheet.numbered_tiles(
        MARGIN,
        top,
        fitted.tiles,
        columns=columns,
        across=across,
        labels=[str(number) for number in range(drawn)],
    )
    return sheet


def _draw_vector(title: str, vector: Array, scale: Scale, facts: Sequence[str]) -> Sheet:
    drawn = min(len(vector), MOST_CELLS)
    room = ROOM - NUMBERS
    # A round number of cells in a row, so that the place of each can be counted.
    columns = next((number for number in (10, 20, 50) if drawn <= 5 * number), 100)
    cell = min(LARGEST_CELL, (room - 1) // columns - 1)
    pixels = cells(vector[:drawn], scale, min(columns, drawn), cell, cell)
    left_out = f"the first {drawn} of {len(vector)} drawn" if drawn < len(vector) else ""
    clauses = [*facts, f"{columns} cells in a row", left_out]
    sheet, top = _begin(title, ROOM, pixels.shape[0], scale, clauses)
    sheet.place(MARGIN + NUMBERS, top, pixels)
    every = -(-line_height(SMALL) // (cell + 1))
    for row in range(0, -(-drawn // columns), every):
        middle = top + 1 + row * (cell + 1) + (cell - line_height(SMALL)) / 2
        number = str(row * columns)
        sheet.write(MARGIN + NUMBERS - 8, middle, number, size=SMALL, colour=MUTED, align="right")
    return sheet


def cells(vector: Array, scale: Scale, columns: int, height: int, width: int) -> Colours:
    """Every number of a vector as a block of its colour, row by row, with lines between them.

    Args:
        vector: (F,).
        scale: Its colours.
        columns: Cells in a row.
        height: Pixels of a cell from top to bottom.
        width: Pixels of a cell from left to right.

    >>> import numpy as np
    >>> from convcli.views.palette import own_scale
    >>> cells(np.arange(5), own_scale(np.arange(5)), columns=5, height=9, width=9).shape
    (11, 51, 3)
    """
    blocks = enlarge(colours(vector, scale)[:, None, None], height, width)
    pixels = arrange(blocks, columns, gap=1)
    if in_last_row := len(vector) % columns:
        pixels[-height:, in_last_row * (width + 1) + 1 :] = PAPER_PIXEL
    return pixels


def _begin(
    title: str, room: int, height: int, scale: Scale, clauses: Sequence[str]
) -> tuple[Sheet, int]:
    """A sheet with its facts and its colour bar, and where the room below them begins."""
    lines = joined(clauses, BODY, room - BAR - MARGIN)
    head = max(len(lines) * line_height(BODY), colour_bar_height()) + 16
    sheet = Sheet(2 * MARGIN + room, head + height + MARGIN, title)
    sheet.write_lines(MARGIN, sheet.top, lines)
    sheet.colour_bar(MARGIN + room - BAR, sheet.top, BAR, scale)
    return sheet, sheet.top + head
