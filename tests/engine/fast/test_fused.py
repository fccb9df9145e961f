"""The fast path against the plain path, which is its definition, and against PyTorch."""

import threading
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine.activations import relu
from convcli.engine.convolution import convolve
from convcli.engine.fast import frames, fused, threads
from convcli.engine.fast.frames import PreparedConvolution, prepared_of_cores
from convcli.engine.fast.fused import can_fuse, convolve_relu_pool, pool_into
from convcli.engine.geometry import Pad, Window, pad_sides
from convcli.engine.pooling import max_pool
from convcli.errors import GeometryError
from tests.engine.strategies import Case, cases, values

Array = NDArray[Any]

POOL = Window(2, 2, stride=2)
FLOATS = ("float64", "float32", "float16")


@dataclass(frozen=True)
class Layers:
    """What goes into the three layers."""

    images: Array
    filters: Array
    bias: Array
    pool: Window
    pad: Pad = 0

    def fast(self) -> Array:
        return convolve_relu_pool(self.images, self.filters, self.bias, self.pool, pad=self.pad)

    def plain(self) -> Array:
        sums = convolve(self.images, self.filters, self.bias, pad=self.pad)
        return max_pool(relu(sums), self.pool)

    def scale(self) -> Array:
        """For every pooled value how large its sums would be if all products had one sign."""
        images, filters, bias = (
            np.abs(array).astype(np.float64) for array in (self.images, self.filters, self.bias)
        )
        return max_pool(convolve(images, filters, bias, pad=self.pad), self.pool)

    @property
    def window(self) -> Window:
        height, width = self.filters.shape[2:]
        return Window(height, width, pad=self.pad)


@st.composite
def fusible(draw: st.DrawFn, dtypes: tuple[str, ...] = ("float64",)) -> Layers:
    """Any small layers the fast path takes: non-square, channels, pads, a rest under no pool."""
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    top, bottom, left, right = pad = draw(st.tuples(*[st.integers(0, 3)] * 4))
    size = draw(st.integers(1, width + 1))
    least = [height + size - 1 - top - bottom, width + size - 1 - left - right]
    image_size = [draw(st.integers(max(1, side), max(1, side) + 7)) for side in least]
    number, channels, filters = (draw(st.integers(1, most)) for most in (4, 3, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    images = values(random, (number, channels, *image_size), draw(st.sampled_from(dtypes)))
    if draw(st.booleans()):
        images = np.asfortranarray(images)
    dtype = draw(st.sampled_from(dtypes))
    return Layers(
        images,
        values(random, (filters, channels, height, width), dtype),
        values(random, (filters,), dtype),
        Window(size, size, stride=size),
        pad,
    )


@settings(deadline=None, max_examples=200)
@given(layers=fusible(FLOATS))
def test_the_fast_path_is_the_plain_path_but_for_rounding(layers: Layers) -> None:
    fast, plain = layers.fast(), layers.plain()
    assert can_fuse(layers.window, layers.pool, plain.dtype)
    assert fast.dtype == plain.dtype == np.result_type(layers.images, layers.filters)
    assert fast.shape == plain.shape
    assert fast.flags.c_contiguous
    units = np.finfo(fast.dtype).eps * layers.scale()
    assert (np.abs(fast.astype(np.float64) - plain.astype(np.float64)) <= 4 * units).all()


@settings(deadline=None, max_examples=200)
@given(layers=fusible(("float64", "float32")))
def test_where_the_order_of_the_sums_cannot_matter_all_bits_are_equal(layers: Layers) -> None:
    # Sums of small whole numbers are exact, in whatever order.
    whole = Layers(
        np.rint(layers.images),
        np.rint(layers.filters),
        np.rint(layers.bias),
        layers.pool,
        layers.pad,
    )
    np.testing.assert_array_equal(whole.fast(), whole.plain())


@settings(deadline=None, max_examples=60)
@given(layers=fusible())
def test_the_fast_path_is_what_torch_computes(layers: Layers) -> None:
    top, bottom, left, right = pad_sides(layers.pad)
    sums = torch.nn.functional.conv2d(
        torch.nn.functional.pad(torch.tensor(layers.images), (left, right, top, bottom)),
        torch.tensor(layers.filters),
        torch.tensor(layers.bias),
    )
    expected = torch.nn.functional.max_pool2d(torch.relu(sums), layers.pool.height).numpy()
    np.testing.assert_allclose(layers.fast(), expected, rtol=1e-11, atol=1e-11)


@settings(deadline=None, max_examples=100)
@given(case=cases(dtypes=(*FLOATS, "int64"), half_pad=True), filter_size=st.integers(1, 4))
def test_everything_else_takes_the_plain_path(case: Case, filter_size: int) -> None:
    """A case's window is the pool here, so its stride, pad and form are free."""
    channels, height, width = case.images.shape[1:]
    height, width = min(filter_size, height), min(filter_size, width)
    filters = values(case.random, (2, channels, height, width), case.images.dtype.name)
    bias = values(case.random, (2,), case.images.dtype.name)
    pad = max(case.window.height, case.window.width)  # so that the pool fits in any case
    for stride in (1, 2):
        window = Window(height, width, stride, pad)
        if can_fuse(window, case.window, case.images.dtype):
            continue
        sums = convolve(case.images, filters, bias, stride=stride, pad=pad)
        if sums.dtype.kind == "i" and case.window.pad:
            continue  # no whole number is minus infinity
        pooled = convolve_relu_pool(case.images, filters, bias, case.window, stride=stride, pad=pad)
        assert pooled.tobytes() == max_pool(relu(sums), case.window).tobytes()


@pytest.mark.parametrize(
    ("window", "pool", "dtype", "expected"),
    [
        (Window(5, 5), POOL, "float32", True),
        (Window(1, 1, pad=2), POOL, "float64", True),
        (Window(1, 3), Window(4, 4, stride=4), "float16", True),
        (Window(3, 1), Window(4, 4, stride=4), "float32", False),
        (Window(5, 5, pad=(0, 1, 2, 3)), POOL, "float32", True),
        (Window(5, 5, stride=2), POOL, "float32", False),
        (Window(5, 5, stride=(1, 2)), POOL, "float32", False),
        (Window(5, 5), Window(2, 2, stride=2, ceil=True), "float32", False),
        (Window(5, 5), Window(2, 2, stride=1), "float32", False),
        (Window(5, 5), Window(3, 3, stride=2), "float32", False),
        (Window(5, 5), Window(2, 3, stride=2), "float32", False),
        (Window(5, 5), Window(2, 2, stride=2, pad=1), "float32", False),
        (Window(5, 5), POOL, "int64", False),
        (Window(5, 5), POOL, "complex64", False),
    ],
)
def test_one_function_decides(window: Window, pool: Window, dtype: str, expected: bool) -> None:
    assert can_fuse(window, pool, np.dtype(dtype)) is expected


def article(number: int, seed: int = 0, dtype: str = "float32") -> Layers:
    """The network's three layers: 28x28 images, 30 filters 5x5, 2x2 pooling."""
    random = np.random.default_rng(seed)
    return Layers(
        random.random((number, 1, 28, 28)).astype(dtype),
        random.normal(size=(30, 1, 5, 5)).astype(dtype),
        random.normal(size=30).astype(dtype),
        POOL,
    )


@pytest.mark.parametrize("number", [1, 2, 29, 30, 31, 100, 257])
def test_any_number_of_images_in_any_number_of_blocks(number: int) -> None:
    layers = article(number, seed=number)
    units = np.finfo(np.float32).eps * layers.scale()
    fast = layers.fast()
    assert fast.shape == (number, 30, 12, 12)
    assert (np.abs(fast - layers.plain()) <= 4 * units).all()


def test_bytes_of_pixels_need_no_scaling() -> None:
    layers = article(40)
    pixels = np.random.default_rng(1).integers(0, 256, layers.images.shape, dtype=np.uint8)
    scaled = Layers((pixels / 255).astype(np.float32), layers.filters, layers.bias, POOL)
    unscaled = Layers(pixels, layers.filters / np.float32(255), layers.bias, POOL)
    assert unscaled.fast().dtype == np.float32
    # Three roundings more than the sums: the quotient's of each pixel, and that of each weight.
    units = np.finfo(np.float32).eps * scaled.scale()
    assert (np.abs(unscaled.fast() - scaled.plain()) <= 6 * units).all()


def test_a_missing_bias_is_zero() -> None:
    layers = article(2)
    pooled = convolve_relu_pool(layers.images, layers.filters, None, POOL)
    np.testing.assert_array_equal(
        pooled, convolve_relu_pool(layers.images, layers.filters, np.zeros(30, np.float32), POOL)
    )


def test_a_later_call_changes_no_earlier_result_and_no_input() -> None:
    first, second = article(64, seed=1), article(64, seed=2)
    inputs = [array.copy() for array in (first.images, first.filters, first.bias)]
    pooled = first.fast()
    kept = pooled.copy()
    assert (second.fast() != pooled).any()
    np.testing.assert_array_equal(pooled, kept)
    for before, after in zip(inputs, (first.images, first.filters, first.bias), strict=True):
        np.testing.assert_array_equal(before, after)
    pooled[:] = -1
    np.testing.assert_array_equal(first.fast(), kept)


@settings(deadline=None, max_examples=60)
@given(layers=fusible())
def test_buffers_that_others_have_written_over_give_the_same_bits(layers: Layers) -> None:
    prepared = PreparedConvolution(
        layers.images.shape[1:],
        layers.filters.shape,
        layers.pool,
        layers.pad,
        np.dtype(np.float64),
    )
    prepared.load(layers.filters, layers.bias)
    once = np.empty(layers.plain().shape)
    pool_into(once, layers.images, prepared)
    prepared.load(np.full_like(layers.filters, 1e6), np.full_like(layers.bias, 1e6))
    others = np.full(layers.images.shape, 1e6).repeat(3, axis=0)
    pool_into(np.empty_like(once).repeat(3, axis=0), others, prepared)
    prepared.load(layers.filters, layers.bias)
    again = np.empty_like(once)
    pool_into(again, layers.images, prepared)
    assert again.tobytes() == once.tobytes()


def test_the_filters_are_those_of_the_last_load() -> None:
    layers = article(3)
    prepared = PreparedConvolution((1, 28, 28), (30, 1, 5, 5), POOL, 0, np.dtype(np.float32))
    filters, bias = layers.filters.copy(), layers.bias.copy()
    prepared.load(filters, bias)
    filters[:], bias[:] = 0, 0
    pooled = np.empty((3, 30, 12, 12), np.float32)
    pool_into(pooled, layers.images, prepared)
    np.testing.assert_array_equal(pooled, layers.fast())


@pytest.fixture
def new_buffers() -> Iterator[None]:
    """Buffers that are made in the test are not found by later ones."""
    prepared_of_cores.cache_clear()
    yield
    prepared_of_cores.cache_clear()


@pytest.mark.usefixtures("new_buffers")
@pytest.mark.parametrize("cores", [1, 2, 3])
@pytest.mark.parametrize("block_images", [1, 7, 1000])
def test_neither_cores_nor_blocks_change_a_bit(
    cores: int, block_images: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = article(100)
    expected = layers.fast()
    prepared_of_cores.cache_clear()
    product_bytes = 4 * 30 * 144 * 4
    for module in (frames, fused):
        monkeypatch.setattr(module, "BLOCK_BYTES", block_images * product_bytes)
    monkeypatch.setattr(fused, "SHARE_BYTES", product_bytes)
    for module in (frames, fused, threads):
        monkeypatch.setattr(module, "usable_cores", lambda: cores)
    assert layers.fast().tobytes() == expected.tobytes()


@given(
    number=st.integers(1, 100_000),
    product_bytes=st.integers(1, 2**24),
    cores=st.integers(1, 8),
)
def test_blocks_stay_in_the_cache_and_leave_no_core_without_work(
    number: int, product_bytes: int, cores: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fused, "usable_cores", lambda: cores)
        block = fused._block_size(number, product_bytes)
    assert block == 1 or block * product_bytes <= frames.BLOCK_BYTES
    if number * product_bytes > 2 * cores * frames.BLOCK_BYTES:
        assert -(-number // block) >= min(cores, number)


def test_several_threads_may_call_at_once() -> None:
    batches = [article(40, seed=seed) for seed in range(4)]
    expected = [layers.fast() for layers in batches]
    found: dict[int, list[bytes]] = {number: [] for number in range(4)}

    def call(number: int) -> None:
        for _ in range(10):
            found[number].append(batches[number].fast().tobytes())

    callers = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    for number, results in found.items():
        assert results == [expected[number].tobytes()] * 10


def test_no_memory_but_the_result_grows_with_the_images() -> None:
    layers = article(1000)
    layers.fast()
    tracemalloc.start()
    pooled = layers.fast()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - pooled.nbytes < 50_000


@pytest.mark.parametrize(
    ("images", "filters", "bias", "pool", "message"),
    [
        ((1, 28, 28), (30, 1, 5, 5), (30,), POOL, "images of shape .* have 3 axes"),
        ((0, 1, 28, 28), (30, 1, 5, 5), (30,), POOL, "images of shape .* are empty"),
        ((1, 1, 28, 28), (30, 5, 5), (30,), POOL, "filters of shape .* have 3 axes"),
        ((1, 3, 28, 28), (30, 1, 5, 5), (30,), POOL, "take 1 channels, the images have 3"),
        ((1, 1, 28, 28), (30, 1, 5, 5), (3,), POOL, r"bias of shape \(3,\)"),
        ((1, 1, 28, 28), (30, 1, 29, 5), (30,), POOL, "29 rows does not fit 28 rows"),
        ((1, 1, 5, 6), (30, 1, 5, 5), (30,), POOL, "2 rows does not fit 1 rows"),
        ((1, 1, 6, 5), (30, 1, 5, 5), (30,), POOL, "2 columns does not fit 1 columns"),
    ],
)
def test_what_does_not_fit_is_refused_as_on_the_plain_path(
    images: tuple[int, ...],
    filters: tuple[int, ...],
    bias: tuple[int, ...],
    pool: Window,
    message: str,
) -> None:
    layers = Layers(np.zeros(images), np.zeros(filters), np.zeros(bias), pool)
    for path in (layers.fast, layers.plain):
        with pytest.raises(GeometryError, match=message):
            path()
