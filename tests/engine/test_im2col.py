import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from convcli.engine.geometry import Window
from convcli.engine.im2col import VARIANTS, col2im, find_variant, im2col, trace_im2col
from convcli.errors import GeometryError, UsageError
from tests.engine.strategies import Case, cases, values

DTYPES = ("float64", "float32", "float16", "int64", "uint8")


@settings(deadline=None, max_examples=200)
@given(case=cases(dtypes=DTYPES))
def test_all_variants_give_the_same_matrix_bit_for_bit(case: Case) -> None:
    first = im2col(case.images, case.window, "offset")
    assert first.dtype == case.images.dtype
    assert first.flags.c_contiguous
    others = [name for name in VARIANTS if name != "offset"]
    assert len(others) == 4
    for name in others:
        other = im2col(case.images, case.window, name)
        assert other.dtype == first.dtype
        assert other.shape == first.shape
        assert other.tobytes() == first.tobytes(), name


@settings(deadline=None, max_examples=100)
@given(case=cases())
def test_the_matrix_is_the_one_that_torch_unfolds(case: Case) -> None:
    images, window = case.images, case.window
    unfolded = torch.nn.functional.unfold(
        torch.tensor(images),
        (window.height, window.width),
        padding=window.pad,
        stride=window.stride,
    )
    expected = unfolded.numpy().transpose(0, 2, 1).reshape(-1, unfolded.shape[1])
    np.testing.assert_array_equal(im2col(images, window), expected)


@settings(deadline=None, max_examples=100)
@given(case=cases())
def test_im2col_and_col2im_are_adjoint(case: Case) -> None:
    columns = im2col(case.images, case.window)
    other = values(case.random, columns.shape, "float64")
    back = col2im(other, case.images.shape, case.window)
    left, right = np.vdot(columns, other), np.vdot(case.images, back)
    size = np.abs(columns * other).sum()
    assert abs(left - right) <= 1e-13 * size


@settings(deadline=None, max_examples=60)
@given(case=cases())
def test_col2im_is_what_torch_folds(case: Case) -> None:
    images, window = case.images, case.window
    columns = values(case.random, im2col(images, window).shape, "float64")
    stacked = torch.tensor(
        columns.reshape(len(images), -1, columns.shape[1]).transpose(0, 2, 1).copy()
    )
    folded = torch.nn.functional.fold(
        stacked,
        images.shape[2:],
        (window.height, window.width),
        padding=window.pad,
        stride=window.stride,
    )
    np.testing.assert_allclose(col2im(columns, images.shape, window), folded.numpy(), atol=1e-12)


def test_the_article_s_image_gives_the_article_s_shapes_and_counts() -> None:
    images = np.zeros((1, 1, 28, 28))
    shapes = {name: trace_im2col(images, Window(5, 5), name) for name in VARIANTS}
    assert {name: (t.slices.shape, t.slice_assignments) for name, t in shapes.items()} == {
        "offset": ((1, 1, 5, 5, 24, 24), 25),
        "position": ((1, 1, 24, 24, 5, 5), 576),
        "strided": ((1, 1, 24, 24, 5, 5), 0),
        "gather": ((1, 1, 5, 5, 24, 24), 1),
        "strips": ((1, 1, 24, 24, 5, 5), 2),
    }
    assert {t.matrix.shape for t in shapes.values()} == {(576, 25)}


@pytest.mark.parametrize("window", [Window(5, 5), Window(4, 3, stride=2, pad=1)])
def test_strips_of_more_images_than_a_block_holds_are_cut_alike(window: Window) -> None:
    images = values(np.random.default_rng(5), (100, 2, 28, 28), "float64")
    trace = trace_im2col(images, window, "strips")
    assert trace.slice_assignments > 10, "several blocks were meant"
    assert trace.matrix.tobytes() == im2col(images, window, "position").tobytes()


def test_by_position_with_stride_two_reads_pixels_and_not_positions() -> None:
    image = np.arange(25).reshape(1, 1, 5, 5)
    matrix = im2col(image, Window(3, 3, stride=2), "position")
    assert matrix[1].tolist() == [2, 3, 4, 7, 8, 9, 12, 13, 14]
    assert matrix[3].tolist() == [12, 13, 14, 17, 18, 19, 22, 23, 24]


@pytest.mark.parametrize("name", list(VARIANTS))
@pytest.mark.parametrize(
    "window", [Window(5, 5), Window(3, 4, 2, 1), Window(1, 1), Window(20, 20, 4)]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_bytes_told_are_the_bytes_allocated(name: str, window: Window, channels: int) -> None:
    images = np.zeros((8, channels, 28, 28))
    trace_im2col(images, window, name)
    tracemalloc.start()
    trace = trace_im2col(images, window, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The small objects of Python around the arrays weigh a few kilobytes; the index arrays are
    # given back before the matrix is made.
    assert abs(trace.allocated_bytes - peak) < 25_000


@pytest.mark.parametrize("name", list(VARIANTS))
@pytest.mark.parametrize("window", [Window(28, 28), Window(1, 28), Window(1, 1)])
def test_writing_into_the_matrix_never_changes_the_images(name: str, window: Window) -> None:
    images = np.ones((1, 1, 28, 28))
    im2col(images, window, name)[:] = 7
    assert (images == 1).all()


def test_an_unknown_variant_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="choose from offset, position, strided, gather, strips"):
        find_variant("fourier")


def test_columns_of_another_shape_are_refused() -> None:
    with pytest.raises(GeometryError, match=r"im2col gives \(4, 4\) here"):
        col2im(np.zeros((4, 5)), (1, 1, 3, 3), Window(2, 2))
