"""Statistics against arithmetic in fractions, and where float64 would overflow."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from convcli.inspection.statistics import ArrayStatistics, statistics_of

LARGEST = np.finfo(np.float64).max


def exact(array: NDArray[Any]) -> tuple[float, float]:
    """Mean and standard deviation in fractions, rounded once at the end."""
    values = [Fraction(value) for value in array.ravel().tolist()]
    mean = sum(values, Fraction(0)) / len(values)
    variance = sum(((value - mean) ** 2 for value in values), Fraction(0)) / len(values)
    # The root of a fraction too large or too small for a float, by way of a power of four.
    exponent = (variance.numerator.bit_length() - variance.denominator.bit_length()) // 2
    return float(mean), math.ldexp(math.sqrt(variance / Fraction(4) ** exponent), exponent)


@settings(deadline=None, max_examples=200)
@given(
    arrays_of.arrays(
        dtype=st.one_of(
            arrays_of.floating_dtypes(sizes=(16, 32, 64), endianness="?"),
            arrays_of.integer_dtypes(endianness="?"),
            arrays_of.unsigned_integer_dtypes(endianness="?"),
        ),
        shape=arrays_of.array_shapes(min_dims=0, max_dims=4, max_side=5),
        elements={"allow_nan": False, "allow_infinity": False},
    )
)
def test_statistics_are_those_of_arithmetic(array: NDArray[Any]) -> None:
    found = statistics_of(array)
    values = array.ravel().tolist()
    assert found.minimum == min(values)
    assert found.maximum == max(values)
    assert found.share_of_zeros == values.count(0) / len(values)
    mean, deviation = exact(array)
    scale = max(abs(min(values)), abs(max(values)))
    assert found.mean == pytest.approx(mean, rel=1e-14, abs=1e-15 * scale)
    assert found.standard_deviation == pytest.approx(deviation, rel=1e-13, abs=1e-14 * scale)


@pytest.mark.parametrize(
    ("values", "mean", "deviation"),
    [
        ([LARGEST, LARGEST, LARGEST], LARGEST, 0.0),
        ([LARGEST, -LARGEST], 0.0, LARGEST),
        ([1e300, 3e300], 2e300, 1e300),
        ([5e-324, 5e-324], 5e-324, 0.0),
        ([1e-300, 3e-300], 2e-300, 1e-300),
        ([0.0, 0.0], 0.0, 0.0),
    ],
)
def test_neither_overflow_nor_underflow(values: list[float], mean: float, deviation: float) -> None:
    found = statistics_of(np.array(values))
    assert found.mean == pytest.approx(mean, rel=1e-15)
    assert found.standard_deviation == pytest.approx(deviation, rel=1e-15)


def test_layout_does_not_matter() -> None:
    array = np.random.default_rng(0).normal(size=(300, 500))
    found = statistics_of(array)
    assert found.mean == pytest.approx(array.mean(), rel=1e-12)
    assert found.standard_deviation == pytest.approx(array.std(), rel=1e-12)
    others = [np.asfortranarray(array), array[::-1], array.T, array.astype(">f8")]
    for other in others:
        again = statistics_of(other)
        assert (again.minimum, again.maximum) == (found.minimum, found.maximum)
        assert again.mean == pytest.approx(found.mean, rel=1e-12)
        assert again.standard_deviation == pytest.approx(found.standard_deviation, rel=1e-12)


def test_large_integers_are_shown_exactly() -> None:
    found = statistics_of(np.array([2**63 - 1, -(2**63)]))
    assert (found.minimum, found.maximum) == (-(2**63), 2**63 - 1)
    assert isinstance(found.maximum, int)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 0, 2)])
def test_empty_array_has_no_statistics(shape: tuple[int, ...]) -> None:
    assert statistics_of(np.zeros(shape)) == ArrayStatistics(None, None, None, None, 0.0)
