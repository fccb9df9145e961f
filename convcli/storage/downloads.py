"""Fetching MNIST: any of several servers will do, since every file is known by its SHA-256.

Whatever goes wrong at one server, the next is asked. A file takes its place only when it is whole,
so an interrupted download leaves nothing half-written and goes on where it stopped.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from convcli import __version__
from convcli.errors import FileError, OutputError, UsageError, printable
from convcli.storage.outputs import atomic_file, check_writable
from convcli.storage.published import FILES, PublishedFile

if TYPE_CHECKING:
    from requests import Response

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
"""The copies that torchvision and TensorFlow Datasets fetch from."""

Progress = Callable[[PublishedFile, int], None]
"""Is told a file and how many bytes of it are there; the number falls when a mirror fails."""

_PROGRESS_STEP = 2**16
# A read waits until it has all of its bytes, so small reads are what finds out a server that sends
# a byte now and then. 256 cost 0.3 s of computing for all of MNIST.
_READ = 256
_SLOWEST = 1000  # bytes in a second
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


class _MirrorError(Exception):
    """What went wrong at one mirror, in a few words; ``for_good`` if asking again cannot help."""

    def __init__(self, reason: str, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


def download(
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

    >>> download(Path("mnist"), ["ftp://example.org/mnist/"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    convcli.errors.UsageError: mirror ftp://example.org/mnist/ is no http or https address; ...
    """
    queue = [_checked(mirror) for mirror in mirrors]
    results = []
    try:
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
    except OutputError as error:
        raise OutputError(error.message, "choose another folder with --data-dir") from error
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
            except _MirrorError as error:
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
    return FileError(f"no {file.name} from {', '.join(each)}", "try again or --mirror URL")


def _fetch(wanted: _Wanted, mirror: str) -> None:
    import requests
    from pooch import HTTPDownloader

    with atomic_file(wanted.path) as output:
        receiver = _Receiver(output, wanted)
        responses = _Responses()
        fetch = HTTPDownloader(
            chunk_size=_READ,
            timeout=wanted.timeout,
            # As the file is: a .gz file must not be sent, or unpacked, as a compressed answer.
            headers={"Accept-Encoding": "identity", "User-Agent": f"convcli/{__version__}"},
            hooks={"response": responses.receive},
        )
        # Within the block, so that what requests raises (kinds of OSError) does not pass for a
        # failure to write the file.
        try:
            fetch(mirror + wanted.file.name, receiver, None)
            receiver.finish()
        except requests.RequestException as error:
            raise _mirror_error(error) from error
        except ValueError as error:
            raise _MirrorError("answer not understood") from error
        finally:
            responses.close()


class _Responses:
    """Sees every answer, redirections too, before it is acted on."""

    def __init__(self) -> None:
        self._seen: list[Response] = []

    def receive(self, response: "Response", **_: Any) -> None:
        self._seen.append(response)
        # Some servers call the .gz of the file's name an encoding of the answer; requests would
        # unpack it.
        response.raw.headers.discard("Content-Encoding")
        target = urljoin(response.url, response.headers.get("Location", ""))
        if response.is_redirect and (
            urlsplit(response.url).scheme == "https" != urlsplit(target).scheme
        ):
            raise _MirrorError("redirects to an unsafe address", for_good=True)

    def close(self) -> None:
        for response in self._seen:
            response.close()


class _Receiver:
    """What pooch writes into: sums, counts, and stops what cannot become the right file."""

    def __init__(self, output: BinaryIO, wanted: _Wanted) -> None:
        self._output = output
        self._wanted = wanted
        self._sum = hashlib.sha256()
        self._received = 0
        self._started = time.monotonic()
        wanted.progress(wanted.file, 0)

    def write(self, chunk: bytes) -> int:
        before, self._received = self._received, self._received + len(chunk)
        if self._received > self._wanted.file.size:
            raise _MirrorError("another file: too long", for_good=True)
        allowed = self._wanted.timeout + self._received / _SLOWEST
        if time.monotonic() - self._started > allowed:
            raise _MirrorError("too slow")
        self._sum.update(chunk)
        if before // _PROGRESS_STEP != self._received // _PROGRESS_STEP:
            self._wanted.progress(self._wanted.file, self._received)
        return self._output.write(chunk)

    def flush(self) -> None:
        """Pooch flushes after every piece; the file is flushed once, when it is whole."""

    def finish(self) -> None:
        if self._received < self._wanted.file.size:
            raise _MirrorError(f"ended after {self._received} bytes")
        if self._sum.hexdigest() != self._wanted.file.sha256:
            raise _MirrorError("another file: wrong SHA-256", for_good=True)


def _mirror_error(error: "Exception") -> _MirrorError:
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        status = error.response.status_code
        return _MirrorError(f"HTTP {status}", for_good=400 <= status < 500)
    if isinstance(error, requests.exceptions.SSLError):
        return _MirrorError("no trusted TLS", for_good=True)
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return _MirrorError("broke off")
    cause = _first_cause(error)
    if isinstance(cause, TimeoutError):
        return _MirrorError("timed out")
    if isinstance(cause, OSError) and cause.strerror:
        return _MirrorError(printable(cause.strerror.lower(), 30))
    return _MirrorError(type(error).__name__)


def _first_cause(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
