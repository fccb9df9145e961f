"""One layer's maps and vectors, read back from their tiles and cells."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.views.figures.layer_sheet import MOST_CELLS, MOST_TILES, draw
from convcli.views.palette import Scale, colours, own_scale
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    blocks,
    drawn,
    placed,
    texts,
)

RANDOM = np.random.default_rng(4)


@pytest.mark.parametrize("count", [1, 6, 30])
def test_every_map_stands_under_its_number(count: int) -> None:
    maps = RANDOM.normal(size=(count, 12, 9))
    sheet = draw("conv1 of image 5", maps, own_scale(maps), ["(30, 12, 9)"])
    finished = drawn(sheet)
    written = {text.get_text(): text for text in sheet.figure.texts}
    tiles = colours(maps, own_scale(maps))
    for number in range(count):
        box = written[str(number)].get_window_extent()
        left, top = round(box.x0), sheet.height - round(box.y0)
        # The tile begins within a few pixels below the left end of its number.
        factor = max(
            factor
            for factor in range(1, 40)
            if (12 * factor < 190) and _is_at(finished, blocks(tiles[number], factor), left, top)
        )
        assert factor >= 4
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def _is_at(finished: NDArray[Any], tile: NDArray[Any], left: int, top: int) -> bool:
    height, width = tile.shape[:2]
    return any(
        np.array_equal(finished[y : y + height, x : x + width], tile)
        for y in range(top, top + 10)
        for x in range(left - 4, left + 4)
    )


def test_of_very_many_maps_the_first_are_drawn_and_a_note_says_so() -> None:
    maps = RANDOM.random((MOST_TILES + 1, 2, 2))
    sheet = draw("conv9", maps, Scale(1.0, diverging=False))
    assert any("the first 600 of 601 drawn" in text for text in texts(sheet))
    assert_nothing_leaves_the_sheet(sheet)


@pytest.mark.parametrize("count", [1, 10, 84, 100, 4320])
def test_every_number_of_a_vector_is_a_cell(count: int) -> None:
    vector = RANDOM.normal(size=count)
    sheet = draw("affine1", vector, own_scale(vector))
    pixels = placed(sheet)[-1].pixels
    columns = next(int(text.split()[-5]) for text in texts(sheet) if "cells in a row" in text)
    across = (pixels.shape[1] - 1) // min(columns, count)
    middles = pixels[across // 2 :: across, across // 2 :: across].reshape(-1, 3)
    np.testing.assert_array_equal(middles[:count], colours(vector, own_scale(vector)))
    # The rest of the last row is paper.
    assert (middles[count:] == 255).all()
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_of_a_very_long_vector_the_first_numbers_are_drawn() -> None:
    sheet = draw("flatten1", np.ones(MOST_CELLS + 5), Scale(1.0, diverging=False))
    assert any("the first 6000 of 6005 drawn" in text for text in texts(sheet))


def test_the_facts_and_the_meaning_of_the_colours_are_written() -> None:
    vector = np.array([-2.0, 1.0])
    sheet = draw("affine1", vector, own_scale(vector), ["(2,)", "min -2, max 1"])
    assert any(text.startswith("(2,) · min -2, max 1") for text in texts(sheet))
    assert "orange negative, white zero, blue positive" in texts(sheet)
    assert {"-2", "2"} <= set(texts(sheet))


def test_a_value_outside_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the scale 0 … 1"):
        draw("relu1", np.full((1, 2, 2), 1.5), Scale(1.0, diverging=False))
