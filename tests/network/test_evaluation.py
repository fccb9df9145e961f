import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest

from convcli.errors import GeometryError, UsageError
from convcli.network.building import build
from convcli.network.evaluation import Evaluation, evaluate, wilson_interval
from convcli.network.network import Network


@pytest.fixture
def brightness_reader() -> Network:
    """Reads a plain picture as 0 when it is dark, 1 when it is grey and 2 when it is bright."""
    return build(
        {
            "W1": np.full((1, 1, 27, 27), 1 / 27**2),
            "b1": np.zeros(1),
            "W2": np.ones((1, 1)),
            "b2": np.zeros(1),
            "W3": np.array([[0.0, 10.0, 20.0]]),
            "b3": np.array([0.0, -3.0, -9.0]),
        }
    )


def _plain(*brightnesses: int) -> NDArray[np.uint8]:
    return np.array(brightnesses, np.uint8)[:, None, None].repeat(28, axis=1).repeat(28, axis=2)


def test_counts_by_hand() -> None:
    outcome = Evaluation(np.array([[3, 1, 0], [0, 0, 0], [2, 0, 4]]))
    assert (outcome.right, outcome.total, outcome.accuracy) == (7, 10, 0.7)
    assert outcome.class_accuracies == (0.75, None, 4 / 6)


@pytest.mark.parametrize(("right", "total"), [(0, 5), (5, 5), (9_891, 10_000), (1, 3)])
def test_the_interval_is_that_of_scipy(right: int, total: int) -> None:
    expected = binomtest(right, total).proportion_ci(method="wilson")
    assert wilson_interval(right, total) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_every_image_is_counted_under_its_label_and_its_reading(
    brightness_reader: Network,
) -> None:
    pixels = _plain(*[0, 10] * 60, 100, 110, 250)
    labels = np.array([0, 0] * 60 + [1, 2, 2], np.uint8)
    outcome = evaluate(brightness_reader, pixels, labels)
    np.testing.assert_array_equal(outcome.confusion, [[120, 0, 0], [0, 1, 0], [0, 1, 1]])


def test_labels_that_do_not_fit_are_refused(brightness_reader: Network) -> None:
    with pytest.raises(GeometryError, match="for 2 images"):
        evaluate(brightness_reader, _plain(0, 0), np.array([0]))
    with pytest.raises(UsageError, match="label 3 is no class"):
        evaluate(brightness_reader, _plain(0), np.array([3]))
