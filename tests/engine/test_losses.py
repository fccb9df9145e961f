import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine.losses import cross_entropy, cross_entropy_gradient

TOLERANCE = 1e-10


@settings(deadline=None, max_examples=60)
@given(number=st.integers(1, 6), classes=st.integers(1, 10), seed=st.integers(0, 2**32 - 1))
def test_cross_entropy_agrees_with_torch(number: int, classes: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.normal(size=(number, classes)) * 9
    labels = random.integers(classes, size=number)
    tensor = torch.tensor(scores, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(tensor, torch.tensor(labels))
    expected.backward()

    assert cross_entropy(scores, labels) == pytest.approx(expected.item(), abs=TOLERANCE)
    gradient = cross_entropy_gradient(scores, labels)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=TOLERANCE)


def test_the_loss_of_huge_scores_is_finite() -> None:
    assert cross_entropy(np.array([[1e4, 0.0, -1e4]]), np.array([2])) == 2e4


def test_a_certain_answer_costs_nothing() -> None:
    assert str(cross_entropy(np.array([[1e4, 0.0]]), np.array([0]))) == "0.0"
