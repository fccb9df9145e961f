"""Pictures as arrays: every pixel is where it belongs, and what is left out is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.views.mosaic import arrange, enlarge, fit, fit_maps, framed, ordinal
from convcli.views.palette import BYTES, GAP, PAPER_PIXEL, colours
from tests.views.reading import blocks


def noise(*shape: int) -> NDArray[np.uint8]:
    # Never the colour of a gap.
    return np.random.default_rng(5).integers(0, 100, (*shape, 3)).astype(np.uint8)


@pytest.mark.parametrize(("down", "across"), [(1, 1), (20, 20), (3, 7)])
def test_a_pixel_becomes_a_block(down: int, across: int) -> None:
    pixels = noise(4, 5)
    np.testing.assert_array_equal(enlarge(pixels, down, across), blocks(pixels, down, across))


def test_a_stack_of_tiles_is_enlarged_tile_by_tile() -> None:
    tiles = noise(2, 3, 4)
    enlarged = enlarge(tiles, 5)
    assert enlarged.shape == (2, 15, 20, 3)
    np.testing.assert_array_equal(enlarged[1], blocks(tiles[1], 5))


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 90))
def test_fitted_tiles_fill_the_room_by_a_whole_factor_or_say_what_is_missing(
    height: int, width: int, room: int
) -> None:
    tiles = noise(2, height, width)
    fitted = fit(tiles, room)
    longest = max(fitted.tiles.shape[1:3])
    assert longest <= room
    if max(height, width) <= room:
        assert fitted.note == ""
        assert longest > room / 2
        factor = fitted.tiles.shape[1] // height
        np.testing.assert_array_equal(fitted.tiles[0], blocks(tiles[0], factor))
    else:
        step = int("".join(filter(str.isdigit, fitted.note)))
        assert fitted.note == f"every {ordinal(step)} pixel drawn"
        np.testing.assert_array_equal(fitted.tiles, tiles[:, ::step, ::step])


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 90))
def test_what_is_chosen_before_it_is_coloured_looks_the_same(
    height: int, width: int, room: int
) -> None:
    maps = np.random.default_rng(8).integers(0, 256, (2, height, width))
    chosen, expected = fit_maps(maps, BYTES, room), fit(colours(maps, BYTES), room)
    assert chosen.note == expected.note
    np.testing.assert_array_equal(chosen.tiles, expected.tiles)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 3), st.integers(0, 4))
def test_every_tile_stands_in_its_place_and_the_rest_is_gap(
    count: int, columns: int, gap: int, gap_above: int
) -> None:
    tiles = noise(count, 4, 3)
    sheet = arrange(tiles, columns, gap, gap_above=gap_above)
    rest = np.ones(sheet.shape[:2], bool)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        top, left = gap_above + row * (4 + gap_above), gap + column * (3 + gap)
        np.testing.assert_array_equal(sheet[top : top + 4, left : left + 3], tile)
        rest[top : top + 4, left : left + 3] = False
    assert (sheet[rest] == GAP).all()
    rows = -(-count // columns)
    assert sheet.shape == (rows * (4 + gap_above) + gap, columns * (3 + gap) + gap, 3)


def test_the_gap_may_be_paper() -> None:
    assert (arrange(noise(1, 2, 2), 1, 1, background=PAPER_PIXEL)[0] == PAPER_PIXEL).all()


def test_a_frame_goes_around_and_not_over() -> None:
    tiles = noise(2, 3, 4)
    with_frame = framed(tiles)
    assert with_frame.shape == (2, 5, 6, 3)
    np.testing.assert_array_equal(with_frame[:, 1:-1, 1:-1], tiles)
    for edge in (with_frame[:, 0], with_frame[:, -1], with_frame[:, :, 0], with_frame[:, :, -1]):
        assert (edge == GAP).all()


def test_places_are_counted_in_english() -> None:
    assert [ordinal(number) for number in (1, 4, 12, 13, 22, 23, 101, 111)] == [
        *("1st", "4th", "12th", "13th", "22nd", "23rd", "101st", "111th")
    ]
