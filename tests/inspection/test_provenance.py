"""The maps of one window against the engine, over generated geometries."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine.geometry import Window
from convcli.engine.im2col import im2col
from convcli.errors import UsageError
from convcli.inspection.provenance import Cell, Patches
from tests.engine.strategies import Case, cases

BOOK = Patches(Window(5, 5), channels=1, height=28, width=28)


def patches_of(case: Case) -> Patches:
    images, channels, height, width = case.images.shape
    return Patches(case.window, channels, height, width, images)


@given(cases(ceil=True), st.data())
def test_a_cell_of_the_matrix_is_the_pixel_that_the_map_names(
    case: Case, data: st.DataObject
) -> None:
    # Every pixel has a number of its own; the padding is -1.
    images = np.arange(case.images.size).reshape(case.images.shape)
    patches = patches_of(case)
    matrix = im2col(images, case.window, pad_value=-1)
    assert matrix.shape == patches.matrix_shape
    row, column = (data.draw(st.integers(0, size - 1)) for size in matrix.shape)
    cell = patches.cell(row, column)
    assert patches.place(cell) == (row, column)
    y, x = patches.pixel(cell)
    inside = patches.holds(y, x)
    expected = images[cell.image, cell.channel, y, x] if inside else -1
    assert matrix[row, column] == expected


@given(cases(ceil=True))
def test_forward_and_backward_are_inverse_relations(case: Case) -> None:
    patches = patches_of(case)
    rows, columns = patches.output_size
    read = {
        ((pixel.row, pixel.column), (row, column), (pixel.window_row, pixel.window_column))
        for row, column in product(range(rows), range(columns))
        for pixel in patches.reads(row, column)
        if not pixel.is_padding
    }
    reached = {
        ((y, x), (output.row, output.column), (output.window_row, output.window_column))
        for y, x in product(range(patches.height), range(patches.width))
        for output in patches.reached(y, x)
    }
    assert read == reached


@given(cases(ceil=True), st.data())
def test_the_cells_of_a_pixel_are_where_the_matrix_holds_it(
    case: Case, data: st.DataObject
) -> None:
    patches = patches_of(case)
    y = data.draw(st.integers(0, patches.height - 1))
    x = data.draw(st.integers(0, patches.width - 1))
    marked = np.zeros(case.images.shape)
    marked[0, :, y, x] = 1
    expected = {(int(row), int(column)) for row, column in np.argwhere(im2col(marked, case.window))}
    cells = [patches.place(cell) for cell in patches.cells_of(y, x)]
    assert set(cells) == expected
    assert len(cells) == len(expected)


@given(cases(), st.data())
def test_the_pixels_that_an_output_reads_are_the_support_of_its_gradient(
    case: Case, data: st.DataObject
) -> None:
    patches = patches_of(case)
    row, column = (data.draw(st.integers(0, size - 1)) for size in patches.output_size)
    left_right_top_bottom = case.torch_padding()
    image = torch.ones(1, patches.channels, patches.height, patches.width, requires_grad=True)
    filters = torch.ones(1, patches.channels, case.window.height, case.window.width)
    padded = torch.nn.functional.pad(image, left_right_top_bottom)
    torch.nn.functional.conv2d(padded, filters, stride=case.window.strides)[
        0, 0, row, column
    ].backward()
    assert image.grad is not None
    expected = {(int(y), int(x)) for _, y, x in torch.argwhere(image.grad[0])}
    read = {(p.row, p.column) for p in patches.reads(row, column) if not p.is_padding}
    assert read == expected


def test_the_article_s_cell_by_hand() -> None:
    # Row 295 = 12 * 24 + 7, column 13 = 2 * 5 + 3; the pixel is (12 + 2, 7 + 3).
    assert BOOK.cell(295, 13) == Cell(0, 12, 7, 0, 2, 3)
    assert BOOK.pixel(BOOK.cell(295, 13)) == (14, 10)


@pytest.mark.parametrize(
    ("pixel", "count"),
    [((14, 9), 25), ((0, 0), 1), ((0, 14), 5), ((1, 1), 4), ((27, 27), 1), ((3, 26), 8)],
)
def test_a_pixel_near_an_edge_is_in_fewer_cells(pixel: tuple[int, int], count: int) -> None:
    assert len(list(BOOK.cells_of(*pixel))) == count


def test_a_stride_that_is_larger_than_the_window_steps_over_pixels() -> None:
    patches = Patches(Window(2, 2, stride=3), channels=1, height=8, width=8)
    assert list(patches.reached(2, 0)) == []
    assert len(list(patches.reached(3, 4))) == 1


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: BOOK.cell(576, 0), "cell 576,0 is out of range; they run from 0,0 to 575,24"),
        (lambda: BOOK.cell(-1, 0), "cell -1,0 is out of range"),
        (lambda: list(BOOK.reads(0, 24)), "output 0,24 is out of range; .* to 23,23"),
        (lambda: list(BOOK.reached(28, 0)), "pixel 28,0 is out of range; .* to 27,27"),
        (lambda: BOOK.place(Cell(0, 0, 0, 1, 0, 0)), "they run from 0,0,0,0,0,0 to 0,23,23,0,4,4"),
    ],
)
def test_what_is_not_there_is_refused(ask: object, message: str) -> None:
    assert callable(ask)
    with pytest.raises(UsageError, match=message):
        ask()
