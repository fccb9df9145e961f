"""The geometry of MNIST: ink fitted into a box of 20x20 pixels and centred by mass in 28x28.

Everything is counted in whole numbers, so the same ink gives the same pixels on every machine.

Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits": digits "size
normalized to fit in a 20x20 pixel box while preserving their aspect ratio", then the image is
"centered in a 28x28 image by computing the center of mass of the pixels".
"""

from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

BOX_SIZE = 20
FIELD_SIZE = 28


def ink_bounds(pixels: Pixels) -> tuple[slice, slice]:
    """The rows and columns of the smallest rectangle that holds every pixel above zero.

    Args:
        pixels: uint8 (height, width), ink bright on zero; at least one pixel is ink.

    >>> ink_bounds(np.array([[0, 0, 0], [0, 9, 9], [0, 0, 0]], dtype=np.uint8))
    (slice(1, 2, None), slice(1, 3, None))
    """
    return _span(pixels.max(axis=1)), _span(pixels.max(axis=0))


def _span(brightest: Pixels) -> slice:
    places = np.flatnonzero(brightest)
    return slice(int(places[0]), int(places[-1]) + 1)


def fit_in_box(pixels: Pixels, size: int = BOX_SIZE) -> Pixels:
    """Resize by area averaging, so that the longer side becomes ``size`` and the aspect is kept.

    A pixel of the result is the mean of the area it covers; pixels that it covers in part count in
    part. This is what makes the grey edges of MNIST out of scans that were black and white.

    Args:
        pixels: uint8 (height, width).
        size: Length of the longer side of the result; the shorter is at least one pixel.

    Returns:
        uint8, halves rounded up.

    >>> fit_in_box(np.array([[0, 100, 200], [0, 100, 200]], dtype=np.uint8), size=2)
    array([[ 33, 167]], dtype=uint8)
    """
    longest = max(pixels.shape)
    height, width = (max(1, (2 * side * size + longest) // (2 * longest)) for side in pixels.shape)
    return average(pixels, height, width)


def average(pixels: Pixels, height: int, width: int) -> Pixels:
    """Resize by area averaging: each pixel of the result is the mean of the area it covers.

    Args:
        pixels: uint8 (any height, any width).
        height: Of the result.
        width: Of the result.

    Returns:
        uint8 (height, width), halves rounded up.

    >>> average(np.array([[0, 100, 201]], dtype=np.uint8), 1, 1)
    array([[100]], dtype=uint8)
    """
    bands = _band_sums(pixels, height)
    sums = _band_sums(bands.T, width).T
    area = pixels.size
    averaged: Pixels = ((2 * sums + area) // (2 * area)).astype(np.uint8)
    return averaged


def _band_sums(pixels: NDArray[Any], bands: int) -> NDArray[np.int64]:
    """The rows summed in equal bands, counted in parts of a row: (bands, width)."""
    length = len(pixels)
    sums = np.empty((bands, pixels.shape[1]), dtype=np.int64)
    for band in range(bands):
        start, stop = band * length, (band + 1) * length
        rows = np.arange(start // bands, -(-stop // bands))
        parts = np.minimum((rows + 1) * bands, stop) - np.maximum(rows * bands, start)
        # einsum widens piece by piece; a matrix product would first copy the picture as int64.
        np.einsum("i,ij->j", parts, pixels[rows[0] : rows[-1] + 1], out=sums[band])
    return sums


def centre_by_mass(pixels: Pixels, size: int = FIELD_SIZE) -> Pixels:
    """Place the ink on a black field so that its centre of mass falls on the middle pixel.

    The ink moves by whole pixels, so its values stay. Where the centre of mass is so far off that
    ink would leave the field, the ink stops at the edge of the field instead.

    Args:
        pixels: uint8 (height, width), at most ``size`` each way, at least one pixel above zero.
        size: Height and width of the field; its middle pixel is ``size // 2``, as in MNIST.

    Returns:
        uint8 (size, size).

    >>> centre_by_mass(np.array([[9, 9, 9]], dtype=np.uint8), size=5)
    array([[0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0],
           [0, 9, 9, 9, 0],
           [0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0]], dtype=uint8)
    """
    top, left = (
        min(max(floor(size // 2 - centre + 0.5), 0), size - side)
        for centre, side in zip(centre_of_mass(pixels), pixels.shape, strict=True)
    )
    height, width = pixels.shape
    field = np.zeros((size, size), dtype=np.uint8)
    field[top : top + height, left : left + width] = pixels
    return field


def centre_of_mass(pixels: Pixels) -> tuple[float, float]:
    """The mean row and the mean column, each pixel weighing its value.

    Args:
        pixels: uint8 (height, width), at least one pixel above zero.

    >>> centre_of_mass(np.array([[1, 3], [0, 0]], dtype=np.uint8))
    (0.0, 0.75)
    """
    rows, columns = pixels.sum(axis=1, dtype=np.int64), pixels.sum(axis=0, dtype=np.int64)
    total = int(rows.sum())
    return int(rows @ np.arange(len(rows))) / total, int(columns @ np.arange(len(columns))) / total
