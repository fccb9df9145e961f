import pytest
from scipy import stats

from convcli.inspection.learning_curves import learning_curves
from convcli.network.training import Epoch


def test_the_intervals_are_scipy_s() -> None:
    rights = [0, 37, 98, 100]
    history = [
        Epoch(number, 1 / number, 0.5, 0.3, right / 100, 0.001, 2.0)
        for number, right in enumerate(rights, 1)
    ]
    curves = learning_curves(history, 100, best=4)
    assert curves.epochs == [1, 2, 3, 4]
    assert curves.loss == [1, 1 / 2, 1 / 3, 1 / 4]
    assert curves.validation_accuracy == [0, 0.37, 0.98, 1]
    ends = zip(rights, curves.validation_low, curves.validation_high, strict=True)
    for right, low, high in ends:
        expected = stats.binomtest(right, 100).proportion_ci(0.95, "wilson")
        assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)
