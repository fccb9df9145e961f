"""Which parts are the digit, on small sheets made by hand."""

import numpy as np
from numpy.typing import NDArray

from convcli.digits.parts import find_digit
from convcli.digits.stroke import stroke_width, without_grain

Mask = NDArray[np.bool_]


def sheet(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (120, 160)) -> Mask:
    """Ink in rectangles: first row, row after the last, first column, column after the last."""
    ink = np.zeros(size, bool)
    for top, bottom, left, right in boxes:
        ink[top:bottom, left:right] = True
    return ink


STEM = (30, 100, 60, 66)
BOWL = ((60, 66, 60, 96), (94, 100, 60, 96), (60, 100, 90, 96))
BAR = (16, 22, 66, 96)
SPECK = (40, 44, 120, 124)


def test_the_bar_of_a_five_belongs_to_it_and_a_speck_does_not() -> None:
    digit = find_digit(sheet(STEM, *BOWL, BAR, SPECK))
    assert (digit.mask == sheet(STEM, *BOWL, BAR)).all()
    assert (digit.parts, digit.dropped, digit.rivals) == (2, 1, 0)
    assert digit.stroke == 6


def test_a_bar_too_far_off_does_not_belong() -> None:
    digit = find_digit(sheet(STEM, *BOWL, (2, 8, 66, 96)))
    assert (digit.parts, digit.dropped, digit.rivals) == (1, 1, 0)


def test_what_is_as_tall_and_stands_beside_is_another_digit() -> None:
    digit = find_digit(sheet(STEM, *BOWL, (34, 100, 110, 116)))
    assert (digit.mask == sheet(STEM, *BOWL)).all()
    assert (digit.parts, digit.dropped, digit.rivals) == (1, 1, 1)


def test_two_rings_one_below_the_other_are_two_digits() -> None:
    ring = sheet((10, 50, 60, 90)) ^ sheet((16, 44, 66, 84))
    below = np.roll(ring, 48, axis=0)
    assert find_digit(ring | below).rivals == 1


def test_the_pieces_of_a_straight_stroke_are_one() -> None:
    pieces = sheet((10, 40, 60, 66), (48, 70, 60, 66), (82, 110, 60, 66))
    digit = find_digit(pieces)
    assert (digit.mask == pieces).all()
    assert (digit.parts, digit.rivals) == (3, 0)


def test_the_whole_part_goes_before_a_larger_one_at_the_border() -> None:
    edge = (0, 120, 140, 160)
    assert (find_digit(sheet(STEM, *BOWL, edge)).mask == sheet(STEM, *BOWL)).all()
    assert (find_digit(sheet(SPECK, edge)).mask == sheet(edge)).all()


def test_the_rest_of_a_line_is_neither_a_part_nor_a_digit() -> None:
    digit = find_digit(sheet(STEM, *BOWL, (20, 110, 106, 107)))
    assert (digit.mask == sheet(STEM, *BOWL)).all()
    assert digit.rivals == 0


def test_the_grain_of_a_pencil_is_filled() -> None:
    stroke = sheet((20, 100, 60, 76))
    grain = np.random.default_rng(1).random(stroke.shape) < 0.06
    assert stroke_width(stroke) == 16
    assert stroke_width(without_grain(stroke & ~grain)) >= 14
