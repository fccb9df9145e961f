"""The overview: every stage is there, in its colours, with its numbers."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.inspection.walkthrough import Walkthrough, walk_through
from convcli.views.figures.feature_maps import MOST_TILES, PANEL, overview
from convcli.views.figures.sheet import LABEL_SPACE, Sheet
from convcli.views.mosaic import framed
from convcli.views.palette import INK, PAPER, colours, ink_on
from convcli.views.stages import maps_of, stage_scales
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    blocks,
    drawn,
    placed,
    texts,
)

HALF = Window(2, 2, stride=2)
TITLE = "train image 5, label 2: filter 7 of params.npz"


def walked(
    filters: int = 1, *, size: int = 28, filter_size: int = 5, with_relu: bool = False
) -> Walkthrough:
    random = np.random.default_rng(6)
    return walk_through(
        random.random((1, 1, size, size)).astype(np.float32),
        random.normal(size=(filters, 1, filter_size, filter_size)).astype(np.float32),
        random.normal(size=filters).astype(np.float32),
        pool=HALF,
        with_relu=with_relu,
    )


def tiles_of(walkthrough: Walkthrough, name: str) -> NDArray[Any]:
    return colours(maps_of(walkthrough.stage(name)), stage_scales(walkthrough)[name])


def names(sheet: Sheet) -> list[str]:
    return [text.get_text() for text in sheet.figure.texts[1:] if text.get_fontweight() == "bold"]


def test_one_filter_is_drawn_as_four_pictures_and_three_scales() -> None:
    walkthrough = walked()
    sheet = overview(walkthrough, [7], TITLE)
    found = placed(sheet)
    assert len(found) == 4 + 3
    factors = {"input": 14, "filters": 78, "convolution": 16, "pooling": 32}
    for picture, (name, factor) in zip(found[:4], factors.items(), strict=True):
        expected = blocks(tiles_of(walkthrough, name)[0], factor)
        np.testing.assert_array_equal(picture.inside, expected)
    # The third bar reaches from the left edge of the convolution to the right edge of the pooling.
    bar = found[-1]
    assert bar.left == found[2].left
    assert bar.left + bar.pixels.shape[1] == found[3].left + PANEL + 2
    assert names(sheet) == ["input", "filter 7", "convolution 7", "pooling 7"]


def test_the_finished_picture_has_the_colours_of_the_values() -> None:
    walkthrough = walked()
    sheet = overview(walkthrough, [7], TITLE)
    convolution = placed(sheet)[2]
    height, width = convolution.inside.shape[:2]
    top, left = convolution.top + 1, convolution.left + 1
    np.testing.assert_array_equal(
        drawn(sheet)[top : top + height, left : left + width],
        blocks(tiles_of(walkthrough, "convolution")[0], 16),
    )


def test_every_stage_has_its_shape_range_and_arithmetic() -> None:
    walkthrough = walked()
    sheet = overview(walkthrough, [7], TITLE)
    said = texts(sheet)
    assert said[0] == TITLE
    for stage in walkthrough.stages:
        assert str(stage.array.shape) in said
        assert f"min {stage.minimum:.4g}, max {stage.maximum:.4g}" in said
        assert stage.origin in said
    assert f"bias {walkthrough.bias[0]:.4g}" in said
    assert said.count("→") == 2
    assert said.count("∗") == 1
    for low, high in ((0, 1), *((-value, value) for value in magnitudes(walkthrough))):
        assert {f"{low:.3g}", f"{high:.3g}"} <= set(said)


def magnitudes(walkthrough: Walkthrough) -> list[float]:
    return [
        float(np.abs(walkthrough.stage(name).array).max()) for name in ("filters", "convolution")
    ]


def test_the_weights_are_written_into_a_small_filter() -> None:
    walkthrough = walked()
    sheet = overview(walkthrough, [7], TITLE)
    # The largest weight is above 1 here, so three digits of it are two decimals.
    weights = [f"{weight:.2f}" for weight in walkthrough.stage("filters").array.ravel()]
    assert 1 < magnitudes(walkthrough)[0] < 10
    said = texts(sheet)
    first = said.index(weights[0])
    assert said[first : first + 25] == weights
    picture = placed(sheet)[1]
    inks = set()
    for number, text in enumerate(sheet.figure.texts[first : first + 25]):
        row, column = divmod(number, 5)
        box = text.get_window_extent()
        left, top = picture.left + 1 + 78 * column, picture.top + 1 + 78 * row
        assert left < box.x0 < box.x1 < left + 78
        assert top < sheet.height - box.y1 < sheet.height - box.y0 < top + 78
        assert text.get_color() == ink_on(picture.inside[78 * row, 78 * column])
        inks.add(text.get_color())
    assert inks == {INK, PAPER}


def test_a_large_filter_has_no_room_for_its_weights() -> None:
    small, large = (len(texts(overview(walked(filter_size=n), [7], TITLE))) for n in (5, 9))
    assert small - large == 5 * 5


def test_a_relu_is_one_more_picture_and_one_more_scale() -> None:
    walkthrough = walked(with_relu=True)
    sheet = overview(walkthrough, [7], TITLE)
    found = placed(sheet)
    assert len(found) == 5 + 4
    assert names(sheet) == ["input", "filter 7", "convolution 7", "relu 7", "pooling 7"]
    bar, relu = found[-1], found[3]
    assert bar.left == relu.left
    np.testing.assert_array_equal(bar.inside[0, [0, -1]], [[0, 0, 0], [255, 255, 255]])
    np.testing.assert_array_equal(relu.inside, blocks(tiles_of(walkthrough, "relu")[0], 16))


def test_a_large_picture_says_how_many_of_its_pixels_are_drawn() -> None:
    walkthrough = walked(size=900)
    sheet = overview(walkthrough, [7], TITLE)
    assert texts(sheet).count("every 3rd pixel drawn") == 2  # 900 and 896 pixels into 392
    assert texts(sheet).count("every 2nd pixel drawn") == 1  # 448 pixels
    picture = placed(sheet)[0]
    np.testing.assert_array_equal(picture.inside, tiles_of(walkthrough, "input")[0, ::3, ::3])


@pytest.mark.parametrize(("filters", "columns", "factor"), [(2, 2, 7), (9, 8, 7), (30, 10, 6)])
def test_several_filters_are_a_sheet_for_each_stage(
    filters: int, columns: int, factor: int
) -> None:
    walkthrough = walked(filters)
    sheet = overview(walkthrough, range(filters), TITLE)
    assert names(sheet) == ["input", "filters", "convolution", "pooling"]
    found = placed(sheet)
    assert len(found) == 2 * 4
    labels = [str(number) for number in range(filters)]
    said = texts(sheet)
    assert [text for text in said if text in labels[2:]] == labels[2:] * 3
    clauses = [clause for text in said for clause in text.split(" · ")]
    for stage in walkthrough.stages:
        assert str(stage.array.shape) in clauses
        assert f"min {stage.minimum:.4g}, max {stage.maximum:.4g}" in clauses
    picture, tiles = found[5].pixels, tiles_of(walkthrough, "convolution")
    side, down = 24 * factor + 2, LABEL_SPACE + 24 * factor + 2
    # The last column has no space behind it.
    across = (picture.shape[1] - side) // (columns - 1)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        top, left = row * down + LABEL_SPACE, column * across
        np.testing.assert_array_equal(
            picture[top : top + 24 * factor + 2, left : left + 24 * factor + 2],
            framed(blocks(tile, factor)),
        )


def test_of_very_many_filters_the_first_are_drawn_and_the_figure_says_so() -> None:
    walkthrough = walked(MOST_TILES + 1, size=6)
    sheet = overview(walkthrough, range(MOST_TILES + 1), TITLE)
    clauses = [clause for text in texts(sheet) for clause in text.split(" · ")]
    assert clauses.count(f"the first {MOST_TILES} of {MOST_TILES + 1} drawn") == 3
    assert_nothing_leaves_the_sheet(sheet)


@pytest.mark.parametrize("with_relu", [False, True])
@pytest.mark.parametrize("filters", [1, 2, 30])
def test_texts_and_pictures_keep_apart(filters: int, with_relu: bool) -> None:
    sheet = overview(walked(filters, with_relu=with_relu), range(filters), TITLE)
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_each_filter_of_many_channels_begins_in_a_row_of_its_own() -> None:
    random = np.random.default_rng(6)
    walkthrough = walk_through(
        random.random((1, 64, 8, 8)), random.normal(size=(4, 64, 3, 3)), np.zeros(4), pool=HALF
    )
    sheet = overview(walkthrough, range(4), TITLE)
    # Of so many tiles only the first of each row has its label.
    rows = [f"{number}:{channel}" for number in range(4) for channel in (0, 16, 32, 48)]
    assert [text for text in texts(sheet) if ":" in text[:3]] == rows
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)
