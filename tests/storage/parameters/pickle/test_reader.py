"""Genuine pickles load bit for bit, whatever Python and NumPy wrote them."""

import importlib.util
import io
import pickle
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from convcli.storage.parameters.pickle.reader import read_pickle

FIXTURES = Path(__file__).parents[3] / "fixtures" / "pickles"
FILES = sorted(FIXTURES.glob("*.pkl"))
PROTOCOLS = range(6)
BOOK_FILES = ["params-2016.pkl", "params-2022.pkl"]


def read(data: bytes) -> dict[str, NDArray[Any]]:
    return read_pickle(io.BytesIO(data))


def assert_same(found: NDArray[Any], expected: NDArray[Any]) -> None:
    assert isinstance(found, np.ndarray)
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    assert found.tobytes() == expected.tobytes()


@pytest.fixture(scope="module")
def written() -> ModuleType:
    """The script that wrote the fixtures, which says what they hold."""
    spec = importlib.util.spec_from_file_location("write", FIXTURES / "write.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_file_for_every_numpy_and_protocol() -> None:
    versions = ["1.17", "1.26", "2.0", "2.5"]
    assert [path.name for path in FILES] == [
        f"numpy-{version}-protocol-{protocol}.pkl" for version in versions for protocol in PROTOCOLS
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_fixture_holds_what_arithmetic_says(path: Path, written: ModuleType) -> None:
    expected = written.expected()
    found = read(path.read_bytes())
    assert list(found) == list(expected)
    for name, value in expected.items():
        assert_same(found[name], np.asarray(value))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_arrays_are_aligned_writable_and_own_their_memory(path: Path) -> None:
    found = read(path.read_bytes())
    again = found.pop("again")
    assert again is found["f8"]
    for name, array in found.items():
        assert array.flags.aligned, name
        assert array.flags.writeable, name
    arrays = list(found.values())
    for index, array in enumerate(arrays):
        assert not any(np.shares_memory(array, other) for other in arrays[index + 1 :])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_memory_order_is_kept(path: Path) -> None:
    found = read(path.read_bytes())
    assert found["fortran"].flags.f_contiguous
    assert not found["fortran"].flags.c_contiguous
    assert found["f4"].flags.c_contiguous


@pytest.mark.parametrize("name", BOOK_FILES)
def test_book_files_are_what_pickle_reads(name: str, book_directory: Path) -> None:
    data = (book_directory / name).read_bytes()
    expected = pickle.loads(data)
    found = read(data)
    assert list(found) == list(expected)
    assert len(found) == 6
    for key, array in expected.items():
        assert_same(found[key], array)
        assert found[key].flags.f_contiguous == array.flags.f_contiguous


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("size", [0, 1, 255, 256, 70_000])
def test_long_and_short_strings(protocol: int, size: int) -> None:
    # 255 and 256 bytes take different instructions, and 70,000 lie outside the frames.
    array = (np.arange(size) * 7 % 256).astype(np.uint8)
    assert_same(read(pickle.dumps({"W1": array}, protocol))["W1"], array)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_many_arrays(protocol: int) -> None:
    # More than 256 entries of the memo, which takes other instructions.
    expected = {f"W{index}": np.full((2,), index, np.float32) for index in range(1024)}
    found = read(pickle.dumps(expected, protocol))
    assert list(found) == list(expected)
    for name, array in expected.items():
        assert_same(found[name], array)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_written_in_pure_python(protocol: int) -> None:
    expected: dict[str, Any] = {"W1": np.arange(6.0).reshape(2, 3), "b1": np.float32(1.5)}
    file = io.BytesIO()
    pickle._Pickler(file, protocol).dump(expected)
    found = read(file.getvalue())
    assert_same(found["W1"], expected["W1"])
    assert_same(found["b1"], np.asarray(expected["b1"]))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_text_longer_than_a_chunk(protocol: int) -> None:
    # The bytes of protocols 0 to 2 are texts, decoded piece by piece.
    array = (np.arange(3_000_000) * 11 % 256).astype(np.uint8)
    assert_same(read(pickle.dumps({"W1": array}, protocol))["W1"], array)


@settings(deadline=None, max_examples=100)
@given(
    array=arrays_of.arrays(
        dtype=st.one_of(
            arrays_of.integer_dtypes(endianness="?"),
            arrays_of.unsigned_integer_dtypes(endianness="?"),
            arrays_of.floating_dtypes(sizes=(16, 32, 64), endianness="?"),
        ),
        shape=arrays_of.array_shapes(min_dims=0, max_dims=8, min_side=0, max_side=3),
    ),
    protocol=st.sampled_from(PROTOCOLS),
    random=st.randoms(use_true_random=False),
)
def test_any_array_survives(array: NDArray[Any], protocol: int, random: Any) -> None:
    axes = list(range(array.ndim))
    random.shuffle(axes)
    array = array.transpose(axes)
    assert_same(read(pickle.dumps({"W1": array}, protocol))["W1"], array)
