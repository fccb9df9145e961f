from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine.normalization import (
    NormalizationGradients,
    batch_normalize,
    batch_normalize_gradients,
    batch_normalize_training_gradients,
    batch_statistics,
)
from convcli.errors import GeometryError

Array = NDArray[Any]

TOLERANCE = 1e-10
SHAPES = st.one_of(
    st.tuples(st.integers(2, 5), st.integers(1, 4)),
    st.tuples(st.integers(2, 4), st.integers(1, 4), st.integers(1, 5), st.integers(1, 5)),
)
EPSILONS = st.sampled_from([1e-5, 1e-3, 0.5])


class Drawn:
    """Everything that goes into a batch normalisation, and a gradient that comes back to it."""

    def __init__(self, shape: tuple[int, ...], seed: int, dtype: str = "float64") -> None:
        random = np.random.default_rng(seed)
        channels = shape[1]
        self.values = (random.normal(size=shape) * 3 + 1).astype(dtype)
        self.scale = random.normal(size=channels).astype(dtype)
        self.shift = random.normal(size=channels).astype(dtype)
        self.mean = random.normal(size=channels).astype(dtype)
        self.variance = random.random(channels).astype(dtype)
        self.output_gradient = random.normal(size=shape).astype(dtype)

    def torch(self, training: bool, epsilon: float) -> tuple[Array, list[Array]]:
        tensors = [
            torch.tensor(array, requires_grad=True)
            for array in (self.values, self.scale, self.shift)
        ]
        statistics = [torch.tensor(array) for array in (self.mean, self.variance)]
        output = torch.nn.functional.batch_norm(
            tensors[0], *statistics, *tensors[1:], training=training, eps=epsilon
        )
        output.backward(torch.tensor(self.output_gradient))
        return output.detach().numpy(), [tensor.grad.numpy() for tensor in tensors]


def _assert_close(found: NormalizationGradients, expected: list[Array]) -> None:
    for ours, theirs in zip((found.values, found.scale, found.shift), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=TOLERANCE, rtol=TOLERANCE)


@settings(deadline=None, max_examples=60)
@given(shape=SHAPES, seed=st.integers(0, 2**32 - 1), epsilon=EPSILONS)
def test_with_given_statistics_it_agrees_with_torch(
    shape: tuple[int, ...], seed: int, epsilon: float
) -> None:
    drawn = Drawn(shape, seed)
    expected, gradients = drawn.torch(training=False, epsilon=epsilon)
    output = batch_normalize(
        drawn.values, drawn.scale, drawn.shift, drawn.mean, drawn.variance, epsilon
    )
    np.testing.assert_allclose(output, expected, atol=TOLERANCE, rtol=TOLERANCE)
    found = batch_normalize_gradients(
        drawn.output_gradient, drawn.values, drawn.scale, drawn.mean, drawn.variance, epsilon
    )
    _assert_close(found, gradients)


@settings(deadline=None, max_examples=60)
@given(shape=SHAPES, seed=st.integers(0, 2**32 - 1), epsilon=EPSILONS)
def test_with_the_statistics_of_the_batch_it_agrees_with_torch_in_training(
    shape: tuple[int, ...], seed: int, epsilon: float
) -> None:
    drawn = Drawn(shape, seed)
    expected, gradients = drawn.torch(training=True, epsilon=epsilon)
    output = batch_normalize(
        drawn.values, drawn.scale, drawn.shift, *batch_statistics(drawn.values), epsilon
    )
    np.testing.assert_allclose(output, expected, atol=TOLERANCE, rtol=TOLERANCE)
    found = batch_normalize_training_gradients(
        drawn.output_gradient, drawn.values, drawn.scale, epsilon
    )
    _assert_close(found, gradients)


def test_the_statistics_are_those_of_a_channel_over_all_images_and_places() -> None:
    values = np.array([[[[1.0, 3.0]], [[0.0, 0.0]]], [[[5.0, 7.0]], [[0.0, 2.0]]]])
    mean, variance = batch_statistics(values)
    assert mean.tolist() == [4, 0.5]
    assert variance.tolist() == [5, 0.75]


def test_float32_stays_whatever_the_dtype_of_the_statistics() -> None:
    drawn = Drawn((3, 2, 4, 4), seed=1, dtype="float32")
    mean, variance = drawn.mean.astype("float64"), drawn.variance.astype("float64")
    output = batch_normalize(drawn.values, drawn.scale, drawn.shift, mean, variance)
    assert output.dtype == "float32"
    for gradients in (
        batch_normalize_gradients(drawn.output_gradient, drawn.values, drawn.scale, mean, variance),
        batch_normalize_training_gradients(drawn.output_gradient, drawn.values, drawn.scale),
    ):
        for array in (gradients.values, gradients.scale, gradients.shift):
            assert array.dtype == "float32"


def test_a_constant_channel_is_not_divided_by_zero() -> None:
    values, one = np.full((4, 1), 7.0), np.ones(1)
    output = batch_normalize(values, one, 3 * one, *batch_statistics(values))
    assert output.tolist() == [[3]] * 4


def test_what_does_not_fit_is_refused() -> None:
    values, good, bad = np.ones((2, 3, 4, 4)), np.ones(3), np.ones(2)
    with pytest.raises(GeometryError, match=r"mean of shape \(2,\); \(3,\) is needed"):
        batch_normalize(values, good, good, bad, good)
    with pytest.raises(GeometryError, match=r"scale of shape \(2,\)"):
        batch_normalize_training_gradients(values, values, bad)
    with pytest.raises(GeometryError, match=r"\(2, 3, 4, 4\) is needed"):
        batch_normalize_gradients(np.ones((2, 3)), values, good, good, good)
    with pytest.raises(GeometryError, match=r"values of shape \(3,\)"):
        batch_statistics(np.ones(3))
