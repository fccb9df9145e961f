"""Opening a file that somebody else wrote: regular files only, of a size that is known before."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from convcli.errors import FileError
from convcli.text import file_name, printable

MEBIBYTE = 2**20
CHUNK = MEBIBYTE // 4

# The most that zlib adds by its own account (deflateBound) is little more than an eighth.
_MOST_PACKED_SHARE = 1 / 4
_UNSUSPICIOUS = MEBIBYTE // 16


def is_padded(packed: int, unpacked: int) -> bool:
    """Whether there are more packed bytes than any packer makes of so many unpacked ones.

    A deflate stream may hold blocks with nothing in them. They take long to unpack, and no limit on
    what comes out of them stops that.

    >>> is_padded(10_000_000, 47_000_000), is_padded(10_000_000, 2_000_000)
    (False, True)
    """
    return packed > unpacked * (1 + _MOST_PACKED_SHARE) + _UNSUSPICIOUS


def chunks_of(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    """The bytes of a part of a file, piece by piece."""
    end = start + length
    while start < end:
        # Whoever takes the pieces may have read elsewhere in between.
        file.seek(start)
        chunk = file.read(min(CHUNK, end - start))
        if not chunk:
            return
        start += len(chunk)
        yield chunk


def _open_without_waiting(path: str, flags: int) -> int:
    # Opening a FIFO would wait for a writer. Windows has neither FIFOs nor this flag.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever goes wrong while a file is read, said with its name.

    Raises:
        FileError: In place of an OSError of the block.
    """
    name = file_name(path)
    try:
        yield
    except FileNotFoundError as error:
        raise FileError(f"{name}: no such file", "check the path") from error
    except OSError as error:
        reason = printable(error.strerror or str(error))
        raise FileError(f"{name}: cannot be read: {reason}", "check the path") from error


def open_regular(path: Path, limit: int) -> io.FileIO:
    """Open a file for reading, unbuffered; the caller closes it.

    Args:
        path: The file. A directory, a FIFO and a device are refused without reading from them.
        limit: The most bytes the file may hold.

    Raises:
        FileError: It is missing, unreadable, no regular file, or larger than the limit.
    """
    name = file_name(path)
    with reading(path), ExitStack() as undo:
        file = undo.enter_context(open(path, "rb", buffering=0, opener=_open_without_waiting))
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise FileError(f"{name}: not a regular file", "give the path of a file")
        if status.st_size > limit:
            raise FileError(
                f"{name}: {status.st_size:,} bytes, and {limit:,} are the most this can be",
                "is it the right file?",
            )
        undo.pop_all()
        return file


@contextmanager
def regular_file(path: Path, limit: int) -> Iterator[io.FileIO]:
    """A file open for reading, as by :func:`open_regular`, in a block in which it is read.

    Yields:
        The file, unbuffered.

    Raises:
        FileError: As :func:`open_regular`, and in place of an OSError of the block.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "numbers"
    >>> _ = path.write_bytes(b"1 2 3")
    >>> with regular_file(path, limit=MEBIBYTE) as file:
    ...     file.read(3)
    b'1 2'
    """
    with open_regular(path, limit) as file, reading(path):
        yield file
