"""The scales, held to sRGB and CIELAB and to a published model of colour blindness."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from convcli.digits.pixels import scale_pixels
from convcli.views.palette import BYTES, INK, PAPER, PIXELS, Scale, colours, ink_on, scale_for

SIGNED = Scale(high=1.0, diverging=True)
SHARES = np.linspace(0, 1, 33)

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency" (2009), severity 1, in linear RGB.
COLOUR_BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def lab(pixels: NDArray[np.uint8], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIELAB (D65) of sRGB pixels, as an eye with this matrix sees them."""
    encoded = pixels / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    share = (linear @ seen.T).clip(0, 1) @ to_xyz.T / to_xyz.sum(axis=1)
    root = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def test_a_pixel_keeps_the_grey_of_its_file() -> None:
    levels = np.arange(256, dtype=np.uint8)
    grey = np.repeat(levels[:, None], 3, axis=1)
    np.testing.assert_array_equal(colours(scale_pixels(levels[None])[0, 0, 0], PIXELS), grey)
    np.testing.assert_array_equal(colours(levels, BYTES), grey)


def test_zero_is_a_light_neutral_grey_between_orange_and_blue() -> None:
    orange, zero, blue = colours(np.array([-1.0, 0.0, 1.0]), SIGNED).astype(int)
    assert len(set(zero.tolist())) == 1
    assert zero[0] > 240
    assert orange[0] > orange[1] > orange[2]
    assert blue[2] > blue[1] > blue[0]


def test_a_value_has_its_place_between_the_ends_of_the_scale() -> None:
    found = colours(np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), Scale(2.0, diverging=True))
    np.testing.assert_array_equal(found, SIGNED.gradient[[0, 64, 128, 192, 256]])
    assert len(SIGNED.gradient) == 257


def test_lightness_falls_in_even_steps_on_both_sides() -> None:
    normal = COLOUR_BLINDNESS["none"]
    above, below = (lab(colours(sign * SHARES, SIGNED), normal)[:, 0] for sign in (1, -1))
    for lightness in (above, below):
        steps = -np.diff(lightness)
        assert steps.min() > 0.5 * steps.mean()
        assert steps.max() < 1.6 * steps.mean()
    assert np.abs(above - below).max() < 6


@pytest.mark.parametrize("eye", COLOUR_BLINDNESS)
def test_plus_and_minus_are_told_apart_by_every_eye(eye: str) -> None:
    strong = SHARES[SHARES >= 0.25]
    plus, minus = (lab(colours(sign * strong, SIGNED), COLOUR_BLINDNESS[eye]) for sign in (1, -1))
    assert np.linalg.norm(plus - minus, axis=1).min() > 20


@settings(deadline=None, max_examples=100)
@given(
    arrays(np.float64, (4,), elements=st.floats(-1e300, 1e300)),
    arrays(np.float32, (3,), elements=st.floats(allow_nan=False, allow_infinity=False, width=32)),
)
def test_one_scale_takes_every_array_it_was_made_for(
    one: NDArray[Any], other: NDArray[Any]
) -> None:
    scale = scale_for(one, other, signed=True)
    largest = max(np.abs(one).max(), float(np.abs(other).max()))
    assert scale == Scale(largest or 1.0, diverging=True)
    assert (scale.low, scale.high) == (-scale.high, largest or 1.0)
    for values in (one, other):
        red, _, blue = np.moveaxis(colours(values, scale).astype(int), -1, 0)
        share = values.astype(np.float64) / scale.high
        assert (blue[share > 0.01] > red[share > 0.01]).all()
        assert (blue[share < -0.01] < red[share < -0.01]).all()


@settings(deadline=None, max_examples=50)
@given(arrays(np.float64, (8,), elements=st.floats(0, 1e300)))
def test_on_the_sequential_scale_a_larger_value_is_never_darker(values: NDArray[Any]) -> None:
    ordered = np.sort(values)
    grey = colours(ordered, scale_for(ordered, signed=False))[:, 0].astype(int)
    assert (np.diff(grey) >= 0).all()
    assert grey[-1] == (255 if ordered[-1] else 0)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("value", [0.0, 0.3, 5e-324])
def test_a_constant_array_has_a_scale(signed: bool, value: float) -> None:
    values = np.full((2, 3), value)
    scale = scale_for(values, signed=signed)
    assert scale.high == (value or 1.0)
    assert colours(values, scale).shape == (2, 3, 3)


def test_arrays_of_any_shape_and_dtype_have_colours() -> None:
    assert colours(np.zeros((2, 3, 4, 5)), SIGNED).shape == (2, 3, 4, 5, 3)
    assert colours(np.array([True, False]), PIXELS)[:, 0].tolist() == [255, 0]
    assert scale_for(np.empty((0, 3)), signed=True).high == 1.0


def test_a_photograph_is_coloured_piece_by_piece_like_each_of_its_values() -> None:
    values = np.random.default_rng(1).normal(size=(400, 500)).astype(np.float32).T
    scale = scale_for(values, signed=True)
    expected = [[colours(value, scale) for value in row] for row in values[:3]]
    np.testing.assert_array_equal(colours(values, scale)[:3], expected)
    last = colours(np.array(values[-1]), scale)
    np.testing.assert_array_equal(colours(values, scale)[-1], last)


def test_colouring_leaves_the_values_alone() -> None:
    values = np.array([-0.5, 0.25])
    colours(values, SIGNED)
    assert values.tolist() == [-0.5, 0.25]


@pytest.mark.parametrize("value", [1.0000001, -0.0000001, np.nan, np.inf, -np.inf])
def test_a_value_outside_its_scale_is_refused_and_not_clipped(value: float) -> None:
    with pytest.raises(ValueError, match=r"a value lies outside the scale 0 … 1"):
        colours(np.array([0.5, value]), PIXELS)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("signed", [False, True])
def test_no_scale_for_what_is_not_a_number(value: float, signed: bool) -> None:
    with pytest.raises(ValueError, match=r"a scale ends above zero|outside the scale"):
        scale_for(np.array([0.5, value]), np.array([1.0]), signed=signed)


def test_no_sequential_scale_for_negative_values() -> None:
    with pytest.raises(ValueError, match=r"outside the scale 0 … 0\.5"):
        scale_for(np.array([-0.5, 0.2]), signed=False)


@pytest.mark.parametrize("high", [0.0, -1.0, np.inf, np.nan])
def test_a_scale_ends_above_zero(high: float) -> None:
    with pytest.raises(ValueError, match="a scale ends above zero"):
        Scale(high, diverging=True)


def test_the_legend_says_what_the_colours_mean_and_where_they_end() -> None:
    assert scale_for(np.array([-1.2345, 1.0]), signed=True).legend == (
        "orange negative, white zero, blue positive; -1.23 … 1.23"
    )
    assert PIXELS.legend == "black zero, white largest; 0 … 1"


def test_ink_is_dark_on_light_and_light_on_dark() -> None:
    white, light_blue, dark_blue = colours(np.array([0.0, 0.3, 1.0]), SIGNED)
    assert [ink_on(pixel) for pixel in (white, light_blue, dark_blue)] == [INK, INK, PAPER]
