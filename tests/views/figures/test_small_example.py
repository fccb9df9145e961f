"""The picture of the small example: every number is there, and every line is where it belongs."""

from collections import Counter

from matplotlib.patches import Rectangle

from convcli.inspection.small_example import small_example
from convcli.views.figures.sheet import Sheet
from convcli.views.figures.small_example import draw
from convcli.views.themes import THEMES, drawn_in
from tests.views.figures.test_rendering import saved
from tests.views.files import svg_texts
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    texts,
)

EXAMPLE = small_example()


def made() -> Sheet:
    return draw(
        EXAMPLE, "im2col of 4x4 numbered pixels", ["By offset: columns.", "By position: rows."]
    )


def test_every_number_is_written_as_often_as_it_is_there() -> None:
    parts = [EXAMPLE.image, EXAMPLE.matrix, *(one.pixels for one in EXAMPLE.offset)]
    parts += [one.pixels for one in EXAMPLE.position]
    expected = Counter(str(number) for part in parts for number in part.ravel())
    # The numbers of the columns stand above the matrix.
    expected.update(map(str, range(9)))
    written = Counter(text for text in texts(made()) if text.isdigit())
    assert written == expected
    assert sum(expected.values()) == 16 + 36 + 36 + 36 + 9


def test_each_slice_says_what_it_becomes() -> None:
    written = svg_texts(saved(made(), "svg"))
    assert [text for text in written if text.startswith("column ")] == [
        f"column {number}" for number in range(9)
    ]
    rows = Counter(text for text in written if text.startswith("row "))
    assert rows == {f"row {number}": 2 for number in range(4)}
    assert {"by offset: 9 slices of 2x2", "by position: 4 slices of 3x3", "matrix (4, 9)"} <= set(
        written
    )


def test_nothing_leaves_the_sheet_and_no_text_lies_on_another() -> None:
    sheet = made()
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_what_is_outlined_holds_the_same_numbers() -> None:
    for theme in THEMES:
        with drawn_in(theme):
            figure = made().figure
        boxes = [one for one in figure.artists if isinstance(one, Rectangle)]
        inside = []
        for box in boxes:
            extent = box.get_window_extent()
            inside.append(
                tuple(
                    text.get_text()
                    for text in figure.texts
                    if text.get_text().isdigit()
                    and extent.contains(*text.get_window_extent().corners().mean(axis=0))
                )
            )
        assert set(inside) == {
            ("6", "7", "10", "11"),
            ("4", "5", "6", "8", "9", "10", "12", "13", "14"),
        }
        # Twice: the slice, and the line of the matrix.
        assert set(Counter(inside).values()) == {2 if theme == "colour" else 4}
