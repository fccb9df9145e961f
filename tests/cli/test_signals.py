"""Ctrl-C, a kill, a pipe that closes and a disk that is full: one line, and only whole files."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.storage.files.writing import _OutputFile
from convcli.storage.parameters.formats import load, save
from tests import chapter_7
from tests.outcome import Convcli, Outcome

PICTURES = ("input.png", "filter.png", "convolution.png", "pooling.png", "overview.png")
OLD = b"what was there before"
NOTE = "Note: MNIST was not found"


@pytest.fixture(autouse=True)
def parameters() -> None:
    """Parameters of a small network, in ``good.npz``."""
    random = np.random.default_rng(0)
    shapes = chapter_7.shapes(filters=2, hidden=3)
    save(Path("good.npz"), {name: random.normal(size=shape) for name, shape in shapes.items()})


def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
    """The program itself, with stdout and stderr to be read."""
    command = [sys.executable, "-m", "convcli", *map(str, arguments)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process: subprocess.Popen[str] = subprocess.Popen(command, text=True, **streams | options)
    return process


def run(*arguments: str | Path, **options: Any) -> Outcome:
    """The program itself, to its end."""
    with start(*arguments, **options) as process:
        stdout, stderr = process.communicate()
    return Outcome(process.returncode, stdout or "", stderr)


def assert_old_or_whole(folder: Path) -> None:
    """Nothing but pictures with their own names, each of which is the old one or can be read."""
    for path in folder.rglob("*"):
        assert path.name in PICTURES
        if path.read_bytes() != OLD:
            with Image.open(path) as picture:
                picture.load()


class TestInterrupted:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("forward", "--filter", "all", "--params", "good.npz", "--out", "pictures"),
            ("compare-im2col", "--repeat", "1000000", "--out", "pictures"),
            ("train", "--epochs", "1000000", "--save", "pictures/trained.npz"),
        ],
        ids=lambda arguments: arguments[0],
    )
    def test_by_ctrl_c_at_work(self, arguments: tuple[str, ...]) -> None:
        with start(*arguments) as process:
            assert process.stderr is not None
            # It is said when everything has been read and the work begins.
            assert process.stderr.readline().startswith(NOTE)
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate()
        assert process.returncode == 130
        (line,) = stderr.splitlines()
        assert line.startswith("Error: interrupted")
        if arguments[0] == "train":
            assert {path.name for path in Path("pictures").rglob("*")} <= {
                "trained.npz",
                "trained.state.npz",
            }
        else:
            assert_old_or_whole(Path("pictures"))

    @pytest.mark.parametrize("writes", [1, 2, 3, 5, 8])
    def test_in_the_middle_of_a_write(
        self,
        writes: int,
        convcli: Convcli,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        folder = tmp_path / "pictures"
        folder.mkdir()
        for name in PICTURES:
            (folder / name).write_bytes(OLD)
        left = iter(range(writes - 1, -1, -1))
        write = _OutputFile.write

        def interrupted(self: _OutputFile, data: bytes) -> int:
            written = write(self, data)
            if next(left, -1) == 0:
                signal.raise_signal(signal.SIGINT)
            return written

        monkeypatch.setattr(_OutputFile, "write", interrupted)
        outcome = convcli("forward", "--params", "good.npz", "--out", folder)
        assert outcome.code == 130
        # The table was finished, and says of no picture that it is there before it is.
        assert "\npooling " in outcome.stdout
        for line in outcome.stdout.splitlines():
            if line.startswith("wrote "):
                assert Path(line.removeprefix("wrote ")).read_bytes() != OLD
        assert outcome.stderr.splitlines()[1:] == [
            "Error: interrupted; nothing half-written was left behind"
        ]
        assert len(list(folder.iterdir())) == len(PICTURES)
        assert_old_or_whole(folder)

    def test_while_it_waits_for_a_mirror(self, tmp_path: Path) -> None:
        with silent_server() as (mirror, asked):
            folder = tmp_path / "mnist"
            folder.mkdir()
            (folder / "train-images-idx3-ubyte.gz").write_bytes(OLD)
            with start("data", "download", "--mirror", mirror, "--data-dir", folder) as process:
                assert asked.wait(60)
                process.send_signal(signal.SIGINT)
                stdout, stderr = process.communicate()
        assert (process.returncode, stdout) == (130, "")
        assert stderr.splitlines() == ["Error: interrupted; nothing half-written was left behind"]
        (only,) = folder.iterdir()
        assert only.read_bytes() == OLD

    def test_while_python_is_still_loading(self) -> None:
        # Sent by the first module that the program imports, click, before it is whole.
        code = (
            "import signal, sys\n"
            "class Interrupt:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        if name == 'click': signal.raise_signal(signal.SIGINT)\n"
            "sys.meta_path.insert(0, Interrupt())\n"
            "from convcli.__main__ import run\n"
            "run()\n"
        )
        finished = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert (finished.returncode, finished.stdout) == (130, "")
        assert finished.stderr == "Error: interrupted; nothing half-written was left behind\n"


@contextmanager
def silent_server() -> Iterator[tuple[str, threading.Event]]:
    """A server that takes a request, and never answers."""
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                asked.set()
                # Until the other side is gone.
                while connection.recv(2**12):
                    pass

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", asked
    thread.join()


class TestKilled:
    @pytest.mark.parametrize("delay", [0.0, 0.01, 0.05, 0.1, 0.2, 0.4])
    def test_while_it_draws(self, delay: float, tmp_path: Path) -> None:
        folder = tmp_path / "pictures"
        folder.mkdir()
        for name in PICTURES:
            (folder / name).write_bytes(OLD)
        first = folder / PICTURES[0]
        with start("forward", "--params", "good.npz", "--out", folder) as process:
            while first.read_bytes() == OLD and process.poll() is None:
                time.sleep(0.001)
            time.sleep(delay)
            process.kill()
        assert first.read_bytes() != OLD
        assert len(list(folder.iterdir())) == len(PICTURES)
        assert_old_or_whole(folder)

    @pytest.mark.parametrize("delay", [0.0, 0.001, 0.004, 0.02])
    def test_while_it_converts(self, delay: float, tmp_path: Path) -> None:
        arrays = {"W1": np.random.default_rng(0).normal(size=2**21)}
        source, target = tmp_path / "large.npz", tmp_path / "out" / "large.safetensors"
        save(source, arrays)
        target.parent.mkdir()
        target.write_bytes(OLD)
        with start("params", "convert", source, target, "--force") as process:
            while not writes_a_file(process) and process.poll() is None:
                time.sleep(0.0005)
            time.sleep(delay)
            process.kill()
        (only,) = target.parent.iterdir()
        assert only == target
        if target.read_bytes() != OLD:
            np.testing.assert_array_equal(load(target).arrays["W1"], arrays["W1"])


def writes_a_file(process: subprocess.Popen[str]) -> bool:
    """Whether the process has a file without a name open, as atomic writes do on Linux."""
    try:
        links = [path.readlink() for path in Path(f"/proc/{process.pid}/fd").iterdir()]
    except OSError:
        return False
    return any(link.name.endswith("(deleted)") for link in links)


class TestStreams:
    COMMANDS = (
        ("--help",),
        ("--version",),
        ("params", "show", "good.npz"),
        ("params", "show", "good.npz", "--json"),
        ("forward", "--params", "good.npz", "--no-figures"),
        ("data", "status", "--json"),
        ("data", "show", "--index", "all", "--no-figures"),
    )

    @pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
    def test_a_reader_that_is_gone(self, arguments: tuple[str, ...]) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        try:
            finished = run(*arguments, stdout=writing)
        finally:
            os.close(writing)
        assert finished.code == 141
        assert [line for line in finished.stderr.splitlines() if not line.startswith(NOTE)] == []

    def test_a_reader_that_has_seen_enough(self) -> None:
        with start("train", "--epochs", "1000000", "--save", "trained.npz") as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline().startswith("the book's network")
            process.stdout.close()
            stderr = process.stderr.read()
        assert process.returncode == 141
        assert [line for line in stderr.splitlines() if not line.startswith(NOTE)] == []

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
    @pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
    def test_a_full_disk(self, arguments: tuple[str, ...]) -> None:
        with Path("/dev/full").open("w") as full:
            finished = run(*arguments, stdout=full)
        assert finished.code == 1
        errors = [line for line in finished.stderr.splitlines() if not line.startswith(NOTE)]
        assert errors == ["Error: standard output cannot be written: No space left on device"]

    @pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
    @pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)], ids=str)
    def test_streams_that_were_closed(
        self, closed: tuple[int, ...], arguments: tuple[str, ...]
    ) -> None:
        def close() -> None:
            for descriptor in closed:
                os.close(descriptor)

        finished = run(*arguments, preexec_fn=close)
        assert finished.code == 0
        assert "Traceback" not in finished.stderr
        assert bool(finished.stdout) == (1 not in closed)

    def test_an_encoding_without_the_letters_of_a_name(self) -> None:
        Path("good.npz").rename("ゼロ.npz")
        environment = os.environ | {"PYTHONIOENCODING": "latin-1:strict"}
        finished = run("params", "show", "ゼロ.npz", env=environment)
        assert (finished.code, finished.stderr) == (0, "")
        assert r"\u30bc\u30ed.npz" in finished.stdout
