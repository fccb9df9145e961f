"""Max pooling, forward and backward, with the place of every winner."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window, check_gradient, check_images
from convcli.engine.im2col import col2im, im2col
from convcli.errors import GeometryError

Array = NDArray[Any]


@dataclass(frozen=True)
class PoolingTrace:
    """The steps of a max pooling.

    Attributes:
        columns: Step 1, im2col: (N * OH * OW, C * PH * PW).
        rows: Step 2, one window of one channel a row: (N * OH * OW * C, PH * PW).
        winners: Step 3, argmax along the row, the first on a tie: (N * OH * OW * C,).
        maxima: Step 3, max along the row: (N * OH * OW * C,).
        output: Step 4, reshaped and transposed to feature maps: (N, C, OH, OW).
    """

    columns: Array
    rows: Array
    winners: Array
    maxima: Array
    output: Array


@dataclass(frozen=True)
class PoolingGradients:
    """The gradient of the loss by the input of a max pooling, and by its steps.

    Attributes:
        rows: By the rows: each has its gradient at the winner and zero elsewhere,
            (N * OH * OW * C, PH * PW).
        columns: By the columns, before col2im adds them up: (N * OH * OW, C * PH * PW).
        images: (N, C, H, W).
    """

    rows: Array
    columns: Array
    images: Array


def max_pool(images: Array, window: Window) -> Array:
    """The largest value under each place of the window, channel by channel.

    Padding is minus infinity and never wins, not even among pixels of minus infinity (as in
    PyTorch). With ``window.ceil`` the last window may reach over the image; what it sees there is
    padding too. NaN is larger than everything, as everywhere in NumPy.

    Args:
        images: (N, C, H, W), floating.
        window: Its size, stride, pad and ceil; the pad at most half the window.

    Returns:
        (N, C, OH, OW), the dtype of ``images``.

    Raises:
        GeometryError: The window does not fit, or the pad is more than half of it.

    >>> max_pool(np.arange(16.0).reshape(1, 1, 4, 4), Window(2, 2, stride=2))[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    return trace_max_pool(images, window).output


def trace_max_pool(images: Array, window: Window) -> PoolingTrace:
    """As :func:`max_pool`, with what each step made.

    >>> trace = trace_max_pool(np.arange(16.0).reshape(1, 1, 4, 4), Window(2, 2, stride=2))
    >>> trace.rows.shape, trace.winners
    ((4, 4), array([3, 3, 3, 3]))
    """
    number, channels, height, width = check_images(images)
    check_pooling_pad(window)
    rows, places = window.output_size(height, width)
    columns = im2col(images, window, pad_value=-np.inf)
    window_rows = columns.reshape(-1, window.area)
    winners = window_rows.argmax(axis=1)
    maxima = window_rows.max(axis=1)
    lowest = np.isneginf(maxima)
    if lowest.any():
        # Only here padding ties with pixels, and it must not win even so.
        inside = im2col(np.ones_like(images, np.bool_), window).reshape(-1, window.area)
        winners[lowest] = inside[lowest].argmax(axis=1)
    output = maxima.reshape(number, rows, places, channels).transpose(0, 3, 1, 2)
    return PoolingTrace(columns, window_rows, winners, maxima, output)


def max_pool_gradient(output_gradient: Array, images: Array, window: Window) -> Array:
    """The backward pass: each gradient goes to the one pixel that won, the others receive nothing.

    Of equal pixels the first wins, of several NaNs too (in PyTorch the last of those).

    Args:
        output_gradient: Gradient of the loss by the output, (N, C, OH, OW).
        images: (N, C, H, W) of the forward pass.
        window: Of the forward pass.

    Returns:
        (N, C, H, W); a pixel that won in several windows receives the sum.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> image = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> max_pool_gradient(np.ones((1, 1, 2, 2)), image, Window(2, 2, stride=2))[0, 0]
    array([[0., 0., 0., 0.],
           [0., 1., 0., 1.],
           [0., 0., 0., 0.],
           [0., 1., 0., 1.]])
    """
    return trace_max_pool_gradient(output_gradient, images, window).images


def trace_max_pool_gradient(
    output_gradient: Array, images: Array, window: Window
) -> PoolingGradients:
    """As :func:`max_pool_gradient`, with what each step made.

    >>> image = np.arange(4.0).reshape(1, 1, 2, 2)
    >>> trace_max_pool_gradient(np.full((1, 1, 1, 1), 7.0), image, Window(2, 2)).rows
    array([[0., 0., 0., 7.]])
    """
    trace = trace_max_pool(images, window)
    check_gradient(output_gradient, trace.output.shape)
    rows = np.zeros(trace.rows.shape, output_gradient.dtype)
    values = output_gradient.transpose(0, 2, 3, 1).ravel()
    rows[np.arange(len(values)), trace.winners] = values
    columns = rows.reshape(trace.columns.shape)
    number, channels, height, width = images.shape
    return PoolingGradients(
        rows, columns, col2im(columns, (number, channels, height, width), window)
    )


def check_pooling_pad(window: Window) -> None:
    """Refuse a pooling window that might lie on padding alone.

    Raises:
        GeometryError: The pad is more than half the window, in either direction.

    >>> check_pooling_pad(Window(3, 3, stride=2, pad=1))
    """
    top, bottom, left, right = window.pads
    if 2 * max(top, bottom) > window.height or 2 * max(left, right) > window.width:
        raise GeometryError(
            f"a pooling pad of {window.pad} is more than half of a "
            f"{window.height}x{window.width} window",
            "such a window could lie on padding alone; take a smaller pad",
        )
