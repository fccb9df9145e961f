"""The fast path's way back against the plain path's and against PyTorch's."""

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine.activations import relu, relu_gradient
from convcli.engine.convolution import convolution_gradients, convolve
from convcli.engine.fast.fused import can_fuse, convolve_relu_pool
from convcli.engine.fast.fused_gradients import FilterGradients, differentiable_features
from convcli.engine.geometry import Pad, Window, pad_sides
from convcli.engine.pooling import max_pool, max_pool_gradient
from convcli.errors import GeometryError

Array = NDArray[Any]

POOL = Window(2, 2, stride=2)


@dataclass(frozen=True)
class Layer:
    """Everything that goes into the three layers, and a gradient that comes back to them."""

    images: Array
    filters: Array
    bias: Array
    gradient: Array
    pool: Window
    pad: Pad

    def as_type(self, dtype: str) -> "Layer":
        return replace(
            self,
            images=self.images.astype(dtype),
            filters=self.filters.astype(dtype),
            bias=self.bias.astype(dtype),
            gradient=self.gradient.astype(dtype),
        )

    def fast(self) -> tuple[Array, FilterGradients]:
        pooled, backward = differentiable_features(
            self.images, self.filters, self.bias, self.pool, pad=self.pad
        )
        return pooled, backward(self.gradient)

    def plain(self) -> tuple[Array, FilterGradients]:
        convolution = convolve(self.images, self.filters, self.bias, pad=self.pad)
        rectified_gradient = max_pool_gradient(self.gradient, relu(convolution), self.pool)
        gradient = relu_gradient(rectified_gradient, convolution)
        found = convolution_gradients(gradient, self.images, self.filters, pad=self.pad)
        return max_pool(relu(convolution), self.pool), FilterGradients(found.filters, found.bias)

    def torch(self) -> tuple[Array, FilterGradients]:
        filters, bias = (
            torch.tensor(array).requires_grad_() for array in (self.filters, self.bias)
        )
        top, bottom, left, right = pad_sides(self.pad)
        images = torch.nn.functional.pad(torch.tensor(self.images), (left, right, top, bottom))
        maps = torch.nn.functional.conv2d(images, filters, bias)
        pooled = torch.nn.functional.max_pool2d(torch.relu(maps), self.pool.height)
        pooled.backward(torch.tensor(self.gradient))
        return pooled.detach().numpy(), FilterGradients(filters.grad.numpy(), bias.grad.numpy())

    def winners_are_clear(self) -> bool:
        """No two sums under a pool, and no sum and zero, so near that rounding might swap them."""
        bias = self.bias.astype(np.float64)
        sums = convolve(self.images.astype(np.float64), self.filters, bias, pad=self.pad)
        height, width = (size // self.pool.height * self.pool.height for size in sums.shape[2:])
        views = np.lib.stride_tricks.sliding_window_view(
            sums[:, :, :height, :width], (self.pool.height, self.pool.width), (2, 3)
        )[:, :, :: self.pool.height, :: self.pool.width]
        under_pool = np.sort(relu(views.reshape(-1, self.pool.area)), axis=1)
        positive = under_pool[under_pool[:, -1] > 0]
        gaps = np.diff(positive, axis=1)[:, -1:]
        return bool((gaps > 1e-4).all() and (np.abs(sums) > 1e-4).all())


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Any small layer for which there is a fast path: channels, pads, sizes that leave a rest."""
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    size = draw(st.integers(1, width + 1))
    top, bottom, left, right = pad = draw(st.tuples(*[st.integers(0, 2)] * 4))
    least_height, least_width = height + size - 1 - top - bottom, width + size - 1 - left - right
    image_height = draw(st.integers(max(1, least_height), height + size + 6))
    image_width = draw(st.integers(max(1, least_width), width + size + 6))
    number, channels, filters = (draw(st.integers(1, 4)) for _ in range(3))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pool = Window(size, size, stride=size)
    rows, columns = pool.output_size(
        *Window(height, width, pad=pad).output_size(image_height, image_width)
    )
    return Layer(
        images=random.random((number, channels, image_height, image_width)),
        filters=random.normal(size=(filters, channels, height, width)),
        bias=random.normal(size=filters),
        gradient=random.normal(size=(number, filters, rows, columns)),
        pool=pool,
        pad=pad,
    )


def _assert_close(
    found: tuple[Array, FilterGradients], expected: tuple[Array, FilterGradients], most: float
) -> None:
    for ours, theirs in zip(_arrays(found), _arrays(expected), strict=True):
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=most, atol=most)


def _arrays(result: tuple[Array, FilterGradients]) -> list[Array]:
    return [result[0], result[1].filters, result[1].bias]


@settings(deadline=None, max_examples=100)
@given(layer=layers())
def test_gradients_are_those_of_the_plain_path_and_of_torch(layer: Layer) -> None:
    assert can_fuse(Window(*layer.filters.shape[2:]), layer.pool, layer.images.dtype)
    found = layer.fast()
    _assert_close(found, layer.plain(), 1e-12)
    _assert_close(found, layer.torch(), 1e-10)


@settings(deadline=None, max_examples=50)
@given(layer=layers())
def test_float32_stays_within_four_units_of_the_scale_of_each_sum(layer: Layer) -> None:
    layer = layer.as_type("float32")
    assume(layer.winners_are_clear())
    pooled, gradients = layer.fast()
    plain_pooled, plain = layer.plain()
    unit = 4 * np.finfo(np.float32).eps
    # A sum's scale is what it would be if all its terms had one sign.
    scale = replace(layer, filters=np.abs(layer.filters), bias=np.abs(layer.bias)).plain()[0]
    assert pooled.dtype == gradients.filters.dtype == gradients.bias.dtype == np.float32
    assert (np.abs(pooled - plain_pooled) <= unit * scale).all()
    positive = replace(layer, gradient=np.abs(layer.gradient)).plain()[1]
    assert (np.abs(gradients.filters - plain.filters) <= unit * positive.filters).all()
    assert (np.abs(gradients.bias - plain.bias) <= unit * positive.bias).all()


def test_of_equal_sums_the_first_wins() -> None:
    # Whole numbers: the sums are exact, and the same on each side of the tie.
    image = np.array([[0, 3, 3, 1], [3, 0, 1, 3], [2, 2, 5, 5], [2, 2, 5, 5]], float)[None, None]
    filters = np.array([[[[1.0]]], [[[-1.0]]]])
    gradient = np.array([[[[1, 10], [100, 1000]], [[1, 10], [100, 1000]]]], float)
    layer = Layer(image, filters, np.array([0.5, 3.5]), gradient, POOL, 0)
    pooled, found = layer.fast()
    np.testing.assert_array_equal(pooled[0], [[[3.5, 3.5], [2.5, 5.5]], [[3.5, 2.5], [1.5, 0]]])
    # The filter's gradient is the winners' pixels times what came back to them.
    np.testing.assert_array_equal(found.filters.ravel(), [3 + 30 + 200 + 5000, 0 + 10 + 200])
    np.testing.assert_array_equal(found.bias, [1111, 111])
    _assert_close((pooled, found), layer.torch(), 0)


@settings(deadline=None, max_examples=50)
@given(layer=layers())
def test_ties_fall_as_in_the_plain_path_and_in_torch(layer: Layer) -> None:
    # So few values that nearly every pool holds a tie, and whole ones, so that nothing is rounded.
    layer = Layer(
        np.floor(2 * layer.images),
        np.sign(layer.filters),
        np.round(layer.bias),
        np.round(layer.gradient),
        layer.pool,
        layer.pad,
    )
    found = layer.fast()
    _assert_close(found, layer.plain(), 0)
    _assert_close(found, layer.torch(), 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_batch_of_several_blocks_gives_the_same_bits_each_time(dtype: str) -> None:
    random = np.random.default_rng(5)
    layer = Layer(
        random.random((203, 1, 28, 28)),
        random.normal(size=(30, 1, 5, 5)),
        random.normal(size=30),
        random.normal(size=(203, 30, 12, 12)),
        POOL,
        0,
    ).as_type(dtype)
    first = layer.fast()
    if dtype == "float64":
        _assert_close(first, layer.plain(), 1e-9)
    for _ in range(5):
        for array, again in zip(_arrays(first), _arrays(layer.fast()), strict=True):
            np.testing.assert_array_equal(array, again)


def test_two_batches_may_be_under_way_at_once() -> None:
    random = np.random.default_rng(6)
    filters, bias = random.normal(size=(3, 1, 5, 5)), random.normal(size=3)
    batches = [random.random((4, 1, 12, 12)) for _ in range(2)]
    gradient = random.normal(size=(4, 3, 4, 4))
    ways = [differentiable_features(images, filters, bias, POOL)[1] for images in batches]
    for images, backward in zip(batches, ways, strict=True):
        expected = Layer(images, filters, bias, gradient, POOL, 0).plain()[1]
        np.testing.assert_allclose(backward(gradient).filters, expected.filters, rtol=1e-12)


def test_a_prediction_by_the_same_buffers_may_come_between() -> None:
    random = np.random.default_rng(8)
    images, gradient = random.random((4, 1, 12, 12)), random.normal(size=(4, 3, 4, 4))
    filters, bias = random.normal(size=(3, 1, 5, 5)), random.normal(size=3)
    pooled, backward = differentiable_features(images, filters, bias, POOL)
    kept, undisturbed = pooled.copy(), backward(gradient)
    convolve_relu_pool(images[::-1], -filters, -bias, POOL)
    np.testing.assert_array_equal(pooled, kept)
    np.testing.assert_array_equal(backward(gradient).filters, undisturbed.filters)
    np.testing.assert_array_equal(backward(gradient).bias, undisturbed.bias)


@pytest.mark.parametrize(
    ("filter_size", "stride", "pool"),
    [(3, 2, POOL), (3, 1, Window(3, 3, stride=1)), (17, 1, Window(17, 17, stride=17))],
)
def test_other_windows_go_the_plain_way(filter_size: int, stride: int, pool: Window) -> None:
    random = np.random.default_rng(7)
    images = random.random((2, 2, 40, 41))
    filters, bias = random.normal(size=(3, 2, filter_size, filter_size)), random.normal(size=3)
    pooled, backward = differentiable_features(images, filters, bias, pool, stride=stride, pad=1)
    gradient = random.normal(size=pooled.shape)
    found = backward(gradient)

    tensors = [torch.tensor(array).requires_grad_() for array in (filters, bias)]
    maps = torch.nn.functional.conv2d(torch.tensor(images), *tensors, stride=stride, padding=1)
    expected = torch.nn.functional.max_pool2d(torch.relu(maps), pool.height, pool.stride)
    expected.backward(torch.tensor(gradient))
    np.testing.assert_allclose(pooled, expected.detach().numpy(), atol=1e-10)
    np.testing.assert_allclose(found.filters, tensors[0].grad.numpy(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.bias, tensors[1].grad.numpy(), rtol=1e-10, atol=1e-10)


def test_what_is_to_be_done_about_an_overflow_holds_on_every_core() -> None:
    images = np.ones((200, 1, 28, 28), np.float32)
    filters, bias = np.full((30, 1, 5, 5), 1e38, np.float32), np.zeros(30, np.float32)
    with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore"):
        warnings.simplefilter("error")
        pooled, backward = differentiable_features(images, filters, bias, POOL)
        backward(np.full(pooled.shape, 1e38, np.float32))
    assert np.isinf(pooled).all()
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        differentiable_features(images, filters, bias, POOL)[1](
            np.full(pooled.shape, 1e38, np.float32)
        )


def test_a_gradient_of_another_shape_is_refused() -> None:
    images, filters = np.ones((2, 1, 6, 6)), np.ones((3, 1, 3, 3))
    backward = differentiable_features(images, filters, np.zeros(3), POOL)[1]
    with pytest.raises(GeometryError, match=r"\(2, 3, 4, 4\).*\(2, 3, 2, 2\) is needed"):
        backward(np.ones((2, 3, 4, 4)))


def test_a_bias_that_does_not_fit_is_refused() -> None:
    with pytest.raises(GeometryError, match=r"bias of shape \(2,\).*\(3,\) is needed"):
        differentiable_features(np.ones((2, 1, 6, 6)), np.ones((3, 1, 3, 3)), np.zeros(2), POOL)
