"""Bars of letters, counted letter by letter."""

import io
import re

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from convcli.views.bars import MOST_BARS
from convcli.views.terminal.bars import Bars

READ = np.array([0.5, 0.25, 0.015625, 1e-9, 0.234375], np.float32)
NAMES = ["zero", "one", "two", "three", "four"]


def shown(bars: Bars, width: int, encoding: str = "utf-8") -> list[str]:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=file, width=width, force_terminal=False, markup=False)
    console.print(bars, crop=False)
    file.flush()
    file.seek(0)
    return file.read().splitlines()


def test_a_bar_is_as_long_as_its_probability() -> None:
    lines = shown(Bars(NAMES, READ), 200)
    # 50 columns are a probability of 1; what is left over is shown in eighths.
    assert [re.search(r"█*[▏▎▍▌▋▊▉]?", line[7:]).group() for line in lines] == [  # type: ignore[union-attr]
        "█" * 25,
        "█" * 12 + "▌",
        "▊",
        "",
        "█" * 11 + "▊",
    ]
    assert [line.split()[0] for line in lines] == NAMES
    assert [line.split()[-1] for line in lines] == ["0.5", "0.25", "0.01562", "1e-09", "0.2344"]
    assert len({len(line) for line in lines}) == 1


def test_letters_where_the_encoding_has_no_blocks() -> None:
    lines = shown(Bars(NAMES, READ, label=1), 200, "ascii")
    assert [line.count("#") for line in lines] == [25, 12, 1, 0, 12]
    assert [line.endswith("  < label") for line in lines] == [False, True, False, False, False]


@pytest.mark.parametrize("width", [1, 20, 33, 40, 80])
def test_no_number_is_cut_at_any_width(width: int) -> None:
    lines = shown(Bars(NAMES, READ, label=3), width)
    assert all(len(line) <= width or " " not in line for line in lines)
    words = " ".join(lines).replace(":", "").split()
    for word in (*NAMES, "0.5", "0.25", "0.01562", "1e-09", "0.2344", "◀", "label"):
        assert word in words


def test_wide_letters_take_their_room() -> None:
    lines = shown(Bars(["零", "one"], np.array([0.5, 0.5])), 40)
    assert len({cell_len(line) for line in lines}) == 1


def test_of_many_classes_the_most_probable_ones_and_the_label_are_shown() -> None:
    probabilities = np.arange(100) / 4950
    lines = shown(Bars([str(number) for number in range(100)], probabilities, label=3), 80)
    expected = [3, *range(100 - MOST_BARS, 100)]
    assert [int(line.split()[0]) for line in lines] == expected
    assert "◀ label" in lines[0]


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="a probability lies outside"):
        shown(Bars(["a", "b"], np.array([1.5, -0.5])), 80)
