"""What is no digit, what is several, and what touches the border."""

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.digits.doubts import Doubt, find_doubts
from convcli.digits.parts import find_digit

Mask = NDArray[np.bool_]
SIZE = (160, 160)


def doubts(ink: Mask) -> list[str]:
    return [doubt.value for doubt in find_doubts(ink, find_digit(ink))]


def ring(row: int, column: int, outer: float, inner: float) -> Mask:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    distance = np.hypot(y - row, x - column)
    ink: Mask = (distance < outer) & (distance >= inner)
    return ink


def test_a_nought_is_not_doubted() -> None:
    assert doubts(ring(80, 80, 50, 38)) == []
    assert doubts(ring(80, 80, 50, 20)) == []


def test_a_one_is_not_doubted_however_thick() -> None:
    ink = np.zeros(SIZE, bool)
    ink[20:140, 60:100] = True
    assert doubts(ink) == []


def test_a_patch_is_no_digit() -> None:
    assert doubts(ring(80, 80, 50, 0)) == ["no digit"]


def test_a_net_is_no_digit() -> None:
    ink = np.zeros(SIZE, bool)
    for place in range(20, 141, 30):
        ink[place : place + 4, 20:144] = ink[20:144, place : place + 4] = True
    assert doubts(ink) == ["no digit"]


def test_a_page_is_no_digit() -> None:
    ink = np.zeros(SIZE, bool)
    for row in range(20, 140, 30):
        for column in range(20, 140, 30):
            ink |= ring(row, column, 10, 7)
    assert doubts(ink) == ["no digit"]


def test_two_are_several() -> None:
    assert doubts(ring(80, 40, 25, 18) | ring(80, 110, 25, 18)) == ["several digits"]


def test_two_that_touch_are_several() -> None:
    assert doubts(ring(80, 40, 30, 24) | ring(80, 96, 30, 24)) == ["several digits"]


@pytest.mark.parametrize("place", [(48, 80), (111, 80), (80, 48), (80, 111)])
def test_ink_at_the_border(place: tuple[int, int]) -> None:
    assert doubts(ring(*place, 49.5, 40)) == [Doubt.INK_AT_BORDER.value]
