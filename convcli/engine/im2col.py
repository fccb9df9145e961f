"""im2col: every patch under the window becomes one row of a matrix; col2im adds it back.

A convolution asks for the same sum at every place of a window. If each patch is laid out as a row,
all those sums are one matrix product. :mod:`convcli.engine.im2col_variants` has the ways to gather
them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window, check_images, pad_images
from convcli.engine.im2col_variants import VARIANTS, Slicing, Variant, find_variant
from convcli.errors import GeometryError

__all__ = [
    "VARIANTS",
    "Im2colTrace",
    "Slicing",
    "Variant",
    "col2im",
    "find_variant",
    "im2col",
    "lay_out",
    "slice_patches",
    "trace_im2col",
]

Array = NDArray[Any]


@dataclass(frozen=True)
class Im2colTrace:
    """Every intermediate of one im2col.

    Attributes:
        variant: Which way it was gathered.
        slices: The six-dimensional array, axes in the variant's own order.
        matrix: (N * output height * output width, C * window height * window width), C order.
        slice_assignments: How many slices were assigned.
        allocated_bytes: Bytes of all new arrays: padding, indices or strips, slices and matrix,
            each where it is a copy and not a view.
    """

    variant: Variant
    slices: Array
    matrix: Array
    slice_assignments: int
    allocated_bytes: int


def slice_patches(
    images: Array, window: Window, variant: str = "offset", pad_value: float = 0.0
) -> Slicing:
    """The first half of im2col: pad, and gather the patches into six axes in the variant's order.

    >>> slice_patches(np.zeros((1, 1, 28, 28)), Window(5, 5), "offset").slices.shape
    (1, 1, 5, 5, 24, 24)
    """
    return find_variant(variant).gather(_padded(images, window, pad_value), window)


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
    # A single window, or windows side by side, may come out as a view of the images; the caller may
    # write into the matrix, and the images must not change with it.
    return matrix.copy() if np.may_share_memory(matrix, images) else matrix


def im2col(images: Array, window: Window, variant: str = "offset", pad_value: float = 0.0) -> Array:
    """Lay out every patch under the window as one row of a matrix.

    Row ``(n*OH + i)*OW + j`` holds the patch of image ``n`` at output row ``i`` and output column
    ``j``; column ``(c*FH + y)*FW + x`` holds its pixel in channel ``c``, window row ``y``, window
    column ``x``.

    Args:
        images: (N, C, H, W), any dtype.
        window: Its size, stride and pad.
        variant: A name of :data:`VARIANTS`; the matrix is the same, bit for bit.
        pad_value: What the padding holds.

    Returns:
        (N * OH * OW, C * FH * FW), C order, the dtype of ``images``.

    Raises:
        GeometryError: The window does not fit, or the images are empty or have not four axes.
        UsageError: There is no such variant.

    >>> im2col(np.arange(9).reshape(1, 1, 3, 3), Window(2, 2))
    array([[0, 1, 3, 4],
           [1, 2, 4, 5],
           [3, 4, 6, 7],
           [4, 5, 7, 8]])
    """
    slicing = slice_patches(images, window, variant, pad_value)
    return lay_out(find_variant(variant), slicing, images)


def trace_im2col(
    images: Array, window: Window, variant: str = "offset", pad_value: float = 0.0
) -> Im2colTrace:
    """As :func:`im2col`, with the six-dimensional array in between and the cost of the work.

    >>> trace = trace_im2col(np.zeros((1, 1, 28, 28)), Window(5, 5), "position")
    >>> trace.slices.shape, trace.matrix.shape, trace.slice_assignments
    ((1, 1, 24, 24, 5, 5), (576, 25), 576)
    """
    way = find_variant(variant)
    padded = _padded(images, window, pad_value)
    slicing = way.gather(padded, window)
    matrix = lay_out(way, slicing, images)
    new_arrays = [
        array
        for array, source in ((padded, images), (slicing.slices, padded), (matrix, slicing.slices))
        if not np.may_share_memory(array, source)
    ]
    allocated = slicing.helper_bytes + sum(array.nbytes for array in new_arrays)
    return Im2colTrace(way, slicing.slices, matrix, slicing.assignments, allocated)


def _padded(images: Array, window: Window, pad_value: float) -> Array:
    height, width = check_images(images)[2:]
    window.output_size(height, width)
    return pad_images(images, window.pad, pad_value)


def col2im(columns: Array, image_shape: tuple[int, int, int, int], window: Window) -> Array:
    """Add every row back onto the pixels it was taken from: the transpose of :func:`im2col`.

    Not its inverse: a pixel under several windows receives the sum. As linear maps the two are
    adjoint, ``sum(im2col(x) * c) == sum(x * col2im(c))``, and this is why col2im is the gradient of
    im2col.

    Args:
        columns: (N * OH * OW, C * FH * FW), the layout of :func:`im2col`.
        image_shape: (N, C, H, W) of the images, without padding.
        window: The window of the im2col.

    Returns:
        (N, C, H, W), the dtype of ``columns``.

    Raises:
        GeometryError: The window does not fit, or ``columns`` has another shape than im2col gives.

    >>> col2im(np.ones((4, 4), dtype=int), (1, 1, 3, 3), Window(2, 2))[0, 0]
    array([[1, 2, 1],
           [2, 4, 2],
           [1, 2, 1]])
    """
    number, channels, height, width = image_shape
    rows, width_places = window.output_size(height, width)
    expected = (number * rows * width_places, channels * window.area)
    if columns.shape != expected:
        raise GeometryError(f"columns of shape {columns.shape}", f"im2col gives {expected} here")
    patches = columns.reshape(
        number, rows, width_places, channels, window.height, window.width
    ).transpose(0, 3, 4, 5, 1, 2)
    padded_shape = (number, channels, height + 2 * window.pad, width + 2 * window.pad)
    padded = np.zeros(padded_shape, columns.dtype)
    for y in range(window.height):
        y_end = y + window.stride * (rows - 1) + 1
        for x in range(window.width):
            x_end = x + window.stride * (width_places - 1) + 1
            padded[:, :, y : y_end : window.stride, x : x_end : window.stride] += patches[
                :, :, y, x
            ]
    return padded[:, :, window.pad : window.pad + height, window.pad : window.pad + width]
