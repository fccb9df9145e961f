"""im2col of a small image with every number written: both ways, and the matrix that they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.small_example import Slice, SmallExample
from convcli.views.figures.layer_sheet import cells
from convcli.views.figures.shapes import outline
from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY, HEADING, SMALL, line_height, text_width, wrapped
from convcli.views.palette import MUTED, Scale, colours

Array = NDArray[Any]

CELL = 46  # Pixels of a number; a line of one pixel lies between two.
BETWEEN_TILES, BETWEEN_BLOCKS = 30, 80
LABEL = line_height(SMALL) + 4
HEAD = line_height(HEADING) + 8
ROW_LABELS = 64
OUTLINED = {"offset": (1, 2), "position": (1, 0)}
"""Enough to follow one slice of each way into the matrix."""


def draw(example: SmallExample, title: str, sentences: Sequence[str]) -> Sheet:
    """The image, the slices of both ways laid out as what they are sliced by, and the matrix.

    One slice of each way is outlined, and the line of the matrix that it becomes.

    Args:
        example: From :func:`convcli.inspection.small_example.small_example`.
        title: Names the image and the filter.
        sentences: Stand beside the matrix.

    >>> from convcli.inspection.small_example import small_example
    >>> draw(small_example(), "a 3x3 filter on 4x4 pixels", []).title
    'a 3x3 filter on 4x4 pixels'
    """
    scale = Scale(float(example.image.max()), diverging=False)
    blocks = [
        _Block("offset", "column", example.offset),
        _Block("position", "row", example.position),
    ]
    left = MARGIN + _pixels(example.image.shape[1]) + BETWEEN_BLOCKS
    lefts = [left, left + blocks[0].width + BETWEEN_BLOCKS]
    below = HEAD + max(block.height for block in blocks) + BETWEEN_TILES
    sheet = Sheet(
        lefts[1] + blocks[1].width + MARGIN,
        below + HEAD + LABEL + _pixels(len(example.matrix)) + MARGIN,
        title,
        "every pixel by its number · outlined: one slice of each way, and what it becomes",
    )
    top = sheet.top
    sheet.write(MARGIN, top, "image", size=HEADING, bold=True)
    _draw_numbers(sheet, MARGIN, top + HEAD + LABEL, example.image, scale)
    for block_left, block in zip(lefts, blocks, strict=True):
        _draw_block(sheet, block_left, top, block, scale)
    _draw_matrix(sheet, top + below, example, scale)
    matrix_right = MARGIN + ROW_LABELS + _pixels(example.matrix.shape[1]) + BETWEEN_BLOCKS
    room = sheet.width - MARGIN - matrix_right
    lines = [line for sentence in sentences for line in wrapped(sentence, BODY, room)]
    sheet.write_lines(matrix_right, top + below + HEAD + LABEL, lines)
    return sheet


@dataclass(frozen=True)
class _Block:
    """The slices of one way, laid out as what they are sliced by."""

    name: str
    line: str
    slices: Sequence[Slice]

    @property
    def heading(self) -> str:
        """What they are."""
        size = "{}x{}".format(*self.slices[0].pixels.shape)
        return f"by {self.name}: {len(self.slices)} slices of {size}"

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        tiles = self._place(1, self.slices[-1].place[1] + 1) - BETWEEN_TILES
        return max(tiles, round(text_width(self.heading, HEADING, bold=True)))

    @property
    def height(self) -> int:
        """Pixels from top to bottom, with the labels."""
        return self._place(0, self.slices[-1].place[0] + 1) - BETWEEN_TILES

    def corner(self, one: Slice) -> tuple[int, int]:
        """Pixels to the left and to the upper edge of a slice, below its label."""
        return self._place(1, one.place[1]), LABEL + self._place(0, one.place[0])

    def _place(self, axis: int, number: int) -> int:
        label = 0 if axis else LABEL
        return number * (label + _pixels(self.slices[0].pixels.shape[axis]) + BETWEEN_TILES)


def _pixels(count: int) -> int:
    """Of so many cells, with the lines around them."""
    return count * (CELL + 1) + 1


def _draw_block(sheet: Sheet, left: int, top: int, block: _Block, scale: Scale) -> None:
    sheet.write(left, top, block.heading, size=HEADING, bold=True)
    for one in block.slices:
        across, down = block.corner(one)
        slice_left, slice_top = left + across, top + HEAD + down
        label = f"{block.line} {one.line}"
        sheet.write(slice_left, slice_top - LABEL, label, size=SMALL, colour=MUTED)
        _draw_numbers(sheet, slice_left, slice_top, one.pixels, scale)
        if one.place == OUTLINED[block.name]:
            rows, columns = one.pixels.shape
            outline(sheet, slice_left, slice_top, _pixels(columns), _pixels(rows))


def _draw_matrix(sheet: Sheet, top: int, example: SmallExample, scale: Scale) -> None:
    matrix, left = example.matrix, MARGIN + ROW_LABELS
    rows, columns = matrix.shape
    sheet.write(MARGIN, top, f"matrix {matrix.shape}", size=HEADING, bold=True)
    top += HEAD
    for column in range(columns):
        middle = left + _middle(column)
        sheet.write(middle, top, str(column), size=SMALL, colour=MUTED, align="center")
    top += LABEL
    for row in range(rows):
        label_top = top + _middle(row) - line_height(SMALL) / 2
        sheet.write(MARGIN, label_top, f"row {row}", size=SMALL, colour=MUTED)
    _draw_numbers(sheet, left, top, matrix, scale)
    for one in example.offset:
        if one.place == OUTLINED["offset"]:
            outline(sheet, left + one.line * (CELL + 1), top, _pixels(1), _pixels(rows))
    for one in example.position:
        if one.place == OUTLINED["position"]:
            outline(sheet, left, top + one.line * (CELL + 1), _pixels(columns), _pixels(1))


def _draw_numbers(sheet: Sheet, left: int, top: int, numbers: Array, scale: Scale) -> None:
    sheet.place(left, top, cells(numbers.ravel(), scale, numbers.shape[1], CELL, CELL))
    shades = colours(numbers, scale)
    for (row, column), number in np.ndenumerate(numbers):
        across, down = left + _middle(column), top + _middle(row)
        sheet.write_on(across, down, str(number), shades[row, column])


def _middle(number: int) -> float:
    return 1 + number * (CELL + 1) + CELL / 2
