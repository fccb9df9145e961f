"""Half blocks, read back from the characters that a terminal would get."""

import io
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from convcli.views.mosaic import Picture
from convcli.views.terminal.pictures import HalfBlocks, SideBySide

Pixel = tuple[int, ...]
COLOURED = re.compile(r"\x1b\[38;2;(\d+);(\d+);(\d+)(?:;48;2;(\d+);(\d+);(\d+))?m(▀+)\x1b\[0m")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def noise(height: int, width: int) -> NDArray[np.uint8]:
    # Few levels, so that neighbours are often equal and come as one run.
    return np.random.default_rng(2).integers(0, 2, (height, width, 3)).astype(np.uint8) * 200


def shown(renderable: object, width: int = 80) -> list[str]:
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=True, color_system="truecolor", markup=False
    )
    console.print(renderable)
    return file.getvalue().splitlines()


def plain(renderable: object, width: int = 80) -> list[str]:
    return [ESCAPE.sub("", line).rstrip() for line in shown(renderable, width)]


def pixels_of(lines: list[str]) -> list[list[Pixel]]:
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


@pytest.mark.parametrize(("height", "width", "lines"), [(28, 28, 14), (5, 5, 3), (1, 1, 1)])
def test_one_character_is_two_pixels(height: int, width: int, lines: int) -> None:
    pixels = noise(height, width)
    output = shown(HalfBlocks(pixels))
    assert len(output) == lines
    assert {len(ESCAPE.sub("", line)) for line in output} == {width}
    np.testing.assert_array_equal(np.array(pixels_of(output)), pixels)


def test_pictures_stand_side_by_side_under_their_captions() -> None:
    pictures = [Picture(("input", "28x28"), noise(28, 28)), Picture(("filter 0",), noise(4, 5))]
    lines = plain(SideBySide(pictures))
    assert len(lines) == 2 + 14
    assert lines[0] == "input" + " " * 25 + "filter 0"
    assert lines[1] == "28x28"
    assert lines[2] == "▀" * 28 + "  " + "▀" * 5
    assert lines[4] == "▀" * 28


def test_pictures_that_do_not_fit_go_to_the_next_row_in_order() -> None:
    pictures = [Picture((f"p{number}",), noise(2, 10)) for number in range(5)]
    captions = [line for line in plain(SideBySide(pictures), width=24) if "p" in line]
    assert [line.split() for line in captions] == [["p0", "p1"], ["p2", "p3"], ["p4"]]
    # Two pictures and the space between them take 22 columns.
    rows = {width: plain(SideBySide(pictures), width)[::2] for width in (22, 21)}
    assert [line.split() for line in rows[22]] == [["p0", "p1"], ["p2", "p3"], ["p4"]]
    assert rows[21] == ["p0", "p1", "p2", "p3", "p4"]


def test_the_four_pictures_of_the_article_fit_eighty_columns() -> None:
    captions = ("input", "filter 0", "convolution 0", "pooling 0")
    sizes = (28, 5, 24, 12)
    row = [Picture((name,), noise(n, n)) for name, n in zip(captions, sizes, strict=True)]
    assert len(plain(SideBySide(row), width=80)) == 1 + 14


def test_a_picture_wider_than_the_terminal_is_left_out_aloud() -> None:
    pictures = [Picture(("wide", "300x300"), noise(2, 30)), Picture(("small",), noise(2, 5))]
    assert plain(SideBySide(pictures), width=20) == [
        "wide 300x300: 30",
        "columns wide, the",
        "terminal has 20;",
        "left out here",
        "small",
        "▀" * 5,
    ]


def test_captions_are_no_markup() -> None:
    assert plain(SideBySide([Picture(("[red]x[/red]",), noise(2, 2))]))[0] == "[red]x[/red]"
