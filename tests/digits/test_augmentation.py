"""Augmentation against SciPy, which turns and moves pictures by code of its own."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from convcli.digits.augmentation import KINDS, augment, rotate, shift
from convcli.errors import UsageError

Pixels = NDArray[np.uint8]


def _noise(number: int = 20, height: int = 28, width: int = 28) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (number, height, width), np.uint8)


@pytest.mark.parametrize("shape", [(28, 28), (5, 8)])
def test_a_turned_picture_is_scipy_s(shape: tuple[int, int]) -> None:
    pictures = _noise(20, *shape)
    angles = np.random.default_rng(3).uniform(-35, 35, len(pictures))
    turned = rotate(pictures, np.random.default_rng(3), most=35)
    for picture, found, angle in zip(pictures, turned, angles, strict=True):
        expected = ndimage.rotate(
            picture.astype(float), angle, reshape=False, order=1, mode="grid-constant", cval=0
        )
        # Ours are whole numbers.
        assert np.abs(found - expected).max() <= 0.5 + 1e-3


def test_a_moved_picture_is_scipy_s_and_every_way_occurs() -> None:
    pictures = _noise(400)
    moved = shift(pictures, np.random.default_rng(4), most=2)
    steps = np.random.default_rng(4).integers(-2, 3, (2, len(pictures))).T
    assert {tuple(step) for step in steps.tolist()} == {
        (down, right) for down in range(-2, 3) for right in range(-2, 3)
    }
    for picture, found, step in zip(pictures, moved, steps, strict=True):
        np.testing.assert_array_equal(found, ndimage.shift(picture, step, order=0, cval=0))


@given(st.sampled_from(KINDS), st.integers(0, 2**32), st.integers(1, 9), st.integers(1, 9))
def test_bytes_of_the_same_shape_come_out_and_the_picture_is_left_alone(
    kind: str, seed: int, height: int, width: int
) -> None:
    pictures = _noise(3, height, width)
    before = pictures.copy()
    first, again = (augment(pictures, [kind], np.random.default_rng(seed)) for _ in range(2))
    assert first.dtype == "uint8"
    assert first.shape == pictures.shape
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(pictures, before)
    assert first.max() <= pictures.max()


@pytest.mark.parametrize("way", [shift, rotate])
def test_nothing_drawn_changes_nothing(
    way: Callable[[Pixels, np.random.Generator, int], Pixels],
) -> None:
    pictures = _noise()
    np.testing.assert_array_equal(way(pictures, np.random.default_rng(0), 0), pictures)


def test_one_kind_is_done_after_the_other() -> None:
    pictures, chance = _noise(), np.random.default_rng(5)
    expected = rotate(shift(pictures, chance), chance)
    found = augment(pictures, ("shift", "rotate"), np.random.default_rng(5))
    np.testing.assert_array_equal(found, expected)


def test_another_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="no augmentation 'flip'; choose from shift, rotate"):
        augment(_noise(), ["flip"], np.random.default_rng(0))
