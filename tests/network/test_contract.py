import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.errors import GeometryError, UsageError
from convcli.network.contract import InputContract

NUMBERS = st.floats(-100, 100)


@st.composite
def contracts(draw: st.DrawFn) -> InputContract:
    channels = draw(st.integers(1, 4))
    counts = st.sampled_from([1, channels])
    mean = draw(counts.flatmap(lambda n: st.lists(NUMBERS, min_size=n, max_size=n)))
    positive = st.floats(1e-3, 100)
    deviation = draw(counts.flatmap(lambda n: st.lists(positive, min_size=n, max_size=n)))
    classes = draw(st.lists(st.text(min_size=1, max_size=5), max_size=3))
    return InputContract(
        channels,
        draw(st.integers(1, 5)),
        draw(st.integers(1, 5)),
        draw(st.floats(1e-3, 1e3)),
        tuple(mean),
        tuple(deviation),
        tuple(classes),
    )


@settings(deadline=None)
@given(contracts())
def test_it_comes_back_from_its_json(contract: InputContract) -> None:
    assert InputContract.from_json(contract.json) == contract


@settings(deadline=None)
@given(contracts(), st.integers(0, 2**32 - 1))
def test_values_are_the_arithmetic_that_it_says(contract: InputContract, seed: int) -> None:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (2, *contract.shape), np.uint8)
    values = contract.values(pixels)
    assert values.dtype == np.float32
    assert values.shape == pixels.shape
    for channel in range(contract.channels):
        mean = contract.mean[channel % len(contract.mean)]
        deviation = contract.standard_deviation[channel % len(contract.standard_deviation)]
        expected = (pixels[:, channel] / contract.scale - mean) / deviation
        scale = np.abs(expected).max() + (255 / contract.scale + abs(mean)) / deviation
        np.testing.assert_allclose(values[:, channel], expected, rtol=0, atol=1e-6 * scale)


def test_bytes_divided_by_255_are_the_book_s_to_the_last_bit() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    values = InputContract(1, 16, 16).values(pixels)
    expected = pixels.astype(np.float32) / 255.0
    np.testing.assert_array_equal(values[:, 0], expected)


def test_class_names_are_numbers_where_there_are_none_or_not_as_many() -> None:
    contract = InputContract(classes=("cat", "dog"))
    assert contract.class_names(2) == ("cat", "dog")
    assert contract.class_names(3) == ("0", "1", "2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"channels": 0}, r"an input of shape \(0, 28, 28\); each number must be at least 1"),
        ({"height": -1}, "at least 1"),
        ({"channels": 3, "mean": (0.0, 0.0)}, "2 numbers for the mean of 3 channels; give one"),
        ({"standard_deviation": (1.0, 1.0)}, "2 numbers for the standard deviation of 1 channels"),
        ({"mean": ()}, "0 numbers for the mean"),
        ({"scale": 0.0}, "divided by zero or less"),
        ({"scale": float("inf")}, "divided by zero or less"),
        ({"scale": float("nan")}, "divided by zero or less"),
        ({"standard_deviation": (0.0,)}, "divided by zero or less"),
        ({"height": 60_000, "width": 60_000}, "16,777,216 numbers are the most"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        InputContract(**arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_pictures_of_another_shape_are_refused() -> None:
    with pytest.raises(GeometryError, match=r"shape \(1, 27, 28\) for a network that takes"):
        InputContract().values(np.zeros((2, 27, 28), np.uint8))
    with pytest.raises(GeometryError, match=r"\(3, 28, 28\)"):
        InputContract().values(np.zeros((2, 3, 28, 28), np.uint8))
