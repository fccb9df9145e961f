"""A command in a process of its own, and what it took."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.outcome import Outcome


@dataclass(frozen=True)
class Ran:
    """How a command ended.

    Attributes:
        outcome: Its exit code and both streams.
        seconds: From its start to its end.
        memory: The most bytes that it had at once, or one of the processes that it started.
    """

    outcome: Outcome
    seconds: float
    memory: int


def prepare(write: Callable[[Path], None], folder: Path) -> None:
    """Write the files of a case.

    The system tells a child's peak from the fork on, and so with its parent's memory in it: large
    files are made by a process that is gone by then.
    """
    writer = multiprocessing.get_context("fork").Process(target=write, args=(folder,))
    writer.start()
    writer.join()
    assert writer.exitcode == 0


def run(command: Sequence[str], folder: Path) -> Ran:
    """Run a command line in a folder; neither MNIST nor a cache is there."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "convcli", *command],
            cwd=folder,
            stdout=stdout,
            stderr=stderr,
            env=os.environ | {"XDG_CACHE_HOME": str(folder), "CONVCLI_DATA_DIR": ""},
        )
        # Unlike Popen's own wait, this tells what the process took.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said = []
        for stream in (stdout, stderr):
            stream.seek(0)
            said.append(stream.read().decode())
    return Ran(Outcome(process.returncode, *said), seconds, usage.ru_maxrss * 1024)
