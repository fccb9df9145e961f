"""Convolution as one matrix product, forward and backward, with every intermediate named.

"Convolution" is the field's word for what mathematics calls cross-correlation: the filter is not
turned round. This is the plain path, written to be read.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Pad, Stride, Window, check_gradient, check_images
from convcli.engine.im2col import col2im, im2col
from convcli.errors import GeometryError

Array = NDArray[Any]


@dataclass(frozen=True)
class ConvolutionTrace:
    """The four steps of a convolution.

    Attributes:
        columns: Step 1, im2col: (N * OH * OW, C * FH * FW).
        filter_matrix: Step 2, each filter one column: (C * FH * FW, FN).
        product: Step 3, ``columns @ filter_matrix + bias``: (N * OH * OW, FN).
        output: Step 4, reshaped and transposed to feature maps: (N, FN, OH, OW).
    """

    columns: Array
    filter_matrix: Array
    product: Array
    output: Array


@dataclass(frozen=True)
class ConvolutionGradients:
    """The gradient of the loss by everything that went into a convolution, and by its steps.

    Attributes:
        product: By the product, the output gradient laid out as it: (N * OH * OW, FN).
        columns: By the columns, before col2im adds them up: (N * OH * OW, C * FH * FW).
        images: (N, C, H, W).
        filters: (FN, C, FH, FW).
        bias: (FN,).
    """

    product: Array
    columns: Array
    images: Array
    filters: Array
    bias: Array


def filter_window(filters: Array, stride: Stride = 1, pad: Pad = 0) -> Window:
    """The window that filters of shape (FN, C, FH, FW) move over an image.

    Raises:
        GeometryError: The filters have not four axes, or stride or pad cannot be.

    >>> filter_window(np.zeros((30, 1, 5, 5)))
    Window(height=5, width=5, stride=1, pad=0)
    """
    if filters.ndim != 4:
        raise GeometryError(
            f"filters of shape {filters.shape} have {filters.ndim} axes",
            "four are needed: (filters, channels, height, width)",
        )
    return Window(filters.shape[2], filters.shape[3], stride, pad)


def convolve(
    images: Array, filters: Array, bias: Array | None = None, *, stride: Stride = 1, pad: Pad = 0
) -> Array:
    """Slide every filter over every image.

    ``output[n, f, i, j] = bias[f] + sum over c, y, x of
    padded[n, c, i*down + y, j*across + x] * filters[f, c, y, x]``, the padding being zero.

    Args:
        images: (N, C, H, W).
        filters: (FN, C, FH, FW).
        bias: (FN,); zero where it is left out.
        stride: Pixels from one place to the next, at least 1; or (down, across).
        pad: Pixels of zero on each side, at least 0; or (top and bottom, left and right), or
            (top, bottom, left, right).

    Returns:
        (N, FN, OH, OW) in ``np.result_type(images, filters)``.

    Raises:
        GeometryError: The shapes do not fit each other, or the filters do not fit the images.

    >>> image = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> convolve(image, np.ones((1, 1, 2, 2)), np.array([100.0]))[0, 0]
    array([[108., 112.],
           [120., 124.]])
    """
    return trace_convolution(images, filters, bias, stride=stride, pad=pad).output


def trace_convolution(
    images: Array, filters: Array, bias: Array | None = None, *, stride: Stride = 1, pad: Pad = 0
) -> ConvolutionTrace:
    """As :func:`convolve`, with what each step made.

    >>> trace = trace_convolution(np.zeros((1, 1, 28, 28)), np.zeros((30, 1, 5, 5)))
    >>> trace.columns.shape, trace.filter_matrix.shape, trace.product.shape, trace.output.shape
    ((576, 25), (25, 30), (576, 30), (1, 30, 24, 24))
    """
    window = filter_window(filters, stride, pad)
    number, channels, height, width = check_images(images)
    check_filters(filters, bias, channels)
    rows, places = window.output_size(height, width)
    dtype = np.result_type(images, filters)
    columns = im2col(images, window)
    filter_matrix = filters.reshape(len(filters), -1).T
    product = columns.astype(dtype, copy=False) @ filter_matrix.astype(dtype, copy=False)
    if bias is not None:
        product += bias.astype(dtype, copy=False)
    output = product.reshape(number, rows, places, len(filters)).transpose(0, 3, 1, 2)
    return ConvolutionTrace(columns, filter_matrix, product, output)


def convolution_gradients(
    output_gradient: Array, images: Array, filters: Array, *, stride: Stride = 1, pad: Pad = 0
) -> ConvolutionGradients:
    """The backward pass: each step of the forward pass transposed, in reverse order.

    With ``G`` the output gradient laid out as the product was: ``filters = im2col(images).T @ G``,
    ``bias = sum of the rows of G``, ``columns = G @ filter_matrix.T``,
    ``images = col2im(columns)``.

    Args:
        output_gradient: Gradient of the loss by the output, (N, FN, OH, OW).
        images: (N, C, H, W) of the forward pass.
        filters: (FN, C, FH, FW) of the forward pass.
        stride: Of the forward pass.
        pad: Of the forward pass.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> image = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> gradients = convolution_gradients(np.ones((1, 1, 2, 2)), image, np.ones((1, 1, 2, 2)))
    >>> gradients.filters[0, 0]
    array([[ 8., 12.],
           [20., 24.]])
    >>> gradients.bias
    array([4.])
    """
    window = filter_window(filters, stride, pad)
    number, channels, height, width = check_images(images)
    check_filters(filters, None, channels)
    output_size = window.output_size(height, width)
    check_gradient(output_gradient, (number, len(filters), *output_size))
    product = output_gradient.transpose(0, 2, 3, 1).reshape(-1, len(filters))
    columns = product @ filters.reshape(len(filters), -1)
    patches = im2col(images, window)
    return ConvolutionGradients(
        product=product,
        columns=columns,
        images=col2im(columns, (number, channels, height, width), window),
        filters=(patches.T @ product).T.reshape(filters.shape),
        bias=product.sum(axis=0),
    )


def check_filters(filters: Array, bias: Array | None, channels: int) -> None:
    """Refuse filters (FN, C, FH, FW) and a bias that do not fit images of so many channels.

    Raises:
        GeometryError: A filter is empty, the channels differ, or the bias is not (FN,).

    >>> check_filters(np.zeros((30, 1, 5, 5)), np.zeros(30), channels=1)
    """
    if 0 in filters.shape:
        raise GeometryError(
            f"filters of shape {filters.shape} are empty", "take at least one filter"
        )
    if filters.shape[1] != channels:
        raise GeometryError(
            f"filters of shape {filters.shape} take {filters.shape[1]} channels, "
            f"the images have {channels}",
            "both need the same number",
        )
    if bias is not None and bias.shape != (len(filters),):
        raise GeometryError(
            f"bias of shape {bias.shape}", f"{(len(filters),)} is needed, one per filter"
        )
