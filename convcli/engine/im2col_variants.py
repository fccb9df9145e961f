"""The ways to gather the patches under a window, side by side: many ways, one matrix.

What the rows of the im2col matrix hold is fixed; how they are gathered is free:

========== ================================================= =============================
variant    what one slice takes                              slices
========== ================================================= =============================
offset     one pixel of the window, at all places at once    window height * window width
position   the whole window, at one place                    output height * output width
strided    nothing: a view with two more axes, then one copy 0
gather     every pixel by its row and column number          1 (one indexed read)
strips     a window's width of every image row, then from    2 for a block of images that
           each such strip all its windows                   stays in the processor's cache
========== ================================================= =============================

The six-dimensional array in between has the same numbers in each variant, its axes in another
order. :attr:`Variant.axes` is the transpose that leads from there to the common order (number,
output row, output column, channel, window row, window column), and a reshape makes the matrix.

``strips`` is the fast one, in two steps. A strip is what a window sees while it slides straight
down. Once a strip is stored by itself, the rows of a window lie behind each other in memory, so
that a whole patch is one copy of neighbouring bytes::

    image         strip at column 1     its windows, 2x2
    a b c d       b c                   b c f g
    e f g h  ->   f g              ->   f g j k
    i j k l       j k

Each pixel is read once for every strip it is in, not once for every patch; this is the row sharing
of MEC (Cho and Brand, *MEC: memory-efficient convolution for deep neural network*, 2017).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from convcli.engine.geometry import Window, check_images, pad_images
from convcli.errors import UsageError

Array = NDArray[Any]
Size = tuple[int, int]

# Bytes of the strips of one block of images: half of a usual second-level cache, so that they are
# still there when the patches are cut from them.
STRIP_BYTES = 2**18


@dataclass(frozen=True)
class Slicing:
    """The six-dimensional array of a variant, and what it took to make it.

    Attributes:
        slices: Six axes, in the variant's own order; a view of the images where nothing was copied.
        assignments: Slice assignments (or indexed reads) that were carried out.
        helper_bytes: Bytes of arrays that were needed on the way: indices, strips.
    """

    slices: Array
    assignments: int
    helper_bytes: int = 0


@dataclass(frozen=True)
class Variant:
    """One way to gather the patches.

    Attributes:
        name: The word for it on the command line.
        description: One clause that says what it does.
        gather: Takes padded images (N, C, H, W), a window and its output size (output height,
            output width); returns a :class:`Slicing`.
        axes: The transpose from the order of ``Slicing.slices`` to
            (number, output row, output column, channel, window row, window column).
    """

    name: str
    description: str
    gather: Callable[[Array, Window, Size], Slicing]
    axes: tuple[int, int, int, int, int, int]

    @property
    def by_offset(self) -> bool:
        """Whether the six axes are (N, C, window, window, output, output)."""
        return self.axes == FROM_OFFSETS


FROM_OFFSETS = (0, 4, 5, 1, 2, 3)
FROM_POSITIONS = (0, 2, 3, 1, 4, 5)


def _slice_by_offset(padded: Array, window: Window, size: Size) -> Slicing:
    down, across = window.strides
    rows, columns = size
    shape = (*padded.shape[:2], window.height, window.width, rows, columns)
    slices = np.empty(shape, padded.dtype)
    for y in range(window.height):
        for x in range(window.width):
            slices[:, :, y, x] = padded[
                :, :, y : y + down * rows : down, x : x + across * columns : across
            ]
    return Slicing(slices, assignments=window.area)


def _slice_by_position(padded: Array, window: Window, size: Size) -> Slicing:
    down, across = window.strides
    rows, columns = size
    shape = (*padded.shape[:2], rows, columns, window.height, window.width)
    slices = np.empty(shape, padded.dtype)
    for row in range(rows):
        # The output position is counted in steps, the pixel position in pixels. They are the same
        # number only while the stride is 1.
        y = row * down
        for column in range(columns):
            x = column * across
            slices[:, :, row, column] = padded[:, :, y : y + window.height, x : x + window.width]
    return Slicing(slices, assignments=rows * columns)


def _view_windows(padded: Array, window: Window, size: Size) -> Slicing:
    down, across = window.strides
    rows, columns = size
    every_place = sliding_window_view(padded, (window.height, window.width), axis=(2, 3))
    return Slicing(every_place[:, :, ::down, ::across][:, :, :rows, :columns], assignments=0)


def _gather_by_index(padded: Array, window: Window, size: Size) -> Slicing:
    down, across = window.strides
    rows, columns = size
    # y of (window row, 1, output row, 1) and x of (1, window column, 1, output column) spread over
    # each other, so that every element of the four axes has its own pixel.
    y = np.arange(window.height)[:, None] + down * np.arange(rows)
    x = np.arange(window.width)[:, None] + across * np.arange(columns)
    slices = padded[:, :, y[:, None, :, None], x[None, :, None, :]]
    return Slicing(slices, assignments=1, helper_bytes=y.nbytes + x.nbytes)


def _cut_strips(padded: Array, window: Window, size: Size) -> Slicing:
    number, channels, height, width = padded.shape
    down, across = window.strides
    rows, columns = size
    if padded.dtype.hasobject:
        raise UsageError("strips copies bytes, and Python objects are more", "take another variant")
    pixels = np.ascontiguousarray(padded)
    # Not its own strides, which may be anything along an axis of length one.
    pixel = pixels.itemsize
    line = width * pixel
    channel = height * line
    image = channels * channel
    # One "element" is a row of a window, or a whole patch: NumPy copies an element of any length in
    # one go, and this is where the time is won.
    run, patch = _bytes(window.width * pixel), _bytes(window.area * pixel)
    run_strides = (image, across * pixel, channel, line)
    runs = np.ndarray((number, columns, channels, height), run, pixels, 0, run_strides)

    strip = height * run.itemsize
    block = min(number, max(1, STRIP_BYTES // (columns * channels * strip)))
    strips = np.empty((block, columns, channels, height), run)
    patch_strides = (columns * channels * strip, down * run.itemsize, channels * strip, strip)
    patches = np.ndarray((block, rows, columns, channels), patch, strips, 0, patch_strides)

    matrix = np.empty((number, rows, columns, channels), patch)
    starts = range(0, number, block)
    for start in starts:
        part = slice(start, start + block)
        count = min(block, number - start)
        strips[:count] = runs[part]
        matrix[part] = patches[:count]

    shape = (number, rows, columns, channels, window.height, window.width)
    slices = matrix.view(pixels.dtype).reshape(shape).transpose(0, 3, 1, 2, 4, 5)
    copied = 0 if pixels is padded else pixels.nbytes
    return Slicing(slices, 2 * len(starts), strips.nbytes + copied)


@cache
def _bytes(count: int) -> np.dtype[np.void]:
    return np.dtype((np.void, count))


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("offset", "one slice per pixel of the filter", _slice_by_offset, FROM_OFFSETS),
        Variant("position", "one slice per output pixel", _slice_by_position, FROM_POSITIONS),
        Variant("strided", "a view of all windows, one copy", _view_windows, FROM_POSITIONS),
        Variant("gather", "every pixel by index arrays", _gather_by_index, FROM_OFFSETS),
        Variant("strips", "one strip per output column, cut once", _cut_strips, FROM_POSITIONS),
    )
}


def find_variant(name: str) -> Variant:
    """The variant of that name.

    Raises:
        UsageError: There is none.

    >>> find_variant("offset").description
    'one slice per pixel of the filter'
    """
    if name not in VARIANTS:
        raise UsageError(f"no im2col variant {name!r}", f"choose from {', '.join(VARIANTS)}")
    return VARIANTS[name]


@dataclass(frozen=True)
class Im2colTrace:
    """Every intermediate of one im2col.

    Attributes:
        variant: Which way it was gathered.
        slices: The six-dimensional array, axes in the variant's own order.
        matrix: (N * output height * output width, C * window height * window width), C order.
        slice_assignments: How many slices were assigned.
        allocated_bytes: Bytes of all new arrays: padding, indices or strips, slices and matrix,
            each where it is a copy and not a view. What NumPy itself needs for a moment is not
            counted: some kilobytes for the indexed read of ``gather``, however large the images.
    """

    variant: Variant
    slices: Array
    matrix: Array
    slice_assignments: int
    allocated_bytes: int


def im2col_by(
    images: Array, window: Window, variant: str = "offset", pad_value: float = 0.0
) -> Array:
    """The matrix of :func:`convcli.engine.im2col.im2col`, gathered another way.

    Args:
        images: (N, C, H, W), any dtype; for ``strips`` any but objects.
        window: Its size, stride and pad.
        variant: A name of :data:`VARIANTS`; the matrix is the same, bit for bit.
        pad_value: What the padding holds.

    Returns:
        (N * OH * OW, C * FH * FW), C order, the dtype of ``images``; never a view of them.

    Raises:
        GeometryError: The window does not fit, or the images are empty or have not four axes.
        UsageError: There is no such variant, or it cannot copy such elements.

    >>> im2col_by(np.arange(9).reshape(1, 1, 3, 3), Window(2, 2), "strided")[0]
    array([0, 1, 3, 4])
    """
    slicing = slice_patches(images, window, variant, pad_value)
    return lay_out(find_variant(variant), slicing, images)


def slice_patches(
    images: Array, window: Window, variant: str = "offset", pad_value: float = 0.0
) -> Slicing:
    """The first half of im2col: pad, and gather the patches into six axes in the variant's order.

    >>> slice_patches(np.zeros((1, 1, 28, 28)), Window(5, 5), "offset").slices.shape
    (1, 1, 5, 5, 24, 24)
    """
    way = find_variant(variant)
    padded, size = _prepare(images, window, pad_value)
    return way.gather(padded, window, size)


def lay_out(variant: Variant, slicing: Slicing, images: Array) -> Array:
    """The second half of im2col: transpose the six axes and reshape them to the matrix.

    Args:
        variant: The variant that gathered the patches.
        slicing: What it gathered.
        images: Where from; the matrix never shares memory with them.

    Returns:
        (N * OH * OW, C * FH * FW), C order.

    >>> images = np.zeros((1, 1, 28, 28))
    >>> slicing = slice_patches(images, Window(5, 5), "offset")
    >>> lay_out(find_variant("offset"), slicing, images).shape
    (576, 25)
    """
    ordered = slicing.slices.transpose(variant.axes)
    number, rows, columns, channels, height, width = ordered.shape
    # A reshape that needs no copy may leave another memory order; the promise is C order.
    matrix = np.ascontiguousarray(
        ordered.reshape(number * rows * columns, channels * height * width)
    )
    # A single window, or windows side by side, may come out as a view of the images, or as one that
    # is read-only; the caller may write into the matrix, and the images must not change with it.
    is_own = matrix.flags.writeable and not np.may_share_memory(matrix, images)
    return matrix if is_own else matrix.copy()


def trace_im2col(
    images: Array, window: Window, variant: str = "offset", pad_value: float = 0.0
) -> Im2colTrace:
    """As :func:`im2col_by`, with the six-dimensional array in between and the cost of the work.

    >>> trace = trace_im2col(np.zeros((1, 1, 28, 28)), Window(5, 5), "position")
    >>> trace.slices.shape, trace.matrix.shape, trace.slice_assignments
    ((1, 1, 24, 24, 5, 5), (576, 25), 576)
    """
    way = find_variant(variant)
    padded, size = _prepare(images, window, pad_value)
    slicing = way.gather(padded, window, size)
    matrix = lay_out(way, slicing, images)
    new_arrays = [
        array
        for array, source in ((padded, images), (slicing.slices, padded), (matrix, slicing.slices))
        if not np.may_share_memory(array, source)
    ]
    allocated = slicing.helper_bytes + sum(array.nbytes for array in new_arrays)
    return Im2colTrace(way, slicing.slices, matrix, slicing.assignments, allocated)


def _prepare(images: Array, window: Window, pad_value: float) -> tuple[Array, Size]:
    height, width = check_images(images)[2:]
    size = window.output_size(height, width)
    return pad_images(images, window.padding(height, width), pad_value), size
