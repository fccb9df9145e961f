"""The affine layer, which sees all values of an image at once: one matrix product."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import check_gradient
from convcli.errors import GeometryError

Array = NDArray[Any]


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


def affine(inputs: Array, weights: Array, bias: Array | None = None) -> Array:
    """``inputs @ weights + bias``.

    Args:
        inputs: (N, features).
        weights: (features, outputs).
        bias: (outputs,); zero where it is left out.

    Returns:
        (N, outputs) in ``np.result_type(inputs, weights)``.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> affine(np.array([[1.0, 2.0]]), np.array([[1.0], [10.0]]), np.array([0.5]))
    array([[21.5]])
    """
    _check_shapes(inputs, weights, bias)
    dtype = np.result_type(inputs, weights)
    output: Array = inputs.astype(dtype, copy=False) @ weights.astype(dtype, copy=False)
    if bias is not None:
        output += bias.astype(dtype, copy=False)
    return output


def affine_gradients(output_gradient: Array, inputs: Array, weights: Array) -> AffineGradients:
    """The backward pass of :func:`affine`.

    Args:
        output_gradient: Gradient of the loss by the output, (N, outputs).
        inputs: (N, features) of the forward pass.
        weights: (features, outputs) of the forward pass.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> inputs, weights = np.array([[1.0, 2.0]]), np.array([[1.0], [10.0]])
    >>> gradients = affine_gradients(np.ones((1, 1)), inputs, weights)
    >>> gradients.inputs
    array([[ 1., 10.]])
    """
    _check_shapes(inputs, weights, None)
    check_gradient(output_gradient, (len(inputs), weights.shape[1]))
    return AffineGradients(
        inputs=output_gradient @ weights.T,
        weights=inputs.T @ output_gradient,
        bias=output_gradient.sum(axis=0),
    )


def _check_shapes(inputs: Array, weights: Array, bias: Array | None) -> None:
    product_fits = inputs.ndim == weights.ndim == 2 and inputs.shape[1:] == weights.shape[:1]
    if not product_fits or (bias is not None and bias.shape != weights.shape[1:]):
        with_bias = "" if bias is None else f", bias {bias.shape}"
        raise GeometryError(
            f"inputs {inputs.shape}, weights {weights.shape}{with_bias} do not fit",
            "(N, features), (features, outputs) and (outputs,) are needed",
        )
