"""Where a cell of the im2col matrix is in the six-dimensional array that the matrix is made of.

Both slicings hold the same numbers on the same six axes, in another order. A slice is what one
assignment fills: by offset a picture of the whole output, by position a picture of the window. The
transpose puts the axes into one common order, and the reshape folds three of them into the row and
three into the column.
"""

from dataclasses import dataclass

from convcli.engine.im2col_variants import find_variant
from convcli.inspection.provenance import Cell, Patches

COMMON_AXES = ("N", "OH", "OW", "C", "FH", "FW")
"""Images, output rows and columns, channels, window rows and columns, as in :class:`Cell`."""


@dataclass(frozen=True)
class LayoutStep:
    """Where a cell is after one step.

    Attributes:
        action: ``slices``, ``transpose(...)`` or ``reshape``.
        axes: Their names, in order.
        shape: Of the array.
        index: Of the cell in it.
    """

    action: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    index: tuple[int, ...]


@dataclass(frozen=True)
class SlicedCell:
    """A cell in one slicing.

    Attributes:
        variant: ``offset`` or ``position``.
        number: Which slice it is in, from 0.
        slices: How many there are.
        place: Row and column in the slice.
        slice_shape: Rows and columns of the slice, in one channel of one image.
        steps: From the slices by the transpose to the matrix.
    """

    variant: str
    number: int
    slices: int
    place: tuple[int, int]
    slice_shape: tuple[int, int]
    steps: tuple[LayoutStep, LayoutStep, LayoutStep]


def sliced_axes(variant: str) -> tuple[str, ...]:
    """The axes of a slicing in its own order, before the transpose.

    >>> sliced_axes("offset"), sliced_axes("position")
    (('N', 'C', 'FH', 'FW', 'OH', 'OW'), ('N', 'C', 'OH', 'OW', 'FH', 'FW'))
    """
    transpose = find_variant(variant).axes
    return tuple(COMMON_AXES[transpose.index(axis)] for axis in range(len(transpose)))


def sliced_cell(patches: Patches, cell: Cell, variant: str) -> SlicedCell:
    """Where a cell is, step by step.

    Args:
        patches: The window and what it moves over.
        cell: One of its cells.
        variant: ``offset`` or ``position``, or another name of
            :data:`convcli.engine.im2col_variants.VARIANTS` with the same axes.

    Raises:
        UsageError: There is no such cell or variant.

    >>> from convcli.engine.geometry import Window
    >>> patches = Patches(Window(5, 5), channels=1, height=28, width=28)
    >>> found = sliced_cell(patches, patches.cell(295, 13), "offset")
    >>> found.number, found.slices, found.place
    (13, 25, (12, 7))
    >>> for step in found.steps:
    ...     print(step.action, step.axes, step.index)
    slices ('N', 'C', 'FH', 'FW', 'OH', 'OW') (0, 0, 2, 3, 12, 7)
    transpose(0,4,5,1,2,3) ('N', 'OH', 'OW', 'C', 'FH', 'FW') (0, 12, 7, 0, 2, 3)
    reshape ('N*OH*OW', 'C*FH*FW') (295, 13)
    """
    matrix_place = patches.place(cell)
    transpose, window = find_variant(variant).axes, patches.window
    sizes = (
        patches.images, *patches.output_size, patches.channels, window.height, window.width,
    )  # fmt: skip
    own = sliced_axes(variant)
    order = [COMMON_AXES.index(axis) for axis in own]
    shape, index = tuple(sizes[axis] for axis in order), tuple(cell[axis] for axis in order)
    rows, columns = shape[2:4]
    folded = ("*".join(COMMON_AXES[:3]), "*".join(COMMON_AXES[3:]))
    return SlicedCell(
        variant,
        number=index[2] * columns + index[3],
        slices=rows * columns,
        place=(index[4], index[5]),
        slice_shape=(shape[4], shape[5]),
        steps=(
            LayoutStep("slices", own, shape, index),
            LayoutStep(
                f"transpose({','.join(map(str, transpose))})", COMMON_AXES, sizes, tuple(cell)
            ),
            LayoutStep("reshape", folded, patches.matrix_shape, matrix_place),
        ),
    )
