"""Tables, read back from the lines that a terminal of some width would get."""

import io
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from convcli.views.terminal.tables import Column, table

WIDTHS = (20, 40, 80, 240)
STAGES = [Column("stage"), Column("shape"), Column("how it came about"), Column("min", True)]
ROWS = [
    ["input", "(1, 1, 28, 28)", "pixels / 255", "0"],
    ["filters", "(30, 1, 5, 5)", "W1, 30 of them", "-0.432987"],
    ["convolution", "(1, 30, 24, 24)", "floor((28 + 2*0 - 5) / 1) + 1 = 24", "-1.2e-05"],
    ["", "(30,)", "", ""],
]
FOLDER = "/home/somebody/pictures/of-digits/convcli-out/forward-train-5/overview.png"


def shown(
    title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=width, markup=False).print(table(title, columns, rows), crop=False)
    return file.getvalue().splitlines()


def test_columns_stand_below_their_headings_numbers_to_the_right() -> None:
    assert shown("A [title]", STAGES, ROWS, 80) == [
        "A [title]",
        "stage        shape            how it came about                         min",
        "─" * 75,
        "input        (1, 1, 28, 28)   pixels / 255                                0",
        "filters      (30, 1, 5, 5)    W1, 30 of them                      -0.432987",
        "convolution  (1, 30, 24, 24)  floor((28 + 2*0 - 5) / 1) + 1 = 24   -1.2e-05",
        "             (30,)",
    ]


def test_sentences_are_broken_between_words_before_a_table_is_stacked() -> None:
    assert shown("", STAGES, ROWS[2:3], 64) == [
        "stage        shape            how it came about              min",
        "─" * 64,
        "convolution  (1, 30, 24, 24)  floor((28 + 2*0 - 5) /    -1.2e-05",
        "                              1) + 1 = 24",
    ]


def test_a_table_that_is_too_wide_is_stacked() -> None:
    assert shown("A title of five words", STAGES, ROWS[1:], 20) == [
        "A title of five",
        "words",
        "stage: filters",
        "shape: (30, 1, 5, 5)",
        "how it came about:",
        "  W1, 30 of them",
        "min: -0.432987",
        "",
        "stage: convolution",
        "shape:",
        "  (1, 30, 24, 24)",
        "how it came about:",
        "  floor((28 + 2*0 -",
        "  5) / 1) + 1 = 24",
        "min: -1.2e-05",
        "",
        "shape: (30,)",
        "",
    ]


def test_a_long_heading_is_broken_above_its_numbers() -> None:
    columns = [Column("name"), Column("standard deviation", numeric=True)]
    assert shown("", columns, [["W1", "0.5"], ["b1", "12"]], 20) == [
        "name        standard",
        "           deviation",
        "─" * 20,
        "W1               0.5",
        "b1                12",
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_path_is_never_cut(width: int) -> None:
    columns = [Column("folder"), Column("bytes", numeric=True)]
    text = "\n".join(shown("", columns, [[FOLDER, "9,912,422"]], width))
    assert FOLDER in text
    assert "9,912,422" in text


NUMBERS = st.floats(allow_nan=False).map("{:.6g}".format)
SHAPES = st.lists(st.integers(0, 9999), min_size=2, max_size=5).map(lambda sizes: str((*sizes,)))
WORDS = st.text("abcxyz日é./-", min_size=1, max_size=30)
SENTENCES = st.lists(WORDS | SHAPES | NUMBERS, min_size=1, max_size=12).map(" ".join)


@settings(deadline=None)
@given(
    title=SENTENCES,
    rows=st.lists(st.tuples(SENTENCES, SHAPES, NUMBERS), max_size=4),
    width=st.sampled_from(WIDTHS),
)
def test_nothing_is_lost_and_nothing_is_broken_inside(
    title: str, rows: list[tuple[str, str, str]], width: int
) -> None:
    lines = shown(title, [Column("how"), Column("shape"), Column("value", True)], rows, width)
    written = "\n".join(lines)
    for row in rows:
        for part in [part for cell in row for part in re.findall(r"\([\d, ]+\)|\S+", cell)]:
            assert part in written
    for line in lines:
        # Too long is only what cannot be broken, alone on its line.
        alone = len(re.findall(r"\([\d, ]+\)|\S+", line)) == 1
        assert alone or cell_len(line) <= width, line


def test_a_pipe_gets_plain_text() -> None:
    file = io.StringIO()
    Console(file=file, width=240).print(table("sizes", [Column("name")], [["input"]]), crop=False)
    assert file.getvalue() == "sizes\nname\n─────\ninput\n"


def test_a_table_without_rows_has_its_headings() -> None:
    assert shown("", [Column("name"), Column("size")], [], 80)[0] == "name  size"


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells in a row of 2 columns"):
        table("", [Column("name"), Column("size")], [["input"]])


def test_a_row_that_matters_less_is_dimmed_in_columns_and_stacked() -> None:
    rows = [["W1", "1"], ["W2", "(0)"]]
    for width in (40, 4):
        file = io.StringIO()
        console = Console(file=file, width=width, force_terminal=True, color_system="standard")
        console.print(table("", [Column("name"), Column("product", True)], rows, {1}), crop=False)
        dimmed = [line for line in file.getvalue().splitlines() if line.startswith("\x1b[2m")]
        text = " ".join(dimmed)
        assert "W2" in text
        assert "(0)" in text
        assert "W1" not in text
