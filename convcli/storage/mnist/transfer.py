"""One file over HTTP, in the time that its size allows, however the server behaves."""

import hashlib
import time
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from convcli import __version__
from convcli.storage.mnist.registry import PublishedFile
from convcli.text import printable

if TYPE_CHECKING:
    from requests import Response

_PROGRESS_STEP = 2**16
# A read waits until it has all of its bytes, so small reads are what notices how fast they come.
# 256 cost 0.3 s of computing for all of MNIST.
_READ = 256
_SLOWEST = 1000  # bytes in a second
_LOOK = 0.2  # seconds from one look at the bytes received to the next
_MOST_REDIRECTIONS = 5


class TransferError(Exception):
    """What went wrong, in a few words; ``for_good`` if asking again cannot help."""

    def __init__(self, reason: str, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


def transfer(
    url: str,
    file: PublishedFile,
    output: BinaryIO,
    progress: Callable[[int], None],
    timeout: float,
) -> None:
    """Fetch a file and make sure that it is the published one.

    A server can keep a client waiting in many ways: it can send a byte of a header now and then, or
    say for ever that it is about to answer. So the client works in a thread of its own, and is left
    to itself when the bytes do not come as fast as they should.

    Args:
        url: An http or https address; from https, redirections lead to https only.
        file: What is to be found there.
        output: Is given the bytes, and is not written any more when this has raised.
        progress: Is told how many bytes are there.
        timeout: Seconds to wait for a connection, and for the next bytes.

    Raises:
        TransferError: The file cannot be had there, or not now.
        OSError: The output cannot be written.
    """
    receiver = _Receiver(output, file, progress)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            _follow(url, receiver, timeout)
            receiver.finish()
        # Of whatever kind: it is raised in the thread that waits.
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    thread = Thread(target=work, daemon=True)
    started = time.monotonic()
    thread.start()
    try:
        while thread.is_alive():
            thread.join(min(timeout, _LOOK))
            # A client that hears nothing gives up by itself, which says better what happened.
            if time.monotonic() - started > 2 * timeout + receiver.received / _SLOWEST:
                raise TransferError("too slow")
    finally:
        receiver.abandoned = True
    for failure in failures:
        raise failure


class _Receiver:
    """Takes the bytes: sums, counts, and stops what cannot become the right file."""

    def __init__(
        self, output: BinaryIO, file: PublishedFile, progress: Callable[[int], None]
    ) -> None:
        self._output = output
        self._file = file
        self._progress = progress
        self._sum = hashlib.sha256()
        self.received = 0
        self.abandoned = False
        progress(0)

    def write(self, chunk: bytes) -> None:
        if self.abandoned:
            raise TransferError("too slow")
        before, self.received = self.received, self.received + len(chunk)
        if self.received > self._file.size:
            raise TransferError("another file: too long", for_good=True)
        self._sum.update(chunk)
        if before // _PROGRESS_STEP != self.received // _PROGRESS_STEP:
            self._progress(self.received)
        self._output.write(chunk)

    def finish(self) -> None:
        if self.received < self._file.size:
            raise TransferError(f"ended after {self.received} bytes")
        if self._sum.hexdigest() != self._file.sha256:
            raise TransferError("another file: wrong SHA-256", for_good=True)


class _RedirectionError(Exception):
    """The server names another address."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


def _follow(url: str, receiver: _Receiver, timeout: float) -> None:
    """Ask for a file where the server says it is; what it says besides is not read."""
    for _ in range(1 + _MOST_REDIRECTIONS):
        try:
            return _ask(url, receiver, timeout)
        except _RedirectionError as redirection:
            if urlsplit(url).scheme == "https" != urlsplit(redirection.target).scheme:
                raise TransferError("redirects to an unsafe address", for_good=True) from None
            url = redirection.target
    raise TransferError("redirects too often")


def _ask(url: str, receiver: _Receiver, timeout: float) -> None:
    import requests

    try:
        with requests.get(
            url,
            stream=True,
            timeout=timeout,
            # As the file is: a .gz file must not be sent, or unpacked, as a compressed answer.
            headers={"Accept-Encoding": "identity", "User-Agent": f"convcli/{__version__}"},
            hooks={"response": _examine},
            allow_redirects=False,
        ) as answer:
            answer.raise_for_status()
            for chunk in answer.iter_content(_READ):
                receiver.write(chunk)
    except requests.RequestException as error:
        raise _explained(error) from error
    except ValueError as error:
        raise TransferError("answer not understood") from error


def _examine(answer: "Response", **_: Any) -> None:
    """Look at an answer before requests does, which would read all that a redirection says."""
    # Some servers call the .gz of the file's name an encoding of the answer; requests would unpack
    # it.
    answer.raw.headers.discard("Content-Encoding")
    if answer.is_redirect:
        answer.close()
        raise _RedirectionError(urljoin(answer.url, answer.headers["Location"]))


def _explained(error: Exception) -> TransferError:
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        status = error.response.status_code
        return TransferError(f"HTTP {status}", for_good=400 <= status < 500)
    if isinstance(error, requests.exceptions.SSLError):
        return TransferError("no trusted TLS", for_good=True)
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return TransferError("broke off")
    cause = _first_cause(error)
    if isinstance(cause, TimeoutError):
        return TransferError("timed out")
    if isinstance(cause, OSError) and cause.strerror:
        return TransferError(printable(cause.strerror.lower(), 30))
    return TransferError(type(error).__name__)


def _first_cause(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
