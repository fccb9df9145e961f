"""``.npz`` files: what NumPy writes is read bit for bit, and what is written NumPy reads."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.parameters.npz import read_npz, save_npz

DTYPES = ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "|i1", "<i2", ">i4", "<i8", "|u1", "<u2", ">u8"]


def assert_same(found: NDArray[Any], expected: NDArray[Any]) -> None:
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    assert found.tobytes() == expected.tobytes()
    assert found.flags.writeable
    assert found.flags.aligned


def saved(compressed: bool = False, **arrays: Any) -> io.BytesIO:
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays)
    return file


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype(dtype: str, compressed: bool) -> None:
    expected = np.arange(12).astype(dtype).reshape(3, 4)
    found = read_npz(saved(compressed, W1=expected, b1=expected[0])).arrays
    assert list(found) == ["W1", "b1"]
    assert_same(found["W1"], expected)
    assert_same(found["b1"], expected[0])


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3, 4), (1, 2) * 4])
def test_every_shape(shape: tuple[int, ...], compressed: bool) -> None:
    expected = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    assert_same(read_npz(saved(compressed, W1=expected)).arrays["W1"], expected)


def test_memory_order_is_kept() -> None:
    expected = np.asfortranarray(np.arange(12.0).reshape(3, 4))
    found = read_npz(saved(W1=expected)).arrays["W1"]
    assert_same(found, expected)
    assert found.flags.f_contiguous


@pytest.mark.parametrize("compressed", [False, True])
def test_array_of_several_chunks(compressed: bool) -> None:
    expected = np.random.default_rng(0).normal(size=(700, 900))
    assert_same(read_npz(saved(compressed, W1=expected)).arrays["W1"], expected)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_header(version: tuple[int, int]) -> None:
    expected = np.arange(6, dtype=np.float32).reshape(2, 3)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, archive.open("W1.npy", "w") as member:
        np.lib.format.write_array(member, expected, version)
    assert_same(read_npz(file).arrays["W1"], expected)


@pytest.mark.parametrize(
    "header",
    [
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}",
        "{'descr':'<f4','fortran_order':False,'shape':(2,3,)}",
        "{ 'descr' : '<f4' , 'fortran_order' : False , 'shape' : (2, 3), } \n",
    ],
)
def test_headers_of_other_writers(header: str) -> None:
    expected = np.arange(6, dtype=np.float32).reshape(2, 3)
    npy = b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header.encode()
    assert_same(np.load(io.BytesIO(npy + expected.tobytes())), expected)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("W1.npy", npy + expected.tobytes())
    assert_same(read_npz(file).arrays["W1"], expected)


def test_written_into_a_pipe() -> None:
    # Sizes follow the members there, in data descriptors.
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: Any) -> int:
            raise io.UnsupportedOperation("a pipe")

        def tell(self) -> int:
            raise io.UnsupportedOperation("a pipe")

    pipe = Pipe()
    expected: dict[str, Any] = {"W1": np.arange(5.0), "b1": np.zeros((2, 2), np.float32)}
    np.savez(pipe, **expected)
    found = read_npz(io.BytesIO(pipe.getvalue())).arrays
    assert list(found) == list(expected)
    for name, array in expected.items():
        assert_same(found[name], array)


@settings(deadline=None, max_examples=100)
@given(
    array=arrays_of.arrays(
        dtype=st.sampled_from(DTYPES),
        shape=arrays_of.array_shapes(min_dims=0, max_dims=8, min_side=0, max_side=3),
    ),
    compressed=st.booleans(),
)
def test_any_array_survives(array: NDArray[Any], compressed: bool) -> None:
    assert_same(read_npz(saved(compressed, W1=array, b1=array.T)).arrays["b1"], array.T)


def test_numpy_reads_what_is_written(tmp_path: Path) -> None:
    expected = {
        "input": np.arange(12.0).reshape(3, 4),
        "bias": np.array(2.5, np.float32),
        "filters": np.asfortranarray(np.arange(6, dtype=">i4").reshape(2, 3)),
        "strided": np.arange(24.0).reshape(4, 6)[::2, ::-3],
        "empty": np.zeros((0, 3)),
    }
    save_npz(tmp_path / "arrays.npz", expected)
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as found:
        assert found.files == list(expected)
        for name, array in expected.items():
            assert_same(found[name], array)
    with (tmp_path / "arrays.npz").open("rb") as file:
        for name, array in read_npz(file).arrays.items():
            assert_same(array, expected[name])


def test_the_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    arrays = {"W1": np.arange(6.0), "b1": np.ones(3)}
    save_npz(tmp_path / "a.npz", arrays)
    save_npz(tmp_path / "b.npz", {name: array.copy() for name, array in arrays.items()})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("../W1", np.zeros(3), r"an array is named '\.\./W1'"),
        ("W1", np.array(["a"]), "dtype '<U1' is not read"),
        ("W1", np.array([None]), r"dtype '\|O' is not read"),
        ("W1", np.zeros((1,) * 9), "an array of 9 dimensions"),
    ],
)
def test_nothing_is_written_that_could_not_be_read(
    name: str, array: NDArray[Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match=message):
        save_npz(tmp_path / "arrays.npz", {name: array})
    assert list(tmp_path.iterdir()) == []
