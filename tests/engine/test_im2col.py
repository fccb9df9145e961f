import numpy as np
import pytest
import torch
from hypothesis import given, settings

from convcli.engine.geometry import Window
from convcli.engine.im2col import col2im, im2col
from convcli.errors import GeometryError
from tests.engine.strategies import Case, cases, values


@settings(deadline=None, max_examples=100)
@given(case=cases())
def test_the_matrix_is_the_one_that_torch_unfolds(case: Case) -> None:
    images, window = case.images, case.window
    padded = torch.nn.functional.pad(torch.tensor(images), case.torch_padding())
    unfolded = torch.nn.functional.unfold(
        padded, (window.height, window.width), stride=window.strides
    )
    expected = unfolded.numpy().transpose(0, 2, 1).reshape(-1, unfolded.shape[1])
    np.testing.assert_array_equal(im2col(images, window), expected)


@settings(deadline=None, max_examples=100)
@given(case=cases(ceil=True))
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
    height, width = images.shape[2:]
    top, bottom, left, right = window.pads
    folded = torch.nn.functional.fold(
        stacked,
        (top + height + bottom, left + width + right),
        (window.height, window.width),
        stride=window.strides,
    ).numpy()[:, :, top : top + height, left : left + width]
    np.testing.assert_allclose(col2im(columns, images.shape, window), folded, atol=1e-12)


def test_columns_of_another_shape_are_refused() -> None:
    with pytest.raises(GeometryError, match=r"im2col gives \(4, 4\) here"):
        col2im(np.zeros((4, 5)), (1, 1, 3, 3), Window(2, 2))


@settings(deadline=None, max_examples=60)
@given(case=cases(dtypes=("float64", "uint8"), ceil=True))
def test_each_element_is_the_pixel_that_the_layout_says(case: Case) -> None:
    number, channels, height, width = case.images.shape
    top, _, left, _ = case.window.pads
    down, across = case.window.strides
    rows, places = case.window.output_size(height, width)
    matrix = im2col(case.images, case.window, pad_value=7)
    assert matrix.flags.c_contiguous
    assert matrix.dtype == case.images.dtype
    axes = (number, rows, places, channels, case.window.height, case.window.width)
    elements = matrix.reshape(axes)
    for n, i, j, c, y, x in case.random.integers(axes, size=(50, 6)):
        line, pixel = i * down + y - top, j * across + x - left
        inside = 0 <= line < height and 0 <= pixel < width
        expected = case.images[n, c, line, pixel] if inside else 7
        assert elements[n, i, j, c, y, x] == expected


@pytest.mark.parametrize("window", [Window(28, 28), Window(1, 28), Window(1, 1)])
def test_writing_into_the_matrix_never_changes_the_images(window: Window) -> None:
    images = np.ones((1, 1, 28, 28))
    im2col(images, window)[:] = 7
    assert (images == 1).all()
