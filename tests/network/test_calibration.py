"""The calibration error is that of torchmetrics, bin by bin."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest

from convcli.network.calibration import BINS, calibration_bins, calibration_error

Array = NDArray[Any]


def made(seed: int, power: float) -> tuple[Array, NDArray[np.bool_]]:
    random = np.random.default_rng(seed)
    probabilities = random.random(2000) ** (1 / power)
    return probabilities, random.random(2000) < probabilities**1.3


def by_torch(probabilities: Array, rights: Array) -> float:
    """The definition in the documentation of torchmetrics, with PyTorch's own bins."""
    ends = torch.linspace(0, 1, BINS + 1, dtype=torch.float64)
    given, right = torch.tensor(probabilities), torch.tensor(rights, dtype=torch.float64)
    places = torch.bucketize(given, ends, right=True) - 1
    error = 0.0
    for place in places.unique():
        inside = places == place
        gap = (right[inside].mean() - given[inside].mean()).abs()
        error += (gap * inside.double().mean()).item()
    return error


@pytest.mark.parametrize(
    ("seed", "power", "expected"),
    [
        # What torchmetrics 1.9.0 makes of these numbers in float64.
        (0, 1, 0.07026475307919283),
        (1, 5, 0.034010772861800716),
        (2, 0.3, 0.05675409963504281),
    ],
)
def test_the_error_is_that_of_torchmetrics(seed: int, power: float, expected: float) -> None:
    probabilities, rights = made(seed, power)
    found = calibration_error(calibration_bins(probabilities, rights))
    assert found == pytest.approx(expected, rel=0, abs=1e-12)
    assert found == pytest.approx(by_torch(probabilities, rights), rel=0, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.floats(0.2, 9))
def test_whatever_is_given(seed: int, count: int, power: float) -> None:
    probabilities, rights = (part[:count] for part in made(seed, power))
    bins = calibration_bins(probabilities, rights)
    assert sum(part.total for part in bins) == count
    assert sum(part.right for part in bins) == rights.sum()
    found = calibration_error(bins)
    assert found == pytest.approx(by_torch(probabilities, rights), rel=0, abs=1e-12)


def test_bins_by_hand() -> None:
    probabilities = np.array([0.0, 0.25, 0.4, 0.5, 1.0])
    bins = calibration_bins(probabilities, np.array([True, False, True, True, True]), bins=4)
    assert [(part.low, part.high) for part in bins] == [
        (0, 0.25),
        (0.25, 0.5),
        (0.5, 0.75),
        (0.75, 1),
    ]
    # The lower end is in, the upper one is not; the last bin has both.
    assert [(part.total, part.right) for part in bins] == [(1, 1), (2, 1), (1, 1), (1, 1)]
    assert bins[1].probability == pytest.approx(0.325)
    assert bins[1].accuracy == 0.5
    expected = binomtest(1, 2).proportion_ci(method="wilson")
    assert bins[1].interval == pytest.approx((expected.low, expected.high))
    error = (abs(1 - 0) + 2 * abs(0.5 - 0.325) + abs(1 - 0.5) + 0) / 5
    assert calibration_error(bins) == pytest.approx(error)


def test_a_bin_without_images_says_nothing() -> None:
    empty = calibration_bins(np.array([0.9]), np.array([True]), bins=2)[0]
    assert (empty.total, empty.probability, empty.accuracy, empty.interval) == (0, None, None, None)
