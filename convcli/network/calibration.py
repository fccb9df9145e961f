"""Whether a network is as sure as it is right: of what it reads with 90 %, are 90 % right?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.network.proportions import Interval, wilson_interval

Array = NDArray[Any]

BINS = 15


@dataclass(frozen=True)
class CalibrationBin:
    """The images that were read with a probability between two ends.

    Attributes:
        low: Included.
        high: Not included, but in the last bin, where it is 1.
        total: Images in it.
        right: How many of them were read right.
        probability: Mean of their probabilities; None without images.
    """

    low: float
    high: float
    total: int
    right: int
    probability: float | None

    @property
    def accuracy(self) -> float | None:
        """Share of them that were read right; None without images."""
        return self.right / self.total if self.total else None

    @property
    def interval(self) -> Interval | None:
        """The Wilson 95 % interval of the accuracy; None without images."""
        return wilson_interval(self.right, self.total) if self.total else None


def calibration_bins(
    probabilities: Array, rights: NDArray[np.bool_], bins: int = BINS
) -> tuple[CalibrationBin, ...]:
    """Images sorted by how sure the network was of what it read.

    Args:
        probabilities: (N,), 0..1, of what was read.
        rights: (N,), whether it was right.
        bins: Of equal width, from 0 to 1.

    >>> found = calibration_bins(np.array([0.9, 0.8, 0.2]), np.array([True, False, False]), bins=2)
    >>> [(part.total, part.right) for part in found]
    [(1, 0), (2, 1)]
    """
    ends = np.linspace(0, 1, bins + 1)
    places = np.minimum(np.searchsorted(ends, probabilities, side="right") - 1, bins - 1)
    totals = np.bincount(places, minlength=bins).tolist()
    right = np.bincount(places[rights], minlength=bins).tolist()
    sums = np.bincount(places, probabilities, bins).tolist()
    return tuple(
        CalibrationBin(low, high, total, count, summed / total if total else None)
        for low, high, total, count, summed in zip(
            ends[:-1].tolist(), ends[1:].tolist(), totals, right, sums, strict=True
        )
    )


def calibration_error(bins: tuple[CalibrationBin, ...]) -> float:
    """The expected calibration error: how far off the probabilities are, over all images.

    ``sum(total * |accuracy - probability|) / N`` (Naeini, Cooper and Hauskrecht, *Obtaining well
    calibrated probabilities using Bayesian binning*, 2015).

    >>> probabilities, rights = np.array([0.9, 0.7, 0.2]), np.array([True, True, False])
    >>> round(calibration_error(calibration_bins(probabilities, rights, bins=2)), 4)
    0.2
    """
    total = sum(part.total for part in bins)
    return (
        sum(
            abs(part.right - part.total * part.probability)
            for part in bins
            if part.probability is not None
        )
        / total
    )
