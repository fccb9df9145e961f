from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine.geometry import Window, check_images, pad_images
from convcli.errors import GeometryError


@given(
    size=st.integers(1, 40),
    window=st.integers(1, 12),
    stride=st.integers(1, 6),
    before=st.integers(0, 4),
    after=st.integers(0, 4),
)
def test_output_size_counts_the_places_one_by_one(
    size: int, window: int, stride: int, before: int, after: int
) -> None:
    places = range(0, size + before + after - window + 1, stride)
    down = Window(window, 1, (stride, 1), (before, after, 0, 0))
    across = Window(1, window, (1, stride), (0, 0, before, after))
    if not places:
        with pytest.raises(GeometryError, match="does not fit"):
            down.output_size(size, 3)
        with pytest.raises(GeometryError, match="does not fit"):
            across.output_size(3, size)
    else:
        assert down.output_size(size, 3) == (len(places), 3)
        assert across.output_size(3, size) == (3, len(places))


@given(
    size=st.integers(1, 40),
    window=st.integers(1, 12),
    stride=st.integers(1, 6),
    pad=st.integers(0, 6),
)
def test_rounded_up_it_is_what_torch_pools(size: int, window: int, stride: int, pad: int) -> None:
    pad = min(pad, window // 2)
    image = torch.zeros(1, 1, size, 1)
    form = {"stride": (stride, 1), "padding": (pad, 0), "ceil_mode": True}
    rounded_up = Window(window, 1, (stride, 1), (pad, 0), ceil=True)
    try:
        expected = torch.nn.functional.max_pool2d(image, (window, 1), **form).shape[2]
    except RuntimeError:
        with pytest.raises(GeometryError, match=r"ceil\(.* is below 1"):
            rounded_up.output_size(size, 1)
    else:
        assert rounded_up.output_size(size, 1) == (expected, 1)
        top, bottom = rounded_up.padding(size, 1)[:2]
        # Every place lies on pixels, and no pixel is added in vain.
        reach = stride * (expected - 1) + window
        assert top == pad
        assert bottom == max(pad, reach - pad - size)


@pytest.mark.parametrize(
    ("window", "strides", "pads", "shortest"),
    [
        (Window(2, 2, (3, 3), (1, 1, 1, 1)), (3, 3), (1, 1, 1, 1), "stride=3, pad=1)"),
        (Window(2, 2, (3, 1), (1, 1, 2, 2)), (3, 1), (1, 1, 2, 2), "stride=(3, 1), pad=(1, 2))"),
        (Window(2, 2, 1, (1, 2)), (1, 1), (1, 1, 2, 2), "stride=1, pad=(1, 2))"),
        (Window(2, 2, 1, (0, 1, 0, 1)), (1, 1), (0, 1, 0, 1), "stride=1, pad=(0, 1, 0, 1))"),
        (Window(2, 2, 2, ceil=True), (2, 2), (0, 0, 0, 0), "stride=2, pad=0, ceil=True)"),
    ],
)
def test_a_window_is_kept_in_its_shortest_form(
    window: Window, strides: tuple[int, int], pads: tuple[int, ...], shortest: str
) -> None:
    assert (window.strides, window.pads) == (strides, pads)
    assert repr(window) == f"Window(height=2, width=2, {shortest}"
    again = Window(window.height, window.width, window.strides, window.pads, window.ceil)
    assert again == window
    assert hash(again) == hash(window)


def test_formula_shows_the_numbers_and_both_directions_where_they_differ() -> None:
    assert Window(5, 5, 2, 1).formula(28, 28) == "floor((28 + 2*1 - 5) / 2) + 1 = 13"
    assert Window(2, 3).formula(4, 4) == (
        "floor((4 + 2*0 - 2) / 1) + 1 = 3, floor((4 + 2*0 - 3) / 1) + 1 = 2"
    )
    assert Window(3, 3, (2, 1), (0, 1, 1, 1)).formula(4, 4) == (
        "floor((4 + 0 + 1 - 3) / 2) + 1 = 2, floor((4 + 2*1 - 3) / 1) + 1 = 4"
    )


def test_the_formula_of_a_size_that_is_rounded_up_says_what_is_taken_off() -> None:
    assert Window(3, 3, 2, ceil=True).formula(28, 28) == "ceil((28 + 2*0 - 3) / 2) + 1 = 14"
    assert Window(2, 2, 3, 1, ceil=True).formula(5, 5) == "ceil((5 + 2*1 - 2) / 3) + 1 - 1 = 2"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 1), "height is 0; it must be at least 1"),
        ((1, -2), "width is -2; it must be at least 1"),
        ((1, 1, 0), "stride is 0; it must be at least 1"),
        ((1, 1, -1), "stride is -1; it must be at least 1"),
        ((1, 1, 1, -1), "pad is -1; it must be at least 0"),
        ((1, 1, (1, 0)), r"stride is \(1, 0\); it must be at least 1"),
        ((1, 1, 1, (0, 0, -1, 0)), r"pad is \(0, 0, -1, 0\); it must be at least 0"),
        ((1, 1, (1, 1, 1)), r"stride is \(1, 1, 1\); 1 or 2 numbers are needed"),
        ((1, 1, 1, (1, 1, 1)), r"pad is \(1, 1, 1\); 1 or 2 or 4 numbers are needed"),
    ],
)
def test_impossible_windows_are_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        Window(*arguments)


def test_a_window_larger_than_the_image_shows_the_arithmetic() -> None:
    with pytest.raises(GeometryError, match=r"floor\(\(4 \+ 2\*0 - 5\) / 1\) \+ 1 is below 1"):
        Window(5, 5).output_size(4, 9)


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 28), (1, 1, 1, 28, 28)])
def test_images_need_four_axes(shape: tuple[int, ...]) -> None:
    with pytest.raises(
        GeometryError, match=r"four are needed: \(number, channels, height, width\)"
    ):
        check_images(np.zeros(shape))


@pytest.mark.parametrize("shape", [(0, 1, 4, 4), (1, 0, 4, 4), (1, 1, 0, 4), (1, 1, 4, 0)])
def test_an_empty_batch_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(GeometryError, match="are empty"):
        check_images(np.zeros(shape))


def test_padding_surrounds_the_image_with_the_value() -> None:
    padded = pad_images(np.full((1, 1, 1, 2), 7.0), 1, -np.inf)
    expected = np.full((3, 4), -np.inf)
    expected[1, 1:3] = 7
    np.testing.assert_array_equal(padded[0, 0], expected)


def test_each_side_has_its_own_padding() -> None:
    padded = pad_images(np.ones((1, 1, 1, 1)), (1, 0, 0, 2))
    np.testing.assert_array_equal(padded[0, 0], [[0, 0, 0], [1, 0, 0]])
