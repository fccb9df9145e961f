"""The confusion matrix, read back from its cells and its numbers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.views.figures.confusion import MOST_NUMBERED, draw
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    placed,
    texts,
)

DIGITS = [str(digit) for digit in range(10)]


def counts_of(classes: int) -> NDArray[np.int64]:
    random = np.random.default_rng(3)
    counts = random.poisson(1, (classes, classes))
    np.fill_diagonal(counts, random.integers(100, 1200, classes))
    return counts


def test_rows_are_labels_and_columns_readings() -> None:
    counts = counts_of(10)
    sheet = draw(counts, DIGITS, "10,000 test images")
    first = texts(sheet).index("0") + 20
    numbers = texts(sheet)[first : first + 100]
    assert numbers == [str(number) for number in counts.ravel().tolist()]
    places = np.array(
        [text.get_position() for text in sheet.figure.texts[first : first + 100]], dtype=float
    ).reshape(10, 10, 2)
    # The second of a row stands to the right of the first, the second row below the first.
    assert (np.diff(places[..., 0], axis=1) > 0).all()
    assert (np.diff(places[..., 1], axis=0) < 0).all()
    assert "row: label · column: what was read" in " ".join(texts(sheet)[:first])


def test_a_shade_goes_by_the_logarithm_of_the_count() -> None:
    counts = counts_of(10)
    matrix = placed(draw(counts, DIGITS, "a title"))[0].inside
    cell = matrix.shape[0] // 10
    shades = matrix[cell - 2 :: cell, cell - 2 :: cell]
    assert (shades == shades[..., :1]).all()
    expected = np.round(255 * np.log(1 + counts) / np.log(1 + counts.max()))
    np.testing.assert_array_equal(shades[..., 0], expected)


@pytest.mark.parametrize("classes", [2, 10, MOST_NUMBERED])
def test_every_text_has_its_room(classes: int) -> None:
    for names in ([f"a long name {n}" for n in range(classes)], DIGITS * 3):
        sheet = draw(counts_of(classes), names[:classes], "a title")
        assert_nothing_leaves_the_sheet(sheet)
        assert_no_text_on_another(sheet)


def test_long_names_stand_at_the_rows_and_their_numbers_at_the_columns() -> None:
    sheet = draw(counts_of(3), ["T-shirt/top", "Trouser", "Ankle boot"], "a title")
    written = texts(sheet)
    first = written.index("T-shirt/top  0")
    assert written[first : first + 6] == [
        "T-shirt/top  0",
        "Trouser  1",
        "Ankle boot  2",
        "0",
        "1",
        "2",
    ]


def test_of_many_classes_the_cells_have_no_numbers() -> None:
    counts = counts_of(100)
    sheet = draw(counts, [f"class {number}" for number in range(100)], "a title")
    matrix = placed(sheet)[0].inside
    assert matrix.shape[0] == matrix.shape[1] == 1000
    assert len(texts(sheet)) < 100
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_nothing_counted_is_all_black() -> None:
    sheet = draw(np.zeros((2, 2), int), ["a", "b"], "no images")
    assert placed(sheet)[0].inside[5:-5:20, 5:-5:20].max() == 0


@pytest.mark.parametrize("counts", [np.ones((2, 3), int), np.array([[1, 0], [-1, 1]])])
def test_what_is_no_confusion_matrix_is_refused(counts: NDArray[np.int64]) -> None:
    with pytest.raises(ValueError, match="for 2 classes, or a negative one"):
        draw(counts, ["a", "b"], "a title")
