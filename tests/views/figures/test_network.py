"""The way of an image, read back row by row."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.views.figures.network import draw
from convcli.views.figures.sheet import Sheet
from convcli.views.palette import colours, own_scale
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    blocks,
    placed,
    texts,
)

DIGITS = [str(digit) for digit in range(10)]
READ = np.full(10, 0.1)


def way() -> dict[str, NDArray[Any]]:
    """Shapes of the book's chapter 8, and a long vector."""
    random = np.random.default_rng(5)
    stages: dict[str, NDArray[Any]] = {"input": random.random((1, 28, 28))}
    for number, (maps, size) in enumerate(
        [(16, 28), (16, 28), (32, 14), (32, 16), (64, 8), (64, 8)], start=1
    ):
        stages[f"conv{number}"] = random.normal(size=(maps, size, size))
        stages[f"relu{number}"] = np.maximum(stages[f"conv{number}"], 0)
        if number % 2 == 0:
            stages[f"pool{number // 2}"] = stages[f"relu{number}"][:, ::2, ::2]
    stages["flatten1"] = stages["pool3"].ravel()
    stages["affine1"] = random.normal(size=50)
    stages["affine2"] = random.normal(size=10)
    return stages


def sheet_of(stages: dict[str, NDArray[Any]]) -> Sheet:
    return draw("test image 3, label 8: chapter 8", stages, DIGITS, READ, label=8)


def test_every_stage_has_a_row_with_its_name_and_shape_in_order() -> None:
    stages = way()
    written = texts(sheet_of(stages))
    places = [written.index(name) for name in stages]
    assert places == sorted(places)
    assert [written[place + 1] for place in places] == [str(v.shape) for v in stages.values()]
    assert written.index("probabilities") > places[-1]


def test_every_row_shows_the_first_maps_on_its_own_scale() -> None:
    stages = way()
    pictures = placed(sheet_of(stages))
    for (name, values), picture in zip(stages.items(), pictures[: len(stages)], strict=True):
        shades = colours(values, own_scale(values))
        if values.ndim == 3:
            factor = 68 // values.shape[1]
            side = factor * values.shape[1]
            for number in range(min(len(values), 16)):
                left = number * (side + 8)
                # In a thin frame: paper is white, and zero is too in print.
                tile = picture.pixels[1:-1, left + 1 : left + 1 + side]
                np.testing.assert_array_equal(tile, blocks(shades[number], factor), name)
        else:
            across = 27 if len(values) <= 45 else 24 if len(values) == 50 else 6
            middles = picture.pixels[picture.pixels.shape[0] // 2, across // 2 :: across]
            np.testing.assert_array_equal(middles, shades[: len(middles)], name)


def test_what_is_left_out_is_said() -> None:
    written = texts(sheet_of(way()))
    named = {text: written[place + 3] for place, text in enumerate(written[:-3])}
    assert named["conv6"] == "first 16 of 64 drawn"
    assert named["flatten1"] == "first 206 of 1024 drawn"
    assert named["conv1"] == "relu1"


def test_it_stays_readable_for_twenty_stages() -> None:
    sheet = sheet_of(way())
    assert sheet.width < 1700
    assert sheet.height < 3000
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_a_map_larger_than_its_tile_is_drawn_with_every_second_pixel() -> None:
    sheet = sheet_of({"input": np.random.default_rng(6).random((3, 100, 120))})
    assert "every 2nd pixel drawn" in texts(sheet)
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_a_value_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not at nan"):
        sheet_of({"input": np.full((1, 2, 2), np.nan)})


def test_without_probabilities_it_ends_with_the_last_stage() -> None:
    stages = {"input": np.ones((1, 28, 28)), "conv1": np.ones((2, 24, 24))}
    sheet = draw("train image 5", stages, [], None, label=None)
    assert "probabilities" not in texts(sheet)
    assert len(placed(sheet)) == 2
    assert_nothing_leaves_the_sheet(sheet)
