"""Ink told from paper by the two levels of grey that divide a picture best."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.digits.normalizing import Pixels
from convcli.errors import PictureError

ADVICE = "give a picture of one digit, dark on light or light on dark"

LEAST_CONTRAST = 16
"""Levels between paper and ink. The noise of a blank sheet differs by less."""

NOISE = 5
"""Deviations of the paper's noise that still are paper."""

APART = 8
"""Columns between two pixels whose difference tells of noise; a JPEG file's blocks are so wide."""


@dataclass(frozen=True)
class Levels:
    """The mean level of the darker and of the lighter pixels."""

    dark: float
    light: float

    @property
    def middle(self) -> float:
        """Half way between them."""
        return (self.dark + self.light) / 2

    def inverted(self) -> "Levels":
        """The same of the negative."""
        return Levels(255 - self.light, 255 - self.dark)

    @property
    def ramp(self) -> tuple[float, float]:
        """Up to where a pixel is no ink at all, and from where on it is nothing but ink."""
        return (5 * self.dark + 3 * self.light) / 8, (3 * self.dark + 5 * self.light) / 8


def two_levels(counts: NDArray[np.float64]) -> Levels:
    """The mean dark and the mean light level, divided where they differ most.

    Of all thresholds, the one with the largest variance between the two classes (N. Otsu, "A
    threshold selection method from gray-level histograms", 1979).

    Args:
        counts: (256,), how many pixels have each level.

    >>> counts = np.zeros(256)
    >>> counts[[10, 12, 200]] = 3, 1, 2
    >>> two_levels(counts)
    Levels(dark=10.5, light=200.0)
    """
    levels = np.arange(256)
    below, above = counts.cumsum()[:-1], counts[::-1].cumsum()[-2::-1]
    masses = counts * levels
    # A class without pixels has no mean; its variance is zero whatever is put there.
    dark = masses.cumsum()[:-1] / below.clip(1)
    light = masses[::-1].cumsum()[-2::-1] / above.clip(1)
    best = (below * above * (light - dark) ** 2).argmax()
    # A picture of one level has no dark pixels.
    return Levels(float(dark[best] if below[best] else light[best]), float(light[best]))


def require_contrast(levels: Levels) -> None:
    """Refuse a picture whose two levels are too near each other to be paper and ink.

    Raises:
        PictureError: They are.
    """
    contrast = levels.light - levels.dark
    if contrast < LEAST_CONTRAST:
        raise PictureError(
            f"no ink to see: its dark and its light parts differ by {contrast:.0f} of 255", ADVICE
        )


def count_levels(pixels: Pixels) -> NDArray[np.float64]:
    """How many pixels have each of the 256 levels."""
    # Row by row, for bincount takes eight bytes for each pixel that it counts.
    counts = np.zeros(256)
    for row in pixels:
        counts += np.bincount(row, minlength=256)
    return counts


def without_noise(pixels: Pixels) -> NDArray[np.float64]:
    """How many pixels have each level, where what is no more than noise counts as paper.

    Paper is the median of all pixels. Noise is what pixels that lie near each other differ by; half
    of such pairs are both paper or both ink. A clean picture has none.

    Args:
        pixels: uint8 (height, width), ink bright on dark paper.

    Returns:
        (256,).
    """
    counts = count_levels(pixels)
    differences = np.zeros(256)
    for row in pixels.astype(np.int16):
        differences += np.bincount(np.abs(row[APART:] - row[:-APART]), minlength=256)
    # The median of the distances of two normal numbers is 0.954 of their deviation.
    deviation = _median(differences) / 0.954
    paper = _median(counts)
    near = np.abs(np.arange(256) - paper) <= NOISE * deviation
    cleaned = np.where(near, 0, counts)
    cleaned[paper] = counts[near].sum()
    return cleaned


def _median(counts: NDArray[np.float64]) -> int:
    total = counts.cumsum()
    return int(np.searchsorted(total, total[-1] / 2))


def separate(pixels: Pixels, levels: Levels) -> Pixels:
    """Paper to 0, ink to 255, and evenly between in between.

    Args:
        pixels: uint8 (height, width), ink bright on dark paper.
        levels: Those of paper and ink.
    """
    low, high = levels.ramp
    ramp = ((np.arange(256) - low) / (high - low)).clip(0, 1)
    table = np.floor(255 * ramp + 0.5).astype(np.uint8)
    separated = np.empty_like(pixels)
    # Row by row, for NumPy takes eight bytes for each number of a place in the table.
    for row, values in zip(separated, pixels, strict=True):
        row[:] = table[values]
    return separated
