"""Filters as frames: a convolution whose sums come out sorted by the place under the pool.

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

The product of an image has the axes (down, right, filter, place). So the four sums of a pooled
value stand in four blocks of neighbouring numbers, and the maximum of whole blocks is the pooled
feature maps in their usual order (filter, row, column).
"""

from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.fast.threads import usable_cores
from convcli.engine.geometry import Pad, Window

Array = NDArray[Any]

# Bytes of the largest buffer, the product of a block. With much smaller blocks the time goes into
# the calls between the steps, much larger ones have left the cache when the maximum is taken.
BLOCK_BYTES = 2**21


class PreparedConvolution:
    """Filters laid out as frames, and the buffers in which one core convolves by them.

    Fresh memory is dear: the system clears each page of it on first touch, and for a block that
    takes longer than the arithmetic. So the buffers stay, and every call writes over them. Only one
    thread at a time may use an object.

    Args:
        image_shape: (C, H, W).
        filters_shape: (FN, C, FH, FW).
        pool: The window of the pooling, square, without pad, moving by its own size.
        pad: Of the convolution; its stride is 1.
        dtype: Of the arithmetic and of the result.

    Attributes:
        block: Images that the buffers hold, the most that a call takes.
        bias: One number for each pooled value, (FN, PH, PW).
        zeros: The same shape. For NumPy a whole array is much faster to add and to compare with
            than one number.

    >>> prepared = PreparedConvolution(
    ...     (1, 4, 4), (1, 1, 3, 3), Window(2, 2, stride=2), 0, np.dtype(float)
    ... )
    >>> prepared.load(np.ones((1, 1, 3, 3)), bias=None)
    >>> prepared.convolve(np.arange(16.0).reshape(1, 1, 4, 4)).ravel()  # under the one pool
    array([45., 54., 81., 90.])
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        filters_shape: tuple[int, ...],
        pool: Window,
        pad: Pad,
        dtype: np.dtype[Any],
    ) -> None:
        filters, channels, filter_height, self._filter_width = filters_shape
        size = pool.height
        frame = Window(filter_height + size - 1, self._filter_width + size - 1, size, pad)
        rows, columns = frame.output_size(*image_shape[1:])
        sums_shape = (pool.area, filters, rows, columns)
        self.block = images_in(BLOCK_BYTES, prod(sums_shape) * dtype.itemsize)

        # A filter once for each step to the right, rows before channels as in the planes.
        self._frames = np.zeros((size, filters, filter_height, channels, frame.width), dtype)
        self._weights = self._frames.reshape(size * filters, -1)

        self._planes = _FramePlanes(self.block, image_shape, frame, dtype)
        self._columns = self._planes.moved_down(filter_height)
        self._product = np.empty((self.block, size, size * filters, rows * columns), dtype)
        self._sums = self._product.reshape(self.block, *sums_shape)
        self.bias = np.zeros((filters, rows, columns), dtype)
        self.zeros = np.zeros_like(self.bias)

    def load(self, filters: Array, bias: Array | None) -> None:
        """Copy the filters (FN, C, FH, FW) and the bias (FN,) or None, for the calls to come."""
        rows_first = filters.transpose(0, 2, 1, 3)
        for right, frames in enumerate(self._frames):
            frames[..., right : right + self._filter_width] = rows_first
        self.bias[...] = 0 if bias is None else bias[:, None, None]

    def sums(self, number: int) -> Array:
        """The buffer of the sums of so many images: (N, places under the pool, FN, PH, PW)."""
        return self._sums[:number]

    def convolve(self, images: Array) -> Array:
        """The sums of all pools of images (N, C, H, W), without the bias; they lie in the buffer.

        Returns:
            (N, places under the pool, FN, PH, PW); the places row by row.
        """
        number = len(images)
        self._planes.gather(images)
        np.matmul(self._weights, self._columns[:number], out=self._product[:number])
        return self.sums(number)

    def filters_gradient(self, images: Array) -> Array:
        """The gradient by the filters, where the buffer of :meth:`sums` holds that by the sums.

        Args:
            images: (N, C, H, W) of the forward pass.

        Returns:
            (FN, C, FH, FW), added up over the images.
        """
        number = len(images)
        self._planes.gather(images)
        columns, products = self._columns[:number], self._products[:number]
        np.matmul(self._product[:number], columns.swapaxes(2, 3), out=products)
        frames = products.sum(axis=(0, 1)).reshape(self._frames.shape)
        by_row = sum(
            frame[..., right : right + self._filter_width] for right, frame in enumerate(frames)
        )
        return np.asarray(by_row).transpose(0, 2, 1, 3)

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """A buffer of yes and no for each pooled value, (block, FN, PH, PW); training needs it."""
        return np.empty((self.block, *self.bias.shape), np.bool_)

    @cached_property
    def gradient(self) -> Array:
        """A buffer of a number for each pooled value, (block, FN, PH, PW); training needs it."""
        return np.empty((self.block, *self.bias.shape), self.bias.dtype)

    @cached_property
    def _products(self) -> Array:
        return np.empty((*self._product.shape[:2], *self._weights.shape), self.bias.dtype)


@lru_cache(maxsize=4)
def prepared_of_cores(
    image_shape: tuple[int, int, int],
    filters_shape: tuple[int, ...],
    pool: Window,
    pad: Pad,
    dtype: np.dtype[Any],
) -> tuple[PreparedConvolution, ...]:
    """A :class:`PreparedConvolution` for each core, made once for the same arguments.

    They hold whatever filters were loaded last. Load and use them only in the work that
    :func:`convcli.engine.fast.threads.share_blocks` is given: its turn keeps everyone else away.

    >>> pool = Window(2, 2, stride=2)
    >>> cores = prepared_of_cores((1, 4, 4), (1, 1, 3, 3), pool, 0, np.dtype(float))
    >>> len(cores) == usable_cores()
    True
    """
    return tuple(
        PreparedConvolution(image_shape, filters_shape, pool, pad, dtype)
        for _ in range(usable_cores())
    )


def images_in(available: int, bytes_each: int) -> int:
    """How many images of so many bytes each have room; at least one.

    >>> images_in(100, 30), images_in(10, 30)
    (3, 1)
    """
    return max(1, available // bytes_each)


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
