"""Activations: what a network does to each value, or to each row of scores; and the way back.

A gradient takes what is at hand after the forward pass and says the most: the values that went in
where the sign decides (ReLU), the output where the derivative follows from it (sigmoid, tanh,
softmax).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


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


def leaky_relu(values: Array, slope: float = 0.01) -> Array:
    """Negative values become ``slope`` times as large; any shape, a floating dtype stays.

    >>> leaky_relu(np.array([-2.0, 0.0, 2.0]), slope=0.5)
    array([-1.,  0.,  2.])
    """
    return np.where(values > 0, values, slope * values)


def leaky_relu_gradient(output_gradient: Array, values: Array, slope: float = 0.01) -> Array:
    """The gradient passes where the input was above zero, elsewhere ``slope`` times of it.

    >>> leaky_relu_gradient(np.ones(3), np.array([-2.0, 0.0, 2.0]), slope=0.5)
    array([0.5, 0.5, 1. ])
    """
    return np.where(values > 0, output_gradient, slope * output_gradient)


def sigmoid(values: Array) -> Array:
    """``1 / (1 + exp(-value))``: any number becomes one between 0 and 1; any shape.

    The exponents are never positive, so that no large value overflows: for negative values the
    fraction is expanded to ``exp(value) / (1 + exp(value))``.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    probabilities: Array = np.exp(np.minimum(values, 0)) / (1 + np.exp(-np.abs(values)))
    return probabilities


def sigmoid_gradient(output_gradient: Array, output: Array) -> Array:
    """The derivative at ``output = sigmoid(values)`` is ``output * (1 - output)``.

    >>> sigmoid_gradient(np.ones(1), np.array([0.5]))
    array([0.25])
    """
    gradient: Array = output_gradient * output * (1 - output)
    return gradient


def tanh(values: Array) -> Array:
    """The hyperbolic tangent: any number becomes one between -1 and 1; any shape.

    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    bounded: Array = np.tanh(values)
    return bounded


def tanh_gradient(output_gradient: Array, output: Array) -> Array:
    """The derivative at ``output = tanh(values)`` is ``1 - output ** 2``.

    >>> tanh_gradient(np.ones(1), np.array([0.5]))
    array([0.75])
    """
    gradient: Array = output_gradient * (1 - output * output)
    return gradient


def softmax(scores: Array) -> Array:
    """Scores as probabilities, row by row: ``exp(score) / sum of exp(scores)``.

    The largest score of a row is taken off first; this changes no quotient and keeps exp finite.

    Args:
        scores: (N, classes); further axes are kept, the classes are always axis 1.

    Returns:
        (N, classes), each row sums to 1.

    >>> softmax(np.array([[1000.0, 1000.0]]))
    array([[0.5, 0.5]])
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def softmax_gradient(output_gradient: Array, probabilities: Array) -> Array:
    """The backward pass of :func:`softmax`: a score that rises takes from all others of its row.

    ``probability * (gradient - sum of gradient * probability over the row)``.

    Args:
        output_gradient: Gradient of the loss by the probabilities, (N, classes).
        probabilities: What :func:`softmax` made, (N, classes).

    >>> softmax_gradient(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))
    array([[ 0.25, -0.25]])
    """
    mean = (output_gradient * probabilities).sum(axis=1, keepdims=True)
    gradient: Array = probabilities * (output_gradient - mean)
    return gradient


def log_softmax(scores: Array) -> Array:
    """The logarithm of :func:`softmax`, in nats, without ever taking the log of zero.

    Args:
        scores: (N, classes); further axes are kept, the classes are always axis 1.

    Returns:
        (N, classes), none above zero.

    >>> log_softmax(np.array([[0.0, 1000.0]]))
    array([[-1000.,     0.]])
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_probabilities: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log_probabilities


def log_softmax_gradient(output_gradient: Array, log_probabilities: Array) -> Array:
    """The backward pass of :func:`log_softmax`.

    ``gradient - probability * sum of the gradient over the row``.

    Args:
        output_gradient: Gradient of the loss by the output, (N, classes).
        log_probabilities: What :func:`log_softmax` made, (N, classes).

    >>> log_softmax_gradient(np.array([[1.0, 0.0]]), np.log([[0.5, 0.5]]))
    array([[ 0.5, -0.5]])
    """
    total = output_gradient.sum(axis=1, keepdims=True)
    gradient: Array = output_gradient - np.exp(log_probabilities) * total
    return gradient
