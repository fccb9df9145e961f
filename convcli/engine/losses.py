"""The loss: how far the scores are from the labels, and which scores would be better."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import softmax

Array = NDArray[Any]
Labels = NDArray[np.integer[Any]]


def cross_entropy(scores: Array, labels: Labels) -> float:
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


def cross_entropy_gradient(scores: Array, labels: Labels) -> Array:
    """Gradient of :func:`cross_entropy` by the scores: ``(softmax(scores) - one_hot) / N``.

    >>> cross_entropy_gradient(np.array([[0.0, 0.0]]), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    gradient = softmax(scores)
    gradient[np.arange(len(labels)), labels] -= 1
    gradient /= len(labels)
    return gradient
