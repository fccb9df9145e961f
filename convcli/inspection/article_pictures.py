"""Two things that the article on im2col takes for what they are not.

The article behind this program draws the im2col matrix lying on its side, and lays it down by
``reshape``, which keeps the numbers in their order and is no transpose. And its second im2col, the
one by position, reads the patch at (y, x) for the output (y, x), which is right for a stride of 1
only. Both are made here as the article makes them, to be set beside what they stand for.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window, pad_images
from convcli.engine.im2col import im2col

Array = NDArray[Any]


@dataclass(frozen=True)
class Pair:
    """What should be, and what the article makes in its place.

    Attributes:
        right: Any shape.
        theirs: The same shape.
    """

    right: Array
    theirs: Array

    @property
    def differs(self) -> NDArray[np.bool_]:
        """Which cells hold another number."""
        return np.not_equal(self.right, self.theirs)

    @property
    def differing(self) -> int:
        """How many they are."""
        return int(np.count_nonzero(self.differs))


@dataclass(frozen=True)
class AsInTheArticle:
    """The matrix of one image, made lying and with a stride in both ways.

    Attributes:
        lying: The matrix on its side: the transpose, and the article's reshape.
        stride: The stride of the rest, (down, across).
        strided: The matrix with that stride: ours, and that of the article's second im2col.
        output_size: Rows and columns of the output with that stride.
        middle: Which column of the matrix is seen by the middle of the filter, in channel 0.
        same_without: Whether the article's second im2col gives the right matrix with a stride of 1.
    """

    lying: Pair
    stride: tuple[int, int]
    strided: Pair
    output_size: tuple[int, int]
    middle: int
    same_without: bool

    @property
    def seen(self) -> Pair:
        """The pixel under the middle of the filter at every output, (rows, columns)."""
        right, theirs = (
            matrix[:, self.middle].reshape(self.output_size)
            for matrix in (self.strided.right, self.strided.theirs)
        )
        return Pair(right, theirs)

    @property
    def differing_rows(self) -> int:
        """Rows of the strided matrix, so outputs, with a wrong number in them."""
        return int(np.count_nonzero(self.strided.differs.any(axis=1)))


def as_in_the_article(image: Array, window: Window) -> AsInTheArticle:
    """Make both as the article does.

    Args:
        image: (1, C, H, W).
        window: Its size, stride and pad. Where its stride is 1, a stride of 2 is taken for the
            second im2col.

    Raises:
        GeometryError: The window does not fit.

    >>> made = as_in_the_article(np.arange(16).reshape(1, 1, 4, 4), Window(2, 2))
    >>> made.lying.differing, made.lying.right.size
    (30, 36)
    >>> made.strided.right[:, 0].tolist(), made.strided.theirs[:, 0].tolist()
    ([0, 2, 8, 10], [0, 1, 4, 5])
    """
    matrix = im2col(image, window)
    strided = window if max(window.strides) > 1 else strided_window(window)
    unstrided = Window(window.height, window.width, 1, window.pad)
    return AsInTheArticle(
        Pair(matrix.T, matrix.reshape(matrix.shape[::-1])),
        strided.strides,
        Pair(im2col(image, strided), second_im2col(image, strided)),
        strided.output_size(*image.shape[2:]),
        window.height // 2 * window.width + window.width // 2,
        np.array_equal(im2col(image, unstrided), second_im2col(image, unstrided)),
    )


def strided_window(window: Window) -> Window:
    """The same window with a stride of 2."""
    return Window(window.height, window.width, 2, window.pad)


def second_im2col(images: Array, window: Window) -> Array:
    """im2col by position as the article writes it: the place of a patch leaves the stride out.

    Args:
        images: (N, C, H, W).
        window: Its size, stride and pad.

    Returns:
        (N * OH * OW, C * FH * FW), as :func:`convcli.engine.im2col.im2col`; equal to it where the
        stride is 1.

    Raises:
        GeometryError: The window does not fit.
    """
    number, channels, height, width = images.shape
    rows, columns = window.output_size(height, width)
    padded = pad_images(images, window.padding(height, width), 0.0)
    patches = np.empty((number, channels, rows, columns, window.height, window.width), images.dtype)
    for y in range(rows):
        for x in range(columns):
            patch = padded[:, :, y : y + window.height, x : x + window.width]
            patches[:, :, y, x] = patch
    return patches.transpose(0, 2, 3, 1, 4, 5).reshape(number * rows * columns, -1)
