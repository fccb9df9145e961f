"""Batch normalisation: each channel is moved to mean 0 and variance 1, then scaled and shifted.

``normalized = (value - mean) / sqrt(variance + epsilon)``, ``output = normalized * scale + shift``
(Ioffe and Szegedy, *Batch normalization*, 2015). While a network learns, mean and variance are
those of the batch, and the gradient goes through them; while it predicts, they are constants.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import check_gradient
from convcli.errors import GeometryError

Array = NDArray[Any]

EPSILON = 1e-5


@dataclass(frozen=True)
class NormalizationGradients:
    """The gradient of the loss by everything that went into a batch normalisation.

    Attributes:
        values: (N, C, ...).
        scale: (C,).
        shift: (C,).
    """

    values: Array
    scale: Array
    shift: Array


def batch_normalize(
    values: Array,
    scale: Array,
    shift: Array,
    mean: Array,
    variance: Array,
    epsilon: float = EPSILON,
) -> Array:
    """Normalise each channel by a given mean and variance, then scale and shift it.

    Args:
        values: (N, C, ...), with any number of axes after the channels.
        scale: (C,), often named gamma.
        shift: (C,), often named beta.
        mean: (C,).
        variance: (C,), not negative.
        epsilon: Added to the variance, so that a constant channel is not divided by zero.

    Returns:
        The shape of ``values``, in ``np.result_type(values, scale)``.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> values, one = np.array([[1.0], [3.0]]), np.ones(1)
    >>> batch_normalize(values, 10 * one, one, *batch_statistics(values), epsilon=0)
    array([[-9.],
           [11.]])
    """
    _check_channels(values, scale=scale, shift=shift, mean=mean, variance=variance)
    dtype = np.result_type(values, scale)
    scale, shift = scale.astype(dtype, copy=False), shift.astype(dtype, copy=False)
    normalized = _normalize(values.astype(dtype, copy=False), mean, variance, epsilon)
    return normalized * _by_channel(scale, values) + _by_channel(shift, values)


def batch_normalize_gradients(
    output_gradient: Array,
    values: Array,
    scale: Array,
    mean: Array,
    variance: Array,
    epsilon: float = EPSILON,
) -> NormalizationGradients:
    """The backward pass of :func:`batch_normalize`, mean and variance being constants.

    Args:
        output_gradient: Gradient of the loss by the output, the shape of ``values``.
        values: (N, C, ...) of the forward pass.
        scale: (C,) of the forward pass.
        mean: (C,) of the forward pass.
        variance: (C,) of the forward pass.
        epsilon: Of the forward pass.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> values, one = np.array([[1.0], [3.0]]), np.ones(1)
    >>> batch_normalize_gradients(np.ones((2, 1)), values, 10 * one, 2 * one, one, epsilon=0).values
    array([[10.],
           [10.]])
    """
    _check_channels(values, scale=scale, mean=mean, variance=variance)
    check_gradient(output_gradient, values.shape)
    normalized = _normalize(values, mean, variance, epsilon)
    factors = scale / np.sqrt(variance + epsilon)
    return NormalizationGradients(
        values=output_gradient * _by_channel(factors.astype(normalized.dtype), values),
        scale=(output_gradient * normalized).sum(axis=_all_but_channels(values)),
        shift=output_gradient.sum(axis=_all_but_channels(values)),
    )


def batch_statistics(values: Array) -> tuple[Array, Array]:
    """Mean and variance of each channel over all images and places of a batch.

    Args:
        values: (N, C, ...).

    Returns:
        The mean (C,) and the biased variance (C,): the mean square of the distances.

    Raises:
        GeometryError: There are fewer than two axes.

    >>> batch_statistics(np.array([[1.0], [3.0]]))
    (array([2.]), array([1.]))
    """
    _check_channels(values)
    axes = _all_but_channels(values)
    return values.mean(axis=axes), values.var(axis=axes)


def batch_normalize_training_gradients(
    output_gradient: Array, values: Array, scale: Array, epsilon: float = EPSILON
) -> NormalizationGradients:
    """The backward pass of :func:`batch_normalize` by the statistics of ``values`` themselves.

    A value moves its own output, and with the mean and the variance all outputs of its channel.
    Put together: ``scale / sqrt(variance + epsilon) * (gradient - mean of the gradient -
    normalized * mean of gradient * normalized)``, the means over a channel.

    Args:
        output_gradient: Gradient of the loss by the output, the shape of ``values``.
        values: (N, C, ...) of the forward pass.
        scale: (C,) of the forward pass.
        epsilon: Of the forward pass.

    Raises:
        GeometryError: The shapes do not fit each other.

    >>> gradients = batch_normalize_training_gradients(
    ...     np.array([[1.0], [1.0]]), np.array([[1.0], [3.0]]), np.ones(1)
    ... )
    >>> gradients.values  # the outputs of a batch always have the same sum
    array([[0.],
           [0.]])
    """
    mean, variance = batch_statistics(values)
    plain = batch_normalize_gradients(output_gradient, values, scale, mean, variance, epsilon)
    normalized = _normalize(values, mean, variance, epsilon)
    axes = _all_but_channels(values)
    through_mean = plain.values.mean(axis=axes, keepdims=True)
    through_variance = normalized * (plain.values * normalized).mean(axis=axes, keepdims=True)
    return NormalizationGradients(
        values=plain.values - through_mean - through_variance,
        scale=plain.scale,
        shift=plain.shift,
    )


def _normalize(values: Array, mean: Array, variance: Array, epsilon: float) -> Array:
    deviation = np.sqrt(variance + epsilon).astype(values.dtype, copy=False)
    centred = values - _by_channel(mean.astype(values.dtype, copy=False), values)
    normalized: Array = centred / _by_channel(deviation, values)
    return normalized


def _by_channel(numbers: Array, values: Array) -> Array:
    """Numbers (C,) in a shape that spreads over values (N, C, ...)."""
    return numbers.reshape(1, -1, *[1] * (values.ndim - 2))


def _all_but_channels(values: Array) -> tuple[int, ...]:
    return (0, *range(2, values.ndim))


def _check_channels(values: Array, **parameters: Array) -> None:
    if values.ndim < 2 or 0 in values.shape:
        raise GeometryError(
            f"values of shape {values.shape} cannot be normalized",
            "(N, C, ...) is needed, every axis at least 1",
        )
    channels = values.shape[1]
    for name, array in parameters.items():
        if array.shape != (channels,):
            raise GeometryError(
                f"{name} of shape {array.shape}", f"{(channels,)} is needed, one per channel"
            )
