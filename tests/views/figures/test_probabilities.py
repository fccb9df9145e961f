"""The bars of the classes, read back from their pixels."""

import numpy as np
import pytest

from convcli.views.bars import MOST_BARS
from convcli.views.figures.probabilities import BARS, LABEL_SIGN, draw
from convcli.views.figures.sheet import Sheet
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    placed,
    texts,
)

DIGITS = [str(digit) for digit in range(10)]
READ = np.array([0.05, 0.0, 0.6, 0.125, 1e-9, 0.125, 0.0, 0.1, 0.0, 0.0], np.float32)
BLUE, GREY, WHITE = (0, 114, 178), (186, 192, 201), (255, 255, 255)


def bars(sheet: Sheet) -> list[list[tuple[int, ...]]]:
    """The pixels along the middle of every bar."""
    return [
        [tuple(pixel) for pixel in picture.inside[picture.inside.shape[0] // 2].tolist()]
        for picture in placed(sheet)
    ]


def test_a_bar_is_as_long_as_its_probability_and_the_best_one_is_blue() -> None:
    drawn = bars(draw(DIGITS, READ, "test image 3, label 2", 2))
    assert len(drawn) == 10
    for place, (bar, probability) in enumerate(zip(drawn, READ.tolist(), strict=True)):
        length = round(probability * BARS)
        colour = BLUE if place == 2 else GREY
        assert bar == [colour] * length + [WHITE] * (BARS - length)


def test_every_class_has_its_name_and_its_probability_in_digits() -> None:
    sheet = draw(DIGITS, READ, "a title", None)
    written = texts(sheet)[2:]
    assert written[::2] == DIGITS
    assert written[1::2] == ["0.05", "0", "0.6", "0.125", "1e-09", "0.125", "0", "0.1", "0", "0"]
    bold = [text.get_text() for text in sheet.figure.texts if text.get_fontweight() == "bold"]
    assert bold == ["a title", "2", "0.6"]


@pytest.mark.parametrize("label", [2, 8])
def test_a_sign_stands_in_the_row_of_the_label(label: int) -> None:
    sheet = draw(DIGITS, READ, "a title", label)
    (sign,) = [text for text in sheet.figure.texts if text.get_text() == LABEL_SIGN]
    name = next(text for text in sheet.figure.texts if text.get_text() == str(label))
    assert sign.get_position()[1] == name.get_position()[1]
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_of_many_classes_the_most_probable_ones_and_the_label_are_drawn() -> None:
    probabilities = np.arange(100) / 4950
    names = [f"class {number}" for number in range(100)]
    sheet = draw(names, probabilities, "a title", label=3)
    written = [text for text in texts(sheet) if text.startswith("class ") and "·" not in text]
    assert written == ["class 3", *(f"class {number}" for number in range(100 - MOST_BARS, 100))]
    assert "31 of 100 classes are drawn" in " ".join(texts(sheet))
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan])
def test_what_is_no_probability_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="a probability lies outside 0 … 1"):
        draw(["a", "b"], np.array([0.5, wrong]), "a title", None)


def test_there_is_one_name_for_each_probability() -> None:
    with pytest.raises(ValueError, match="2 names for 3 probabilities"):
        draw(["a", "b"], np.full(3, 1 / 3), "a title", None)
