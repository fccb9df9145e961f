"""What the themes promise: the book's greys, and a sign that a print without colours shows."""

from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from convcli.cli import figure_style
from convcli.views import png
from convcli.views.figures.sheet import Sheet
from convcli.views.hatching import PERIOD, hatched, is_hatched
from convcli.views.mosaic import enlarge
from convcli.views.palette import PIXELS, Scale, colours, ink_on
from convcli.views.themes import COLOUR, GREY, PRINT, THEMES, current, drawn_in, negative
from tests.views.reading import drawn

SIGNED = Scale(1.0, diverging=True)
EVERY_VALUE = np.linspace(-1, 1, 257)
TOLD_APART = 60  # Of 255 greys.


def as_printed(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a black and white printer makes of it."""
    return np.asarray(Image.fromarray(pixels).convert("L"))


def block(value: float, size: int = 12) -> NDArray[np.uint8]:
    """One value as the print theme draws it, in grey."""
    with drawn_in("print"):
        pixels = enlarge(colours(np.array([[value]]), SIGNED), size)
        return as_printed(hatched(pixels))


def test_the_option_names_every_theme() -> None:
    assert tuple(THEMES) == figure_style.THEMES


def test_a_theme_ends_where_its_drawing_ends_also_after_an_error() -> None:
    assert current() is COLOUR
    with pytest.raises(ValueError, match="lies outside the scale"), drawn_in("print"):
        colours(np.array([2.0]), SIGNED)
    assert current() is COLOUR


def test_grey_is_the_book_s_colour_map() -> None:
    book = matplotlib.colormaps["gray_r"]
    with drawn_in("grey"):
        signed = colours(EVERY_VALUE, SIGNED)
        unsigned = colours(EVERY_VALUE[128:], PIXELS)
        assert SIGNED.meaning == "white negative, grey zero, black positive"
    for shades, values in ((signed, (EVERY_VALUE + 1) / 2), (unsigned, EVERY_VALUE[128:])):
        np.testing.assert_allclose(shades, 255 * book(values)[:, :3], atol=1.01)


@pytest.mark.parametrize("value", EVERY_VALUE.tolist())
def test_a_print_in_black_and_white_tells_the_sign_of_every_value(value: float) -> None:
    shades = np.unique(block(value))
    if value < 0:
        assert int(shades.max()) - int(shades.min()) > TOLD_APART
    else:
        assert shades.max() - shades.min() == 0


def test_a_print_tells_how_far_from_zero_a_value_is_whatever_its_sign() -> None:
    ground = [int(block(value)[0, 3]) for value in EVERY_VALUE]
    plain = ground[128:]
    assert plain[0] == 255
    assert all(first >= second for first, second in pairwise(plain))
    np.testing.assert_allclose(ground[:128][::-1], plain[1:], atol=1)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 30), st.integers(PERIOD, 60))
def test_lines_are_seen_in_a_field_of_cells_of_any_size(cell: int, side: int) -> None:
    values = np.random.default_rng(cell).uniform(-1, -0.05, (side, side))
    with drawn_in("print"):
        plain = enlarge(colours(values, SIGNED), cell)
        lined = hatched(plain)
    changed = (as_printed(lined) != as_printed(plain)).mean()
    assert 0.2 < changed < 0.45
    assert (lined[..., 0] == lined[..., 1]).all()


def test_the_lines_run_on_through_a_large_picture() -> None:
    with drawn_in("print"):
        plain = colours(np.full((250, 31), -0.25), SIGNED)
        lined = hatched(plain)
    y, x = np.indices((250, 31))
    np.testing.assert_array_equal((lined != plain).any(axis=2), (y + x) % PERIOD < 2)


def test_only_what_is_negative_has_lines_and_only_in_print() -> None:
    table = np.concatenate([PRINT.diverging, PRINT.sequential])
    np.testing.assert_array_equal(negative(table), np.arange(len(table)) < 128)
    with drawn_in("print"):
        for entry in PRINT.diverging[:128]:
            assert is_hatched(entry)
        plain = enlarge(PRINT.sequential[None], 12)
        np.testing.assert_array_equal(hatched(plain), plain)
    for theme in (COLOUR, GREY):
        with drawn_in(theme.name):
            pixels = enlarge(theme.diverging[None], 4)
            np.testing.assert_array_equal(hatched(pixels), pixels)


def test_a_number_on_a_hatched_cell_stands_on_plain_ground() -> None:
    with drawn_in("print"):
        sheet = Sheet(300, 120, "x")
        pixels = enlarge(colours(np.array([[-0.5]]), SIGNED), 80)
        sheet.picture(60, sheet.top, pixels)
        sheet.write_on(100, sheet.top + 40, "-0.5", pixels[0, 0])
        around = as_printed(drawn(sheet))[sheet.top + 33 : sheet.top + 48, 83:117]
        ground = int(pixels[0, 0, 0])
        assert ink_on(pixels[0, 0]) == sheet.figure.texts[-1].get_color()
    assert (np.abs(around.astype(int) - ground) <= 1).mean() > 0.5
    assert not (np.abs(around.astype(int) - (ground + 105)) <= 1).any() or ground > 150


def test_a_photograph_has_no_lines() -> None:
    photograph = np.tile(PRINT.diverging[:100], (9, 1, 1))
    with drawn_in("print"):
        sheet = Sheet(300, 60, "x")
        sheet.picture(60, sheet.top, photograph, is_photograph=True)
        finished = drawn(sheet)
    np.testing.assert_array_equal(finished[sheet.top : sheet.top + 9, 60:160], photograph)


def test_plain_pictures_have_the_theme_too(tmp_path: Path) -> None:
    values = np.array([[[-1.0, 1.0]]])
    path = tmp_path / "print.png"
    with drawn_in("print"), path.open("wb") as file:
        png.write_maps(file, values, SIGNED, "two values")
    negative_half, positive_half = np.split(np.asarray(Image.open(path).convert("L")), 2, axis=1)
    assert np.unique(positive_half).size == 1
    assert np.unique(negative_half).size == 2
