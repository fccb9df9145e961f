"""Pictures, read back from the characters that a terminal would get."""

import io
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from convcli.views.mosaic import Picture, Row, enlarge
from convcli.views.palette import BYTES, Colours, Legend, Scale, colours
from convcli.views.terminal.pictures import Gallery

Pixel = tuple[int, ...]
Colour = Literal["truecolor", "256", "standard"]
COLOURED = re.compile(r"\x1b\[38;2;(\d+);(\d+);(\d+)(?:;48;2;(\d+);(\d+);(\d+))?m(▀+)\x1b\[0m")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
SIGNED = Scale(1.0, diverging=True)


def noise(height: int, width: int) -> NDArray[np.uint8]:
    # Few levels, so that neighbours are often equal and come as one run.
    return np.random.default_rng(2).integers(0, 2, (height, width, 3)).astype(np.uint8) * 200


def shown(
    gallery: Gallery, width: int = 80, colour: Colour | None = "truecolor", encoding: str = "utf-8"
) -> list[str]:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(
        file=file, width=width, force_terminal=True, color_system=colour, markup=False
    )
    console.print(gallery, crop=False)
    file.flush()
    return raw.getvalue().decode(encoding).splitlines()


def plain(gallery: Gallery, width: int = 80) -> list[str]:
    return [ESCAPE.sub("", line).rstrip() for line in shown(gallery, width)]


def gallery_of(*pictures: Picture) -> Gallery:
    return Gallery([Row(pictures)])


def pixels_of(lines: Sequence[str]) -> list[list[Pixel]]:
    """Rows of pixels: those above, then those below where there are any."""
    rows: list[list[Pixel]] = []
    for line in lines:
        above: list[Pixel] = []
        below: list[Pixel] = []
        for *levels, run in COLOURED.findall(line):
            above += [tuple(map(int, levels[:3]))] * len(run)
            below += [tuple(map(int, levels[3:]))] * len(run) if levels[3] else []
        rows += [above, below] if below else [above]
    return rows


@pytest.mark.parametrize(("height", "width", "lines"), [(28, 28, 14), (13, 9, 7), (80, 2, 40)])
def test_one_character_is_two_pixels(height: int, width: int, lines: int) -> None:
    pixels = noise(height, width)
    output = shown(gallery_of(Picture((), pixels)))
    assert len(output) == lines
    assert {len(ESCAPE.sub("", line)) for line in output} == {width}
    np.testing.assert_array_equal(np.array(pixels_of(output)), pixels)


@pytest.mark.parametrize(("side", "factor"), [(1, 4), (3, 4), (5, 2), (6, 2), (7, 1), (28, 1)])
def test_a_small_picture_is_enlarged_by_a_whole_factor(side: int, factor: int) -> None:
    pixels = noise(side, side)
    output = shown(gallery_of(Picture((), pixels)))
    np.testing.assert_array_equal(np.array(pixels_of(output)), enlarge(pixels, factor))


@pytest.mark.parametrize(("width", "step"), [(80, 4), (40, 8), (300, 1), (299, 2)])
def test_a_picture_wider_than_the_terminal_is_drawn_with_fewer_pixels(
    width: int, step: int
) -> None:
    pixels = noise(100, 300)
    output = shown(gallery_of(Picture(("wide",), pixels)), width)
    drawn = np.array(pixels_of([line for line in output if "▀" in line]))
    np.testing.assert_array_equal(drawn, pixels[::step, ::step])
    notes = {1: [], 2: ["every 2nd pixel drawn"], 4: ["every 4th pixel drawn"]}
    said = [line.rstrip() for line in output if "▀" not in line]
    assert said == ["wide", *notes.get(step, ["every 8th pixel drawn"])]


def test_pictures_stand_side_by_side_under_their_captions() -> None:
    pictures = [Picture(("input", "28x28"), noise(28, 28)), Picture(("filter 0",), noise(7, 8))]
    lines = plain(gallery_of(*pictures))
    assert len(lines) == 2 + 14
    assert lines[0] == "input" + " " * 25 + "filter 0"
    assert lines[1] == "28x28"
    assert lines[2] == "▀" * 28 + "  " + "▀" * 8
    assert lines[6] == "▀" * 28


def test_pictures_that_do_not_fit_go_to_the_next_line_in_order() -> None:
    pictures = [Picture((f"p{number}",), noise(12, 10)) for number in range(5)]
    # Two pictures and the space between them take 22 columns.
    for width, together in ((24, 2), (22, 2), (21, 1)):
        captions = [line for line in plain(gallery_of(*pictures), width) if "p" in line]
        names = [name for line in captions for name in line.split()]
        assert names == ["p0", "p1", "p2", "p3", "p4"]
        assert len(captions) == -(-5 // together)


def test_every_row_begins_under_its_own_heading() -> None:
    small, large = Picture(("0",), noise(12, 12)), Picture(("1",), noise(24, 24))
    lines = plain(Gallery([Row([small, small], "filters"), Row([large], "convolution")]))
    assert [line for line in lines if "▀" not in line] == [
        "filters",
        "0" + " " * 13 + "0",
        "convolution",
        "1",
    ]


def test_the_four_pictures_of_the_article_fit_eighty_columns() -> None:
    captions = ("input", "filter 0", "convolution 0", "pooling 0")
    sizes = (28, 5, 24, 12)
    row = [Picture((name,), noise(n, n)) for name, n in zip(captions, sizes, strict=True)]
    assert len(plain(gallery_of(*row), width=80)) == 1 + 14


def test_a_caption_is_no_markup_and_is_broken_between_words() -> None:
    lines = plain(gallery_of(Picture(("[red]a caption[/red]",), noise(12, 12))), width=16)
    assert lines[:2] == ["[red]a", "caption[/red]"]


def ramp() -> tuple[NDArray[np.float64], Colours]:
    values = np.linspace(-1, 1, 21)[None].repeat(2, axis=0)
    return values[0], colours(values, SIGNED)


def test_sixteen_colours_are_warm_below_zero_and_blue_above() -> None:
    values, pixels = ramp()
    (line, legend) = shown(
        Gallery([Row([Picture((), pixels, SIGNED)])], [Legend("map", SIGNED)]), 200, "standard"
    )
    codes = [
        int(code) for code, run in re.findall(r"\x1b\[(\d+);\d+m(▀+)\x1b\[0m", line) for _ in run
    ]
    named = {31: "red", 93: "yellow", 97: "white", 94: "blue", 34: "dark blue"}
    for value, code in zip(values, codes, strict=True):
        warm, blue = named[code] in ("red", "yellow"), "blue" in named[code]
        assert warm == (value < -0.19)
        assert blue == (value > 0.19)
    assert set(codes) == set(named)
    for word in ("red", "yellow", "white", "blue", "dark blue"):
        assert word in legend
    assert "orange" not in legend


def test_sixteen_colours_show_a_sequential_scale_in_four_greys() -> None:
    pixels = colours(np.array([[0, 80, 170, 255]] * 2, np.uint8).repeat(4, axis=1), BYTES)
    (line,) = shown(gallery_of(Picture((), pixels, BYTES)), colour="standard")
    assert re.findall(r"\x1b\[(\d+);\d+m▀+", line) == ["30", "90", "37", "97"]


@pytest.mark.parametrize(
    ("colour", "encoding"), [(None, "utf-8"), (None, "cp1252"), ("truecolor", "cp1252")]
)
def test_without_colours_or_blocks_letters_show_the_sign_and_the_strength(
    colour: Colour | None, encoding: str
) -> None:
    values, pixels = ramp()
    gallery = Gallery([Row([Picture((), pixels, SIGNED)])], [Legend("map", SIGNED)])
    first, second, *legend = shown(gallery, 80, colour, encoding)
    assert first == second
    assert "\x1b" not in first + second
    assert first[:4] == "-@-%"
    assert first[-2:] == "+@"
    assert first[20:22] == "  "
    shades = " .:=*#%@"
    for value, sign, shade in zip(values, first[::2], first[1::2], strict=True):
        assert sign == (" " if shade == " " else "-" if value < 0 else "+")
        assert abs(shades.index(shade) / 7 - abs(value)) <= 0.5 / 7 + 0.01
    assert " ".join(legend).startswith("map: - before negative, + before positive; blank near zero")


def test_letters_show_a_sequential_scale_by_their_strength() -> None:
    pixels = colours(np.array([[0, 128, 255] * 5], np.uint8), BYTES)
    (line,) = shown(gallery_of(Picture((), pixels, BYTES)), colour=None)
    assert line == "  **@@" * 5


def test_a_photograph_has_shades_too() -> None:
    pixels = np.array([[[255, 255, 255], [255, 0, 0], [0, 0, 0]] * 5], np.uint8)
    (line,) = shown(gallery_of(Picture((), pixels)), colour=None)
    assert line == "@@::  " * 5


def test_what_lies_between_tiles_is_no_value() -> None:
    pixels = colours(np.zeros((1, 12)), SIGNED)
    pixels[0, 3] = (186, 192, 201)
    (line,) = shown(gallery_of(Picture((), pixels, SIGNED)), colour=None)
    assert line == " " * 6 + "||" + " " * 16
