"""The im2col matrix fills, slice by slice: in one order, or in both on one clock."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.filling import Filling, Slice
from convcli.inspection.schedule import Moment
from convcli.views.animation import canvas as draw
from convcli.views.animation.canvas import Box, Canvas
from convcli.views.animation.moving_window import (
    has_padding,
    heading_of,
    map_scale,
    read_lines,
    shades_of,
)
from convcli.views.animation.panels import MapPanel, number_table
from convcli.views.animation.scene import BETWEEN, MARGIN, SMALL, WIDTH, Scene, heading_height
from convcli.views.mosaic import ordinal
from convcli.views.palette import Scale, colours
from convcli.views.sentences.motion import assigned, assignment_line, clock_text

MAPS = 280
MATRIX_HEIGHT, MATRIX_WIDTH = 176, 592
RACE_MAPS = 196
TALLEST_CELL = 12


class FillingScene(Scene):
    """One order: the slice that is read, its values, and the cells of the matrix that it fills.

    Args:
        filling: What is shown.
        title: Names the layer, the image and the network.
    """

    def __init__(self, filling: Filling, title: str) -> None:
        self._filling, self.steps = filling, filling.steps
        self._scale = map_scale(filling.maps)
        self.scales, self.lines = (self._scale,), read_lines(filling)
        top = self._begin(title, 2, heading_height() + MAPS + 2 * BETWEEN + MATRIX_HEIGHT, 1)
        self._maps = _map_panel(filling, self._scale, (MAPS, MAPS))
        self._maps_top = top + heading_height()
        self.heading(MARGIN, top, *heading_of(filling, self._maps))
        draw.place(self.background, MARGIN, self._maps_top, self._maps.picture)
        self._maps.outline_tiles(self.background, MARGIN, self._maps_top)
        self._slice_left = WIDTH - MARGIN - MAPS
        self.heading(self._slice_left, top, "the slice")
        self._matrix_top = self._maps_top + MAPS + 2 * BETWEEN
        self._matrix = LyingMatrix(filling, self._scale, (MATRIX_WIDTH, MATRIX_HEIGHT))
        self._matrix_left = WIDTH - MARGIN - self._matrix.width
        # Beside it and not above, where lines lead to it.
        self.heading(MARGIN, self._matrix_top, "im2col matrix")
        for number, text in enumerate(["lying on its side", *self._matrix.notes]):
            below = self._matrix_top + heading_height() + number * draw.line_height(SMALL)
            draw.write(self.background, MARGIN, below, text, SMALL, colour=draw.MUTED_PIXEL)
        self._legends([(filling.source, self._scale)], _signs(filling))

    def frame(self, moment: Moment) -> Canvas:
        """What is copied, and what is filled."""
        canvas = self._captioned(moment)
        taken = self._filling.at(self._filling.strongest(moment))
        table, boxes = number_table(
            taken.values, self._scale, (MAPS, MAPS), _outside(self._filling, taken)
        )
        draw.place(canvas, self._slice_left, self._maps_top, table)
        filled = self._matrix.filled(self._filling.filled(moment.last + 1))
        draw.place(canvas, self._matrix_left, self._matrix_top, filled)
        read = _outline_read(canvas, self._maps, taken, (MARGIN, self._maps_top))
        slice_box = draw.around(boxes).moved(self._slice_left, self._maps_top)
        draw.guide_lines(canvas, read, slice_box)
        corner = (self._matrix_left, self._matrix_top)
        cells = [box.moved(*corner) for box in self._matrix.boxes(taken)]
        for box in cells:
            draw.outline(canvas, box, draw.WINDOW_PIXEL)
        draw.guide_lines(canvas, slice_box, draw.around(cells))
        return canvas

    def _shades(self) -> Iterable[Canvas]:
        return [shades_of(self._filling.maps, self._scale)]

    def cell(self, row: int, column: int) -> Box:
        """Where a cell of the matrix is in the frame, by its row and column there."""
        return self._matrix.cell(row, column).moved(self._matrix_left, self._matrix_top)

    def words(self, moment: Moment) -> list[str]:
        """Which slice it is; then the assignment."""
        step = self._filling.strongest(moment)
        return [assigned(self._filling, moment), assignment_line(self._filling, step)]


class RaceScene(Scene):
    """Both orders on one clock: a tick is one assignment in each.

    Args:
        fillings: By offset and by position.
        title: Names the layer, the image and the network.
    """

    def __init__(self, fillings: Sequence[Filling], title: str) -> None:
        self._fillings, self.steps = fillings, max(one.steps for one in fillings)
        self._scale = map_scale(fillings[0].maps)
        self.scales, self.lines = (self._scale,), read_lines(fillings[0])
        self._down = 2 * heading_height() + RACE_MAPS + BETWEEN
        top = self._begin(title, 2, len(fillings) * self._down - BETWEEN, 1)
        self._tops = [top + number * self._down for number in range(len(fillings))]
        self._left = MARGIN + RACE_MAPS + 3 * BETWEEN
        room = (WIDTH - MARGIN - self._left, RACE_MAPS)
        self._maps = [_map_panel(one, self._scale, (RACE_MAPS, RACE_MAPS)) for one in fillings]
        self._matrices = [LyingMatrix(one, self._scale, room) for one in fillings]
        for one, maps, matrix, above in zip(
            fillings, self._maps, self._matrices, self._tops, strict=True
        ):
            below = above + heading_height()
            self.heading(MARGIN, below, one.source, "x".join(map(str, one.maps.shape)))
            self.heading(self._left, below, "matrix on its side", ", ".join(matrix.notes[:2]))
            below += heading_height()
            draw.place(self.background, MARGIN, below, maps.picture)
            maps.outline_tiles(self.background, MARGIN, below)
        self._legends([(fillings[0].source, self._scale)], _signs(fillings[0]))

    def frame(self, moment: Moment) -> Canvas:
        """Both matrices after so many assignments."""
        canvas = self._captioned(moment)
        parts = zip(self._fillings, self._maps, self._matrices, self._tops, strict=True)
        for filling, maps, matrix, above in parts:
            done = min(moment.last + 1, filling.steps)
            self.heading_on(canvas, MARGIN, above, clock_text(filling, moment))
            below = above + 2 * heading_height()
            draw.place(canvas, self._left, below, matrix.filled(filling.filled(done)))
            if moment.last >= filling.steps:
                continue
            taken = filling.at(filling.strongest(moment))
            read = _outline_read(canvas, maps, taken, (MARGIN, below))
            cells = [box.moved(self._left, below) for box in matrix.boxes(taken)]
            for box in cells:
                draw.outline(canvas, box, draw.WINDOW_PIXEL)
            draw.guide_lines(canvas, read, draw.around(cells))
        return canvas

    def _shades(self) -> Iterable[Canvas]:
        return [shades_of(self._fillings[0].maps, self._scale)]

    def cell(self, number: int, row: int, column: int) -> Box:
        """Where a cell of a matrix is in the frame: of which order, and its row and column."""
        below = self._tops[number] + 2 * heading_height()
        return self._matrices[number].cell(row, column).moved(self._left, below)

    def words(self, moment: Moment) -> list[str]:
        """The clock; then what is not drawn."""
        ticks = f"after {moment.last + 1:,} of {self.steps:,} ticks"
        notes = {
            self._fillings[0].source: self._maps[0].note,
            "matrix": ", ".join(self._matrices[0].notes[2:]),
        }
        left_out = "; ".join(f"{name}: {note}" for name, note in notes.items() if note)
        clock = f"{ticks}; a tick is one slice in each order"
        return [clock, left_out] if left_out else [clock]


class LyingMatrix:
    """The matrix on its side: a row for each of its columns, so that it is wide and not tall.

    Args:
        filling: Whose matrix it is.
        scale: Its colours.
        room: Pixels across and down.

    Attributes:
        width: Pixels across.
        notes: Its shape, and what is not drawn, in clauses.
    """

    def __init__(self, filling: Filling, scale: Scale, room: tuple[int, int]) -> None:
        places, weights = filling.matrix.shape
        self._steps = (-(-weights // room[1]), -(-places // room[0]))
        shades = draw.packed(colours(filling.matrix.T[:: self._steps[0], :: self._steps[1]], scale))
        self._cell = (
            min(TALLEST_CELL, room[1] // shades.shape[0]),
            min(TALLEST_CELL, room[0] // shades.shape[1]),
        )
        self._picture = self._enlarged(shades)
        self._empty = draw.hatched(*self._picture.shape)
        thinned = [
            f"every {ordinal(step)} {name} drawn"
            for step, name in zip(self._steps, ("row", "column"), strict=True)
            if step > 1
        ]
        self.width = self._picture.shape[1]
        self.notes = [
            f"{weights} rows, one a weight",
            f"{places:,} columns, one an output",
            *thinned,
        ]

    def filled(self, done: NDArray[Any]) -> Canvas:
        """The cells that are done, and the others hatched."""
        shown = self._enlarged(done.T[:: self._steps[0], :: self._steps[1]])
        return np.where(shown, self._picture, self._empty)

    def boxes(self, taken: Slice) -> list[Box]:
        """Where a slice goes: a column, or a row for each channel."""
        left, right = self._span(taken.matrix_rows, 1)
        together = taken.matrix_columns.step == 1
        parts = (
            [taken.matrix_columns] if together
            else [range(row, row + 1) for row in taken.matrix_columns]
        )  # fmt: skip
        spans = [self._span(rows, 0) for rows in parts]
        return [Box(left, top, right, bottom) for top, bottom in spans]

    def cell(self, row: int, column: int) -> Box:
        """Where a cell of the matrix is, by its row and column there, which change places here."""
        left, right = self._span(range(row, row + 1), 1)
        top, bottom = self._span(range(column, column + 1), 0)
        return Box(left, top, right, bottom)

    def _span(self, numbers: range, axis: int) -> tuple[int, int]:
        step, cell = self._steps[axis], self._cell[axis]
        return numbers[0] // step * cell, (numbers[-1] // step + 1) * cell

    def _enlarged(self, cells: NDArray[Any]) -> NDArray[Any]:
        return cells.repeat(self._cell[0], axis=0).repeat(self._cell[1], axis=1)


def _map_panel(filling: Filling, scale: Scale, room: tuple[int, int]) -> MapPanel:
    return MapPanel(filling.maps, scale, room, *read_lines(filling))


def _outline_read(canvas: Canvas, maps: MapPanel, taken: Slice, corner: tuple[int, int]) -> Box:
    """Outline what a slice reads, in every channel; gives the box around it in the first one."""
    for tile in range(maps.count):
        if taken.rows.step == taken.columns.step == 1 or maps.cell < 3:
            draw.outline(
                canvas, maps.box(taken.rows, taken.columns, tile).moved(*corner), draw.WINDOW_PIXEL
            )
            continue
        for row in taken.rows:
            for column in taken.columns:
                box = maps.box(range(row, row + 1), range(column, column + 1), tile).moved(*corner)
                draw.outline(canvas, box, draw.WINDOW_PIXEL, 1)
    return maps.box(taken.rows, taken.columns).moved(*corner)


def _outside(filling: Filling, taken: Slice) -> NDArray[Any]:
    """Which values of a slice are padding."""
    rows, columns = (np.array(numbers) for numbers in (taken.rows, taken.columns))
    patches = filling.patches
    inside_rows = (rows >= 0) & (rows < patches.height)
    inside_columns = (columns >= 0) & (columns < patches.width)
    return ~(inside_rows[:, None] & inside_columns)


def _signs(filling: Filling) -> list[tuple[str, str]]:
    stride = max(filling.patches.window.strides)
    skipping = f" (by offset every {ordinal(stride)} pixel)" if stride > 1 else ""
    return [
        ("window", f"read{skipping} and filled"),
        ("not yet", "not filled yet"),
        *([("padding", "padding, is 0")] * has_padding(filling)),
    ]
