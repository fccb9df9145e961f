"""Downloads from a server on loopback that fails in every way a server can."""

import gzip
import hashlib
import os
import resource
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import requests
from urllib3 import HTTPResponse

from convcli.errors import FileError, OutputError, UsageError
from convcli.storage.mnist import download as downloads
from convcli.storage.mnist.download import fetch_all
from convcli.storage.mnist.registry import PublishedFile

CONTENTS = {
    name: gzip.compress(np.random.default_rng(seed).bytes(size))
    for seed, (name, size) in enumerate(
        {"one.gz": 300_000, "two.gz": 50, "three.gz": 2000, "four.gz": 1}.items()
    )
}
FILES = tuple(
    PublishedFile(name, len(content), hashlib.sha256(content).hexdigest())
    for name, content in CONTENTS.items()
)


@dataclass
class Server:
    """Serves the files; the first part of the path says what goes wrong."""

    port: int
    requests: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def mirror(self, behaviour: str) -> str:
        return f"http://127.0.0.1:{self.port}/{behaviour}/"


class Handler(BaseHTTPRequestHandler):
    server_state: Server
    content: bytes

    def do_GET(self) -> None:
        self.server_state.requests.append(self.path)
        behaviour, name = self.path.strip("/").split("/")
        self.content = CONTENTS[name]
        try:
            getattr(self, behaviour)()
        except ConnectionError:
            self.close_connection = True

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def good(self) -> None:
        self.answer(self.content)

    def encoded(self) -> None:
        self.answer(self.content, Content_Encoding="gzip")

    def missing(self) -> None:
        self.answer(b"<html>not here</html>", 404)

    def broken(self) -> None:
        self.answer(b"", 503)

    def wrong(self) -> None:
        self.answer(self.content[:-1] + bytes([self.content[-1] ^ 1]))

    def longer(self) -> None:
        self.answer(self.content + b"\0")

    def page(self) -> None:
        self.answer(b"<html>")

    def short(self) -> None:
        self.answer(self.content[:7], Content_Length=str(len(self.content)))

    def nonsense(self) -> None:
        self.wfile.write(b"\0\1\2 no HTTP at all\r\n\r\n")

    def miscounted(self) -> None:
        self.answer(self.content, Content_Length="many")

    def hangs(self) -> None:
        self.server_state.released.wait()

    def stalls(self) -> None:
        self.answer(self.content[:7], Content_Length=str(len(self.content)))
        self.wfile.flush()
        self.server_state.released.wait()

    def repeat(self, piece: bytes) -> None:
        """Now and then, until nobody listens."""
        while not self.server_state.released.wait(0.02):
            self.wfile.write(piece)

    def drips(self) -> None:
        self.answer(self.content[:1], Content_Length=str(len(self.content)))
        self.repeat(b"\0")

    def delays(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Header: ")
        self.repeat(b"x")

    def promises(self) -> None:
        self.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")

    def talks(self) -> None:
        self.answer(b"", 302, Location=self.path.replace("talks", "good"), Content_Length="1000000")
        self.repeat(b"and talks")

    def moved(self) -> None:
        self.answer(b"", 302, Location=self.path.replace("moved", "good"))

    def misdirects(self) -> None:
        self.answer(b"", 302, Location="http://[::1")

    def circles(self) -> None:
        self.answer(b"", 302, Location=self.path)

    def log_message(self, *_: object) -> None:
        """A server in a test says nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(downloads, "FILES", FILES)
    monkeypatch.setenv("NO_PROXY", "*")
    state = Server(0)
    handler = type("OneHandler", (Handler,), {"server_state": state})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        http.daemon_threads = True
        state.port = http.server_port
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield state
        state.released.set()
        http.shutdown()
        thread.join()


@pytest.fixture
def refusing() -> Iterator[str]:
    # Bound and not listening: whoever connects is refused, and nobody else gets the port.
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}/"


def held(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_everything_is_fetched(server: Server, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    results = fetch_all(
        tmp_path / "new" / "mnist",
        [server.mirror("good").rstrip("/")],
        lambda file, received: told.append((file.name, received)),
    )
    assert held(tmp_path / "new" / "mnist") == CONTENTS
    assert [result.file for result in results] == list(FILES)
    assert {result.mirror for result in results} == {server.mirror("good")}
    assert all(result.path.read_bytes() == CONTENTS[result.file.name] for result in results)
    one = [received for name, received in told if name == "one.gz"]
    assert one[0] == 0
    assert one[-1] == len(CONTENTS["one.gz"])
    assert len(one) > 4
    assert one == sorted(one)


def test_what_is_whole_is_kept_and_what_is_damaged_is_fetched(
    server: Server, tmp_path: Path
) -> None:
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "two.gz").write_bytes(b"\0" + CONTENTS["two.gz"][1:])
    (tmp_path / "four.gz").unlink()
    results = fetch_all(tmp_path, [server.mirror("good")])
    assert [result.mirror is not None for result in results] == [False, True, False, True]
    assert server.requests == ["/good/two.gz", "/good/four.gz"]
    assert held(tmp_path) == CONTENTS


FAILURES = {
    "missing": "HTTP 404",
    "broken": "HTTP 503",
    "wrong": "another file: wrong SHA-256",
    "longer": "another file: too long",
    "page": "ended after 6 bytes",
    "short": "broke off",
    "nonsense": "ConnectionError",
    "misdirects": "answer not understood",
    "circles": "redirects too often",
}
FINAL = {"missing", "wrong", "longer"}


@pytest.mark.parametrize("behaviour", FAILURES)
def test_every_failure_moves_to_the_next_mirror(
    behaviour: str, server: Server, tmp_path: Path
) -> None:
    results = fetch_all(tmp_path, [server.mirror(behaviour), server.mirror("good")], pause=0)
    assert {result.mirror for result in results} == {server.mirror("good")}
    assert held(tmp_path) == CONTENTS
    # The mirror that failed is asked for the first file only: the one that works goes first then.
    assert {path for path in server.requests if behaviour in path} == {f"/{behaviour}/one.gz"}


@pytest.mark.parametrize("behaviour", FAILURES)
def test_every_failure_is_named_and_leaves_nothing(
    behaviour: str, server: Server, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match=f"no one.gz from 127.0.0.1 .{FAILURES[behaviour]}."):
        fetch_all(tmp_path, [server.mirror(behaviour)], attempts=2, pause=0)
    assert held(tmp_path) == {}
    if behaviour != "circles":
        assert len(server.requests) == (1 if behaviour in FINAL else 2)


@pytest.mark.parametrize("behaviour", ["hangs", "stalls"])
def test_a_mirror_that_hangs(behaviour: str, server: Server, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no one.gz from 127.0.0.1 \(timed out\)"):
        fetch_all(tmp_path, [server.mirror(behaviour)], timeout=0.1, attempts=1)
    assert held(tmp_path) == {}
    mirrors = [server.mirror(behaviour), server.mirror("good")]
    fetch_all(tmp_path, mirrors, timeout=1, attempts=9, pause=0)
    assert held(tmp_path) == CONTENTS


@pytest.mark.parametrize("behaviour", ["drips", "delays", "promises"])
def test_a_mirror_that_keeps_us_waiting(behaviour: str, server: Server, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"127.0.0.1 \(too slow\)"):
        fetch_all(tmp_path, [server.mirror(behaviour)], timeout=0.1, attempts=1)
    assert held(tmp_path) == {}
    mirrors = [server.mirror(behaviour), server.mirror("good")]
    fetch_all(tmp_path, mirrors, timeout=0.5, attempts=9, pause=0)
    assert held(tmp_path) == CONTENTS


def test_what_a_redirection_says_besides_is_not_read(server: Server, tmp_path: Path) -> None:
    fetch_all(tmp_path, [server.mirror("talks")])
    assert held(tmp_path) == CONTENTS


def test_a_mirror_that_refuses(server: Server, refusing: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no one.gz from 127.0.0.1 \(connection refused\)"):
        fetch_all(tmp_path, [refusing], pause=0)
    fetch_all(tmp_path, [refusing, server.mirror("good")])
    assert held(tmp_path) == CONTENTS


def test_a_mirror_that_recovers_is_asked_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recovers(self: Handler) -> None:
        (self.broken if len(self.server_state.requests) == 1 else self.good)()

    monkeypatch.setattr(Handler, "recovers", recovers, raising=False)
    fetch_all(tmp_path, [server.mirror("recovers")], attempts=2, pause=0)
    assert held(tmp_path) == CONTENTS


def test_the_final_error_lists_every_mirror_in_one_line(
    server: Server, refusing: str, tmp_path: Path
) -> None:
    mirrors = [server.mirror("missing"), server.mirror("wrong"), refusing]
    with pytest.raises(FileError, match=r"\(HTTP 404\), .*SHA-256\), .*refused\)") as error:
        fetch_all(tmp_path, mirrors, pause=0)
    line = f"Error: {error.value}"
    assert len(line) <= 200
    assert line.endswith("; try again, or name another mirror")


def test_redirections_are_followed(server: Server, tmp_path: Path) -> None:
    fetch_all(tmp_path, [server.mirror("moved")])
    assert held(tmp_path) == CONTENTS


def test_https_is_never_left(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def redirect(
        self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **_: object
    ) -> requests.Response:
        assert request.url == "https://example.org/one.gz"
        location = {"Location": server.mirror("good") + "one.gz"}
        raw = HTTPResponse(b"", headers=location, status=302, preload_content=False)
        return self.build_response(request, raw)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", redirect)
    with pytest.raises(FileError, match=r"example.org \(redirects to an unsafe address\)"):
        fetch_all(tmp_path, ["https://example.org/"])
    assert server.requests == []
    assert held(tmp_path) == {}


def test_no_tls_where_https_was_asked_for(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"127.0.0.1 \(no trusted TLS\)"):
        fetch_all(tmp_path, [f"https://127.0.0.1:{server.port}/good/"])
    assert server.requests == []


@pytest.mark.parametrize("behaviour", ["encoded", "miscounted"])
def test_a_file_is_taken_as_it_is_whatever_the_server_says_of_its_encoding_or_length(
    behaviour: str, server: Server, tmp_path: Path
) -> None:
    fetch_all(tmp_path, [server.mirror(behaviour)])
    assert held(tmp_path) == CONTENTS


@pytest.mark.parametrize(
    "mirror", ["", "mnist", "ftp://a/", "http://", "http://[::1", "http://a:b"]
)
def test_what_is_no_address(mirror: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"mirror .* is no http or https address"):
        fetch_all(tmp_path, [mirror])


def test_an_interruption_leaves_the_old_file_and_no_litter(server: Server, tmp_path: Path) -> None:
    (tmp_path / "one.gz").write_bytes(b"damaged before")

    def interrupt(file: PublishedFile, received: int) -> None:
        if received > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_all(tmp_path, [server.mirror("good")], interrupt)
    assert held(tmp_path) == {"one.gz": b"damaged before"}


def test_a_full_disk_is_no_failure_of_the_mirror(server: Server, tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(OutputError, match=r"cannot write one.gz: .*; choose another place"):
            fetch_all(tmp_path, [server.mirror("good")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert held(tmp_path) == {}
    assert len(server.requests) == 1


def test_a_folder_that_cannot_be_is_said_before_anything_is_fetched(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"not a directory; choose another place"):
        fetch_all(tmp_path / "file" / "mnist", [server.mirror("good")])
    assert server.requests == []


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640)])
def test_the_file_mode_follows_the_umask(
    umask: int, mode: int, server: Server, tmp_path: Path
) -> None:
    before = os.umask(umask)
    try:
        fetch_all(tmp_path, [server.mirror("good")])
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {mode}
