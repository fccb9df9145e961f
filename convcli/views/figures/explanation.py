"""An explanation as a figure: its panels side by side, what is spoken of outlined."""

from collections.abc import Collection, Sequence
from math import isqrt

import numpy as np

from convcli.views.explanation_panels import Pair, Panel
from convcli.views.figures.sheet import MARGIN, Sheet, colour_bar_height
from convcli.views.figures.texts import BODY, HEADING, SMALL, line_height, text_width, wrapped
from convcli.views.mosaic import arrange, fit
from convcli.views.palette import MUTED, Colours, colours
from convcli.views.themes import current

BOX = 380
BETWEEN = 40
MOST_ACROSS = 3
THICKEST_OUTLINE = 5
LEAST_CELL_WITH_NUMBER = 46
MOST_TILES = 600


def draw(title: str, panels: Sequence[Panel], facts: Sequence[str] = ()) -> Sheet:
    """The panels from left to right, each with its scale, below the facts.

    Args:
        title: Names the number, the image and the network.
        panels: From :mod:`convcli.views.explanation_panels`.
        facts: Sentences to be written above.

    >>> from convcli.views.palette import PIXELS
    >>> panel = Panel("input", np.zeros((1, 28, 28)), PIXELS, [(14, 9)])
    >>> draw("pixel (14, 9)", [panel]).title
    'pixel (14, 9)'
    """
    across = min(MOST_ACROSS, max(len(panels), 2))
    width = across * BOX + (across - 1) * BETWEEN
    lines = [line for fact in facts for line in wrapped(fact, BODY, width)]
    head = len(lines) * line_height(BODY) + 28
    down = line_height(HEADING) + 8 + BOX + 16 + colour_bar_height() + BETWEEN
    sheet = Sheet(
        2 * MARGIN + width, head + -(-len(panels) // across) * down - BETWEEN + MARGIN, title
    )
    sheet.write_lines(MARGIN, sheet.top, lines)
    for number, panel in enumerate(panels):
        row, column = divmod(number, across)
        left = MARGIN + column * (BOX + BETWEEN)
        _draw_panel(sheet, left, sheet.top + head + row * down, panel)
    return sheet


def _draw_panel(sheet: Sheet, left: int, top: int, panel: Panel) -> None:
    sheet.write(left, top, panel.title, size=HEADING, bold=True)
    top += line_height(HEADING) + 8
    tiles = panel.tiles[:MOST_TILES]
    count = len(tiles)
    columns = isqrt(count - 1) + 1
    gap = 1 if count > 1 else 0
    room = (BOX - gap) // columns - gap
    step = -(-max(tiles.shape[1:]) // room)
    fitted = fit(colours(tiles, panel.scale), room)
    cell = 1 if step > 1 else fitted.tiles.shape[1] // tiles.shape[1]
    marked = {(row // step, column // step) for row, column in panel.marked}
    for place in marked:
        _outline(fitted.tiles, place, marked, cell)
    picture = arrange(fitted.tiles, columns, gap) if count > 1 else fitted.tiles[0]
    sheet.picture(left, top, picture)
    if count == 1 and cell >= LEAST_CELL_WITH_NUMBER:
        _write_numbers(sheet, left, top, panel, cell)
    below = top + picture.shape[0] + 16
    sheet.colour_bar(left, below, BOX, panel.scale)
    left_out = f"the first {MOST_TILES} of {len(panel.tiles)} drawn"
    note = ", ".join(filter(None, [fitted.note, left_out if count < len(panel.tiles) else ""]))
    sheet.write(left, below + colour_bar_height(), note, size=SMALL, colour=MUTED)


def _outline(pixels: Colours, place: Pair, marked: Collection[Pair], cell: int) -> None:
    """A line towards each neighbour that is not marked, so that a block is one shape."""
    row, column = place
    line = min(max(1, cell // 6), THICKEST_OUTLINE)
    block = pixels[:, row * cell : (row + 1) * cell, column * cell : (column + 1) * cell]
    outlines = current().outlines
    # From inside to outside, so that at a corner the outer line is whole.
    for number, colour in reversed(list(enumerate(outlines, start=1))):
        lines = -(-line * number // len(outlines))
        if (row - 1, column) not in marked:
            block[:, :lines] = colour
        if (row + 1, column) not in marked:
            block[:, -lines:] = colour
        if (row, column - 1) not in marked:
            block[:, :, :lines] = colour
        if (row, column + 1) not in marked:
            block[:, :, -lines:] = colour


def _write_numbers(sheet: Sheet, left: int, top: int, panel: Panel, cell: int) -> None:
    shades = colours(panel.tiles[0], panel.scale)
    for (row, column), value in np.ndenumerate(panel.tiles[0]):
        sheet.write_on(
            left + (column + 0.5) * cell,
            top + (row + 0.5) * cell,
            _fitting(float(value), cell - 4),
            shades[row, column],
        )


def _fitting(value: float, room: int) -> str:
    """The value with as many digits as there is room for, three at most; empty if not for one."""
    texts = (f"{value:.{digits}g}" for digits in (3, 2, 1))
    return next((text for text in texts if text_width(text, SMALL) <= room), "")
