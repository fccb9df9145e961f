"""The fast path in training: which filters would have made the pooled feature maps better?

It goes back along the way of :mod:`convcli.engine.fast.fused`, where frames and planes are
explained. Going back is cheap for two reasons.

**Only winners matter.** A pooled value is the largest of the sums under the pool, and the gradient
of the loss by that sum is the gradient by the pooled value. The other sums changed nothing, so
theirs is zero; and where ReLU made a zero of the winner itself, so is the winner's. All that has to
be remembered of the four sums is who won, in one byte::

    sums        winner       gradient by       gradient by
    under a     (numbered    the pooled        the sums
    2x2 pool    row by row)  value
    3 7                                        0   0.5
    5 1         1            0.5               0   0

Of equal sums the first wins, as with ``argmax`` and in PyTorch.

**The product goes backwards as a product.** Forward it was ``sums = weights @ planes``; so the
gradient by the weights is ``(gradient by the sums) @ planes.T``, added up over the images. It has
the shape of the weights, in which each filter stands once for every place it has in the frame. Cut
these places out and add them up: that is the gradient by the filter.

The planes are gathered anew on the way back. This takes less time than to keep those of a whole
batch, which fall out of the processor's cache before they are asked for again. The gradient by the
images is not computed: nothing lies before the first layer that could learn from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import relu, relu_gradient
from convcli.engine.convolution import (
    check_filters,
    convolution_gradients,
    convolve,
    filter_window,
)
from convcli.engine.fast.frames import PreparedConvolution, prepared_of_cores
from convcli.engine.fast.fused import can_fuse
from convcli.engine.fast.threads import Work, share_blocks
from convcli.engine.geometry import Pad, Stride, Window, check_images
from convcli.engine.pooling import max_pool, max_pool_gradient
from convcli.errors import GeometryError

Array = NDArray[Any]
Winners = NDArray[np.uint8]

# A winner's number is kept in one byte.
LARGEST_AREA = 256


@dataclass(frozen=True)
class FilterGradients:
    """The gradient of the loss by what a convolution learns.

    Attributes:
        filters: (FN, C, FH, FW).
        bias: (FN,).
    """

    filters: Array
    bias: Array


Backward = Callable[[Array], FilterGradients]


def differentiable_features(
    images: Array,
    filters: Array,
    bias: Array,
    pool: Window,
    *,
    stride: Stride = 1,
    pad: Pad = 0,
) -> tuple[Array, Backward]:
    """Convolution, ReLU and max pooling, and the way back from their gradient to the filters'.

    Args:
        images: (N, C, H, W), finite.
        filters: (FN, C, FH, FW).
        bias: (FN,).
        pool: The window of the pooling.
        stride: Of the convolution.
        pad: Of the convolution.

    Returns:
        The pooled feature maps (N, FN, PH, PW), as
        :func:`convcli.engine.fast.fused.convolve_relu_pool` makes them; and a function that takes
        the gradient of the loss by them, of that shape, and
        returns :class:`FilterGradients`. The same arrays give the same bits, whichever core
        happens to do what.

    Raises:
        GeometryError: The shapes do not fit each other, or a window does not fit.

    >>> image = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> filters, bias = np.ones((1, 1, 3, 3)), np.array([-50.0])
    >>> pooled, backward = differentiable_features(image, filters, bias, Window(2, 2, stride=2))
    >>> pooled
    array([[[[40.]]]])
    >>> backward(np.full((1, 1, 1, 1), 0.5)).filters[0, 0]  # half of what the winner sees
    array([[2.5, 3. , 3.5],
           [4.5, 5. , 5.5],
           [6.5, 7. , 7.5]])
    """
    window = filter_window(filters, stride, pad)
    check_filters(filters, bias, check_images(images)[1])
    dtype = np.result_type(images, filters)
    if can_fuse(window, pool, dtype) and pool.area <= LARGEST_AREA:
        return _fused_features(images, filters, bias, pool, window)
    return _plain_features(images, filters, bias, pool, window)


def _plain_features(
    images: Array, filters: Array, bias: Array, pool: Window, window: Window
) -> tuple[Array, Backward]:
    stride, pad = window.stride, window.pad
    convolution = convolve(images, filters, bias, stride=stride, pad=pad)
    rectified = relu(convolution)

    def backward(pooled_gradient: Array) -> FilterGradients:
        rectified_gradient = max_pool_gradient(pooled_gradient, rectified, pool)
        gradient = relu_gradient(rectified_gradient, convolution)
        found = convolution_gradients(gradient, images, filters, stride=stride, pad=pad)
        return FilterGradients(found.filters, found.bias)

    return max_pool(rectified, pool), backward


def _fused_features(
    images: Array, filters: Array, bias: Array, pool: Window, window: Window
) -> tuple[Array, Backward]:
    number, channels, height, width = images.shape
    dtype = np.result_type(images, filters)
    rows, columns = pool.output_size(*window.output_size(height, width))
    pooled = np.empty((number, len(filters), rows, columns), dtype)
    winners = np.empty(pooled.shape, np.uint8)

    cores = prepared_of_cores((channels, height, width), filters.shape, pool, window.pad, dtype)
    # Cut alike on every machine, so that the order of the sums does not depend on its cores.
    blocks = -(-number // cores[0].block)
    block = -(-number // blocks)

    def prepare_forward(core: int) -> Work:
        prepared = cores[core]
        prepared.load(filters, bias)

        def work(start: int, stop: int) -> None:
            part = slice(start, stop)
            pool_with_winners(pooled[part], winners[part], images[part], prepared)

        return work

    share_blocks(prepare_forward, number, block)

    def backward(pooled_gradient: Array) -> FilterGradients:
        if pooled_gradient.shape != pooled.shape:
            raise GeometryError(
                f"gradient of shape {pooled_gradient.shape}", f"{pooled.shape} is needed"
            )
        parts: list[FilterGradients | None] = [None] * blocks

        def prepare_backward(core: int) -> Work:
            prepared = cores[core]

            def work(start: int, stop: int) -> None:
                part = slice(start, stop)
                parts[start // block] = filter_gradients(
                    pooled_gradient[part], images[part], pooled[part], winners[part], prepared
                )

            return work

        share_blocks(prepare_backward, number, block)
        # In the order of the blocks, not in the order in which the cores were done with them.
        found = [part for part in parts if part is not None]
        return FilterGradients(
            filters=np.sum([part.filters for part in found], axis=0),
            bias=np.sum([part.bias for part in found], axis=0),
        )

    return pooled, backward


def pool_with_winners(
    pooled: Array, winners: Winners, images: Array, prepared: PreparedConvolution
) -> None:
    """Write the pooled feature maps of a block of images, and which sum each of them is.

    Args:
        pooled: Written to, (N, FN, PH, PW), N at most ``prepared.block``.
        winners: Written to, the same shape: 0 for the upper left of the pool, row by row.
        images: (N, C, H, W).
        prepared: With the filters and the bias loaded.

    >>> pool, dtype = Window(2, 2, stride=2), np.dtype(float)
    >>> prepared = PreparedConvolution((1, 4, 4), (1, 1, 3, 3), pool, 0, dtype)
    >>> prepared.load(np.ones((1, 1, 3, 3)), np.array([-50.0]))
    >>> pooled, winners = np.empty((1, 1, 1, 1)), np.empty((1, 1, 1, 1), np.uint8)
    >>> pool_with_winners(pooled, winners, np.arange(16.0).reshape(1, 1, 4, 4), prepared)
    >>> pooled, winners
    (array([[[[40.]]]]), array([[[[3]]]], dtype=uint8))
    """
    sums, better = prepared.convolve(images), prepared.mask[: len(images)]
    pooled[...] = sums[:, 0]
    winners[...] = 0
    for place in range(1, sums.shape[1]):
        np.greater(sums[:, place], pooled, out=better)
        # The number of a later winner is larger. So the larger number is the later winner's.
        candidates = better.view(np.uint8)
        np.multiply(candidates, np.uint8(place), out=candidates)
        np.maximum(winners, candidates, out=winners)
        np.maximum(pooled, sums[:, place], out=pooled)
    np.add(pooled, prepared.bias, out=pooled)
    np.maximum(pooled, prepared.zeros, out=pooled)


def filter_gradients(
    pooled_gradient: Array,
    images: Array,
    pooled: Array,
    winners: Winners,
    prepared: PreparedConvolution,
) -> FilterGradients:
    """The way back, from the gradient by the pooled maps of a block (N, FN, PH, PW).

    The other arguments are those of :func:`pool_with_winners`.
    """
    number = len(images)
    mask, gradient = prepared.mask[:number], prepared.gradient[:number]
    np.greater(pooled, prepared.zeros, out=mask)
    np.multiply(pooled_gradient, mask, out=gradient)

    sums_gradient = prepared.sums(number)
    for place in range(sums_gradient.shape[1]):
        np.equal(winners, np.uint8(place), out=mask)
        np.multiply(gradient, mask, out=sums_gradient[:, place])
    return FilterGradients(
        filters=prepared.filters_gradient(images), bias=gradient.sum(axis=(0, 2, 3))
    )
