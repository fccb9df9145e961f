"""Arrays in ``.safetensors`` files.

Reading and writing are done here and not by the ``safetensors`` library. It reads more than this
program can answer for: names with control characters, a name that stands twice (the last one wins),
dtypes that NumPy does not have. It also holds the whole file in memory a second time, both ways.
What it refuses is refused here as well, and it reads what is written here; the tests hold the two
against each other.

Source of the format: the README of safetensors, section "Format": eight bytes that say how long the
header is, the header in JSON, the arrays one behind the other, little-endian and in C order.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.files.opening import CHUNK, MEBIBYTE, chunks_of
from convcli.storage.files.strict_json import parse_json
from convcli.storage.files.writing import atomic_file
from convcli.storage.parameters.arrays import (
    DTYPES_HINT,
    LARGEST_FILE,
    MOST_ARRAYS,
    ArrayLayout,
    check_array,
    check_name,
    dtype_of,
)
from convcli.storage.parameters.description import KEY, Contents, Description, parse_description
from convcli.text import printable

_LENGTH_BYTES = 8
_ALIGNMENT = 8
_LONGEST_HEADER = MEBIBYTE
_METADATA = "__metadata__"
_DTYPES = {
    f"{kind}{8 * size}": dtype_of(f"{kind.lower()}{size}", "|" if size == 1 else "<")
    for kind, sizes in [("F", (2, 4, 8)), ("I", (1, 2, 4, 8)), ("U", (1, 2, 4, 8))]
    for size in sizes
}

_DAMAGED = "the file is damaged"


class _Tensor(NamedTuple):
    name: str
    layout: ArrayLayout
    place: tuple[int, int]


def read_safetensors(file: BinaryIO) -> Contents:
    """The arrays of a ``.safetensors`` file, in the order of their bytes.

    Args:
        file: A seekable binary file.

    Returns:
        Name to array, in the dtype of the file, and the description of the network if there is one.
        The arrays are writable and share no memory.

    Raises:
        FileError: The file is no such file, is damaged, or holds anything but plain arrays.

    >>> import io
    >>> from safetensors.numpy import save
    >>> read_safetensors(io.BytesIO(save({"b1": np.array([1, 2])}))).arrays
    {'b1': array([1, 2])}
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
    begin = _LENGTH_BYTES + length
    if begin > size:
        raise FileError(f"a header of {length:,} bytes in {size:,}", "the file is incomplete")
    if length > _LONGEST_HEADER:
        raise FileError(f"a header of {length:,} bytes", f"{_LONGEST_HEADER:,} are the most")
    described, description = _described(file.read(length))
    tensors = sorted(_tensors(described), key=lambda tensor: tensor.place)
    end = 0
    for tensor in tensors:
        if tensor.place[0] != end:
            raise FileError(f"{tensor.name} does not follow the one before it", _DAMAGED)
        end = tensor.place[1]
    if end != size - begin:
        raise FileError(
            f"{size - begin:,} bytes for arrays of {end:,}", "the file is incomplete or damaged"
        )
    arrays = {
        tensor.name: tensor.layout.array_from(
            chunks_of(file, begin + tensor.place[0], tensor.layout.size_bytes)
        )
        for tensor in tensors
    }
    return Contents(arrays, description)


def save_safetensors(
    path: Path, arrays: Mapping[str, NDArray[Any]], description: Description | None = None
) -> None:
    """Write arrays to a ``.safetensors`` file.

    The same arrays and description give the same bytes. The description is one text of the metadata
    of the file, named ``convcli.json``.

    Raises:
        FileError: A name or dtype could not be read again.
        OutputError: The place cannot be written; what was there before is untouched.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "sums.safetensors"
    >>> save_safetensors(path, {"sum": np.array(3.0)})
    >>> path.read_bytes()[8:].decode("latin-1")[:45]
    '{"sum":{"dtype":"F64","shape":[],"data_offset'
    """
    for name, array in arrays.items():
        check_array(name, array)
    if _METADATA in arrays:
        raise FileError(f"an array is named {_METADATA}", "the format keeps this name for itself")
    # The widest numbers first, so that all are aligned.
    ordered = sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0]))
    header = _header(ordered, description)
    with atomic_file(path) as file:
        file.write(len(header).to_bytes(_LENGTH_BYTES, "little"))
        file.write(header)
        for _, array in ordered:
            for piece in _pieces(array):
                file.write(piece)


def _header(arrays: Iterable[tuple[str, NDArray[Any]]], description: Description | None) -> bytes:
    header: dict[str, object] = {}
    if description is not None:
        header[_METADATA] = {KEY: description.text()}
    end = 0
    for name, array in arrays:
        start, end = end, end + array.nbytes
        header[name] = {
            "dtype": f"{array.dtype.kind.upper()}{8 * array.itemsize}",
            "shape": array.shape,
            "data_offsets": (start, end),
        }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % _ALIGNMENT)


def _pieces(array: NDArray[Any]) -> Iterator[bytes]:
    """The bytes of an array, little-endian and in C order, without a second copy of it all."""
    pieces = np.nditer(
        array,
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_dtypes=[array.dtype.newbyteorder("<")],
        casting="equiv",
        order="C",
        buffersize=CHUNK // array.itemsize,
    )
    for piece in pieces:
        yield np.asarray(piece).tobytes()


def _described(header: bytes) -> tuple[dict[str, object], Description | None]:
    """What the header says of each array, and of the network."""
    described = parse_json(header, "a header", parse_int=_natural)
    if not isinstance(described, dict):
        raise FileError("a header that describes nothing", _DAMAGED)
    metadata = described.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not _all_are_texts([*metadata, *metadata.values()]):
        raise FileError(f"{_METADATA} that is no text", _DAMAGED)
    if len(described) > MOST_ARRAYS:
        raise FileError(f"{len(described):,} arrays in it", f"{MOST_ARRAYS:,} are the most")
    if KEY not in metadata:
        return described, None
    try:
        return described, parse_description(metadata[KEY])
    except FileError as error:
        raise FileError(f"{KEY}: {error.message}", error.hint) from error


def _tensors(described: Mapping[str, object]) -> Iterator[_Tensor]:
    """The arrays that the header describes, each described fully and once."""
    for name, fields in described.items():
        check_name(name)
        try:
            yield _tensor(name, fields)
        except FileError as error:
            raise FileError(f"{name}: {error.message}", error.hint) from error


def _tensor(name: str, fields: object) -> _Tensor:
    match fields:
        case {"dtype": str(code), "shape": list(shape), "data_offsets": [start, end], **others} if (
            not others and _all_are(int, [*shape, start, end])
        ):
            if code not in _DTYPES:
                raise FileError(f"dtype '{printable(code, 20)}' is not read", DTYPES_HINT)
            layout = ArrayLayout(_DTYPES[code], tuple(shape))
            # Before anything is said with them: Python writes no number of 4301 digits.
            if not 0 <= start <= end <= LARGEST_FILE:
                raise FileError("data_offsets outside of the file", _DAMAGED)
            if end - start != layout.size_bytes:
                raise FileError(
                    f"{end - start:,} bytes for an array of {layout.size_bytes:,}", _DAMAGED
                )
            return _Tensor(name, layout, (start, end))
        case _:
            raise FileError("not described by dtype, shape and data_offsets alone", _DAMAGED)


def _natural(digits: str) -> int:
    # To Python this is 0; the library refuses it, as it does every number below zero.
    if digits == "-0":
        raise FileError("a number that is -0", _DAMAGED)
    return int(digits)


def _all_are_texts(values: list[object]) -> bool:
    # JSON can write half a character, which is no text.
    return _all_are(str, values) and not re.search("[\ud800-\udfff]", "".join(map(str, values)))


def _all_are(kind: type, values: Iterable[object]) -> bool:
    # Exactly this type: true and false are numbers to Python.
    return all(type(value) is kind for value in values)
