from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine import activations

Array = NDArray[Any]

TOLERANCE = 1e-10
SHAPES = st.sampled_from([(1, 1), (4, 10), (3, 2, 4, 5)])
SEEDS = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Activation:
    """Ours, and PyTorch's."""

    forward: Callable[[Array], Array]
    gradient: Callable[[Array, Array], Array]
    torch: Callable[[Any], Any]
    by_output: bool

    def backward(self, output_gradient: Array, values: Array, output: Array) -> Array:
        return self.gradient(output_gradient, output if self.by_output else values)


SLOPE = 0.2
CASES = {
    "relu": Activation(activations.relu, activations.relu_gradient, torch.relu, False),
    "leaky relu": Activation(
        partial(activations.leaky_relu, slope=SLOPE),
        partial(activations.leaky_relu_gradient, slope=SLOPE),
        partial(torch.nn.functional.leaky_relu, negative_slope=SLOPE),
        False,
    ),
    "sigmoid": Activation(activations.sigmoid, activations.sigmoid_gradient, torch.sigmoid, True),
    "tanh": Activation(activations.tanh, activations.tanh_gradient, torch.tanh, True),
    "softmax": Activation(
        activations.softmax, activations.softmax_gradient, partial(torch.softmax, dim=1), True
    ),
    "log-softmax": Activation(
        activations.log_softmax,
        activations.log_softmax_gradient,
        partial(torch.log_softmax, dim=1),
        True,
    ),
}


@pytest.mark.parametrize("name", list(CASES))
@settings(deadline=None, max_examples=30)
@given(shape=SHAPES, seed=SEEDS, scale=st.sampled_from([0.1, 1, 20]))
def test_forward_and_backward_agree_with_torch(
    name: str, shape: tuple[int, ...], seed: int, scale: float
) -> None:
    activation = CASES[name]
    random = np.random.default_rng(seed)
    values = random.normal(size=shape) * scale
    output_gradient = random.normal(size=shape)
    tensor = torch.tensor(values, requires_grad=True)
    expected = activation.torch(tensor)
    expected.backward(torch.tensor(output_gradient))

    output = activation.forward(values)
    np.testing.assert_allclose(output, expected.detach().numpy(), atol=TOLERANCE, rtol=TOLERANCE)
    gradient = activation.backward(output_gradient, values, output)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=TOLERANCE, rtol=TOLERANCE)


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_stays(name: str, dtype: str) -> None:
    activation = CASES[name]
    values = np.linspace(-2, 2, 6, dtype=dtype).reshape(2, 3)
    output = activation.forward(values)
    assert output.dtype == dtype
    assert activation.backward(np.ones_like(values), values, output).dtype == dtype


@pytest.mark.parametrize("name", list(CASES))
def test_huge_values_of_either_sign_neither_overflow_nor_make_nan(name: str) -> None:
    activation = CASES[name]
    values = np.array([[1e4, 0.0, -1e4], [-1e30, -1e30, -1e30], [-750.0, 750.0, 36.0]])
    tensor = torch.tensor(values, requires_grad=True)
    expected = activation.torch(tensor)
    expected.sum().backward()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        output = activation.forward(values)
        gradient = activation.backward(np.ones_like(values), values, output)
    np.testing.assert_allclose(output, expected.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=TOLERANCE)


@pytest.mark.parametrize("name", ["relu", "leaky relu"])
def test_at_zero_the_gradient_is_torch_s(name: str) -> None:
    values = np.array([[-1.0, -0.0, 0.0, 1e-300, 2.0]])
    activation = CASES[name]
    tensor = torch.tensor(values, requires_grad=True)
    activation.torch(tensor).sum().backward()
    gradient = activation.gradient(np.ones_like(values), values)
    np.testing.assert_array_equal(gradient, tensor.grad.numpy())


def test_sigmoid_keeps_the_digits_of_small_probabilities() -> None:
    values = np.array([-700.0, -40.0])
    np.testing.assert_allclose(activations.sigmoid(values), np.exp(values), rtol=1e-15)
