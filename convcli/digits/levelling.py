"""Paper that is lit unevenly, made even: each pixel is measured against the paper where it lies.

This is what a threshold of its own for every place comes to: a pixel is ink where it is darker than
a part of the paper there.
"""

import numpy as np
from numpy.typing import NDArray

from convcli.digits.normalizing import Pixels
from convcli.digits.windows import close_gaps, mean_in_windows

WIDEST_STROKE = 0.5
"""Of the picture's longer side. What is wider is taken for paper in a shadow."""

SMOOTHING = 2
"""Pixels on each side over which noise is averaged before the paper is looked for."""

EVEN = 10
"""Levels between the darkest and the lightest hundredth of paper that still counts as even."""


def paper_level(light: Pixels) -> Pixels:
    """How light the paper is at each pixel, under the ink as well.

    Args:
        light: uint8 (height, width), ink dark on light paper.

    >>> sheet = np.full((20, 20), 200, dtype=np.uint8)
    >>> sheet[:, 10:] = 120
    >>> inked = sheet.copy()
    >>> inked[4:16, 5] = 30
    >>> int(np.abs(paper_level(inked).astype(int) - sheet).max()) <= 40
    True
    """
    smooth = mean_in_windows(light, SMOOTHING) if min(light.shape) > 8 * SMOOTHING else light
    return close_gaps(smooth, max(1, round(WIDEST_STROKE * max(light.shape))))


def is_even(paper: Pixels) -> bool:
    """Whether the paper is as light everywhere, but for a hundredth of it at either end."""
    dark, light = np.percentile(paper, (1, 99))
    return bool(light - dark <= EVEN)


def ink_is_dark(grey: Pixels) -> bool:
    """Whether ink is darker than the paper around it, whatever the light.

    Ink is the smaller part and differs most from its surroundings: the third power of the
    differences has its sign.
    """
    around = mean_in_windows(grey, max(1, max(grey.shape) // 8))
    difference: NDArray[np.float32] = grey.astype(np.float32) - around
    return bool((difference**3).sum() < 0)


def level(light: Pixels, paper: Pixels) -> Pixels:
    """Each pixel divided by the paper where it lies: bare paper is about 255 everywhere.

    Args:
        light: uint8 (height, width), ink dark on light paper.
        paper: uint8, the same size.

    >>> level(np.array([[100, 20]], dtype=np.uint8), np.array([[100, 40]], dtype=np.uint8))
    array([[255, 128]], dtype=uint8)
    """
    share = light.astype(np.float32) / np.maximum(paper, 1)
    levelled: Pixels = np.floor(share.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    return levelled
