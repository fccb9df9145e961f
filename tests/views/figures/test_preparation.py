"""The steps from a user's picture to the input, in order, with what was done."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.views.figures.preparation import preparation
from convcli.views.palette import BYTES, colours
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    blocks,
    placed,
    texts,
)

RANDOM = np.random.default_rng(14)


@dataclass(frozen=True)
class Step:
    """One step, as the view needs it."""

    name: str
    description: str
    pixels: NDArray[Any]


def steps(*sizes: tuple[int, int]) -> list[Step]:
    return [
        Step(f"step{number}", f"what was done in step {number}", RANDOM.integers(0, 256, size))
        for number, size in enumerate(sizes)
    ]


def test_every_step_is_drawn_in_order_with_its_size_and_its_clause() -> None:
    stages = steps((1000, 700), (28, 28))
    sheet = preparation(stages, "picture mine.png")
    large, small = placed(sheet)
    np.testing.assert_array_equal(large.inside, colours(stages[0].pixels[::3, ::3], BYTES))
    np.testing.assert_array_equal(small.inside, blocks(colours(stages[1].pixels, BYTES), 12))
    said = texts(sheet)
    assert said[:2] == ["picture mine.png", "black zero, white largest; 0 … 255"]
    assert [text for text in said if "step0" in text or "step1" in text] == [
        *("1  step0", "2  step1")
    ]
    joined = " ".join(said)
    assert "1000x700 · what was done in step 0 every 3rd pixel drawn" in joined
    assert "28x28 · what was done in step 1" in joined


@pytest.mark.parametrize("count", [1, 4, 7])
def test_texts_and_pictures_keep_apart(count: int) -> None:
    sheet = preparation(steps(*[(40, 30)] * count), "picture mine.png, prepared")
    assert len(placed(sheet)) == count
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_steps_in_colour_have_no_scale() -> None:
    stages = steps((28, 28))
    stages[0] = Step("colour", "read", RANDOM.integers(0, 256, (28, 28, 3), np.uint8))
    sheet = preparation(stages, "picture mine.png")
    np.testing.assert_array_equal(placed(sheet)[0].inside, blocks(stages[0].pixels, 12))
    assert texts(sheet)[:2] == ["picture mine.png", "1  colour"]
