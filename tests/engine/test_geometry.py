import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine.geometry import Window, check_images, pad_images
from convcli.errors import GeometryError


@given(
    size=st.integers(1, 40),
    window=st.integers(1, 12),
    stride=st.integers(1, 6),
    pad=st.integers(0, 4),
)
def test_output_size_counts_the_places_one_by_one(
    size: int, window: int, stride: int, pad: int
) -> None:
    places = range(0, size + 2 * pad - window + 1, stride)
    if not places:
        with pytest.raises(GeometryError, match="does not fit"):
            Window(window, window, stride, pad).output_size(size, size)
    else:
        assert Window(window, window, stride, pad).output_size(size, size) == (len(places),) * 2


def test_formula_shows_the_numbers_and_both_directions_where_they_differ() -> None:
    assert Window(5, 5, 2, 1).formula(28, 28) == "floor((28 + 2*1 - 5) / 2) + 1 = 13"
    assert Window(2, 3).formula(4, 4) == (
        "floor((4 + 2*0 - 2) / 1) + 1 = 3, floor((4 + 2*0 - 3) / 1) + 1 = 2"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 1), "height is 0; it must be at least 1"),
        ((1, -2), "width is -2; it must be at least 1"),
        ((1, 1, 0), "stride is 0; it must be at least 1"),
        ((1, 1, -1), "stride is -1; it must be at least 1"),
        ((1, 1, 1, -1), "pad is -1; it must be at least 0"),
    ],
)
def test_impossible_windows_are_refused(arguments: tuple[int, ...], message: str) -> None:
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
