import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine import dense
from convcli.errors import GeometryError

TOLERANCE = 1e-10


@settings(deadline=None, max_examples=60)
@given(
    number=st.integers(1, 6),
    features=st.integers(1, 9),
    outputs=st.integers(1, 7),
    seed=st.integers(0, 2**32 - 1),
)
def test_affine_relu_and_cross_entropy_agree_with_torch(
    number: int, features: int, outputs: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(number, features))
    weights, bias = random.normal(size=(features, outputs)), random.normal(size=outputs)
    labels = random.integers(outputs, size=number)
    tensors = [torch.tensor(array, requires_grad=True) for array in (inputs, weights, bias)]
    hidden = tensors[0] @ tensors[1] + tensors[2]
    expected = torch.nn.functional.cross_entropy(torch.relu(hidden) * 9, torch.tensor(labels))
    expected.backward()

    values = dense.affine(inputs, weights, bias)
    scores = dense.relu(values) * 9
    assert dense.cross_entropy(scores, labels) == pytest.approx(expected.item(), abs=TOLERANCE)
    gradient = dense.relu_gradient(dense.cross_entropy_gradient(scores, labels) * 9, values)
    gradients = dense.affine_gradients(gradient, inputs, weights)
    for ours, tensor in zip(
        (gradients.inputs, gradients.weights, gradients.bias), tensors, strict=True
    ):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), atol=TOLERANCE, rtol=TOLERANCE)


def test_relu_passes_no_gradient_at_zero_as_torch_does() -> None:
    values = np.array([-1.0, -0.0, 0.0, 1e-300, 2.0])
    tensor = torch.tensor(values, requires_grad=True)
    torch.relu(tensor).sum().backward()
    np.testing.assert_array_equal(dense.relu_gradient(np.ones(5), values), tensor.grad.numpy())


def test_softmax_of_huge_scores_is_finite() -> None:
    scores = np.array([[1e4, 0.0, -1e4], [-1e30, -1e30, -1e30]])
    np.testing.assert_allclose(dense.softmax(scores), np.array([[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]]))
    assert dense.cross_entropy(scores[:1], np.array([2])) == 2e4


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32 - 1))
def test_softmax_agrees_with_torch(seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(4, 10)) * 20
    expected = torch.softmax(torch.tensor(scores), dim=1).numpy()
    np.testing.assert_allclose(dense.softmax(scores), expected, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_of_inputs_and_weights_is_kept(dtype: str) -> None:
    output = dense.affine(np.ones((1, 2), dtype), np.ones((2, 3), dtype), np.ones(3))
    assert output.dtype == dtype
    assert dense.relu(output).dtype == dtype
    assert dense.softmax(output).dtype == dtype


@pytest.mark.parametrize(
    ("inputs", "weights", "bias"),
    [((1, 2), (3, 4), (4,)), ((1, 2), (2, 4), (3,)), ((2,), (2, 4), (4,))],
)
def test_affine_shapes_that_do_not_fit_are_named(
    inputs: tuple[int, ...], weights: tuple[int, ...], bias: tuple[int, ...]
) -> None:
    with pytest.raises(GeometryError, match=r"\(features, outputs\) and \(outputs,\) are needed"):
        dense.affine(np.zeros(inputs), np.zeros(weights), np.zeros(bias))
