"""Lines of ruled and of squared paper, made by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.digits.ruling import find_lines, line_pixels

Mask = NDArray[np.bool_]
SIZE = (200, 300)


def ruled(*rows: float, slope: float = 0, thickness: int = 2) -> Mask:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    ink = np.zeros(SIZE, bool)
    for row in rows:
        top = np.rint(row + slope * (x - SIZE[1] / 2))
        ink |= (y >= top) & (y < top + thickness)
    return ink


@pytest.mark.parametrize("slope", [0, 0.03, -0.08])
@pytest.mark.parametrize("thickness", [1, 2, 4])
def test_lines_are_found_and_nothing_of_them_stays(slope: float, thickness: int) -> None:
    ink = ruled(40, 90, 140, slope=slope, thickness=thickness)
    lines = find_lines(ink)
    assert len(lines) == 3
    assert sorted(line.row for line in lines) == pytest.approx([40, 90, 140], abs=3)
    assert [line.slope for line in lines] == pytest.approx([slope] * 3, abs=0.01)
    assert [line.thickness for line in lines] == pytest.approx([thickness] * 3, abs=1)
    assert (line_pixels(ink, lines) == ink).all()


def test_what_is_written_over_a_line_stays_whole() -> None:
    pen = np.zeros(SIZE, bool)
    pen[20:170, 100:110] = pen[20:30, 100:200] = True
    ink = ruled(40, 90, 140) | pen
    removed = line_pixels(ink, find_lines(ink))
    assert not (removed & pen).any()
    assert (ink & ~removed & ~pen).sum() == 0


def test_a_line_that_dust_has_broken_is_found() -> None:
    ink = ruled(60, 120)
    ink[:, ::5] = False
    ink[:, 100:130] = False
    assert len(find_lines(ink)) == 2


def test_one_line_alone_has_to_reach_from_side_to_side() -> None:
    assert len(find_lines(ruled(60))) == 1
    short = ruled(60)
    short[:, :45] = short[:, -45:] = False
    assert find_lines(short) == []


def test_strokes_of_a_pen_are_no_lines() -> None:
    seven = np.zeros(SIZE, bool)
    seven[10:22, 5:295] = True
    for row in range(22, 190):
        seven[row, 280 - row : 292 - row] = True
    assert find_lines(seven) == []
    assert find_lines(np.ones(SIZE, bool)) == []
    assert find_lines(np.ones((10, 10), bool)) == []
