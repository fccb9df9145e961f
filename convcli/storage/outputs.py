"""Atomic writes: a reader sees the old file whole or the new file whole, never a part.

The bytes go to a temporary file in the same directory, are flushed to the disk, and only then take
the place of the old file with one ``os.replace``.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from convcli.errors import OutputError, file_name, printable


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """A binary file that becomes ``path`` when the block ends without an exception.

    Missing directories are made. If the block raises, or the process is interrupted, ``path`` keeps
    what it held and the temporary file is removed.

    Args:
        path: Where the finished file goes. An existing regular file is replaced.

    Yields:
        A file open for reading and writing.

    Raises:
        OutputError: The place cannot be written, the disk is full, or ``path`` is a directory.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "new" / "numbers.txt"
    >>> with atomic_file(target) as file:
    ...     _ = file.write(b"1 2 3")
    >>> target.read_bytes()
    b'1 2 3'
    """
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        if path.is_dir() or path.name in ("", ".."):
            raise IsADirectoryError("it is a directory")
        path.parent.mkdir(parents=True, exist_ok=True)
        with _created(temporary) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        reason = printable(error.strerror or str(error))
        raise OutputError(
            f"cannot write {file_name(path)}: {reason}", "choose another place with --out"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def _created(temporary: Path) -> Iterator[BinaryIO]:
    # Mode "x" obeys the umask, unlike tempfile, whose files only their owner may read.
    with temporary.open("x+b") as file:
        yield file


def check_writable(directory: Path) -> None:
    """Refuse an output directory that cannot be written before long work begins.

    Nothing is left behind: directories that do not exist yet are not made.

    Raises:
        OutputError: An existing part of the path is no directory, or may not be written.
    """
    existing = directory
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        raise OutputError(
            f"cannot write into {file_name(directory)}: {file_name(existing)} is not a directory",
            "choose another place with --out",
        )
    if not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(
            f"cannot write into {file_name(directory)}: permission denied",
            "choose another place with --out",
        )
