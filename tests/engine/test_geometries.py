"""The engine against PyTorch over 5,000 geometries, each in a memory layout of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from convcli.engine import (
    Window,
    average_pool,
    average_pool_gradient,
    convolution_gradients,
    convolve,
    im2col,
    max_pool,
    max_pool_gradient,
)
from convcli.engine.im2col_variants import VARIANTS, im2col_by
from tests.engine.strategies import values

Array = NDArray[Any]
Layout = Callable[[np.random.Generator, tuple[int, ...]], Array]

GEOMETRIES, BLOCKS = 5000, 20
TOLERANCE = 1e-10


def as_it_comes(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return values(random, shape, "float64")


def fortran(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.asfortranarray(values(random, shape, "float64"))


def channels_last(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    first, second, *others = shape
    return np.moveaxis(values(random, (first, *others, second), "float64"), -1, 1)


def reversed_axes(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    steps = random.choice([-1, 1], size=len(shape))
    return values(random, shape, "float64")[tuple(slice(None, None, step) for step in steps)]


def cut_out(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Every second or third element of something larger."""
    steps = random.integers(1, 4, size=len(shape))
    sizes = tuple(n * int(step) + 2 for n, step in zip(shape, steps, strict=True))
    larger = values(random, sizes, "float64")
    return larger[tuple(slice(1, 1 + n * step, step) for n, step in zip(shape, steps, strict=True))]


def broadcast(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """The same memory again and again along some axes; read-only."""
    kept = tuple(n if random.random() < 0.5 else 1 for n in shape)
    return np.broadcast_to(values(random, kept, "float64"), shape)


LAYOUTS: tuple[Layout, ...] = (
    as_it_comes,
    fortran,
    channels_last,
    reversed_axes,
    cut_out,
    broadcast,
)


@dataclass(frozen=True)
class Geometry:
    """Images, what slides over them, and chance for the gradients."""

    images: Array
    window: Window
    layout: Layout
    random: np.random.Generator

    def __str__(self) -> str:
        return f"{self.images.shape} {self.window} {self.layout.__name__}"

    def numbers(self, *shape: int) -> Array:
        """Numbers of that shape, in the layout of the geometry."""
        return self.layout(self.random, shape)

    @property
    def tensor(self) -> Any:
        """The images for PyTorch, which knows no negative strides."""
        return torch.tensor(np.array(self.images), requires_grad=True)


def geometries(block: int) -> Iterator[Geometry]:
    random = np.random.default_rng([20261125, block])
    for number in range(GEOMETRIES // BLOCKS):
        window_height, window_width, *strides = map(int, random.integers(1, 5, size=4))
        # As much on both sides and at most half the window, which is what PyTorch's pooling takes.
        pads = [int(random.integers(0, n // 2 + 1)) for n in (window_height, window_width)]
        height = max(1, window_height - 2 * pads[0]) + int(random.integers(0, 6))
        width = max(1, window_width - 2 * pads[1]) + int(random.integers(0, 6))
        counts = map(int, random.integers(1, 4, size=2))
        layout = LAYOUTS[number % len(LAYOUTS)]
        window = Window(window_height, window_width, (strides[0], strides[1]), (pads[0], pads[1]))
        yield Geometry(layout(random, (*counts, height, width)), window, layout, random)


def assert_close(ours: Array, theirs: Any, where: object) -> None:
    np.testing.assert_allclose(
        ours, theirs.detach().numpy(), rtol=0, atol=TOLERANCE, err_msg=str(where)
    )


def convolution(geometry: Geometry) -> None:
    window, tensor = geometry.window, geometry.tensor
    channels = geometry.images.shape[1]
    filters = geometry.numbers(2, channels, window.height, window.width)
    bias = values(geometry.random, (2,), "float64")
    output = convolve(geometry.images, filters, bias, stride=window.stride, pad=window.pad)
    weights, biases = (
        torch.tensor(np.array(array), requires_grad=True) for array in (filters, bias)
    )
    expected = torch.nn.functional.conv2d(
        tensor, weights, biases, stride=window.strides, padding=window.pads[::2]
    )
    assert_close(output, expected, geometry)

    output_gradient = geometry.numbers(*output.shape)
    expected.backward(torch.tensor(np.array(output_gradient)))
    gradients = convolution_gradients(
        output_gradient, geometry.images, filters, stride=window.stride, pad=window.pad
    )
    for ours, theirs in (
        (gradients.images, tensor),
        (gradients.filters, weights),
        (gradients.bias, biases),
    ):
        assert_close(ours, theirs.grad, geometry)


def pooling(geometry: Geometry) -> None:
    window, tensor = geometry.window, geometry.tensor
    output = max_pool(geometry.images, window)
    expected = torch.nn.functional.max_pool2d(
        tensor, (window.height, window.width), stride=window.strides, padding=window.pads[::2]
    )
    np.testing.assert_array_equal(output, expected.detach().numpy(), str(geometry))
    output_gradient = geometry.numbers(*output.shape)
    expected.backward(torch.tensor(np.array(output_gradient)))
    assert_close(max_pool_gradient(output_gradient, geometry.images, window), tensor.grad, geometry)


def averaging(geometry: Geometry) -> None:
    window, tensor = geometry.window, geometry.tensor
    counted = bool(geometry.random.integers(2))
    output = average_pool(geometry.images, window, counted)
    expected = torch.nn.functional.avg_pool2d(
        tensor,
        (window.height, window.width),
        stride=window.strides,
        padding=window.pads[::2],
        count_include_pad=counted,
    )
    assert_close(output, expected, geometry)
    output_gradient = geometry.numbers(*output.shape)
    expected.backward(torch.tensor(np.array(output_gradient)))
    gradient = average_pool_gradient(output_gradient, geometry.images.shape, window, counted)
    assert_close(gradient, tensor.grad, geometry)


def gathering(geometry: Geometry) -> None:
    """im2col in each way is PyTorch's unfold, which lays the patches out as columns."""
    window = geometry.window
    expected = torch.nn.functional.unfold(
        geometry.tensor,
        (window.height, window.width),
        stride=window.strides,
        padding=window.pads[::2],
    )
    patches = expected.detach().transpose(1, 2).flatten(0, 1).numpy()
    for matrix in (
        im2col(geometry.images, window),
        *(im2col_by(geometry.images, window, name) for name in VARIANTS),
    ):
        np.testing.assert_array_equal(matrix, patches, str(geometry))
        assert matrix.flags.writeable
        assert matrix.flags.c_contiguous


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """To hand such small arrays to other threads takes longer than to work on them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_geometry_is_torch_s_in_every_layout(block: int) -> None:
    for geometry in geometries(block):
        convolution(geometry)
        pooling(geometry)
        averaging(geometry)
        gathering(geometry)
