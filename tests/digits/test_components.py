"""Parts of a mask, against SciPy."""

import numpy as np
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from convcli.digits.components import find_components, length_of_runs

Mask = NDArray[np.bool_]
MASKS = hnp.arrays(bool, st.tuples(st.integers(1, 30), st.integers(1, 30)))
EIGHT = np.ones((3, 3))


def assert_as_scipy(mask: Mask) -> None:
    labels, count = scipy.ndimage.label(mask, EIGHT)
    found = find_components(mask)
    assert (found.labels == labels).all()
    assert found.areas.tolist() == np.bincount(labels.ravel(), minlength=count + 1)[1:].tolist()
    boxes = [
        (rows.start, rows.stop, columns.start, columns.stop)
        for rows, columns in scipy.ndimage.find_objects(labels)
    ]
    ours = zip(found.tops, found.bottoms, found.lefts, found.rights, strict=True)
    assert [tuple(map(int, box)) for box in ours] == boxes


@given(MASKS)
def test_parts_are_those_of_scipy(mask: Mask) -> None:
    assert_as_scipy(mask)


def test_long_ways_round() -> None:
    spiral = np.zeros((61, 61), bool)
    for turn in range(0, 30, 4):
        spiral[turn, turn : 61 - turn] = spiral[turn : 61 - turn, 60 - turn] = True
        spiral[60 - turn, turn : 61 - turn] = spiral[turn + 4 : 61 - turn, turn] = True
        spiral[turn + 4, turn : turn + 4] = True
    comb = np.zeros((50, 99), bool)
    comb[:, ::2] = comb[-1] = True
    noise = np.random.default_rng(3).random((200, 300)) < 0.41
    for mask in (spiral, comb, comb[::-1], comb.T, noise, ~noise):
        assert_as_scipy(mask)


@given(MASKS)
def test_runs_by_hand(mask: Mask) -> None:
    lengths = length_of_runs(mask)
    for column, found in zip(mask.T, lengths.T, strict=True):
        text = "".join("x" if pixel else " " for pixel in column)
        expected = [
            len(text[:row].split(" ")[-1]) + len(text[row:].split(" ")[0])
            if text[row] == "x"
            else 0
            for row in range(len(text))
        ]
        assert found.tolist() == expected


def test_breadth_is_the_deviation_from_the_long_axis() -> None:
    mask = np.zeros((40, 60), bool)
    mask[5, 3:50] = True
    mask[10:14, 3:50] = True
    mask[np.arange(20, 38), np.arange(20, 38)] = True
    line, bar, slanted = find_components(mask).breadths
    assert (line, bar) == (0, np.std(range(4)))
    assert slanted < 1e-6
