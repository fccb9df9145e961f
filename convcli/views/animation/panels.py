"""Feature maps and tables of numbers as parts of a frame, and where in them a cell is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.views.animation.canvas import (
    GAP_PIXEL,
    INK_PIXEL,
    PAPER_PIXEL,
    Box,
    Canvas,
    dotted,
    hatched,
    line_height,
    outline,
    packed,
    text_width,
    write_sharply,
)
from convcli.views.mosaic import ordinal
from convcli.views.palette import INK, Scale, colours, ink_on

Array = NDArray[Any]
GAP = 4
NUMBER = 13
SMALL = 0.01  # What is smaller, and too long to be written out, is about zero.
LARGEST_CELL = 24
MOST_THINNED = 3
LARGEST_NUMBERED = (52, 26)


class MapPanel:
    """Maps side by side, each cell a square block of one colour; padding around them is dotted.

    Args:
        maps: (C, height, width).
        scale: Their colours.
        room: Pixels across and down.
        rows: The rows that are drawn, padding included; those of the maps if left out.
        columns: The columns likewise.
        cell: Pixels of a cell; as many as there is room for if left out.

    Attributes:
        picture: All of it, as it is when every cell has its value.
        empty: As it is when none has.
        cell: Pixels of a cell.
        step: 2 where every second row and column is drawn, and so on.
        note: What is not drawn, in a clause; empty where everything is.
    """

    def __init__(
        self,
        maps: Array,
        scale: Scale,
        room: tuple[int, int],
        rows: range | None = None,
        columns: range | None = None,
        cell: int | None = None,
    ) -> None:
        count, height, width = maps.shape
        self._rows, self._columns = rows or range(height), columns or range(width)
        shape = (len(self._rows), len(self._columns))
        self.count, self._across, fitting, self.step = _tiled(count, shape, room)
        self.cell = fitting if cell is None else min(cell, fitting)
        self.note = _note(count, self.count, self.step)
        drawn = [
            _one_map(one, scale, self._rows, self._columns, self) for one in maps[: self.count]
        ]
        self._size = drawn[0].shape
        self.picture = self._arranged(drawn)
        self.empty = self._arranged([hatched(*self._size)] * self.count)

    def box(self, rows: range, columns: range, tile: int = 0) -> Box:
        """Where cells of a map are, from the first row and column to the last."""
        left, top = self._corner(tile)
        across = [
            self._at(columns[0], self._columns),
            self._at(columns[-1], self._columns) + self.cell,
        ]
        down = [self._at(rows[0], self._rows), self._at(rows[-1], self._rows) + self.cell]
        return Box(across[0], down[0], across[1], down[1]).moved(left, top)

    def outline_tiles(self, canvas: Canvas, left: int, top: int) -> None:
        """A thin line around each map, so that what is white differs from the paper."""
        for tile in range(self.count):
            across, down = self._corner(tile)
            box = Box(0, 0, self._size[1], self._size[0]).moved(left + across, top + down)
            outline(canvas, box, GAP_PIXEL, 1)

    def until(self, place: tuple[int, int]) -> Canvas:
        """One map whose cells have their values as far as a place, row by row; the others none."""
        canvas = self.empty.copy()
        done = self.box(range(place[0] + 1), range(place[1] + 1))
        above = done.bottom - self.cell
        canvas[:above] = self.picture[:above]
        canvas[above : done.bottom, : done.right] = self.picture[above : done.bottom, : done.right]
        return canvas

    def _at(self, number: int, numbers: range) -> int:
        return (number - numbers[0]) // self.step * self.cell

    def _corner(self, tile: int) -> tuple[int, int]:
        down, across = divmod(tile, self._across)
        return across * (self._size[1] + GAP), down * (self._size[0] + GAP)

    def _arranged(self, tiles: Sequence[Canvas]) -> Canvas:
        rows = -(-len(tiles) // self._across)
        height, width = (
            rows * (self._size[0] + GAP) - GAP,
            self._across * (self._size[1] + GAP) - GAP,
        )
        canvas = np.full((height, width), PAPER_PIXEL, np.uint32)
        for number, tile in enumerate(tiles):
            left, top = self._corner(number)
            canvas[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
        return canvas


def number_table(
    values: Array, scale: Scale, room: tuple[int, int], padding: Array | None = None
) -> tuple[Canvas, Sequence[Box]]:
    """Values as coloured cells with their numbers in them, where there is room for numbers.

    Args:
        values: (C, height, width); the channels lie beside or below each other.
        scale: Their colours.
        room: Pixels across and down.
        padding: Which cells are padding, (height, width).

    Returns:
        The picture, and the box of each channel in it.
    """
    count, height, width = values.shape
    most = LARGEST_NUMBERED
    shown, across, cell = _numbered(count, (height, width), room)
    has_numbers = cell[0] >= 40 and cell[1] >= NUMBER + 3
    if not has_numbers:
        shown, across, side, step = _tiled(count, (height, width), room)
        values, cell = values[:, ::step, ::step], (min(side, most[1]),) * 2
        padding = None if padding is None else padding[::step, ::step]
        height, width = values.shape[1:]
    tile_height, tile_width = height * cell[1], width * cell[0]
    rows = -(-shown // across)
    # With room for a line around each tile.
    canvas = np.full(
        (rows * (tile_height + GAP) - GAP + 2, across * (tile_width + GAP) - GAP + 2),
        PAPER_PIXEL,
        np.uint32,
    )
    shades, boxes = colours(values[:shown], scale), []
    blocks = packed(shades).repeat(cell[1], axis=1).repeat(cell[0], axis=2)
    if padding is not None:
        outside = padding.repeat(cell[1], axis=0).repeat(cell[0], axis=1)
        blocks[:, outside] = dotted(*outside.shape)[outside]
    for number in range(shown):
        down, right = divmod(number, across)
        left, top = right * (tile_width + GAP) + 1, down * (tile_height + GAP) + 1
        canvas[top : top + tile_height, left : left + tile_width] = blocks[number]
        boxes.append(Box(left, top, left + tile_width, top + tile_height))
        outline(canvas, boxes[-1], GAP_PIXEL, 1)
        if has_numbers:
            canvas[top : top + tile_height, left + cell[0] : left + tile_width : cell[0]] = (
                GAP_PIXEL
            )
            canvas[top + cell[1] : top + tile_height : cell[1], left : left + tile_width] = (
                GAP_PIXEL
            )
            _write_numbers(canvas, boxes[-1], values[number], shades[number], cell, padding)
    return canvas, boxes


def short_text(value: float, room: float) -> str:
    """A value with as many digits as there is room for, three at most; empty if not for one."""
    texts = [f"{value:.{digits}g}" for digits in (3, 2, 1)]
    if abs(value) < SMALL:
        texts.append("≈0")
    return next((text for text in texts if text_width(text, NUMBER) <= room), "")


def _write_numbers(
    canvas: Canvas,
    box: Box,
    values: Array,
    shades: Array,
    cell: tuple[int, int],
    padding: Array | None,
) -> None:
    for (row, column), value in np.ndenumerate(values):
        if padding is not None and padding[row, column]:
            continue
        dark = ink_on(shades[row, column]) == INK
        write_sharply(
            canvas,
            box.left + column * cell[0] + cell[0] // 2,
            box.top + row * cell[1] + (cell[1] - line_height(NUMBER)) // 2 + 1,
            short_text(float(value), cell[0] - 2),
            NUMBER,
            INK_PIXEL if dark else PAPER_PIXEL,
            align="center",
        )


def _one_map(values: Array, scale: Scale, rows: range, columns: range, panel: MapPanel) -> Canvas:
    """A map with the padding around it, thinned out and enlarged."""
    height, width = values.shape
    cells: Array = np.zeros((len(rows), len(columns)), np.uint32)
    inside: Array = np.zeros(cells.shape, np.bool_)
    top, left = -rows[0], -columns[0]
    cells[top : top + height, left : left + width] = packed(colours(values, scale))
    inside[top : top + height, left : left + width] = True
    step, cell = panel.step, panel.cell
    cells, inside = (
        _enlarged(cells[::step, ::step], cell),
        _enlarged(inside[::step, ::step], cell),
    )
    return np.where(inside, cells, dotted(*cells.shape))


def _enlarged(cells: Array, side: int) -> Array:
    return cells.repeat(side, axis=0).repeat(side, axis=1)


def _tiled(count: int, shape: tuple[int, int], room: tuple[int, int]) -> tuple[int, int, int, int]:
    """Maps that are drawn, maps side by side, pixels of a cell, and every which pixel is drawn."""
    height, width = shape
    while True:
        # Rather every second pixel of all channels than all pixels of a few.
        for step in range(1, MOST_THINNED + 1):
            thinned = (-(-height // step), -(-width // step))
            fitting = {
                across: _cell(count, across, thinned, room) for across in range(1, count + 1)
            }
            across = max(fitting, key=lambda key: fitting[key])
            if fitting[across] >= 1:
                return count, across, min(fitting[across], LARGEST_CELL), step
        if count == 1:
            return 1, 1, 1, max(-(-width // room[0]), -(-height // room[1]))
        count = -(-count // 2)


def _cell(count: int, across: int, shape: tuple[int, int], room: tuple[int, int]) -> int:
    rows = -(-count // across)
    height, width = shape
    return min(
        (room[0] - (across - 1) * GAP) // (across * width),
        (room[1] - (rows - 1) * GAP) // (rows * height),
    )


def _numbered(
    count: int, shape: tuple[int, int], room: tuple[int, int]
) -> tuple[int, int, tuple[int, int]]:
    """Tiles drawn, tiles side by side, and pixels of a cell across and down, numbers in it."""
    height, width = shape
    found = []
    for across in range(1, count + 1):
        rows = -(-count // across)
        cell = (
            min(LARGEST_NUMBERED[0], (room[0] - (across - 1) * GAP) // (across * width)),
            min(LARGEST_NUMBERED[1], (room[1] - (rows - 1) * GAP) // (rows * height)),
        )
        found.append((min(cell[0] / 40, cell[1] / (NUMBER + 3)), -across, cell))
    _, across, cell = max(found)
    return count, -across, cell


def _note(count: int, shown: int, step: int) -> str:
    notes = ["the first" if shown == 1 else f"the first {shown}"] if shown < count else []
    if step > 1:
        notes.append(f"every {ordinal(step)} pixel")
    if notes:
        notes[-1] += " drawn"
    return ", ".join(notes)
