"""Atomic writes: a reader sees the old file whole or the new file whole, never a part.

The bytes go to a temporary file on the same disk, are flushed to the disk, and only then take the
place of the old file with one ``os.replace``. On Linux the temporary file has no name while it is
written, so that a process that is killed then leaves nothing behind.
"""

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from convcli.errors import OutputError
from convcli.interrupts import Held, Undone
from convcli.text import file_name, printable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_HINT = "choose another place"
_OWN_DESCRIPTORS = Path("/proc/self/fd")
# How a file system, or an old kernel, says that it has no files without a name.
_NO_FILES_WITHOUT_NAME = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """A binary file that becomes ``path`` when the block ends without an exception.

    Missing directories are made at the end. If the block raises, or the process is interrupted,
    ``path`` keeps what it held and nothing is left behind.

    Args:
        path: Where the finished file goes. An existing regular file is replaced, a symbolic link is
            followed, and the new file's mode is what the umask says.

    Yields:
        A file open for reading and writing. It has no ``fileno``.

    Raises:
        OutputError: The place cannot be written, the disk is full, or ``path`` is a directory, a
            device or a FIFO. Other exceptions of the block pass as they are.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "new" / "numbers.txt"
    >>> with atomic_file(target) as file:
    ...     _ = file.write(b"1 2 3")
    >>> target.read_bytes()
    b'1 2 3'
    """
    with _explained(path):
        target = Path(os.path.realpath(path))
        if not _may_be_replaced(target):
            raise OutputError(f"cannot write {file_name(path)}: it is no regular file", _HINT)
        directory = _nearest_existing(target.parent)
        temporary = directory / f".convcli-{os.urandom(8).hex()}.part"
    with Undone(temporary.unlink):
        with _explained(path):
            raw = _OutputFile(_create(temporary), "r+")
        file = io.BufferedRandom(raw)
        try:
            try:
                yield file
            except OSError as error:
                if raw.failure is None:
                    raise
                raise _explanation(path, raw.failure) from error
            with _explained(path):
                file.flush()
                raw.settle()
                with Held():
                    _publish(raw, temporary, target)
        finally:
            # What could not be written before cannot be written now.
            with suppress(OSError):
                file.close()
            with suppress(OSError):
                temporary.unlink()


def check_writable(directory: Path) -> None:
    """Refuse an output directory that cannot be written before long work begins.

    Nothing is left behind: directories that do not exist yet are not made.

    Raises:
        OutputError: An existing part of the path is no directory, or may not be written.
    """
    with _explained(directory):
        existing = _nearest_existing(directory)
    if not existing.is_dir():
        raise OutputError(
            f"cannot write into {file_name(directory)}: {file_name(existing)} is not a directory",
            _HINT,
        )
    if not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write into {file_name(directory)}: permission denied", _HINT)


class _OutputFile(io.FileIO):
    """Remembers that it could not be written, whatever the writer makes of the error.

    Attributes:
        failure: The last error of a write.
    """

    failure: OSError | None = None

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            self.failure = error
            raise

    def fileno(self) -> NoReturn:
        # A writer that is given the descriptor writes past this class.
        raise io.UnsupportedOperation("an unfinished file has no descriptor to give away")

    def settle(self) -> None:
        """Wait until everything is on the disk."""
        if self.failure is not None:
            raise self.failure
        os.fsync(super().fileno())

    def link(self, name: Path) -> None:
        """Give a file without a name one that nothing else has."""
        # Only with a directory at hand does os.link follow the link that /proc has for the file.
        directory = os.open(name.parent, os.O_PATH)
        try:
            os.link(_OWN_DESCRIPTORS / str(super().fileno()), name, src_dir_fd=directory)
        finally:
            os.close(directory)


def _may_be_replaced(target: Path) -> bool:
    try:
        return stat.S_ISREG(target.lstat().st_mode)
    except FileNotFoundError:
        return True


def _create(temporary: Path) -> int:
    """Open a new file: without a name where that can be, else with this one."""
    if hasattr(os, "O_TMPFILE") and _OWN_DESCRIPTORS.is_dir():
        try:
            return os.open(temporary.parent, os.O_TMPFILE | os.O_RDWR, 0o666)
        except OSError as error:
            if error.errno not in _NO_FILES_WITHOUT_NAME:
                raise
    binary = getattr(os, "O_BINARY", 0)
    # Unlike those of tempfile, this file's mode is what the umask says.
    return os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | binary, 0o666)


def _publish(raw: _OutputFile, temporary: Path, target: Path) -> None:
    """Put the finished file in its place; directories that were made for it go if that fails."""
    missing = [directory for directory in target.parents if not directory.exists()]
    try:
        # Not with parents=True, which calls itself for each: a thousand of them are too many.
        for directory in reversed(missing):
            directory.mkdir(exist_ok=True)
        if temporary.exists():
            # Windows moves no open file.
            raw.close()
        else:
            try:
                raw.link(target)
            except FileExistsError:
                # No call gives a file without a name the place of another, so it has one for the
                # moment between these two.
                raw.link(temporary)
            else:
                return
        temporary.replace(target)
    except OSError:
        for directory in missing:
            with suppress(OSError):
                directory.rmdir()
        raise


def _nearest_existing(directory: Path) -> Path:
    while not directory.exists() and directory != directory.parent:
        directory = directory.parent
    return directory


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _explanation(path, error) from error


def _explanation(path: Path, error: OSError) -> OutputError:
    reason = printable(error.strerror or str(error))
    return OutputError(f"cannot write {file_name(path)}: {reason}", _HINT)
