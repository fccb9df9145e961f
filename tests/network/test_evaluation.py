import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax
from scipy.stats import binomtest

from convcli.errors import GeometryError, UsageError
from convcli.network.building import build
from convcli.network.evaluation import Counts, evaluate
from convcli.network.network import Network
from convcli.network.proportions import f1_interval, wilson_interval


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
    outcome = Counts(np.array([[3, 1, 0], [0, 0, 0], [2, 0, 4]]))
    assert (outcome.right, outcome.total, outcome.accuracy) == (7, 10, 0.7)
    assert outcome.class_accuracies == (0.75, None, 4 / 6)
    assert [score.value for score in outcome.recalls] == [0.75, None, 4 / 6]
    assert [score.value for score in outcome.precisions] == [3 / 5, 0, 1]
    # The harmonic means of 3/4 and 3/5, and of 4/6 and 1.
    assert [score.value for score in outcome.f1s] == pytest.approx([2 / 3, 0, 0.8])
    nothing = Counts(np.array([[1, 0], [0, 0]]))
    assert (nothing.f1s[1].value, nothing.f1s[1].interval) == (None, None)
    assert (nothing.precisions[1].value, nothing.precisions[1].interval) == (None, None)


def test_every_share_of_a_class_has_its_interval() -> None:
    outcome = Counts(np.array([[90, 10], [5, 45]]))

    def scipy(right: int, total: int) -> tuple[float, float]:
        found = binomtest(right, total).proportion_ci(method="wilson")
        return found.low, found.high

    assert outcome.recalls[0].interval == pytest.approx(scipy(90, 100), abs=1e-12)
    assert outcome.precisions[0].interval == pytest.approx(scipy(90, 95), abs=1e-12)
    # Of 105 images that are of the class or read as it, 90 are both.
    expected = [2 * end / (1 + end) for end in scipy(90, 105)]
    assert outcome.f1s[0].interval == pytest.approx(expected, abs=1e-12)


def test_the_interval_of_f1_holds_the_true_one_nineteen_times_in_twenty() -> None:
    random = np.random.default_rng(0)
    # Right, taken for another class, taken for this one, and neither.
    chances = [0.3, 0.05, 0.08, 0.57]
    true = 2 * 0.3 / (2 * 0.3 + 0.05 + 0.08)
    held = 0
    for right, missed, extra, _ in random.multinomial(200, chances, size=4000).tolist():
        low, high = f1_interval(right, missed + extra)
        held += low <= true <= high
    assert held / 4000 == pytest.approx(0.95, abs=0.012)


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
    np.testing.assert_array_equal(outcome.readings[-3:], [1, 1, 2])
    assert outcome.rights.tolist() == [True] * 121 + [False, True]


def test_probabilities_and_losses_are_those_of_scipy(brightness_reader: Network) -> None:
    pixels, labels = _plain(*range(0, 250, 25)), np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
    outcome = evaluate(brightness_reader, pixels, labels)
    scores = brightness_reader.scores(brightness_reader.contract.values(pixels)).astype(float)
    assert outcome.probabilities.dtype == outcome.losses.dtype == np.float64
    np.testing.assert_allclose(outcome.probabilities, softmax(scores, axis=1).max(axis=1), 1e-6)
    losses = logsumexp(scores, axis=1) - scores[np.arange(10), labels]
    np.testing.assert_allclose(outcome.losses, losses, 1e-5)
    assert outcome.negative_log_likelihood == pytest.approx(losses.mean(), rel=1e-5)


def test_a_hopeless_loss_is_finite() -> None:
    weights = np.zeros((784, 2))
    network = build({"W1": weights, "b1": np.array([0.0, 5000.0])}, "flatten fc1")
    outcome = evaluate(network, _plain(0), np.array([0]))
    assert outcome.losses.tolist() == [5000]
    assert outcome.probabilities.tolist() == [1]


def test_labels_that_do_not_fit_are_refused(brightness_reader: Network) -> None:
    with pytest.raises(GeometryError, match="for 2 images"):
        evaluate(brightness_reader, _plain(0, 0), np.array([0]))
    with pytest.raises(UsageError, match="label 3 is no class"):
        evaluate(brightness_reader, _plain(0), np.array([3]))
