"""Digits as other hands would have put them on the paper: a little aside, a little turned.

Pixels are bytes before and after, and what comes in from outside of the picture is black. The same
pixels and the same state of the generator give the same bits.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from convcli.errors import UsageError

Pixels = NDArray[np.uint8]

MOST_PIXELS = 2
"""How far :func:`shift` moves a picture, in rows and in columns."""

MOST_DEGREES = 10.0
"""How far :func:`rotate` turns a picture, either way."""


def shift(pixels: Pixels, chance: np.random.Generator, most: int = MOST_PIXELS) -> Pixels:
    """Move each picture by whole pixels, as far in each direction as any other.

    Args:
        pixels: uint8, (N, height, width).
        chance: Draws the rows, then the columns.
        most: Pixels, at least 0.

    Returns:
        uint8, of the same shape.

    >>> picture = np.array([[[0, 0, 0], [0, 9, 0], [0, 0, 0]]], np.uint8)
    >>> shift(picture, np.random.default_rng(0), most=1)
    array([[[0, 0, 0],
            [0, 0, 0],
            [0, 9, 0]]], dtype=uint8)
    """
    number, height, width = pixels.shape
    down, right = chance.integers(-most, most + 1, (2, number))
    framed = np.pad(pixels, ((0, 0), (most, most), (most, most)))
    rows = np.arange(height) + (most - down)[:, None]
    columns = np.arange(width) + (most - right)[:, None]
    pictures = np.arange(number)[:, None, None]
    moved: Pixels = framed[pictures, rows[:, :, None], columns[:, None, :]]
    return moved


def rotate(pixels: Pixels, chance: np.random.Generator, most: float = MOST_DEGREES) -> Pixels:
    """Turn each picture about its middle, every angle as likely as any other.

    A pixel of the turned picture lies between four of the old one, and is their mean, weighted by
    how near they are (bilinear interpolation).

    Args:
        pixels: uint8, (N, height, width).
        chance: Draws the angles.
        most: Degrees, either way.

    Returns:
        uint8, of the same shape.

    >>> picture = np.full((1, 5, 5), 9, np.uint8)
    >>> bool((rotate(picture, np.random.default_rng(0), most=0) == picture).all())
    True
    """
    number, height, width = pixels.shape
    angles = np.deg2rad(chance.uniform(-most, most, number))[:, None, None]
    rows = (np.arange(height) - (height - 1) / 2)[:, None]
    columns = np.arange(width) - (width - 1) / 2
    # Where in the old picture each pixel comes from.
    old_rows = np.cos(angles) * rows + np.sin(angles) * columns + (height - 1) / 2
    old_columns = np.cos(angles) * columns - np.sin(angles) * rows + (width - 1) / 2
    return _between(pixels, old_rows, old_columns)


_WAYS: dict[str, Callable[[Pixels, np.random.Generator], Pixels]] = {
    "shift": shift,
    "rotate": rotate,
}
KINDS = tuple(_WAYS)
"""The names that :func:`augment` takes."""


def augment(pixels: Pixels, kinds: Iterable[str], chance: np.random.Generator) -> Pixels:
    """Change each picture by chance, one kind of change after the other.

    Args:
        pixels: uint8, (N, height, width).
        kinds: Names of :data:`KINDS`.
        chance: Draws how far.

    Returns:
        uint8, of the same shape.

    Raises:
        UsageError: There is no such kind.

    >>> augment(np.zeros((1, 28, 28), np.uint8), KINDS, np.random.default_rng(0)).shape
    (1, 28, 28)
    """
    for kind in kinds:
        if kind not in _WAYS:
            raise UsageError(f"no augmentation {kind!r}", f"choose from {', '.join(KINDS)}")
        pixels = _WAYS[kind](pixels, chance)
    return pixels


def _between(pixels: Pixels, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Pixels:
    """The pictures at places between their pixels; outside of them it is black."""
    number, height, width = pixels.shape
    # One black pixel on each side, to which everything outside is drawn in.
    framed = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    rows = np.clip(rows + 1, 0, height + 1)
    columns = np.clip(columns + 1, 0, width + 1)
    above = np.minimum(rows.astype(np.int32), height)
    left = np.minimum(columns.astype(np.int32), width)
    down, right = (rows - above).astype(np.float32), (columns - left).astype(np.float32)
    first = np.arange(number, dtype=np.int32)[:, None, None] * framed[0].size
    corner = first + above * (width + 2) + left
    upper_left, upper_right, lower_left, lower_right = (
        framed.take(corner + offset) for offset in (0, 1, width + 2, width + 3)
    )
    upper = upper_left + (upper_right.astype(np.float32) - upper_left) * right
    lower = lower_left + (lower_right.astype(np.float32) - lower_left) * right
    between: Pixels = np.rint(upper + (lower - upper) * down).astype(np.uint8)
    return between
