import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine.dense import affine, affine_gradients
from convcli.errors import GeometryError

TOLERANCE = 1e-10


@settings(deadline=None, max_examples=60)
@given(
    number=st.integers(1, 6),
    features=st.integers(1, 9),
    outputs=st.integers(1, 7),
    with_bias=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_forward_and_backward_agree_with_torch(
    number: int, features: int, outputs: int, with_bias: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(number, features))
    weights, bias = random.normal(size=(features, outputs)), random.normal(size=outputs)
    arrays = [inputs, weights, bias] if with_bias else [inputs, weights]
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    expected = torch.nn.functional.linear(tensors[0], tensors[1].T, *tensors[2:])
    output = affine(*arrays)
    np.testing.assert_allclose(output, expected.detach().numpy(), atol=TOLERANCE, rtol=TOLERANCE)

    output_gradient = random.normal(size=output.shape)
    expected.backward(torch.tensor(output_gradient))
    gradients = affine_gradients(output_gradient, inputs, weights)
    found = (gradients.inputs, gradients.weights, gradients.bias)
    for ours, tensor in zip(found, tensors, strict=False):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), atol=TOLERANCE, rtol=TOLERANCE)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_of_inputs_and_weights_is_kept(dtype: str) -> None:
    assert affine(np.ones((1, 2), dtype), np.ones((2, 3), dtype), np.ones(3)).dtype == dtype


@pytest.mark.parametrize(
    ("inputs", "weights", "bias"),
    [((1, 2), (3, 4), (4,)), ((1, 2), (2, 4), (3,)), ((2,), (2, 4), (4,)), ((1, 2), (3, 4), None)],
)
def test_shapes_that_do_not_fit_are_named(
    inputs: tuple[int, ...], weights: tuple[int, ...], bias: tuple[int, ...] | None
) -> None:
    with pytest.raises(GeometryError, match=r"\(features, outputs\) and \(outputs,\) are needed"):
        affine(np.zeros(inputs), np.zeros(weights), None if bias is None else np.zeros(bias))


def test_an_output_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(GeometryError, match=r"\(1, 4\) is needed"):
        affine_gradients(np.zeros((1, 3)), np.zeros((1, 2)), np.zeros((2, 4)))
