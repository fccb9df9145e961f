"""An example of im2col that is small enough to be read: every number of it has one origin."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import trace_im2col

Array = NDArray[Any]

SIDE, FILTER = 4, 3


@dataclass(frozen=True)
class Slice:
    """What one assignment fills.

    Attributes:
        number: Counted from 0, in the order in which they are made.
        place: (row, column): by offset of a pixel of the filter, by position of an output.
        pixels: (rows, columns) of pixel numbers.
        line: The column of the matrix that it becomes by offset, or the row by position.
    """

    number: int
    place: tuple[int, int]
    pixels: Array
    line: int


@dataclass(frozen=True)
class SmallExample:
    """im2col of an image whose pixels are numbered from 0, row by row.

    Attributes:
        image: (4, 4) of integers.
        window: Of the filter.
        matrix: (outputs, pixels of the filter).
        output_size: Rows and columns of the output.
        offset: Its slices by offset.
        position: Its slices by position.
        equal: Whether both ways make the same matrix.
    """

    image: Array
    window: Window
    matrix: Array
    output_size: tuple[int, int]
    offset: tuple[Slice, ...]
    position: tuple[Slice, ...]
    equal: bool


def small_example() -> SmallExample:
    """A 3x3 filter on an image of 4x4 numbered pixels.

    >>> example = small_example()
    >>> example.matrix[0].tolist()
    [0, 1, 2, 4, 5, 6, 8, 9, 10]
    >>> example.offset[1].pixels.tolist(), example.offset[1].line
    ([[1, 2], [5, 6]], 1)
    """
    image, window = np.arange(SIDE**2).reshape(SIDE, SIDE), Window(FILTER, FILTER)
    offset, position = (
        trace_im2col(image[None, None], window, name) for name in ("offset", "position")
    )
    return SmallExample(
        image,
        window,
        offset.matrix,
        window.output_size(*image.shape),
        _slices(offset.slices[0, 0], offset.matrix.T),
        _slices(position.slices[0, 0], position.matrix),
        np.array_equal(offset.matrix, position.matrix),
    )


def _slices(slices: Array, lines: Array) -> tuple[Slice, ...]:
    """Each slice with the line that it becomes: no other one holds the same numbers."""
    places = list(np.ndindex(slices.shape[:2]))
    found = [(lines == slices[place].ravel()).all(axis=1).nonzero()[0] for place in places]
    return tuple(
        Slice(number, (row, column), slices[row, column], int(line.item()))
        for number, ((row, column), line) in enumerate(zip(places, found, strict=True))
    )
