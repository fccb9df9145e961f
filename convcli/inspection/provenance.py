"""Where a number comes from and where it goes: index maps of one window, without any values.

A window on feature maps relates three things: the pixels it reads, its outputs, and the cells of
the im2col matrix, each of which is one pixel in its role for one output. Every map here goes both
ways. :mod:`convcli.inspection.regions` puts them together through many layers, and
:mod:`convcli.inspection.slicings` says where a cell is before the matrix is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from convcli.engine.geometry import Window
from convcli.errors import UsageError


class Cell(NamedTuple):
    """A cell of the im2col matrix, by the six numbers it stands for.

    Attributes:
        image: Number of the image in its batch.
        output_row: Row of the output that the cell is for.
        output_column: Column of that output.
        channel: Channel of the pixel, and of the weight it meets.
        window_row: Row of that weight.
        window_column: Column of that weight.
    """

    image: int
    output_row: int
    output_column: int
    channel: int
    window_row: int
    window_column: int


class PixelUnderWindow(NamedTuple):
    """One position that a window reads.

    Attributes:
        window_row: Row in the window.
        window_column: Column in the window.
        row: Row of the pixel in the map, without padding; may lie outside of it.
        column: Column of the pixel likewise.
        is_padding: Whether it lies outside of the map.
    """

    window_row: int
    window_column: int
    row: int
    column: int
    is_padding: bool


class OutputOfPixel(NamedTuple):
    """One output that reads a pixel.

    Attributes:
        row: Row of the output.
        column: Column of the output.
        window_row: Row of the window that the pixel lies under then.
        window_column: Column of the window likewise.
    """

    row: int
    column: int
    window_row: int
    window_column: int


@dataclass(frozen=True)
class Direction:
    """A window that moves in one direction only: down, or across.

    Attributes:
        size: Pixels of the map.
        extent: Pixels of the window.
        stride: Pixels from one place to the next.
        before: Pixels of padding in front of the map.
        places: Places that the window has.
    """

    size: int
    extent: int
    stride: int
    before: int
    places: int

    def reads(self, place: int) -> range:
        """The positions under the window at a place; padding is below 0, or at ``size`` and above.

        >>> Direction(size=28, extent=5, stride=2, before=1, places=13).reads(0)
        range(-1, 4)
        """
        begin = place * self.stride - self.before
        return range(begin, begin + self.extent)

    def reached(self, position: int) -> tuple[tuple[int, int], ...]:
        """The places whose window reads a position, each with where in the window it is then.

        Returns:
            (place, offset) in the order of the places.

        >>> Direction(size=28, extent=5, stride=2, before=1, places=13).reached(0)
        ((0, 1),)
        >>> Direction(size=28, extent=5, stride=2, before=1, places=13).reached(3)
        ((0, 4), (1, 2), (2, 0))
        """
        last = position + self.before
        first = max(0, -(-(last - self.extent + 1) // self.stride))
        end = min(self.places, last // self.stride + 1)
        return tuple((place, last - place * self.stride) for place in range(first, end))


def directions(window: Window, height: int, width: int) -> tuple[Direction, Direction]:
    """A window on a map as its movement down and its movement across.

    Raises:
        GeometryError: The window does not fit.

    >>> down, across = directions(Window(5, 3), 28, 28)
    >>> down.places, across.places
    (24, 26)
    """
    rows, columns = window.output_size(height, width)
    down, across = window.strides
    top, _, left, _ = window.pads
    return (
        Direction(height, window.height, down, top, rows),
        Direction(width, window.width, across, left, columns),
    )


@dataclass(frozen=True)
class Patches:
    """Everything that a window cuts out of a batch of feature maps of one size, by position.

    Attributes:
        window: Its size, stride and pad.
        channels: Of the maps.
        height: Of the maps, without padding.
        width: Of the maps, without padding.
        images: In the batch.

    Raises:
        GeometryError: The window does not fit, as soon as it is asked for.

    >>> patches = Patches(Window(5, 5), channels=1, height=28, width=28)
    >>> patches.matrix_shape
    (576, 25)
    >>> cell = patches.cell(295, 13)
    >>> cell
    Cell(image=0, output_row=12, output_column=7, channel=0, window_row=2, window_column=3)
    >>> patches.pixel(cell), patches.place(cell)
    ((14, 10), (295, 13))
    """

    window: Window
    channels: int
    height: int
    width: int
    images: int = 1

    @cached_property
    def directions(self) -> tuple[Direction, Direction]:
        """Down and across."""
        return directions(self.window, self.height, self.width)

    @property
    def output_size(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        down, across = self.directions
        return down.places, across.places

    @property
    def matrix_shape(self) -> tuple[int, int]:
        """Rows and columns of the im2col matrix."""
        rows, columns = self.output_size
        return self.images * rows * columns, self.channels * self.window.area

    def reads(self, row: int, column: int) -> Iterator[PixelUnderWindow]:
        """The positions that an output reads, in each channel the same, in the window's order.

        Raises:
            UsageError: There is no such output.

        >>> [pixel[2:] for pixel in Patches(Window(2, 2, pad=1), 1, 3, 3).reads(0, 1)]
        [(-1, 0, True), (-1, 1, True), (0, 0, False), (0, 1, False)]
        """
        check_place((row, column), self.output_size, "output")
        down, across = self.directions
        for y, pixel_row in enumerate(down.reads(row)):
            for x, pixel_column in enumerate(across.reads(column)):
                inside = 0 <= pixel_row < self.height and 0 <= pixel_column < self.width
                yield PixelUnderWindow(y, x, pixel_row, pixel_column, not inside)

    def reached(self, row: int, column: int) -> Iterator[OutputOfPixel]:
        """The outputs that read a pixel, in their own order.

        Raises:
            UsageError: There is no such pixel.

        >>> len(list(Patches(Window(5, 5), 1, 28, 28).reached(14, 9)))
        25
        >>> list(Patches(Window(5, 5), 1, 28, 28).reached(0, 0))
        [OutputOfPixel(row=0, column=0, window_row=0, window_column=0)]
        """
        check_place((row, column), (self.height, self.width), "pixel")
        down, across = self.directions
        for output_row, y in down.reached(row):
            for output_column, x in across.reached(column):
                yield OutputOfPixel(output_row, output_column, y, x)

    def cell(self, row: int, column: int) -> Cell:
        """What a cell of the matrix stands for.

        Raises:
            UsageError: There is no such cell.
        """
        check_place((row, column), self.matrix_shape, "cell")
        rows, columns = self.output_size
        image, position = divmod(row, rows * columns)
        channel, offset = divmod(column, self.window.area)
        return Cell(image, *divmod(position, columns), channel, *divmod(offset, self.window.width))

    def place(self, cell: Cell) -> tuple[int, int]:
        """Row and column of a cell in the matrix.

        Raises:
            UsageError: There is no such cell.
        """
        rows, columns = self.output_size
        window = self.window
        sizes = (self.images, rows, columns, self.channels, window.height, window.width)
        check_place(cell, sizes, "cell")
        row = (cell.image * rows + cell.output_row) * columns + cell.output_column
        offset = cell.window_row * window.width + cell.window_column
        return row, cell.channel * window.area + offset

    def pixel(self, cell: Cell) -> tuple[int, int]:
        """Row and column of the pixel that a cell holds; outside of the map it is padding."""
        down, across = self.directions
        return (
            down.reads(cell.output_row)[cell.window_row],
            across.reads(cell.output_column)[cell.window_column],
        )

    def holds(self, row: int, column: int) -> bool:
        """Whether a position is a pixel of the map, and not padding."""
        return 0 <= row < self.height and 0 <= column < self.width

    def cells_of(self, row: int, column: int, image: int = 0) -> Iterator[Cell]:
        """Every cell that holds a pixel, in each channel, by rows of the matrix.

        Raises:
            UsageError: There is no such pixel.
        """
        for output in self.reached(row, column):
            for channel in range(self.channels):
                yield Cell(image, output.row, output.column, channel, *output[2:])


def check_place(place: tuple[int, ...], sizes: tuple[int, ...], what: str) -> None:
    """Refuse a place that is not there.

    Args:
        place: A number for each axis.
        sizes: How many there are on each axis.
        what: What is looked for, for the message.

    Raises:
        UsageError: A number is out of range; the ranges are said.

    >>> check_place((12, 24), (24, 24), "output")
    Traceback (most recent call last):
        ...
    convcli.errors.UsageError: output 12,24 is out of range; they run from 0,0 to 23,23
    """
    if len(place) != len(sizes):
        raise UsageError(
            f"{what} {_spelled(place)} has {len(place)} numbers", f"{len(sizes)} are needed"
        )
    if any(not 0 <= number < size for number, size in zip(place, sizes, strict=True)):
        last = tuple(size - 1 for size in sizes)
        first = _spelled((0,) * len(sizes))
        raise UsageError(
            f"{what} {_spelled(place)} is out of range",
            f"they run from {first} to {_spelled(last)}",
        )


def _spelled(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))
