"""A picture in the size of a network, held against means taken by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.digits.fitting import fit_picture


def test_a_picture_of_the_right_size_stays_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8)
    (stage,) = fit_picture(pixels, 8, 6).stages
    assert stage.name == "colour"
    assert stage.pixels is pixels


def test_whole_blocks_become_their_means_channel_by_channel() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (24, 36, 3), np.uint8)
    prepared = fit_picture(pixels, 8, 12)
    assert [stage.name for stage in prepared.stages] == ["colour", "fitted"]
    means = pixels.reshape(8, 3, 12, 3, 3).mean(axis=(1, 3))
    np.testing.assert_array_equal(prepared.pixels, np.floor(means + 0.5))


def test_the_sides_stay_in_proportion_on_the_colour_of_the_border() -> None:
    pixels = np.full((20, 40, 3), (200, 100, 50), np.uint8)
    pixels[5:15, 10:30] = 0
    prepared = fit_picture(pixels, 16, 16)
    expected = np.full((16, 16, 3), (200, 100, 50), np.uint8)
    expected[6:10, 4:12] = 0
    np.testing.assert_array_equal(prepared.pixels, expected)
    assert "[200, 100, 50], the median of its border" in prepared.stages[-1].description


def test_a_small_picture_is_enlarged_pixel_by_pixel() -> None:
    pixels = np.array([[1, 2], [3, 4]], np.uint8)
    np.testing.assert_array_equal(
        fit_picture(pixels, 6, 6).pixels, pixels.repeat(3, axis=0).repeat(3, axis=1)
    )


@given(
    st.tuples(*[st.integers(1, 40)] * 4),
    st.sampled_from([(), (3,)]),
    st.integers(0, 255),
)
def test_any_size_becomes_any_other_and_one_colour_stays_itself(
    sizes: tuple[int, int, int, int], channels: tuple[int, ...], level: int
) -> None:
    pixels: NDArray[np.uint8] = np.full((*sizes[:2], *channels), level, np.uint8)
    prepared = fit_picture(pixels, *sizes[2:])
    assert prepared.pixels.shape == (*sizes[2:], *channels)
    assert (prepared.pixels == level).all()


@pytest.mark.parametrize(("shape", "fitted"), [((1000, 1), (10, 1)), ((1, 1000), (1, 10))])
def test_no_side_becomes_nothing(shape: tuple[int, int], fitted: tuple[int, int]) -> None:
    stages = fit_picture(np.zeros(shape, np.uint8), 10, 10).stages
    assert stages[1].pixels.shape == fitted
