"""The IDX format, in which MNIST is published: a header, then the items one after another.

The header is two zero bytes, one byte for the type (8: unsigned bytes), one byte for the number of
dimensions, and each dimension as four bytes, most significant first. MNIST's images have three
dimensions (count, height, width), its labels one (count). The file may be compressed by gzip, which
its content tells and not its name.

Format: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".

Nothing is allocated for a size before the size is checked, and nothing beyond the limit is ever
decompressed.
"""

import io
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convcli.errors import FileError, UsageError
from convcli.storage.files.opening import MEBIBYTE, is_padded, regular_file
from convcli.text import file_name

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from numpy.typing import NDArray

    _Stream = io.BufferedReader[io.RawIOBase]

LIMIT = 64 * MEBIBYTE
"""The most bytes a file may hold, as it is and decompressed; MNIST's largest has 47,040,016."""

MOST_DIMENSIONS = 8

_UNSIGNED_BYTE = 8
_GZIP = b"\x1f\x8b"
_READ = 2**14
_DECOMPRESSED = 2**17


@dataclass(frozen=True)
class IdxHeader:
    """What an IDX file says about itself.

    >>> IdxHeader((60000, 28, 28)).item_bytes
    784
    """

    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of items."""
        return self.shape[0]

    @property
    def item_bytes(self) -> int:
        """Bytes of one item."""
        return math.prod(self.shape[1:])

    @property
    def data_bytes(self) -> int:
        """Bytes of all items."""
        return math.prod(self.shape)


class _DamageError(Exception):
    """What is wrong with the bytes; the file's name is added where it is known."""


def read_header(path: Path) -> IdxHeader:
    """Read the shape, and nothing behind it.

    Raises:
        FileError: The file is missing, unreadable, or does not begin as an IDX file of bytes.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels"
    >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3]) + bytes([5, 0, 4]))
    >>> read_header(path)
    IdxHeader(shape=(3,))
    """
    with _opened(path) as (header, _):
        return header


def check(path: Path) -> IdxHeader:
    """Read the file to its end in fixed memory: its length, and gzip's own checksum.

    Raises:
        FileError: The file is missing, unreadable, no IDX file of bytes, too short, too long, or
            damaged.
    """
    with _opened(path) as (header, stream):
        _skip(stream, header.data_bytes)
        _expect_end(stream)
        return header


def read_items(path: Path, start: int, stop: int) -> "NDArray[np.uint8]":
    """Read the items from ``start`` up to but not including ``stop``, and nothing behind them.

    What comes later in the file stays unread, so damage there stays unseen: :func:`check` the file
    before, or know its checksum.

    Returns:
        uint8, shape (stop - start, ...) with the item's dimensions.

    Raises:
        UsageError: The file holds no such items.
        FileError: The file is missing, unreadable, no IDX file of bytes, too short, or damaged.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels"
    >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3]) + bytes([5, 0, 4]))
    >>> read_items(path, 0, 2)
    array([5, 0], dtype=uint8)
    """
    with _opened(path) as (header, stream):
        if not 0 <= start <= stop <= header.count:
            raise UsageError(
                f"{file_name(path)} holds {header.count} items, not {start} to {stop}",
                "choose items it has",
            )
        _skip(stream, start * header.item_bytes)
        return _read_array(stream, (stop - start, *header.shape[1:]))


def read_all(path: Path) -> "NDArray[np.uint8]":
    """Read every item, and make sure that nothing follows and that gzip's checksum holds.

    Returns:
        uint8 in the file's shape.

    Raises:
        FileError: As :func:`check`.

    >>> import gzip, tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.gz"
    >>> plain = bytes([0, 0, 8, 1, 0, 0, 0, 3]) + bytes([5, 0, 4])
    >>> _ = path.write_bytes(gzip.compress(plain))
    >>> read_all(path)
    array([5, 0, 4], dtype=uint8)
    """
    with _opened(path) as (header, stream):
        items = _read_array(stream, header.shape)
        _expect_end(stream)
        return items


@contextmanager
def _opened(path: Path) -> "Iterator[tuple[IdxHeader, _Stream]]":
    try:
        with regular_file(path, LIMIT) as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            source: io.RawIOBase = _GzipMember(file) if packed else file
            stream = io.BufferedReader(source, _DECOMPRESSED)
            yield _read_header(stream), stream
    except _DamageError as error:
        raise _file_error(path, str(error)) from error
    except zlib.error as error:
        cause = str(error).rpartition(": ")[2]
        raise _file_error(path, f"damaged gzip data ({cause})") from error


def _file_error(path: Path, reason: str) -> FileError:
    return FileError(f"{file_name(path)}: {reason}", "get the file again, or point to another one")


def _read_header(stream: "_Stream") -> IdxHeader:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or not magic[3]:
        raise _DamageError(f"not an IDX file but {_what_it_is(magic + stream.read(60))}")
    if magic[2] != _UNSIGNED_BYTE:
        raise _DamageError(f"IDX type 0x{magic[2]:02x}, and only unsigned bytes (0x08) are read")
    if magic[3] > MOST_DIMENSIONS:
        raise _DamageError(f"{magic[3]} dimensions, and {MOST_DIMENSIONS} are the most")
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise _DamageError("truncated in its header")
    shape = tuple(int.from_bytes(sizes[at : at + 4], "big") for at in range(0, len(sizes), 4))
    # A dimension of zero would hide the others from the product, and NumPy refuses them later.
    if math.prod(max(size, 1) for size in shape) > LIMIT:
        raise _DamageError(f"its header announces more than {LIMIT:,} bytes")
    return IdxHeader(shape)


def _what_it_is(beginning: bytes) -> str:
    text = beginning.lstrip().lower()
    if not beginning:
        return "an empty file"
    if text.startswith(b"<"):
        return "a web page"
    if text.startswith(b"version https://git-lfs"):
        return "a git-LFS pointer (fetch the content with 'git lfs pull')"
    return f"something that begins with the bytes {beginning[:4].hex(' ')}"


def _read_array(stream: "_Stream", shape: tuple[int, ...]) -> "NDArray[np.uint8]":
    items = np.empty(shape, np.uint8)
    _fill(stream, items.reshape(-1).data)
    return items


def _skip(stream: "_Stream", count: int) -> None:
    scratch = memoryview(bytearray(min(count, _DECOMPRESSED)))
    for done in range(0, count, _DECOMPRESSED):
        _fill(stream, scratch[: count - done])


def _fill(stream: "_Stream", target: memoryview) -> None:
    if stream.readinto(target) < len(target):
        raise _DamageError("truncated: it ends before the last item its header announces")


def _expect_end(stream: "_Stream") -> None:
    if stream.read(1):
        raise _DamageError("more bytes follow the last item its header announces")


class _GzipMember(io.RawIOBase):
    """The content of a file that is one gzip member, decompressed piece by piece.

    The standard library's reader goes on into whatever follows; here that is an error.
    """

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self._inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._packed = self._unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        target = memoryview(buffer).cast("B")
        while not self._inflater.eof:
            source = self._inflater.unconsumed_tail or self._read()
            piece = self._inflater.decompress(source, len(target))
            self._unpacked += len(piece)
            target[: len(piece)] = piece
            if piece:
                return len(piece)
            if not source and not self._inflater.eof:
                raise _DamageError("truncated: its gzip data breaks off")
        if self._inflater.unused_data or self._file.read(1):
            raise _DamageError("other bytes follow the end of its gzip data")
        return 0

    def _read(self) -> bytes:
        if is_padded(self._packed, self._unpacked):
            raise _DamageError("larger packed than unpacked")
        packed = self._file.read(_READ)
        self._packed += len(packed)
        return packed
