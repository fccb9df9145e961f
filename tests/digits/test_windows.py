"""Windows of every size, against SciPy."""

import numpy as np
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from convcli.digits.windows import close_gaps, integral_image, mean_in_windows, spread

Bytes = NDArray[np.uint8]
PICTURES = hnp.arrays(np.uint8, st.tuples(st.integers(1, 25), st.integers(1, 25)))


@given(PICTURES, st.data())
def test_any_rectangle_is_made_of_four_numbers(picture: Bytes, data: st.DataObject) -> None:
    top, left = (data.draw(st.integers(0, side - 1)) for side in picture.shape)
    bottom = data.draw(st.integers(top + 1, picture.shape[0]))
    right = data.draw(st.integers(left + 1, picture.shape[1]))
    sums = integral_image(picture)
    total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    assert total == picture[top:bottom, left:right].sum(dtype=int)


@given(PICTURES, st.integers(0, 9))
def test_means_are_those_of_scipy(picture: Bytes, radius: int) -> None:
    exact = scipy.ndimage.uniform_filter(picture.astype(float), 2 * radius + 1, mode="nearest")
    assert np.abs(mean_in_windows(picture, radius) - exact).max() <= 0.5 + 1e-6


@given(PICTURES, st.integers(0, 12))
def test_closing_is_that_of_scipy(picture: Bytes, half: int) -> None:
    size = 2 * half + 1
    # SciPy repeats the border between the two passes once more.
    framed = np.pad(picture, 2 * size, mode="edge")
    theirs = scipy.ndimage.grey_closing(framed, (size, size))
    cut = slice(2 * size, -2 * size)
    assert (close_gaps(picture, size) == theirs[cut, cut]).all()


@given(PICTURES, st.integers(1, 30))
def test_closing_darkens_nothing_and_closes_once(picture: Bytes, size: int) -> None:
    closed = close_gaps(picture, size)
    assert (closed >= picture).all()
    assert closed.max() == picture.max()


def test_a_stroke_is_closed_and_a_shadow_stays() -> None:
    paper = np.full((60, 80), 200, np.uint8)
    paper[:, 50:] = 90
    inked = paper.copy()
    inked[20:50, 30:36] = 20
    inked[10:14, 40:70] = 10
    assert (close_gaps(inked, 15) == paper).all()


@given(hnp.arrays(bool, st.tuples(st.integers(1, 20), st.integers(1, 20))), st.integers(0, 6))
def test_spreading_is_dilation(mask: NDArray[np.bool_], reach: int) -> None:
    square = np.ones((2 * reach + 1, 2 * reach + 1), bool)
    assert (spread(mask, reach) == scipy.ndimage.binary_dilation(mask, square)).all()
