"""Opening a file that somebody else wrote: regular files only, of a size that is known before."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convcli.errors import FileError, file_name, printable

MEBIBYTE = 2**20


def _open_without_waiting(path: str, flags: int) -> int:
    # Opening a FIFO would wait for a writer. Windows has neither FIFOs nor this flag.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def regular_file(path: Path, limit: int) -> Iterator[io.FileIO]:
    """A file open for reading; whatever goes wrong while it is open is said with its name.

    Args:
        path: The file. A directory, a FIFO and a device are refused without reading from them.
        limit: The most bytes the file may hold.

    Yields:
        The file, unbuffered.

    Raises:
        FileError: It is missing, unreadable, no regular file, or larger than the limit.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "numbers"
    >>> _ = path.write_bytes(b"1 2 3")
    >>> with regular_file(path, limit=MEBIBYTE) as file:
    ...     file.read(3)
    b'1 2'
    """
    name = file_name(path)
    try:
        with open(path, "rb", buffering=0, opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise FileError(f"{name}: not a regular file", "give the path of a file")
            if status.st_size > limit:
                raise FileError(
                    f"{name}: {status.st_size:,} bytes, and {limit:,} are the most this can be",
                    "is it the right file?",
                )
            yield file
    except FileNotFoundError as error:
        raise FileError(f"{name}: no such file", "check the path") from error
    except OSError as error:
        reason = printable(error.strerror or str(error))
        raise FileError(f"{name}: cannot be read: {reason}", "check the path") from error
