"""Convolution and max pooling of a large picture in strips, so that little is held at a time.

im2col makes a matrix many times as large as the image: 1.6 GB for a photograph of 16 million pixels
under a filter of 5x5. The rows of the output do not depend on each other, so that some of them at
a time give the same result, and only as much of the matrix is there as they need.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.engine.convolution import check_filters, convolve, filter_window
from convcli.engine.geometry import Pad, Stride, Window, check_images
from convcli.engine.pooling import check_pooling_pad, max_pool

Array = NDArray[Any]

STRIP_BYTES = 2**25
"""Of the im2col matrix of one strip; what is smaller as a whole is computed as a whole."""


class _Strip(NamedTuple):
    """Some rows of an output, and what they are made from."""

    output: slice
    image: slice
    window: Window


def convolve_in_strips(
    images: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    stride: Stride = 1,
    pad: Pad = 0,
    strip_bytes: int = STRIP_BYTES,
) -> Array:
    """As :func:`convcli.engine.convolution.convolve`, in strips where the matrix would be large.

    Args:
        images: (N, C, H, W).
        filters: (FN, C, FH, FW).
        bias: (FN,); zero where it is left out.
        stride: Pixels from one place to the next.
        pad: Pixels of zero on each side.
        strip_bytes: The most that the im2col matrix of a strip takes, if one row of the output
            takes no more.

    Returns:
        (N, FN, OH, OW) in ``np.result_type(images, filters)``.

    Raises:
        GeometryError: The shapes do not fit each other, or the filters do not fit the images.

    >>> image, filters = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((1, 1, 2, 2))
    >>> convolve_in_strips(image, filters, strip_bytes=1)[0, 0]
    array([[ 8., 12.],
           [20., 24.]])
    """
    window = filter_window(filters, stride, pad)
    check_filters(filters, bias, check_images(images)[1])

    def work(part: Array, strip: Window) -> Array:
        return convolve(part, filters, bias, stride=strip.stride, pad=strip.pad)

    dtype = np.result_type(images, filters)
    return _in_strips(images, window, len(filters), dtype, work, strip_bytes)


def max_pool_in_strips(images: Array, window: Window, strip_bytes: int = STRIP_BYTES) -> Array:
    """As :func:`convcli.engine.pooling.max_pool`, in strips where the matrix would be large.

    Args:
        images: (N, C, H, W), floating.
        window: Its size, stride and pad; with ceil, everything is computed at once.
        strip_bytes: The most that the im2col matrix of a strip takes, if one row of the output
            takes no more.

    Returns:
        (N, C, OH, OW), the dtype of ``images``.

    Raises:
        GeometryError: The window does not fit, or the pad is more than half of it.

    >>> image = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> max_pool_in_strips(image, Window(2, 2, stride=2), strip_bytes=1)[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    channels = check_images(images)[1]
    check_pooling_pad(window)
    return _in_strips(images, window, channels, images.dtype, max_pool, strip_bytes)


def rows_at_once(shape: tuple[int, ...], window: Window, itemsize: int, strip_bytes: int) -> int:
    """Rows of the output that make one strip, at least one.

    Args:
        shape: (N, C, H, W) of the images.
        window: Over them.
        itemsize: Bytes of one of their numbers.
        strip_bytes: The most that the im2col matrix of the strip should take.

    >>> rows_at_once((1, 1, 4000, 4000), Window(5, 5), 4, STRIP_BYTES)
    83
    """
    number, channels, height, width = shape
    places = window.output_size(height, width)[1]
    return max(1, strip_bytes // (number * places * channels * window.area * itemsize))


def _in_strips(
    images: Array,
    window: Window,
    maps: int,
    dtype: np.dtype[Any],
    work: Callable[[Array, Window], Array],
    strip_bytes: int,
) -> Array:
    number, _, height, width = images.shape
    rows, places = window.output_size(height, width)
    at_once = rows_at_once(images.shape, window, images.itemsize, strip_bytes)
    if at_once >= rows or window.ceil:
        # Where the last window reaches over the padding, a strip has no such padding of its own.
        return work(images, window)
    output = np.empty((number, maps, rows, places), dtype)
    for strip in _strips(window, height, width, rows, at_once):
        part = images[:, :, strip.image]
        if not part.shape[2]:
            # A strip of padding alone.
            part = np.zeros((*images.shape[:2], 1, width), images.dtype)
        output[:, :, strip.output] = work(part, strip.window)
    return output


def _strips(window: Window, height: int, width: int, rows: int, at_once: int) -> Iterator[_Strip]:
    top, _, left, right = window.padding(height, width)
    down, _ = window.strides
    for start in range(0, rows, at_once):
        stop = min(start + at_once, rows)
        # Rows of the image that lie under the window, where those of the padding are outside.
        first, last = start * down - top, (stop - 1) * down - top + window.height
        above, below = max(0, -first), max(0, last - height)
        image = slice(max(0, first), max(0, min(last, height)))
        if image.stop <= image.start:
            # One row of zeros will stand for the image.
            image, above, below = slice(0, 0), last - first - 1, 0
        pads = (above, below, left, right)
        yield _Strip(
            slice(start, stop), image, Window(window.height, window.width, window.stride, pads)
        )
