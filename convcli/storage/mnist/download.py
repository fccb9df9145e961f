"""Fetching MNIST: any of several servers will do, since every file is known by its SHA-256.

Whatever goes wrong at one server, the next is asked. A file takes its place only when it is whole,
so an interrupted download leaves nothing half-written and goes on where it stopped.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from convcli.errors import FileError, UsageError
from convcli.storage.files.writing import atomic_file, check_writable
from convcli.storage.mnist.registry import FILES, PublishedFile
from convcli.storage.mnist.transfer import TransferError, transfer
from convcli.text import printable

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
"""The copies that torchvision and TensorFlow Datasets fetch from."""

Progress = Callable[[PublishedFile, int], None]
"""Is told a file and how many bytes of it are there; the number falls when a mirror fails."""

_MIRRORS_TEXT = 150  # characters that the mirrors have in the one line of the final error


def _keep_quiet(file: PublishedFile, received: int) -> None:
    del file, received


@dataclass(frozen=True)
class Download:
    """One file, now whole and in its place.

    Attributes:
        file: Which file it is.
        path: Where it is.
        mirror: The server it came from; None when it was there before.
    """

    file: PublishedFile
    path: Path
    mirror: str | None


def fetch_all(
    directory: Path,
    mirrors: Sequence[str] = MIRRORS,
    progress: Progress = _keep_quiet,
    *,
    timeout: float = 15.0,
    attempts: int = 2,
    pause: float = 1.0,
) -> list[Download]:
    """Make sure that the four published files are in a folder, fetching those that are not.

    Args:
        directory: The folder; made if it is not there.
        mirrors: Addresses of folders that hold the files, in the order in which they are asked.
        progress: Is told how far it is.
        timeout: Seconds to wait for a connection, and for the next bytes.
        attempts: How often a mirror is asked for one file, unless its answer was final.
        pause: Seconds before the mirrors are asked again.

    Returns:
        One for each file.

    Raises:
        UsageError: A mirror is no http or https address.
        FileError: A file is to be had from no mirror; says what happened at each.
        OutputError: The folder cannot be written.

    >>> fetch_all(Path("mnist"), ["ftp://example.org/mnist/"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    convcli.errors.UsageError: mirror ftp://example.org/mnist/ is no http or https address; ...
    """
    queue = [_checked(mirror) for mirror in mirrors]
    results = []
    check_writable(directory)
    for file in FILES:
        path = directory / file.name
        mirror = None
        if not _is_whole(file, path):
            wanted = _Wanted(file, path, progress, timeout)
            mirror = _fetch_from_any(wanted, queue, attempts, pause)
            # The next file is asked from the one that worked, and not from one that hangs.
            queue.sort(key=lambda other: other != mirror)
        progress(file, file.size)
        results.append(Download(file, path, mirror))
    return results


def _checked(mirror: str) -> str:
    try:
        parts = urlsplit(mirror)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise UsageError(
            f"mirror {printable(mirror)} is no http or https address",
            "write it as in https://example.org/mnist/",
        )
    return mirror.rstrip("/") + "/"


def _is_whole(file: PublishedFile, path: Path) -> bool:
    try:
        return file.is_at(path)
    except FileError:
        return False


@dataclass(frozen=True)
class _Wanted:
    """One file that is wanted."""

    file: PublishedFile
    path: Path
    progress: Progress
    timeout: float


def _fetch_from_any(wanted: _Wanted, mirrors: Sequence[str], attempts: int, pause: float) -> str:
    candidates = list(mirrors)
    failures: dict[str, str] = {}
    for attempt in range(attempts):
        if attempt and candidates:
            time.sleep(pause)
        for mirror in tuple(candidates):
            try:
                _fetch(wanted, mirror)
            except TransferError as error:
                failures[mirror] = str(error)
                if error.for_good:
                    candidates.remove(mirror)
            else:
                return mirror
    raise _nowhere(wanted.file, failures)


def _nowhere(file: PublishedFile, failures: dict[str, str]) -> FileError:
    room = _MIRRORS_TEXT // max(len(failures), 1) - len(", ")
    each = (
        printable(f"{urlsplit(mirror).hostname} ({reason})", room)
        for mirror, reason in failures.items()
    )
    return FileError(f"no {file.name} from {', '.join(each)}", "try again, or name another mirror")


def _fetch(wanted: _Wanted, mirror: str) -> None:
    file = wanted.file
    with atomic_file(wanted.path) as output:
        transfer(mirror + file.name, file, output, partial(wanted.progress, file), wanted.timeout)
