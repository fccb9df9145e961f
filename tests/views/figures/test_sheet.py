"""The sheet that figures are laid out on: exact pixels, texts where they belong."""

import io
import subprocess
import sys
from typing import Any

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from convcli.views.figures import line_chart
from convcli.views.figures.line_chart import Line
from convcli.views.figures.sheet import BAR_HEIGHT, MARGIN, Sheet, numbered_tiles_height
from convcli.views.figures.texts import BODY, TITLE, drawable, joined, text_width, wrapped
from convcli.views.palette import GAP, PIXELS, Scale
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    drawn,
    placed,
    png,
    texts,
)

SIGNED = Scale(0.76, diverging=True)


def test_a_picture_is_placed_pixel_by_pixel() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (31, 17, 3), np.uint8)
    sheet = Sheet(400, 200, "a title")
    sheet.picture(60, sheet.top + 20, pixels)
    finished = drawn(sheet)
    assert finished.shape == (sheet.height, sheet.width, 3)
    top = sheet.top + 20
    np.testing.assert_array_equal(finished[top : top + 31, 60:77], pixels)
    assert (finished[top - 1, 59:78] == GAP).all()
    assert (finished[top + 31, 59:78] == GAP).all()
    assert (finished[top - 2, 58:79] == 255).all()


def test_the_title_stands_above_and_in_the_metadata() -> None:
    sheet = Sheet(600, 100, "train image 5, label 2", "a clause")
    assert texts(sheet) == ["train image 5, label 2", "a clause"]
    assert sheet.height == sheet.top + 100
    assert Image.open(io.BytesIO(png(sheet))).info["Title"] == "train image 5, label 2"


def test_a_long_title_takes_more_lines_and_the_sheet_grows() -> None:
    words = "train image five of the official files and a long name.pkl"
    short, long = Sheet(500, 100, "short"), Sheet(500, 100, words)
    assert " ".join(texts(long)) == words
    assert len(texts(long)) > 1
    assert long.height > short.height
    assert long.height - long.top == short.height - short.top
    assert_nothing_leaves_the_sheet(long)
    assert_no_text_on_another(long)


def test_a_title_from_outside_is_no_formula_and_needs_no_glyphs() -> None:
    sheet = Sheet(900, 100, "$\\frac{1}$ 日本 $x_1$ \\LaTeX")
    assert texts(sheet) == ["$\\frac{1}$ □□ $x_1$ \\LaTeX"]
    # A missing glyph would warn, and a warning is an error here.
    assert drawn(sheet).min() < 128


def test_the_colour_bar_shows_every_colour_with_its_ends_and_its_zero() -> None:
    sheet = Sheet(700, 200, "bars")
    sheet.colour_bar(MARGIN, sheet.top, 514, SIGNED)
    (bar,) = placed(sheet)
    assert bar.inside.shape == (BAR_HEIGHT, 514, 3)
    assert (bar.inside == bar.inside[0]).all()
    np.testing.assert_array_equal(
        np.unique(bar.inside[0], axis=0), np.unique(SIGNED.gradient, axis=0)
    )
    np.testing.assert_array_equal(bar.inside[0, [0, -1]], SIGNED.gradient[[0, -1]])
    assert texts(sheet)[1:] == ["-0.76", "0.76", "0", SIGNED.meaning]
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_the_ends_of_a_colour_bar_may_be_words() -> None:
    sheet = Sheet(700, 200, "bars")
    sheet.colour_bar(MARGIN, sheet.top, 300, PIXELS, ends=("none", "most"))
    assert texts(sheet)[1:] == ["none", "most", PIXELS.meaning]


@pytest.mark.parametrize("count", [7, 130])
def test_each_tile_stands_under_its_label(count: int) -> None:
    tiles = np.random.default_rng(1).integers(0, 100, (count, 20, 20, 3)).astype(np.uint8)
    sheet = Sheet(700, 2000, "tiles")
    labels = [f"n{number}" for number in range(count)]
    sheet.numbered_tiles(MARGIN, sheet.top, tiles, columns=5, across=80, labels=labels)
    written = sheet.figure.texts[1:]
    # Of very many tiles only the first of each row is labelled.
    numbers = list(range(count)) if count == 7 else list(range(0, count, 5))
    assert [text.get_text() for text in written] == [labels[number] for number in numbers]
    finished = drawn(sheet)
    down = numbered_tiles_height(tiles[:1], 5)
    assert numbered_tiles_height(tiles, 5) == -(-count // 5) * down
    for number, text in zip(numbers, written, strict=True):
        row, column = divmod(number, 5)
        left, bottom = MARGIN + 80 * column, sheet.top + down * (row + 1) - 1
        np.testing.assert_array_equal(
            finished[bottom - 20 : bottom, left : left + 20], tiles[number]
        )
        box = text.get_window_extent()
        assert left - 2 < box.x0 < left + 5
        assert sheet.top + down * row <= sheet.height - box.y1
        assert sheet.height - box.y0 <= bottom - 20


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text("abcMW|.5", min_size=1, max_size=30), max_size=8), st.integers(40, 300))
def test_wrapped_lines_fit_and_lose_nothing(words: list[str], room: int) -> None:
    text = " ".join(words)
    lines = wrapped(text, BODY, room)
    assert all(text_width(line, BODY) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(words)
    if all(text_width(word, BODY) <= room for word in words):
        assert " ".join(lines) == text


def test_clauses_are_joined_while_they_fit() -> None:
    clauses = ["one", "", "two", "a rather long clause"]
    assert joined(clauses, BODY, 2000) == ["one · two · a rather long clause"]
    assert joined(clauses, BODY, 200) == ["one · two", "a rather long clause"]
    assert joined(clauses, BODY, 120) == ["one · two", "a rather", "long clause"]


@pytest.mark.parametrize("bold", [False, True])
def test_the_width_of_a_text_is_that_of_the_drawn_one(bold: bool) -> None:
    text = "floor((28 + 2*0 - 5) / 1) + 1 = 24"
    sheet = Sheet(900, 200, "x")
    sheet.write(MARGIN, 100, text, size=TITLE, bold=bold)
    box = sheet.figure.texts[-1].get_window_extent()
    assert box.width == pytest.approx(text_width(text, TITLE, bold), rel=0.02)


def test_what_the_font_has_is_drawn_as_it_is() -> None:
    kept = "∗ → … × µ · é $"
    assert drawable(kept) == drawable(kept, bold=True) == kept
    assert drawable("a\n\x1b五") == "a□□□"


# One that each part of a figure would obey: texts, pictures, lines, the file.
USER_SETTINGS: Any = {
    "text.usetex": True,
    "font.family": ["serif"],
    "font.style": "italic",
    "savefig.dpi": 200,
    "savefig.facecolor": "black",
    "savefig.bbox": "tight",
    "text.color": "red",
    "image.origin": "lower",
    "axes.facecolor": "red",
    "axes.spines.left": False,
    "lines.linestyle": "--",
    "xtick.labelcolor": "red",
    "legend.shadow": True,
}


def make_figures() -> list[bytes]:
    sheet = Sheet(300, 60, "title")
    sheet.picture(60, 90, np.full((9, 9, 3), 77, np.uint8))
    chart = line_chart.draw(
        [Line("offset", [1.0, 2.0], [2.0, 3.0], [3.0, 4.0])],
        [1, 10],
        "title",
        "subtitle",
        size_name="images",
        time_name="time",
        logarithmic_size=True,
        logarithmic_time=False,
    )
    return [png(sheet), png(chart)]


def test_a_user_s_settings_change_nothing_and_are_not_changed() -> None:
    usual = make_figures()
    with matplotlib.rc_context():
        matplotlib.rcParams.update(USER_SETTINGS)
        before = dict(matplotlib.rcParams)
        assert make_figures() == usual
        assert dict(matplotlib.rcParams) == before


def test_importing_the_figures_keeps_a_user_s_settings() -> None:
    program = (
        "import matplotlib\n"
        "matplotlib.rcParams['figure.dpi'] = 123\n"
        "import convcli.views.figures.sheet\n"
        "assert matplotlib.rcParams['figure.dpi'] == 123"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_sheet_shows_itself_in_a_notebook() -> None:
    sheet = Sheet(300, 60, "title")
    assert sheet._repr_png_() == png(sheet)
