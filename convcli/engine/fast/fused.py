"""The fast path: convolution, ReLU and max pooling as one step, block of images by block.

Done one after the other, the three layers write down every value of every feature map, and then the
pooling throws three out of four away. Here the feature maps before pooling are never laid out.

A pooled value is the largest of the sums under the pool. :mod:`convcli.engine.fast.frames` says how
they come about: sorted by the place under the pool, so that the maximum of whole blocks of numbers
is the pooled feature maps in their usual order (filter, row, column).

**Bias and ReLU come last, on a quarter of the values.** Neither changes which of two numbers is the
larger: ``max(relu(sum + bias))`` over the four sums is ``relu(max(sum) + bias)``, bit for bit.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import relu
from convcli.engine.convolution import check_filters, convolve, filter_window
from convcli.engine.fast.frames import (
    BLOCK_BYTES,
    PreparedConvolution,
    images_in,
    prepared_of_cores,
)
from convcli.engine.fast.threads import Work, share_blocks, usable_cores
from convcli.engine.geometry import Pad, Stride, Window, check_images
from convcli.engine.pooling import max_pool

Array = NDArray[Any]

# Bytes of product below which it takes longer to wake another core than it saves.
SHARE_BYTES = 2**20


def can_fuse(window: Window, pool: Window, dtype: np.dtype[Any]) -> bool:
    """Whether the fast path takes a convolution with this window and this pooling.

    It takes any filter that moves pixel by pixel, with any pad, and any square pool without pad
    that moves by its own size, for floating numbers. The wider the pool, the more zeros stand
    beside a filter in the frame; with a pool one wider than the filter there are as many zeros as
    weights, and there it ends.

    >>> can_fuse(Window(5, 5), Window(2, 2, stride=2), np.dtype(np.float32))
    True
    >>> can_fuse(Window(5, 5), Window(3, 3, stride=2), np.dtype(np.float32))
    False
    """
    size = pool.height
    return (
        window.strides == (1, 1)
        and not window.ceil
        and pool == Window(size, size, stride=size)
        and size <= window.width + 1
        and dtype.kind == "f"
    )


def convolve_relu_pool(
    images: Array,
    filters: Array,
    bias: Array | None,
    pool: Window,
    *,
    stride: Stride = 1,
    pad: Pad = 0,
) -> Array:
    """``max_pool(relu(convolve(images, filters, bias)), pool)``, the fast way where there is one.

    Several threads may call it; they take turns. Pixels of 0..255 need not be scaled beforehand:
    give the bytes as they are, and ``filters / 255``.

    Args:
        images: (N, C, H, W), finite.
        filters: (FN, C, FH, FW), finite.
        bias: (FN,); zero where it is None.
        pool: The window of the pooling.
        stride: Of the convolution.
        pad: Of the convolution.

    Returns:
        (N, FN, PH, PW) in ``np.result_type(images, filters)``. The sums may be added up in another
        order than on the plain path, and so differ from it by rounding.

    Raises:
        GeometryError: The shapes do not fit each other, or a window does not fit.

    >>> image = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> convolve_relu_pool(image, np.ones((1, 1, 3, 3)), np.array([-50.0]), Window(2, 2, stride=2))
    array([[[[40.]]]])
    """
    number, channels, height, width = check_images(images)
    dtype = np.result_type(images, filters)
    fused = _fused_size((height, width), filters.shape, pool, stride, pad, dtype)
    check_filters(filters, bias, channels)
    if fused is None:
        return max_pool(relu(convolve(images, filters, bias, stride=stride, pad=pad)), pool)

    rows, columns, written_pad = fused
    pooled = np.empty((number, len(filters), rows, columns), dtype)
    cores = prepared_of_cores((channels, height, width), filters.shape, pool, written_pad, dtype)

    def prepare(core: int) -> Work:
        prepared = cores[core]
        prepared.load(filters, bias)
        return lambda start, stop: pool_into(pooled[start:stop], images[start:stop], prepared)

    product_bytes = pooled[0].nbytes * pool.area
    share_blocks(prepare, number, _block_size(number, product_bytes))
    return pooled


# For one image, working out the windows anew would take a quarter of the time.
@lru_cache(maxsize=64)
def _fused_size(
    image_size: tuple[int, int],
    filters_shape: tuple[int, ...],
    pool: Window,
    stride: Stride,
    pad: Pad,
    dtype: np.dtype[Any],
) -> tuple[int, int, Pad] | None:
    """Rows and columns of the pooled maps, and the pad; None where the fast path takes no such."""
    window = filter_window(np.broadcast_to(0.0, filters_shape), stride, pad)
    if not can_fuse(window, pool, dtype):
        return None
    return *pool.output_size(*window.output_size(*image_size)), window.pad


def pool_into(pooled: Array, images: Array, prepared: PreparedConvolution) -> None:
    """Write convolution, ReLU and max pooling of any number of images, on one core.

    Args:
        pooled: Written to, (N, FN, PH, PW); it never shares memory with the buffers.
        images: (N, C, H, W).
        prepared: With the filters and the bias loaded.

    >>> pool, dtype = Window(2, 2, stride=2), np.dtype(float)
    >>> prepared = PreparedConvolution((1, 4, 4), (1, 1, 3, 3), pool, 0, dtype)
    >>> prepared.load(np.ones((1, 1, 3, 3)), np.array([-50.0]))
    >>> pooled = np.empty((1, 1, 1, 1))
    >>> pool_into(pooled, np.arange(16.0).reshape(1, 1, 4, 4), prepared)
    >>> pooled
    array([[[[40.]]]])
    """
    for start in range(0, len(images), prepared.block):
        block = slice(start, start + prepared.block)
        maps = pooled[block]
        np.maximum.reduce(prepared.convolve(images[block]), axis=1, out=maps)
        maps += prepared.bias
        np.maximum(maps, prepared.zeros, out=maps)


def _block_size(number: int, product_bytes: int) -> int:
    """Images in a block, such that every core that is worth waking gets as many blocks."""
    cores = min(usable_cores(), -(-number // images_in(SHARE_BYTES, product_bytes)))
    rounds = -(-number // (cores * images_in(BLOCK_BYTES, product_bytes)))
    return -(-number // (cores * rounds))
