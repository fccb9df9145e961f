"""``.safetensors`` files, held against the library that defines them and what it lets pass."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray
from safetensors.numpy import load, save

from convcli.errors import FileError
from convcli.storage.parameters.safetensors import read_safetensors, save_safetensors
from tests.storage.refusals import assert_refused

DTYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
DATA = bytes(range(16))
# The library's own check of a file; it comes without types.
deserialize: Callable[[bytes], Any] = safetensors.deserialize


def read(data: bytes) -> dict[str, NDArray[Any]]:
    return read_safetensors(io.BytesIO(data)).arrays


def assert_same(found: NDArray[Any], expected: NDArray[Any]) -> None:
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    assert found.tobytes() == expected.tobytes()
    assert found.flags.writeable
    assert found.flags.aligned


def with_header(header: bytes, data: bytes = DATA) -> bytes:
    return len(header).to_bytes(8, "little") + header + data


def tensor(**changes: Any) -> dict[str, Any]:
    return {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} | changes


def described(data: bytes = DATA, /, **tensors: Any) -> bytes:
    return with_header(json.dumps(tensors).encode(), data)


def changed(**changes: Any) -> bytes:
    return described(W1=tensor(**changes))


def named(name: str) -> bytes:
    return with_header(json.dumps({name: tensor()}).encode())


GOOD = described(W1=tensor())
HEADER = GOOD[8:-16]


def test_the_good_file_is_good() -> None:
    expected = np.frombuffer(DATA, np.float32)
    assert_same(read(GOOD)["W1"], expected)
    assert load(GOOD)["W1"].tobytes() == DATA


@pytest.mark.parametrize("dtype", DTYPES)
def test_reads_what_the_library_writes(dtype: str) -> None:
    expected = {
        "W1": np.arange(24).astype(dtype).reshape(2, 3, 4),
        "b1": np.array(7, dtype),
        "empty": np.zeros((2, 0), dtype),
    }
    found = read(save(expected, metadata={"written by": "a test"}))
    assert set(found) == set(expected)
    for name, array in expected.items():
        assert_same(found[name], array)


@settings(deadline=None, max_examples=100)
@given(
    arrays=st.dictionaries(
        st.from_regex(r"[A-Za-z0-9_.]{1,8}", fullmatch=True).filter(
            lambda name: name != "__metadata__"
        ),
        arrays_of.arrays(
            dtype=st.sampled_from(DTYPES),
            shape=arrays_of.array_shapes(min_dims=0, max_dims=8, min_side=0, max_side=3),
        ),
        max_size=4,
    )
)
def test_any_arrays_survive(arrays: dict[str, NDArray[Any]]) -> None:
    found = read(save(arrays))
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert_same(found[name], array)


def test_the_library_reads_what_is_written(tmp_path: Path) -> None:
    arrays = {
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "big": np.arange(4, dtype=">f4"),
        "strided": np.arange(24).reshape(4, 6)[::2, ::-3],
        "no_axis": np.array(2.5, np.float16),
    }
    save_safetensors(tmp_path / "a.safetensors", arrays)
    data = (tmp_path / "a.safetensors").read_bytes()
    for found in (load(data), read(data)):
        assert set(found) == set(arrays)
        for name, array in arrays.items():
            assert found[name].dtype == array.dtype.newbyteorder("<")
            assert found[name].shape == array.shape
            assert np.array_equal(found[name], array)


@pytest.mark.parametrize("dtype", DTYPES)
def test_it_is_written_byte_for_byte_as_by_the_library(dtype: str, tmp_path: Path) -> None:
    arrays = {"b": np.arange(7).astype(dtype), "a": (np.arange(600_000) % 100).astype(dtype)[None]}
    save_safetensors(tmp_path / "a.safetensors", arrays)
    assert (tmp_path / "a.safetensors").read_bytes() == save(arrays)


def test_the_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    arrays = {name: np.full(3, index, np.float32) for index, name in enumerate("ecadb")}
    save_safetensors(tmp_path / "a.safetensors", arrays)
    save_safetensors(tmp_path / "b.safetensors", dict(reversed(arrays.items())))
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("W1\n", np.zeros(3), r"an array is named 'W1\\n'"),
        ("W1", np.array([True]), r"dtype '\|b1' is not read"),
    ],
)
def test_nothing_is_written_that_could_not_be_read(
    name: str, array: NDArray[Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match=message):
        save_safetensors(tmp_path / "a.safetensors", {name: array})
    assert list(tmp_path.iterdir()) == []


OUTSIDE = "W1: data_offsets outside of the file"
NO_DESCRIPTION = "W1: not described by dtype, shape and data_offsets alone"
NO_JSON = "a header that is no JSON"

# What the library reads as well as what it refuses.
LETS_PASS = {
    "a name twice": (
        with_header(b"{" + HEADER[1:-1] + b"," + HEADER[1:]),
        "a name that is there twice",
    ),
    "a name with a newline": (named("W1\n"), r"an array is named 'W1\\n'"),
    "a name with an escape": (named("\x1b[2J"), r"an array is named '\\x1b\[2J'"),
    "a name with markup": (named("[red]W1"), r"an array is named '\[red\]W1'"),
    "a name of HTML": (named("<script>"), "an array is named '<script>'"),
    "a name as a path": (named("../W1"), r"an array is named '\.\./W1'"),
    "an empty name": (named(""), "an array is named ''"),
    "a long name": (named("a" * 100_000), "an array is named 'a+…a+'"),
    "bfloat16": (changed(dtype="BF16", shape=[8]), "W1: dtype 'BF16' is not read"),
    "float8": (changed(dtype="F8_E4M3", shape=[16]), "dtype 'F8_E4M3' is not read"),
    "booleans": (changed(dtype="BOOL", shape=[16]), "dtype 'BOOL' is not read"),
    "complex": (changed(dtype="C64", shape=[2]), "dtype 'C64' is not read"),
    "nine dimensions": (changed(shape=[4, *[1] * 8]), "W1: an array of 9 dimensions"),
    "empty, with a huge axis": (
        described(b"", W1=tensor(shape=[0, 2**60], data_offsets=[0, 0])),
        "an array of more than 256 MiB",
    ),
    "a description that is a list": (described(W1=["F32", [4], [0, 16]]), NO_DESCRIPTION),
    "two thousand arrays": (
        described(b"", **{f"W{i}": tensor(shape=[0], data_offsets=[0, 0]) for i in range(2000)}),
        "2,000 arrays in it",
    ),
    "a header of two mebibytes": (
        with_header(HEADER + b" " * 2**21),
        "a header of 2,097,2",
    ),
}

REFUSED_BY_BOTH = {
    "nothing": (b"", "a header of 0 bytes in 0"),
    "seven bytes": (b"\0" * 7, "a header of 0 bytes in 7"),
    "no header": (b"\0" * 8, NO_JSON),
    "a header beyond the file": (b"\xff" * 8 + HEADER, "a header of 18,446,744,073,709,551,615"),
    "a header one byte too long": (
        (len(GOOD) - 7).to_bytes(8, "little") + GOOD[8:],
        rf"a header of {len(GOOD) - 7} bytes in {len(GOOD)}",
    ),
    "no JSON": (with_header(b"{'W1': 1}"), NO_JSON),
    "bytes that are no text": (with_header(b'{"\xff": 1}'), NO_JSON),
    "UTF-16": (with_header(HEADER.decode().encode("utf-16")), NO_JSON),
    "brackets": (with_header(b"[" * 500_000), NO_JSON),
    "braces": (with_header(b'{"a":' * 100_000), NO_JSON),
    "a number of many digits": (
        with_header(HEADER.replace(b"[4]", b"[" + b"9" * 50_000 + b"]")),
        NO_JSON,
    ),
    "a list": (with_header(b"[]", b""), "a header that describes nothing"),
    "a number": (with_header(b"1", b""), "a header that describes nothing"),
    "metadata of numbers": (described(W1=tensor(), __metadata__={"a": 1}), "that is no text"),
    "half a character": (described(W1=tensor(), __metadata__={"a": "\ud800"}), "that is no text"),
    "metadata that is a list": (described(W1=tensor(), __metadata__=["a"]), "that is no text"),
    "no description": (described(W1=3), NO_DESCRIPTION),
    "no dtype": (described(W1={"shape": [4], "data_offsets": [0, 16]}), NO_DESCRIPTION),
    "no shape": (described(W1={"dtype": "F32", "data_offsets": [0, 16]}), NO_DESCRIPTION),
    "no offsets": (described(W1={"dtype": "F32", "shape": [4]}), NO_DESCRIPTION),
    "a dtype that is a number": (changed(dtype=4), NO_DESCRIPTION),
    "a dtype that is a list": (changed(dtype=["F32"]), NO_DESCRIPTION),
    "an unknown dtype": (changed(dtype="F128"), "dtype 'F128' is not read"),
    "a dtype with an escape": (changed(dtype="\x1b[2J"), r"dtype '\\x1b\[2J' is not read"),
    "a shape of floats": (changed(shape=[4.0]), NO_DESCRIPTION),
    "a shape of true": (changed(shape=[True, 4]), NO_DESCRIPTION),
    "a shape of texts": (changed(shape=["4"]), NO_DESCRIPTION),
    "a shape that is null": (changed(shape=None), NO_DESCRIPTION),
    "a negative shape": (changed(shape=[-4]), "W1: an array of negative size"),
    "two negative axes": (changed(shape=[-2, -2]), "W1: an array of negative size"),
    "a shape that overflows": (changed(shape=[2**32, 2**32]), "an array of more than 256 MiB"),
    "a huge shape": (changed(shape=[2**62]), "an array of more than 256 MiB"),
    "a shape too large": (changed(shape=[5]), "16 bytes for an array of 20"),
    "a shape too small": (changed(shape=[3]), "16 bytes for an array of 12"),
    "one offset": (changed(data_offsets=[16]), NO_DESCRIPTION),
    "three offsets": (changed(data_offsets=[0, 8, 16]), NO_DESCRIPTION),
    "offsets of texts": (changed(data_offsets=["0", "16"]), NO_DESCRIPTION),
    "offsets backwards": (changed(data_offsets=[16, 0]), OUTSIDE),
    "negative offsets": (changed(data_offsets=[-16, 0]), OUTSIDE),
    "offsets whose difference cannot be written": (
        changed(data_offsets=[1 - 10**4300, 10**4300 - 1]),
        OUTSIDE,
    ),
    "offsets beyond the file": (changed(data_offsets=[16, 32]), "W1 does not follow the one"),
    "a hole at the beginning": (
        described(bytes(17), W1=tensor(data_offsets=[1, 17])),
        "W1 does not follow the one before it",
    ),
    "a hole between": (
        described(bytes(33), W1=tensor(), b1=tensor(data_offsets=[17, 33])),
        "b1 does not follow the one before it",
    ),
    "the same bytes twice": (
        described(W1=tensor(), b1=tensor()),
        "W1 does not follow the one before it|b1 does not follow",
    ),
    "an overlap": (
        described(bytes(28), W1=tensor(), b1=tensor(data_offsets=[12, 28])),
        "b1 does not follow the one before it",
    ),
    "trailing bytes": (GOOD + b"x", "17 bytes for arrays of 16"),
    "bytes without arrays": (with_header(b"{}"), "16 bytes for arrays of 0"),
    "truncated": (GOOD[:-1], "15 bytes for arrays of 16"),
    "text": (b"hello world, hello world", "a header of [0-9,]+ bytes in 24"),
}

ATTACKS = LETS_PASS | REFUSED_BY_BOTH


@pytest.mark.parametrize(("data", "message"), ATTACKS.values(), ids=ATTACKS)
def test_attack_is_refused(data: bytes, message: str) -> None:
    assert_refused(read_safetensors, data, message)


@pytest.mark.parametrize("name", LETS_PASS)
def test_the_library_lets_it_pass(name: str) -> None:
    """Each of these is a check that only this program makes; else it would not be needed."""
    deserialize(LETS_PASS[name][0])


@pytest.mark.parametrize("name", REFUSED_BY_BOTH)
def test_the_library_refuses_it_too(name: str) -> None:
    with pytest.raises(safetensors.SafetensorError, match=r"."):
        deserialize(REFUSED_BY_BOTH[name][0])


def test_truncated_anywhere() -> None:
    for length in range(len(GOOD)):
        with pytest.raises(FileError, match=r"a header of|bytes for arrays of 16"):
            read(GOOD[:length])


@settings(deadline=None, max_examples=500)
@given(
    place=st.integers(0, len(GOOD) - 1),
    value=st.binary(min_size=1, max_size=2),
)
def test_never_reads_what_the_library_refuses(place: int, value: bytes) -> None:
    data = GOOD[:place] + value + GOOD[place + len(value) :]
    try:
        found = read(data)
    except FileError:
        return
    expected = load(data)
    assert set(found) == set(expected)
    for name, array in expected.items():
        assert found[name].tobytes() == array.tobytes()
