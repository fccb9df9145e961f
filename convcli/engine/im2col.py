"""im2col: every patch under the window becomes one row of a matrix; col2im adds it back.

A convolution asks for the same sum at every place of a window. If each patch is laid out as a row,
all those sums are one matrix product. This is the book's way to gather the patches: one slice for
each pixel of the window. :mod:`convcli.engine.im2col_variants` has other ways to the same matrix.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window, check_images, pad_images
from convcli.errors import GeometryError

Array = NDArray[Any]


def im2col(images: Array, window: Window, pad_value: float = 0.0) -> Array:
    """Lay out every patch under the window as one row of a matrix.

    Row ``(n*OH + i)*OW + j`` holds the patch of image ``n`` at output row ``i`` and output column
    ``j``; column ``(c*FH + y)*FW + x`` holds its pixel in channel ``c``, window row ``y``, window
    column ``x``.

    Args:
        images: (N, C, H, W), any dtype.
        window: Its size, stride and pad.
        pad_value: What the padding holds.

    Returns:
        (N * OH * OW, C * FH * FW), C order, the dtype of ``images``; never a view of them.

    Raises:
        GeometryError: The window does not fit, or the images are empty or have not four axes.

    >>> im2col(np.arange(9).reshape(1, 1, 3, 3), Window(2, 2))
    array([[0, 1, 3, 4],
           [1, 2, 4, 5],
           [3, 4, 6, 7],
           [4, 5, 7, 8]])
    """
    number, channels, height, width = check_images(images)
    output_height, output_width = window.output_size(height, width)
    down, across = window.strides
    padded = pad_images(images, window.padding(height, width), pad_value)

    shape = (number, channels, window.height, window.width, output_height, output_width)
    patches = np.empty(shape, images.dtype)
    for y in range(window.height):
        y_end = y + down * output_height
        for x in range(window.width):
            x_end = x + across * output_width
            # One pixel of the window, at all its places at once.
            patches[:, :, y, x] = padded[:, :, y:y_end:down, x:x_end:across]

    rows = patches.transpose(0, 4, 5, 1, 2, 3)
    matrix = rows.reshape(number * output_height * output_width, channels * window.area)
    # A reshape that needs no copy may leave another memory order; the promise is C order.
    return np.ascontiguousarray(matrix)


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
    output_height, output_width = window.output_size(height, width)
    expected = (number * output_height * output_width, channels * window.area)
    if columns.shape != expected:
        raise GeometryError(f"columns of shape {columns.shape}", f"im2col gives {expected} here")
    down, across = window.strides
    top, bottom, left, right = window.padding(height, width)

    shape = (number, output_height, output_width, channels, window.height, window.width)
    patches = columns.reshape(shape).transpose(0, 3, 4, 5, 1, 2)
    padded_shape = (number, channels, top + height + bottom, left + width + right)
    padded = np.zeros(padded_shape, columns.dtype)
    for y in range(window.height):
        y_end = y + down * output_height
        for x in range(window.width):
            x_end = x + across * output_width
            padded[:, :, y:y_end:down, x:x_end:across] += patches[:, :, y, x]
    return padded[:, :, top : top + height, left : left + width]
