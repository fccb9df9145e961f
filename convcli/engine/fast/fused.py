"""The fast path: convolution, ReLU and max pooling as one step, block of images by block.

Done one after the other, the three layers write down every value of every feature map, and then the
pooling throws three out of four away. Here the feature maps before pooling are never laid out.

**One frame for one pooled value.** Take a 5x5 filter ``w`` and a 2x2 pool. A pooled value is the
largest of four sums, and the four stand one pixel apart. Together they see 6x6 pixels::

    w w w w w .    . w w w w w    . . . . . .    . . . . . .
    w w w w w .    . w w w w w    w w w w w .    . w w w w w
    w w w w w .    . w w w w w    w w w w w .    . w w w w w
    w w w w w .    . w w w w w    w w w w w .    . w w w w w
    w w w w w .    . w w w w w    w w w w w .    . w w w w w
    . . . . . .    . . . . . .    w w w w w .    . w w w w w

So let a frame of 6x6 pixels move over the image in the steps of the pool, which are 2. On a 28x28
image it has 12x12 places. Gather each of its 36 pixels at all places: 36 planes of 12x12, which are
5,184 numbers, where im2col gathers 14,400. Write each picture above as a row of 36 weights, with
zero for a dot. This row times the planes is one of the four sums, at all places.

**Down is free.** The last two pictures are the first two, moved down by a row. The planes lie in
memory frame row by frame row; so the weights of the first two pictures, without the empty row, are
multiplied with the planes of frame rows 0 to 4, and the same weights with those of rows 1 to 5.
Nothing is copied for this, and of the zeros only the empty column is left.

**Bias and ReLU come last, on a quarter of the values.** Neither changes which of two numbers is the
larger: ``max(relu(sum + bias))`` over the four sums is ``relu(max(sum) + bias)``, bit for bit.

The product of an image has the axes (down, right, filter, place). So the four sums of a pooled
value stand in four blocks of neighbouring numbers, and the maximum of whole blocks is the pooled
feature maps in their usual order (filter, row, column).
"""

from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import relu
from convcli.engine.convolution import check_filters, convolve, filter_window
from convcli.engine.fast.threads import Work, share_blocks, usable_cores
from convcli.engine.geometry import Pad, Stride, Window, check_images
from convcli.engine.pooling import max_pool

Array = NDArray[Any]

# Bytes of the largest buffer, the product of a block. With much smaller blocks the time goes into
# the calls between the steps, much larger ones have left the cache when the maximum is taken.
BLOCK_BYTES = 2**21
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
    window = filter_window(filters, stride, pad)
    number, channels, height, width = check_images(images)
    check_filters(filters, bias, channels)
    dtype = np.result_type(images, filters)
    if not can_fuse(window, pool, dtype):
        return max_pool(relu(convolve(images, filters, bias, stride=stride, pad=pad)), pool)

    rows, columns = pool.output_size(*window.output_size(height, width))
    pooled = np.empty((number, len(filters), rows, columns), dtype)
    cores = fused_of_cores((channels, height, width), filters.shape, pool, pad, dtype)

    def prepare(core: int) -> Work:
        fused = cores[core]
        fused.load(filters, bias)
        return lambda start, stop: fused(images[start:stop], pooled[start:stop])

    product_bytes = pooled[0].nbytes * pool.area
    share_blocks(prepare, number, _block_size(number, product_bytes))
    return pooled


class FusedConvolution:
    """Convolution, ReLU and max pooling on one core, with buffers that are made once.

    Fresh memory is dear: the system clears each page of it on first touch, and for a block that
    takes longer than the arithmetic. So the buffers stay, and every call writes over them. Results
    never share memory with them. Only one thread at a time may use an object.

    Args:
        image_shape: (C, H, W).
        filters_shape: (FN, C, FH, FW).
        pool: The window of the pooling; :func:`can_fuse` says which.
        pad: Of the convolution.
        dtype: Of the arithmetic and of the result.

    >>> fused = FusedConvolution((1, 4, 4), (1, 1, 3, 3), Window(2, 2, 2), 0, np.dtype(float))
    >>> fused.load(np.ones((1, 1, 3, 3)), np.array([-50.0]))
    >>> pooled = np.empty((1, 1, 1, 1))
    >>> fused(np.arange(16.0).reshape(1, 1, 4, 4), pooled)
    >>> pooled
    array([[[[40.]]]])
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        filters_shape: tuple[int, ...],
        pool: Window,
        pad: Pad,
        dtype: np.dtype[Any],
    ) -> None:
        filters, channels, filter_height, filter_width = filters_shape
        size = pool.height
        frame = Window(filter_height + size - 1, filter_width + size - 1, size, pad)
        rows, columns = frame.output_size(*image_shape[1:])
        sums_shape = (pool.area, filters, rows, columns)
        self._block = _images_in(BLOCK_BYTES, prod(sums_shape) * dtype.itemsize)

        # A filter once for each step to the right, rows before channels as in the planes.
        self._frames = np.zeros((size, filters, filter_height, channels, frame.width), dtype)
        self._weights = self._frames.reshape(size * filters, -1)

        self._planes = _FramePlanes(self._block, image_shape, frame, dtype)
        self._columns = self._planes.moved_down(filter_height)
        self._product = np.empty((self._block, size, size * filters, rows * columns), dtype)
        self._sums = self._product.reshape(self._block, *sums_shape)
        # For NumPy a whole array is much faster to add and to compare with than one number.
        self._bias = np.zeros((filters, rows, columns), dtype)
        self._zeros = np.zeros_like(self._bias)

    def load(self, filters: Array, bias: Array | None) -> None:
        """Copy the filters (FN, C, FH, FW) and the bias (FN,) or None, for the calls to come."""
        rows_first = filters.transpose(0, 2, 1, 3)
        for right, frames in enumerate(self._frames):
            frames[..., right : right + filters.shape[3]] = rows_first
        self._bias[...] = 0 if bias is None else bias[:, None, None]

    def __call__(self, images: Array, pooled: Array) -> None:
        """Write the pooled feature maps of images (N, C, H, W) into ``pooled`` (N, FN, PH, PW)."""
        for start in range(0, len(images), self._block):
            block = slice(start, start + self._block)
            self._pool_block(images[block], pooled[block])

    def _pool_block(self, images: Array, pooled: Array) -> None:
        number = len(images)
        self._planes.gather(images)
        np.matmul(self._weights, self._columns[:number], out=self._product[:number])
        np.maximum.reduce(self._sums[:number], axis=1, out=pooled)
        pooled += self._bias
        np.maximum(pooled, self._zeros, out=pooled)


class _FramePlanes:
    """Each pixel of the frame at all its places: one plane for each pixel.

    From one place of the frame to the next it is ``stride`` columns. So the columns of the images
    are sorted first by their remainder in the division by the stride. After that a row of a plane
    lies in one piece, and NumPy copies it as one "element" of so many bytes, which is several times
    as fast as number by number.
    """

    def __init__(
        self, block: int, image_shape: tuple[int, int, int], frame: Window, dtype: np.dtype[Any]
    ) -> None:
        channels, height, width = image_shape
        stride = frame.strides[0]
        top, bottom, left, right = frame.pads
        rows, columns = frame.output_size(height, width)
        self._planes = np.empty((block, frame.height, channels, frame.width, rows, columns), dtype)
        row_of_plane = np.dtype((np.void, columns * dtype.itemsize))
        plane_rows = self._planes.view(row_of_plane)[..., 0]

        sorted_width = -(-(left + width + right) // stride)
        sorted_shape = (block, channels, stride, top + height + bottom, sorted_width)
        by_remainder = np.zeros(sorted_shape, dtype)
        image, channel, group, line, pixel = by_remainder.strides
        self._sorts: list[tuple[Array, slice]] = []
        self._copies: list[tuple[Array, Array]] = []
        for remainder in range(stride):
            first = (remainder - left) % stride
            begin, wide = (first + left) // stride, len(range(first, width, stride))
            inside = by_remainder[:, :, remainder, top : top + height, begin : begin + wide]
            self._sorts.append((inside, slice(first, None, stride)))

            of_frame = plane_rows[:, :, :, remainder::stride]
            strides = (image, line, channel, pixel, stride * line)
            start = remainder * group
            windows = np.ndarray(of_frame.shape, row_of_plane, by_remainder, start, strides)
            self._copies.append((of_frame, windows))

    def gather(self, images: Array) -> None:
        """Fill the planes from images (N, C, H, W), N at most a block; around them is zero."""
        number = len(images)
        for inside, image_columns in self._sorts:
            inside[:number] = images[..., image_columns]
        for of_frame, windows in self._copies:
            of_frame[:number] = windows[:number]

    def moved_down(self, height: int) -> Array:
        """The planes of ``height`` frame rows as the rows of a matrix, from each frame row on.

        Returns:
            (block, steps down, height * C * frame width, places); a view, its matrices overlap.
        """
        block, frame_height, channels, width, rows, columns = self._planes.shape
        shape = (block, frame_height - height + 1, height * channels * width, rows * columns)
        image, down, _, plane, _, pixel = self._planes.strides
        strides = (image, down, plane, pixel)
        return np.ndarray(shape, self._planes.dtype, self._planes, 0, strides)


def _images_in(available: int, bytes_each: int) -> int:
    return max(1, available // bytes_each)


def _block_size(number: int, product_bytes: int) -> int:
    """Images in a block, such that every core that is worth waking gets as many blocks."""
    cores = min(usable_cores(), -(-number // _images_in(SHARE_BYTES, product_bytes)))
    rounds = -(-number // (cores * _images_in(BLOCK_BYTES, product_bytes)))
    return -(-number // (cores * rounds))


@lru_cache(maxsize=2)
def fused_of_cores(
    image_shape: tuple[int, int, int],
    filters_shape: tuple[int, ...],
    pool: Window,
    pad: Pad,
    dtype: np.dtype[Any],
) -> tuple[FusedConvolution, ...]:
    """A :class:`FusedConvolution` for each core, made once for the same arguments.

    They hold whatever filters were loaded last. Load and use them only in the work that
    :func:`convcli.engine.fast.threads.share_blocks` is given: its turn keeps everyone else away.

    >>> cores = fused_of_cores((1, 4, 4), (1, 1, 3, 3), Window(2, 2, 2), 0, np.dtype(float))
    >>> len(cores) == usable_cores()
    True
    """
    return tuple(
        FusedConvolution(image_shape, filters_shape, pool, pad, dtype)
        for _ in range(usable_cores())
    )
