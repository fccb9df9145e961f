import math

import numpy as np
import pytest

from convcli.errors import ParameterError
from convcli.inspection.filters import FilterSummary, summarise


def test_each_filter_is_summed_up_over_all_its_channels() -> None:
    filters = np.array([[[[1.0, 2.0]], [[-2.0, 4.0]]], [[[0.0, 0.0]], [[0.0, 0.0]]]], "float32")
    assert summarise(filters) == (
        FilterSummary(0, -2.0, 4.0, 1.25, 5.0),
        FilterSummary(1, 0.0, 0.0, 0.0, 0.0),
    )


def test_float32_weights_are_summed_in_float64() -> None:
    filters = np.full((1, 1, 100, 100), 0.1, "float32")
    (summary,) = summarise(filters)
    assert summary.norm == pytest.approx(math.sqrt(10_000) * float(np.float32(0.1)), rel=1e-15)


def test_weights_whose_squares_overflow_are_refused_without_a_warning() -> None:
    with pytest.raises(ParameterError, match="far too large"):
        summarise(np.full((1, 1, 2, 2), 1e200))


def test_a_filter_of_many_weights_is_summed_up_piece_by_piece() -> None:
    weights = np.random.default_rng(2).normal(2, 1, (1, 3, 200, 300))
    (summary,) = summarise(np.asfortranarray(weights))
    assert summary.minimum == weights.min()
    assert summary.maximum == weights.max()
    assert summary.mean == pytest.approx(math.fsum(weights.ravel()) / weights.size, rel=1e-14)
    assert summary.norm == pytest.approx(math.sqrt(math.fsum(weights.ravel() ** 2)), rel=1e-14)
