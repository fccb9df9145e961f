"""Trained beside untrained filters, on one scale or on one each."""

import numpy as np
import pytest

from convcli.views.figures.filters import draw
from convcli.views.figures.sheet import LABEL_SPACE, MARGIN, MOST_PIXELS
from convcli.views.filter_tiles import MOST_TILES, filter_pictures, filter_tiles
from convcli.views.mosaic import arrange, framed
from convcli.views.palette import Legend, colours, scale_for
from tests.views.reading import (
    Placed,
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    blocks,
    placed,
    texts,
)

RANDOM = np.random.default_rng(9)
TRAINED = RANDOM.normal(size=(30, 1, 5, 5))
UNTRAINED = 0.01 * RANDOM.normal(size=(30, 1, 5, 5))
SHARED = scale_for(TRAINED, UNTRAINED, signed=True)
TITLE = "params.npz: W1 (30, 1, 5, 5), trained and untrained (seed 0)"


def tile(picture: Placed, number: int, *, columns: int, across: int, side: int) -> object:
    row, column = divmod(number, columns)
    top, left = LABEL_SPACE + row * (LABEL_SPACE + side + 2), column * across
    return picture.pixels[top : top + side + 2, left : left + side + 2]


def test_all_filters_share_one_scale() -> None:
    sheet = draw(TRAINED, UNTRAINED, TITLE)
    trained, untrained, bar = placed(sheet)
    for picture, filters in ((trained, TRAINED), (untrained, UNTRAINED)):
        for number in range(30):
            drawn = tile(picture, number, columns=6, across=110, side=95)
            expected = framed(blocks(colours(filters[number, 0], SHARED), 19))
            np.testing.assert_array_equal(drawn, expected)
    np.testing.assert_array_equal(bar.inside[0, [0, -1]], SHARED.gradient[[0, -1]])
    said = texts(sheet)
    assert said[:2] == [TITLE, "all filters on one scale"]
    assert {f"{SHARED.low:.3g}", "0", f"{SHARED.high:.3g}", SHARED.meaning} <= set(said)
    assert [text for text in said if text in ("trained", "untrained")] == ["trained", "untrained"]


def test_each_filter_stands_under_its_number_in_both_sheets() -> None:
    sheet = draw(TRAINED, UNTRAINED, TITLE, columns=10)
    written = [text for text in sheet.figure.texts[2:] if text.get_text().isdigit()]
    # The last one is the zero of the colour bar.
    numbers = [str(number) for number in range(30)]
    assert [text.get_text() for text in written] == [*numbers, *numbers, "0"]
    first = [text.get_window_extent().x0 for text in written[:10]]
    assert first == sorted(first)
    assert first[0] == pytest.approx(MARGIN, abs=4)


def test_on_a_scale_per_filter_each_reaches_its_own_end_and_the_title_says_so() -> None:
    sheet = draw(TRAINED, UNTRAINED, TITLE, per_filter=True)
    trained, untrained, _ = placed(sheet)
    for picture, filters in ((trained, TRAINED), (untrained, UNTRAINED)):
        for number in (0, 17):
            weights = filters[number, 0]
            expected = colours(weights, scale_for(weights, signed=True))
            drawn = tile(picture, number, columns=6, across=110, side=95)
            np.testing.assert_array_equal(drawn, framed(blocks(expected, 19)))
    said = texts(sheet)
    assert " ".join(said).startswith(f"{TITLE}, scale per filter each filter on a scale of its own")
    assert {"-largest", "largest"} <= set(said)
    assert not {f"{SHARED.high:.3g}"} & set(said)


def test_a_filter_of_zeros_is_white_on_either_scale() -> None:
    zeros = np.zeros((1, 1, 3, 3))
    for per_filter in (False, True):
        tiles = filter_tiles(zeros, zeros, per_filter=per_filter)
        assert len(np.unique(tiles.trained)) == 1
        assert tiles.trained.min() > 240


def test_every_channel_is_a_tile_with_filter_and_channel_above() -> None:
    filters = RANDOM.normal(size=(2, 3, 4, 4))
    tiles = filter_tiles(filters, filters, per_filter=True)
    assert tiles.labels == ["0:0", "0:1", "0:2", "1:0", "1:1", "1:2"]
    # The channels of one filter share its scale.
    scale = scale_for(filters[1], signed=True)
    np.testing.assert_array_equal(tiles.trained[5], colours(filters[1, 2], scale))
    assert {"0:2", "1:2"} <= set(texts(draw(filters, filters, "three channels")))


def test_the_terminal_gets_both_sheets_pixel_by_pixel() -> None:
    tiles = filter_tiles(TRAINED, UNTRAINED)
    trained, untrained = filter_pictures(tiles, columns=6)
    np.testing.assert_array_equal(trained.pixels, arrange(tiles.trained, 6, 1))
    np.testing.assert_array_equal(untrained.pixels, arrange(tiles.untrained, 6, 1))
    assert [picture.caption for picture in (trained, untrained)] == [
        ("trained, 0 … 29",),
        ("untrained, 0 … 29",),
    ]
    # Both fit eighty columns, with two between them.
    assert trained.pixels.shape[1] + 2 + untrained.pixels.shape[1] <= 80
    assert tiles.legend == Legend("all filters on one scale", SHARED)


@pytest.mark.parametrize("columns", [1, 6, 10, 30, 100])
@pytest.mark.parametrize("count", [1, 30])
def test_texts_and_pictures_keep_apart(columns: int, count: int) -> None:
    sheet = draw(TRAINED[:count], UNTRAINED[:count], TITLE, columns=columns)
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_of_very_many_filters_the_first_are_drawn_and_the_figure_says_so() -> None:
    filters = RANDOM.normal(size=(MOST_TILES + 5, 1, 2, 2))
    sheet = draw(filters, filters, "many", columns=30)
    assert f"the first {MOST_TILES} of {MOST_TILES + 5} drawn" in texts(sheet)[1]


def test_a_sheet_has_no_more_pixels_than_can_be_drawn() -> None:
    filters = RANDOM.normal(size=(MOST_TILES, 1, 5, 5))
    sheet = draw(filters, filters, "many", columns=1)
    assert 0.9 * MOST_PIXELS < sheet.width * sheet.height < 1.1 * MOST_PIXELS
    said = texts(sheet)[1]
    number = int(said.partition("the first ")[2].partition(" ")[0])
    assert f"the first {number} of {MOST_TILES} drawn" in said
    assert placed(sheet)[0].pixels.shape[0] == number * (LABEL_SPACE + 95 + 2)


def test_filters_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"trained \(30, 1, 5, 5\) and untrained \(29, 1, 5, 5\)"):
        filter_tiles(TRAINED, UNTRAINED[1:])


def test_weights_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="a scale ends above zero"):
        filter_tiles(np.full((1, 1, 2, 2), np.nan), np.zeros((1, 1, 2, 2)))


@pytest.mark.parametrize(
    ("shape", "columns", "rows", "left_out"),
    [
        ((6, 3, 3, 3), 6, ["0:0"], ""),
        ((6, 3, 3, 3), 2, ["0:0", "2:0", "4:0"], ""),
        ((2, 32, 3, 3), 6, ["0:0", "0:16", "1:0", "1:16"], ""),
        ((20, 64, 3, 3), 6, ["0:0", "0:16"], "the first 9 of 20 filters drawn"),
        ((2, 700, 3, 3), 6, ["0:0", "0:14"], "the first 600 of 700 channels of filter 0 drawn"),
    ],
)
def test_each_filter_of_several_channels_begins_in_a_row_of_its_own(
    shape: tuple[int, ...], columns: int, rows: list[str], left_out: str
) -> None:
    trained, untrained = RANDOM.normal(size=(2, *shape))
    sheet = draw(trained, untrained, TITLE, columns=columns)
    labels = [text for text in sheet.figure.texts if ":" in text.get_text()[:4]]
    left = min(text.get_position()[0] for text in labels)
    first = [text.get_text() for text in labels if text.get_position()[0] == left]
    assert first[: len(rows)] == rows
    assert (left_out in " ".join(texts(sheet))) if left_out else ("drawn" not in texts(sheet)[1])
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)
