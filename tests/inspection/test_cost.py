"""What is told from shapes, against what is measured: within a factor of 1.5."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import VARIANTS
from convcli.errors import GeometryError
from convcli.inspection import cost
from convcli.inspection.article_pictures import as_in_the_article
from convcli.inspection.filters import summarise
from convcli.inspection.im2col_comparison import compare, time_variants
from convcli.inspection.walkthrough import walk_through
from convcli.network.building import build, layers_of
from convcli.network.initialization import initial_parameter, initial_parameters

FACTOR = 1.5
SMALL = 2**19
POOL = Window(2, 2, stride=2)


def peak(work: Callable[[], object]) -> int:
    """Bytes that NumPy and Python had at the same time, at most."""
    tracemalloc.start()
    try:
        kept = work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        del kept


def assert_near(estimated: int, measured: int) -> None:
    # What is small may be off by what Python's own objects take.
    assert measured / FACTOR - SMALL < estimated < measured * FACTOR + SMALL


@settings(deadline=None, max_examples=40, derandomize=True)
@given(
    height=st.integers(300, 900),
    width=st.integers(300, 900),
    channels=st.sampled_from([1, 3]),
    filters=st.integers(1, 6),
    size=st.sampled_from([1, 3, 5, 8]),
    stride=st.integers(1, 3),
    pad=st.sampled_from([0, 2, 100]),
    dtype=st.sampled_from(["float32", "float64"]),
    with_relu=st.booleans(),
)
def test_a_walkthrough(
    height: int,
    width: int,
    channels: int,
    filters: int,
    size: int,
    stride: int,
    pad: int,
    dtype: str,
    with_relu: bool,
) -> None:
    weights, bias = np.ones((filters, channels, size, size), dtype), np.ones(filters, dtype)
    shape, window = (1, channels, height, width), Window(size, size, stride, pad)
    told = cost.of_walkthrough(
        shape, weights.shape, window, POOL, itemsize=weights.itemsize, with_relu=with_relu
    )
    measured = peak(
        lambda: walk_through(
            np.ones(shape, np.float32),
            weights,
            bias,
            stride=stride,
            pad=pad,
            pool=POOL,
            with_relu=with_relu,
        )
    )
    assert_near(told.memory, measured)


@pytest.mark.parametrize("side", [1500, 2500])
def test_a_walkthrough_in_strips(side: int) -> None:
    told = cost.of_walkthrough((1, 1, side, side), (1, 1, 5, 5), Window(5, 5), POOL)
    image, filters = np.ones((1, 1, side, side), np.float32), np.ones((1, 1, 5, 5), np.float32)
    measured = peak(lambda: walk_through(image, filters, np.zeros(1, np.float32), pool=POOL))
    assert_near(told.memory, measured + image.nbytes)


@settings(deadline=None, max_examples=25, derandomize=True)
@given(
    number=st.sampled_from([1, 10]),
    side=st.integers(60, 200),
    size=st.sampled_from([1, 3, 5, 9]),
    stride=st.integers(1, 2),
    pad=st.sampled_from([0, 3]),
    variants=st.lists(st.sampled_from(list(VARIANTS)), min_size=1, max_size=5, unique=True),
)
def test_a_comparison_of_im2col(
    number: int, side: int, size: int, stride: int, pad: int, variants: list[str]
) -> None:
    shape, window = (number, 1, side, side + 20), Window(size, size, stride, pad)
    told = cost.of_comparison(shape, window, variants, 1)
    measured = peak(lambda: compare(np.ones(shape, np.float32), window, variants, 1))
    assert_near(told.memory, measured)
    told = cost.of_timing(shape, window, variants, 1)
    measured = peak(lambda: time_variants(np.ones(shape, np.float32), window, variants, 1))
    assert_near(told.memory, measured)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(
    side=st.integers(60, 200),
    size=st.sampled_from([1, 3, 5, 9]),
    stride=st.integers(1, 3),
    pad=st.sampled_from([0, 3]),
)
def test_what_the_article_makes(side: int, size: int, stride: int, pad: int) -> None:
    shape, window = (1, 2, side, side + 20), Window(size, size, stride, pad)
    told = cost.of_article_pictures(shape, window)
    assert_near(told.memory, peak(lambda: as_in_the_article(np.ones(shape, np.float32), window)))


@pytest.mark.parametrize(
    "specification",
    [
        "conv1(8@5x5) relu maxpool2 conv2(16@3x3,pad=1) tanh avgpool2 flatten fc1(10) softmax",
        "conv1(4@3x3,stride=2) bn1 leakyrelu globalavgpool flatten fc1(10)",
        "flatten fc1(50) sigmoid dropout fc2(10)",
    ],
)
@pytest.mark.parametrize("side", [200, 500])
def test_a_network(specification: str, side: int) -> None:
    parameters = initial_parameters(layers_of(specification, (1, side, side)), 0)
    network = build(parameters, specification, input_size=(side, side))
    image = np.ones((1, 1, side, side), np.float32)
    measured = peak(lambda: network.stages(image)) + image.nbytes
    assert_near(cost.of_network(network).memory, measured)


@pytest.mark.parametrize("dtype", ["int8", "float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1, 1000, 1500), (1000, 3, 9, 9)])
def test_untrained_filters(dtype: str, shape: tuple[int, ...]) -> None:
    count, channels, height, width = shape
    specification = f"conv1({count}@{height}x{width})"
    layers = layers_of(specification, (channels, height + 5, width + 5))

    def work() -> object:
        untrained = initial_parameter(layers, 0, "W1", dtype)
        return untrained, summarise(untrained)

    assert_near(cost.of_filters(shape, np.dtype(dtype).itemsize).memory, peak(work))


def test_what_does_not_fit_is_said_before_anything_is_computed() -> None:
    with pytest.raises(GeometryError, match="convolution: a window of 5 rows"):
        cost.of_walkthrough((1, 1, 4, 4), (1, 1, 5, 5), Window(5, 5), POOL)
    with pytest.raises(GeometryError, match="pooling: a window of 9 rows"):
        cost.of_walkthrough((1, 1, 10, 10), (1, 1, 5, 5), Window(5, 5), Window(9, 9))


def test_costs_of_what_is_kept_add_up() -> None:
    assert cost.Cost(5, 1.0) + cost.Cost(3, 2.0) == cost.Cost(8, 3.0)
