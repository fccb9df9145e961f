"""What is read wrong, worst first; and two networks on the same images."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from convcli.inspection.mistakes import compare, mcnemar, mistakes
from convcli.network.evaluation import Evaluation


def outcome(labels: list[int], readings: list[int], losses: list[float]) -> Evaluation:
    confusion = np.zeros((3, 3), int)
    np.add.at(confusion, (labels, readings), 1)
    sure = np.linspace(0.5, 0.9, len(labels))
    return Evaluation(confusion, np.array(labels), np.array(readings), sure, np.array(losses))


def test_the_worst_loss_comes_first_and_right_readings_are_no_mistakes() -> None:
    found = mistakes(outcome([0, 1, 2, 1, 0], [0, 2, 1, 0, 1], [9.0, 1.0, 3.0, 2.0, 3.0]))
    assert [mistake.index for mistake in found] == [2, 4, 3, 1]
    worst = found[0]
    assert (worst.label, worst.reading, worst.loss) == (2, 1, 3.0)
    assert worst.probability == pytest.approx(0.7)
    assert mistakes(outcome([0, 1], [0, 1], [0.1, 0.2])) == ()


def test_two_networks_by_hand() -> None:
    labels = [0, 1, 2, 1, 0, 2]
    first = outcome(labels, [0, 1, 0, 1, 1, 2], [0.0, 0.0, 5.0, 0.0, 1.0, 0.0])
    second = outcome(labels, [0, 0, 2, 2, 2, 2], [0.0, 1.0, 0.0, 2.0, 1.0, 0.0])
    found = compare(first, second)
    assert (found.both, found.neither) == (2, 1)
    # By the loss of the one that is wrong.
    assert [image.index for image in found.only_first] == [3, 1]
    assert [image.index for image in found.only_second] == [2]
    image = found.only_first[0]
    assert (image.label, image.first_reading, image.second_reading) == (1, 1, 2)
    assert image.first_probability == first.probabilities[3]
    assert image.second_probability == second.probabilities[3]
    assert found.p == 1
    with pytest.raises(ValueError, match="other images"):
        compare(first, outcome([0], [0], [0.0]))


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_the_p_is_that_of_scipy(first: int, second: int) -> None:
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("first", "second"), [(55, 54), (322, 31), (31, 322), (0, 30), (5000, 4700)]
)
def test_the_p_of_the_book_s_networks_and_of_extremes(first: int, second: int) -> None:
    expected = binomtest(first, first + second).pvalue
    # SciPy's own rounding grows with the number.
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-12 if first < 1000 else 1e-9)
