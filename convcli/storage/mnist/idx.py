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
import weakref
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convcli.errors import FileError, UsageError
from convcli.storage.files.opening import MEBIBYTE, is_padded, open_regular, reading
from convcli.storage.files.strangers import stranger_of
from convcli.storage.mnist.registry import PublishedFile
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
    """What is wrong with the bytes, and what to do; the file's name is added where it is known."""

    def __init__(
        self, reason: str, hint: str = "get the file again, or point to another one"
    ) -> None:
        super().__init__(reason)
        self.hint = hint


class IdxFile:
    """An IDX file that is opened once and stays open: what has been checked is what is read.

    It is closed when nothing refers to it any more. One thread may read at a time.

    Args:
        path: The file.

    Raises:
        FileError: The file is missing, unreadable, no regular file, or larger than the limit; by
            every method, too, when it turns out to be damaged.

    >>> import gzip, tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.gz"
    >>> _ = path.write_bytes(gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 3]) + bytes([5, 0, 4])))
    >>> labels = IdxFile(path)
    >>> labels.header(), labels.all_items(), labels.items([2, 0])
    (IdxHeader(shape=(3,)), array([5, 0, 4], dtype=uint8), array([4, 5], dtype=uint8))
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = open_regular(path, LIMIT)
        weakref.finalize(self, self._file.close)

    def is_published_as(self, published: PublishedFile) -> bool:
        """Whether it is this file of MNIST, byte for byte; any other size is not even read."""
        with reading(self.path):
            return published.is_in(self._file)

    def header(self) -> IdxHeader:
        """Read the shape, and nothing behind it."""
        with self._content() as (header, _):
            return header

    def check(self) -> IdxHeader:
        """Read the file to its end in fixed memory: its length, and gzip's own checksum."""
        with self._content() as (header, stream):
            _skip(stream, header.data_bytes)
            _expect_end(stream)
            return header

    def all_items(self) -> "NDArray[np.uint8]":
        """Read every item, and make sure that nothing follows and that gzip's checksum holds.

        Returns:
            uint8 in the file's shape.
        """
        with self._content() as (header, stream):
            items = np.empty(header.shape, np.uint8)
            _fill(stream, items)
            _expect_end(stream)
            return items

    def items(self, indices: Sequence[int]) -> "NDArray[np.uint8]":
        """Read some items in one pass, and nothing behind the last of them.

        What comes later in the file stays unread, so damage there stays unseen: :meth:`check` the
        file before, or know its checksum.

        Args:
            indices: Which items, in any order; an item may be asked for twice.

        Returns:
            uint8, shape (len(indices), ...) with the item's dimensions.

        Raises:
            UsageError: The file holds no such item.
        """
        wanted, places = np.unique(np.asarray(indices, np.int64), return_inverse=True)
        with self._content() as (header, stream):
            for index in wanted[:1].tolist() + wanted[-1:].tolist():
                if not 0 <= index < header.count:
                    raise UsageError(
                        f"{file_name(self.path)} holds {header.count} items, and no item {index}",
                        "choose items it has",
                    )
            items = np.empty((len(wanted), *header.shape[1:]), np.uint8)
            _fill_runs(stream, items, wanted, header.item_bytes)
        in_order = len(places) == len(wanted) and bool(np.all(np.diff(places) == 1))
        return items if in_order else items[places]

    @contextmanager
    def _content(self) -> "Iterator[tuple[IdxHeader, _Stream]]":
        """The header, and the unpacked stream behind it."""
        try:
            with reading(self.path):
                self._file.seek(0)
                packed = self._file.read(2) == _GZIP
                self._file.seek(0)
                source: io.RawIOBase = _GzipMember(self._file) if packed else self._file
                stream = io.BufferedReader(source, _DECOMPRESSED)
                try:
                    yield _read_header(stream), stream
                finally:
                    # It would close the file otherwise when it goes.
                    stream.detach()
        except _DamageError as error:
            raise FileError(f"{file_name(self.path)}: {error}", error.hint) from error


def _read_header(stream: "_Stream") -> IdxHeader:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or not magic[3]:
        raise _no_idx_file(magic + stream.read(60))
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


def _no_idx_file(beginning: bytes) -> _DamageError:
    if stranger := stranger_of(beginning):
        what, hint = stranger
        return _DamageError(f"not an IDX file but {what}", hint)
    shown = beginning[:4].hex(" ")
    return _DamageError(f"not an IDX file but something that begins with the bytes {shown}")


def _fill_runs(
    stream: "_Stream", items: "NDArray[np.uint8]", wanted: "NDArray[np.int64]", item_bytes: int
) -> None:
    """Read the wanted items, which rise: those that follow each other at once."""
    done = position = 0
    for run in np.split(wanted, np.flatnonzero(np.diff(wanted) != 1) + 1):
        if len(run):
            _skip(stream, (int(run[0]) - position) * item_bytes)
            _fill(stream, items[done : done + len(run)])
            done, position = done + len(run), int(run[-1]) + 1


def _skip(stream: "_Stream", count: int) -> None:
    scratch = np.empty(min(count, _DECOMPRESSED), np.uint8)
    for done in range(0, count, _DECOMPRESSED):
        _fill(stream, scratch[: count - done])


def _fill(stream: "_Stream", target: "NDArray[np.uint8]") -> None:
    """Read as many bytes as an array has, into its memory."""
    flat = target.reshape(-1).data
    if stream.readinto(flat) < len(flat):
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
            try:
                piece = self._inflater.decompress(source, len(target))
            except zlib.error as error:
                cause = str(error).rpartition(": ")[2]
                raise _DamageError(f"damaged gzip data ({cause})") from error
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
