"""The slices lie as what they are sliced by, the matrix on its side, and every number is there."""

import numpy as np
import pytest

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import VARIANTS, Im2colTrace, trace_im2col
from convcli.views.figures.im2col import draw
from convcli.views.palette import GAP, PIXELS, colours
from tests.views.reading import (
    Placed,
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    blocks,
    placed,
    texts,
)

RANDOM = np.random.default_rng(12)
IMAGE = RANDOM.random((1, 1, 28, 28)).astype(np.float32)
FILTER = Window(5, 5)
TITLE = "train image 5, label 2: filter 5x5, stride 1, pad 0"


def traced(variant: str, window: Window = FILTER) -> Im2colTrace:
    return trace_im2col(IMAGE, window, variant)


def assert_tiles(picture: Placed, trace: Im2colTrace, block: int) -> None:
    """Tile (row, column) of the mosaic is slice (row, column) of image 0, channel 0."""
    _, _, rows, columns, height, width = trace.slices.shape
    seen = np.zeros(picture.inside.shape[:2], bool)
    for row in range(rows):
        for column in range(columns):
            top = block * (1 + row * (height + 1))
            left = block * (1 + column * (width + 1))
            part = np.s_[top : top + block * height, left : left + block * width]
            expected = blocks(colours(trace.slices[0, 0, row, column], PIXELS), block)
            np.testing.assert_array_equal(picture.inside[part], expected)
            seen[part] = True
    assert (picture.inside[~seen] == GAP).all()


@pytest.mark.parametrize(
    ("variant", "block"), [("offset", 9), ("gather", 9), ("position", 8), ("strided", 8)]
)
def test_every_slice_is_a_tile_in_its_place(variant: str, block: int) -> None:
    trace = traced(variant)
    bar, slices, matrix = placed(draw(trace, TITLE, PIXELS))
    assert_tiles(slices, trace, block)
    lying = colours(trace.matrix.T, PIXELS)
    assert lying.shape == (25, 576, 3)
    np.testing.assert_array_equal(matrix.inside, blocks(lying, 9, 2))
    np.testing.assert_array_equal(bar.inside[0, [0, -1]], [[0, 0, 0], [255, 255, 255]])


def test_the_tiles_of_offset_are_the_slices_of_the_article() -> None:
    # img[:, :, y:y_max:stride, x:x_max:stride], written out here without the engine.
    _, slices, _ = placed(draw(traced("offset", Window(3, 3, stride=2)), TITLE, PIXELS))
    y, x, places = 2, 1, 13
    expected = colours(IMAGE[0, 0, y : y + 26 : 2, x : x + 26 : 2], PIXELS)
    block = slices.inside.shape[1] // (3 * (places + 1) + 1)
    top, left = block * (1 + y * (places + 1)), block * (1 + x * (places + 1))
    np.testing.assert_array_equal(
        slices.inside[top : top + block * places, left : left + block * places],
        blocks(expected, block),
    )


@pytest.mark.parametrize(
    ("variant", "shape", "tiles", "became", "assignments"),
    [
        ("offset", (1, 1, 5, 5, 24, 24), "5x5 tiles of 24x24", "one row", 25),
        ("position", (1, 1, 24, 24, 5, 5), "24x24 tiles of 5x5", "one column", 576),
    ],
)
def test_the_titles_name_the_variant_and_both_shapes(
    variant: str, shape: tuple[int, ...], tiles: str, became: str, assignments: int
) -> None:
    said = texts(draw(traced(variant), TITLE, PIXELS))
    assert said[0] == f"im2col by {variant}: {TITLE}"
    assert said[1] == f"{VARIANTS[variant].description} · slice assignments: {assignments}"
    assert f"slices {shape}" in said
    assert "matrix (576, 25), lying on its side" in said
    clauses = [clause for text in said for clause in text.split(" · ")]
    assert {tiles, f"a tile is {became} here"} <= set(clauses)
    assert "25 rows, one for each number under the filter" in clauses
    assert "576 columns, one for each output position" in clauses
    assert not any(clause.startswith("drawn:") for clause in clauses)


@pytest.mark.parametrize(
    ("variant", "across", "down"),
    [
        ("offset", [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]),
        ("position", [*range(0, 24, 3), 23], [*range(0, 24, 3), 23]),
    ],
)
def test_the_numbers_stand_at_the_middle_of_their_tiles(
    variant: str, across: list[int], down: list[int]
) -> None:
    trace = traced(variant)
    sheet = draw(trace, TITLE, PIXELS)
    _, slices, _ = placed(sheet)
    numbers = [text for text in sheet.figure.texts if text.get_text().isdigit()][2:]
    found = [int(text.get_text()) for text in numbers]
    assert found[: len(across) + len(down)] == across + down
    rows, _, size, _ = trace.slices.shape[2:]
    block = slices.inside.shape[0] // (rows * (size + 1) + 1)
    for number, text in zip(across, numbers, strict=False):
        box = text.get_window_extent()
        middle = slices.left + 1 + block * (1 + number * (size + 1) + size / 2)
        assert (box.x0 + box.x1) / 2 == pytest.approx(middle, abs=2)


@pytest.mark.parametrize("variant", list(VARIANTS))
def test_the_matrix_is_marked_where_filter_and_output_begin_a_new_row(variant: str) -> None:
    said = texts(draw(traced(variant), TITLE, PIXELS))
    after = said[said.index("matrix (576, 25), lying on its side") :]
    numbers = [int(text) for text in after if text.isdigit()]
    assert numbers == [*range(0, 576, 72), 575, *range(0, 25, 5), 24]


@pytest.mark.parametrize("variant", list(VARIANTS))
def test_of_a_batch_the_first_channel_of_the_first_image_is_drawn(variant: str) -> None:
    trace = trace_im2col(RANDOM.random((2, 3, 28, 28)).astype(np.float32), FILTER, variant)
    _, slices, matrix = placed(draw(trace, TITLE, PIXELS))
    assert_tiles(slices, trace, 9 if trace.variant.by_offset else 8)
    np.testing.assert_array_equal(
        matrix.inside, blocks(colours(trace.matrix.T, PIXELS)[:, :1200], 3, 1)
    )


def test_what_is_left_out_of_a_batch_of_large_pictures_is_said() -> None:
    images = RANDOM.random((2, 3, 300, 310)).astype(np.float32)
    offset = texts(draw(trace_im2col(images, FILTER, "offset"), TITLE, PIXELS))
    drawn = [clause for text in offset for clause in text.split(" · ") if "drawn:" in clause]
    assert drawn == [
        "drawn: image 0 of 2, channel 0 of 3, every 2nd pixel",
        "drawn: the first 1200 of 181152 columns",
    ]
    assert any("a tile is part of a row here" in text for text in offset)
    position = texts(draw(trace_im2col(images, FILTER, "position"), TITLE, PIXELS))
    drawn = [clause for text in position for clause in text.split(" · ") if "drawn:" in clause]
    assert drawn == [
        "drawn: image 0 of 2, channel 0 of 3, the first 200x200 tiles of 296x306",
        "drawn: the first 1200 of 181152 columns",
    ]
    assert any("a tile is part of a column here" in text for text in position)


@pytest.mark.parametrize("variant", list(VARIANTS))
@pytest.mark.parametrize(
    ("shape", "window"),
    [
        ((1, 1, 28, 28), FILTER),
        ((3, 2, 9, 14), Window(2, 3, stride=2, pad=1)),
        ((1, 1, 1, 1), Window(1, 1)),
        ((1, 1, 28, 28), Window(24, 24)),
        ((1, 1, 40, 700), Window(3, 1)),
    ],
)
def test_texts_and_pictures_keep_apart(
    variant: str, shape: tuple[int, int, int, int], window: Window
) -> None:
    images = RANDOM.random(shape).astype(np.float32)
    sheet = draw(trace_im2col(images, window, variant), TITLE, PIXELS)
    assert len(placed(sheet)) == 3
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


@pytest.mark.parametrize("variant", ["offset", "position"])
def test_on_a_slide_the_matrix_stands_beside_the_slices(variant: str) -> None:
    trace = traced(variant)
    sheet = draw(trace, TITLE, PIXELS, wide=True)
    _, slices, matrix = placed(sheet)
    assert_tiles(slices, trace, 7 if variant == "offset" else 6)
    np.testing.assert_array_equal(matrix.inside, blocks(colours(trace.matrix.T, PIXELS), 9, 2))
    assert slices.left + slices.pixels.shape[1] < matrix.left
    assert 16 / 9 < sheet.width / sheet.height < 2.4
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("window", [Window(1, 1), Window(24, 24), Window(3, 5, stride=2, pad=1)])
def test_any_window_fits_a_slide(name: str, window: Window) -> None:
    sheet = draw(traced(name, window), TITLE, PIXELS, wide=True)
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)
