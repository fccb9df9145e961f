"""Average pooling and global average pooling, forward and backward."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window, check_gradient, check_images
from convcli.engine.im2col import col2im, im2col
from convcli.engine.pooling import check_pooling_pad

Array = NDArray[Any]


def average_pool(images: Array, window: Window, count_include_pad: bool = True) -> Array:
    """The mean under each place of the window, channel by channel.

    Padding is zero. Whether its pixels are counted is a choice. What the last window of
    ``window.ceil`` sees beyond the padding is never counted (as in PyTorch).

    Args:
        images: (N, C, H, W), floating.
        window: Its size, stride, pad and ceil; the pad at most half the window.
        count_include_pad: Whether the sum is divided by the pixels of image and padding, or by
            those of the image alone.

    Returns:
        (N, C, OH, OW), the dtype of ``images``.

    Raises:
        GeometryError: The window does not fit, or the pad is more than half of it.

    >>> average_pool(np.arange(16.0).reshape(1, 1, 4, 4), Window(2, 2, stride=2))[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    number, channels, height, width = check_images(images)
    divisors = _divisors(height, width, window, count_include_pad).astype(images.dtype)
    sums = im2col(images, window).reshape(-1, window.area).sum(axis=1)
    maps = sums.reshape(number, *divisors.shape, channels).transpose(0, 3, 1, 2)
    averages: Array = maps / divisors
    return averages


def average_pool_gradient(
    output_gradient: Array,
    image_shape: tuple[int, int, int, int],
    window: Window,
    count_include_pad: bool = True,
) -> Array:
    """The backward pass: every pixel under a window receives the same part of its gradient.

    Args:
        output_gradient: Gradient of the loss by the output, (N, C, OH, OW).
        image_shape: (N, C, H, W) of the forward pass.
        window: Of the forward pass.
        count_include_pad: Of the forward pass.

    Returns:
        (N, C, H, W); a pixel under several windows receives the sum.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> average_pool_gradient(np.ones((1, 1, 1, 1)), (1, 1, 2, 2), Window(2, 2))[0, 0]
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    number, channels, height, width = image_shape
    divisors = _divisors(height, width, window, count_include_pad).astype(output_gradient.dtype)
    check_gradient(output_gradient, (number, channels, *divisors.shape))
    parts = (output_gradient / divisors).transpose(0, 2, 3, 1).reshape(-1, channels)
    return col2im(parts.repeat(window.area, axis=1), image_shape, window)


def global_average_pool(images: Array) -> Array:
    """The mean of each feature map: (N, C, H, W) becomes (N, C, 1, 1).

    Raises:
        GeometryError: The images are empty or have not four axes.

    >>> global_average_pool(np.arange(4.0).reshape(1, 1, 2, 2))
    array([[[[1.5]]]])
    """
    check_images(images)
    means: Array = images.mean(axis=(2, 3), keepdims=True)
    return means


def global_average_pool_gradient(
    output_gradient: Array, image_shape: tuple[int, int, int, int]
) -> Array:
    """The backward pass of :func:`global_average_pool`: every pixel receives the same part.

    Args:
        output_gradient: Gradient of the loss by the output, (N, C, 1, 1).
        image_shape: (N, C, H, W) of the forward pass.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> global_average_pool_gradient(np.ones((1, 1, 1, 1)), (1, 1, 1, 2))
    array([[[[0.5, 0.5]]]])
    """
    number, channels, height, width = image_shape
    check_gradient(output_gradient, (number, channels, 1, 1))
    return np.broadcast_to(output_gradient / (height * width), image_shape).copy()


def _divisors(height: int, width: int, window: Window, count_include_pad: bool) -> Array:
    """The number of pixels that each place of the window counts, (OH, OW)."""
    check_pooling_pad(window)
    output_height, output_width = window.output_size(height, width)
    down, across = window.strides
    top, bottom, left, right = window.pads
    rows = _covered(output_height, down, window.height, height, (top, bottom), count_include_pad)
    columns = _covered(output_width, across, window.width, width, (left, right), count_include_pad)
    return np.outer(rows, columns)


def _covered(
    places: int, stride: int, extent: int, size: int, pads: tuple[int, int], count_pad: bool
) -> Array:
    """How many of the counted pixels a window covers at each place, in one direction."""
    before, after = pads
    starts = stride * np.arange(places) - before
    ends = starts + extent
    if count_pad:
        return np.minimum(ends, size + after) - starts
    return np.minimum(ends, size) - np.maximum(starts, 0)
