"""Means, largest and smallest values in a window around every pixel, however large it is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.digits.normalizing import Pixels


def integral_image(pixels: Pixels) -> NDArray[np.int64]:
    """Of each place the sum of all that is above and to the left of it.

    With it the sum in any rectangle is made of four numbers (F. Crow, "Summed-area tables for
    texture mapping", 1984).

    Args:
        pixels: uint8 (height, width).

    Returns:
        int64 (height + 1, width + 1); the first row and the first column are zero.

    >>> integral_image(np.array([[1, 2], [3, 4]], dtype=np.uint8))
    array([[ 0,  0,  0],
           [ 0,  1,  3],
           [ 0,  4, 10]])
    """
    height, width = pixels.shape
    sums = np.zeros((height + 1, width + 1), dtype=np.int64)
    inside = sums[1:, 1:]
    np.cumsum(pixels, axis=0, out=inside)
    np.cumsum(inside, axis=1, out=inside)
    return sums


def mean_in_windows(pixels: Pixels, radius: int) -> Pixels:
    """The mean in a square around every pixel; what lies outside repeats the border.

    Args:
        pixels: uint8 (height, width).
        radius: Pixels on each side of the one in the middle.

    Returns:
        uint8 (height, width), halves rounded up.

    >>> mean_in_windows(np.array([[0, 90, 0, 0]], dtype=np.uint8), radius=1)
    array([[30, 30, 30,  0]], dtype=uint8)
    """
    side = 2 * radius + 1
    sums = integral_image(np.pad(pixels, radius, mode="edge"))
    inside = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    means: Pixels = ((2 * inside + side * side) // (2 * side * side)).astype(np.uint8)
    return means


def close_gaps(pixels: Pixels, size: int) -> Pixels:
    """Fill every dark part that has no room for a square; what is larger stays as dark as it is.

    The largest value in each window, and of these the smallest: the *closing* of J. Serra, "Image
    analysis and mathematical morphology", 1982. Edges between large light and large dark parts stay
    where they are, however sharp, which no mean would leave in peace.

    Args:
        pixels: uint8 (height, width).
        size: Side of the square. What lies outside repeats the border.

    >>> close_gaps(np.array([[9, 1, 9, 9, 2, 2, 2]], dtype=np.uint8), size=2)
    array([[9, 9, 9, 9, 2, 2, 2]], dtype=uint8)
    """
    # As if the border went on for ever, so that a dark side or corner is never too narrow.
    framed = np.pad(pixels, size - 1, mode="edge")
    for choose in (np.maximum, np.minimum):
        framed = _slide(_slide(framed, size, choose).T, size, choose).T
    return framed


def _slide(pixels: NDArray[Any], size: int, choose: np.ufunc) -> NDArray[Any]:
    """The chosen one of each ``size`` neighbours in a row: (height, width - size + 1).

    Windows grow by doubling: two that overlap or touch make one.
    """
    reach = 1
    while reach < size:
        step = min(reach, size - reach)
        pixels = choose(pixels[:, :-step], pixels[:, step:])
        reach += step
    return pixels


def spread(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """A mask with everything around it that is at most ``reach`` rows and columns away.

    >>> spread(np.array([[True, False, False]]), reach=1)
    array([[ True,  True, False]])
    """
    framed = np.pad(mask, reach)
    size = 2 * reach + 1
    return _slide(_slide(framed, size, np.maximum).T, size, np.maximum).T
