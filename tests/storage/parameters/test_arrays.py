"""The check after any loader, and how bytes become an array."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.parameters.arrays import LARGEST_FILE, ArrayLayout, check_arrays, dtype_of

GOOD: dict[str, NDArray[Any]] = {
    "W1": np.zeros((2, 3), np.float32),
    "b1": np.array(1, np.int64),
    "a.B_2": np.zeros((0, 3)),
}


def test_good_arrays_pass() -> None:
    check_arrays(GOOD)


@pytest.mark.parametrize("dtype", ["<f2", ">f2", "<f4", ">f8", "|i1", "|u1", "<i2", ">u8"])
def test_plain_dtypes(dtype: str) -> None:
    found = dtype_of(dtype[1:], dtype[0])
    assert found == np.dtype(dtype)
    assert found.str == np.dtype(dtype).str


@pytest.mark.parametrize("dtype", ["|b1", "<c8", "<f16", "|O", "|V4", "<U1", "|S1", "<M8", "<i1"])
def test_other_dtypes_are_refused(dtype: str) -> None:
    with pytest.raises(FileError, match="is not read; floats of 16, 32 or 64 bits and integers"):
        dtype_of(dtype[1:], dtype[0])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, r"no arrays in it"),
        ({"": np.zeros(1)}, r"an array is named ''; 1 to 64 letters"),
        ({"W 1": np.zeros(1)}, r"an array is named 'W 1'"),
        ({"W1\n": np.zeros(1)}, r"an array is named 'W1\\n'"),
        ({"ａ": np.zeros(1)}, r"an array is named 'ａ'"),
        ({"a" * 65: np.zeros(1)}, r"an array is named 'a+…a+'"),
        ({"W1": np.array([True])}, r"dtype '\|b1' is not read"),
        ({"W1": np.array([1j])}, r"dtype '<c16' is not read"),
        ({"W1": np.array(["a"])}, r"dtype '<U1' is not read"),
        ({"W1": np.zeros(2, [("a", "f4")])}, r"dtype '\|V4' is not read"),
        ({"W1": np.zeros((1,) * 9)}, r"an array of 9 dimensions"),
        ({"W1": np.array([0, np.nan])}, r"W1 holds values that are not finite"),
        ({"b1": np.array([np.inf], ">f2")}, r"b1 holds values that are not finite"),
        ({"b1": np.array(-np.inf)}, r"b1 holds values that are not finite"),
        ({f"W{i}": np.zeros(1) for i in range(1025)}, r"1,025 arrays in it; 1,024 are the most"),
    ],
)
def test_bad_arrays_are_refused(arrays: dict[str, NDArray[Any]], message: str) -> None:
    with pytest.raises(FileError, match=message):
        check_arrays(arrays)


@pytest.mark.parametrize("order", ["C", "F"])
def test_one_value_in_a_large_array_is_found(order: Any) -> None:
    array = np.zeros((500, 700), np.float32, order)
    check_arrays({"W1": array, "strided": array[::3, ::-2]})
    array[499, 699] = np.nan
    with pytest.raises(FileError, match=r"strided holds values that are not finite"):
        check_arrays({"strided": array[::-1, ::-1][::3, ::2]})


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((-1,), r"an array of negative size"),
        ((0, 2**40), r"an array of more than 256 MiB"),
        ((2**26 + 1,), r"an array of more than 256 MiB"),
        ((1,) * 9, r"an array of 9 dimensions; 8 are the most"),
    ],
)
def test_shapes_that_cannot_be(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(FileError, match=message):
        ArrayLayout(np.dtype("f4"), shape)


def test_largest_shape() -> None:
    assert ArrayLayout(np.dtype("f4"), (2**26,)).size_bytes == 2**28


@pytest.mark.parametrize("pieces", [[b"12345678"], [b"1", b"", b"2345", b"678"]])
def test_bytes_in_pieces(pieces: list[bytes]) -> None:
    layout = ArrayLayout(np.dtype(">i2"), (2, 2), fortran_order=True)
    array = layout.array_from(pieces)
    assert array.flags.f_contiguous
    assert array.flags.writeable
    assert array.tolist() == [[0x3132, 0x3536], [0x3334, 0x3738]]


@pytest.mark.parametrize(("data", "how"), [(b"1234567", "fewer"), (b"123456789", "more")])
def test_wrong_number_of_bytes(data: bytes, how: str) -> None:
    with pytest.raises(FileError, match=rf"an array of 8 bytes holds {how} bytes"):
        ArrayLayout(np.dtype("f4"), (2,)).array_from([data])


def test_an_array_counts_once_for_each_of_its_names() -> None:
    array = np.zeros(LARGEST_FILE // 4, np.int8)
    check_arrays({f"W{at}": array for at in range(4)})
    with pytest.raises(FileError, match=r"arrays of 335,544,320 bytes in all; 268,435,456 are"):
        check_arrays({f"W{at}": array for at in range(5)})
