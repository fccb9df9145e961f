"""The layers after the feature maps: affine, ReLU, softmax and cross-entropy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import GeometryError

Array = NDArray[Any]
Multiply = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class AffineGradients:
    """The gradient of the loss by everything that went into an affine layer.

    Attributes:
        inputs: (N, features).
        weights: (features, outputs).
        bias: (outputs,).
    """

    inputs: Array
    weights: Array
    bias: Array


def affine(inputs: Array, weights: Array, bias: Array, multiply: Multiply = np.matmul) -> Array:
    """``inputs @ weights + bias``.

    Args:
        inputs: (N, features).
        weights: (features, outputs).
        bias: (outputs,).
        multiply: Makes the product, where it is not to be NumPy's.

    Returns:
        (N, outputs) in ``np.result_type(inputs, weights)``.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> affine(np.array([[1.0, 2.0]]), np.array([[1.0], [10.0]]), np.array([0.5]))
    array([[21.5]])
    """
    fits = inputs.ndim == weights.ndim == 2 and inputs.shape[1:] == weights.shape[:1]
    if not fits or bias.shape != weights.shape[1:]:
        raise GeometryError(
            f"inputs {inputs.shape}, weights {weights.shape} and bias {bias.shape} do not fit",
            "(N, features), (features, outputs) and (outputs,) are needed",
        )
    dtype = np.result_type(inputs, weights)
    output = multiply(inputs.astype(dtype, copy=False), weights.astype(dtype, copy=False))
    output += bias.astype(dtype, copy=False)
    return output


def affine_gradients(
    output_gradient: Array, inputs: Array, weights: Array, multiply: Multiply = np.matmul
) -> AffineGradients:
    """The backward pass of :func:`affine`, for an output gradient of (N, outputs).

    >>> inputs, weights = np.array([[1.0, 2.0]]), np.array([[1.0], [10.0]])
    >>> gradients = affine_gradients(np.ones((1, 1)), inputs, weights)
    >>> gradients.inputs
    array([[ 1., 10.]])
    """
    return AffineGradients(
        inputs=multiply(output_gradient, weights.T),
        weights=multiply(inputs.T, output_gradient),
        bias=output_gradient.sum(axis=0),
    )


def relu(values: Array) -> Array:
    """Negative values become zero; any shape, the dtype stays.

    >>> relu(np.array([-1.5, 0.0, 2.0]))
    array([0., 0., 2.])
    """
    clipped: Array = np.maximum(values, 0)
    return clipped


def relu_gradient(output_gradient: Array, values: Array) -> Array:
    """The gradient passes where the input was above zero; at zero it is zero, as in PyTorch.

    >>> relu_gradient(np.ones(3), np.array([-1.5, 0.0, 2.0]))
    array([0., 0., 1.])
    """
    return output_gradient * (values > 0)


def softmax(scores: Array) -> Array:
    """Scores as probabilities, row by row: ``exp(score) / sum of exp(scores)``.

    The largest score of a row is taken off first; this changes no quotient and keeps exp finite.

    Args:
        scores: (N, classes).

    Returns:
        (N, classes), each row sums to 1.

    >>> softmax(np.array([[1000.0, 1000.0]]))
    array([[0.5, 0.5]])
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def cross_entropy(scores: Array, labels: NDArray[np.integer[Any]]) -> float:
    """Mean of ``-log(softmax(scores)[label])``, in nats, without ever taking the log of zero.

    Args:
        scores: (N, classes).
        labels: (N,), 0 .. classes - 1.

    >>> cross_entropy(np.array([[0.0, 0.0]]), np.array([1])) == float(np.log(2))
    True
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return float(np.mean(log_sums - shifted[np.arange(len(labels)), labels]))


def cross_entropy_gradient(scores: Array, labels: NDArray[np.integer[Any]]) -> Array:
    """Gradient of :func:`cross_entropy` by the scores: ``(softmax(scores) - one_hot) / N``.

    >>> cross_entropy_gradient(np.array([[0.0, 0.0]]), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    gradient = softmax(scores)
    gradient[np.arange(len(labels)), labels] -= 1
    gradient /= len(labels)
    return gradient
