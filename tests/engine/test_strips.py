"""Strips give what the whole gives, and take no more memory than they may."""

import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine.convolution import convolve
from convcli.engine.geometry import Window
from convcli.engine.pooling import max_pool
from convcli.engine.strips import convolve_in_strips, max_pool_in_strips
from convcli.errors import GeometryError
from tests.engine.strategies import Case, cases


@settings(deadline=None, max_examples=200)
@given(case=cases(("float32", "float64")), filters=st.integers(1, 3), strip=st.integers(1, 4000))
def test_a_convolution_in_strips_is_that_of_the_whole(case: Case, filters: int, strip: int) -> None:
    window = case.window
    channels = case.images.shape[1]
    weights = case.random.normal(size=(filters, channels, window.height, window.width))
    bias = case.random.normal(size=filters)
    found = convolve_in_strips(
        case.images, weights, bias, stride=window.stride, pad=window.pad, strip_bytes=strip
    )
    whole = convolve(case.images, weights, bias, stride=window.stride, pad=window.pad)
    assert found.dtype == whole.dtype
    np.testing.assert_allclose(found, whole, rtol=1e-12, atol=1e-12)


@settings(deadline=None, max_examples=200)
@given(case=cases(("float32", "float64"), half_pad=True, ceil=True), strip=st.integers(1, 4000))
def test_a_pooling_in_strips_is_that_of_the_whole(case: Case, strip: int) -> None:
    found = max_pool_in_strips(case.images, case.window, strip)
    np.testing.assert_array_equal(found, max_pool(case.images, case.window))


def test_a_strip_may_be_padding_alone() -> None:
    images, filters = np.arange(12.0).reshape(1, 1, 3, 4), np.arange(4.0).reshape(1, 1, 2, 2)
    found = convolve_in_strips(images, filters, np.array([5.0]), pad=6, strip_bytes=1)
    expected = torch.nn.functional.conv2d(
        torch.tensor(images), torch.tensor(filters), torch.tensor([5.0]).double(), padding=6
    )
    np.testing.assert_array_equal(found, expected.numpy())


@pytest.mark.parametrize("size", [(1500, 1000), (1000, 1500)])
def test_a_photograph_takes_little_more_than_what_comes_out(size: tuple[int, int]) -> None:
    image = np.random.default_rng(0).random((1, 1, *size), np.float32)
    filters = np.random.default_rng(1).random((2, 1, 5, 5), np.float32)
    tracemalloc.start()
    found = convolve_in_strips(image, filters, strip_bytes=2**20)
    pooled = max_pool_in_strips(found, Window(2, 2, 2), 2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < found.nbytes + pooled.nbytes + 5 * 2**20
    expected = torch.nn.functional.conv2d(torch.tensor(image), torch.tensor(filters))
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-5)
    np.testing.assert_array_equal(
        pooled, torch.nn.functional.max_pool2d(torch.tensor(found), 2).numpy()
    )


def test_what_does_not_fit_is_refused_as_by_the_whole() -> None:
    with pytest.raises(GeometryError, match="does not fit"):
        convolve_in_strips(np.ones((1, 1, 4, 4)), np.ones((1, 1, 5, 5)))
    with pytest.raises(GeometryError, match="more than half"):
        max_pool_in_strips(np.ones((1, 1, 4, 4)), Window(2, 2, pad=2))
