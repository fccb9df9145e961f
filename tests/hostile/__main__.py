"""Each hostile file through each command, in a process of its own: ``python -m tests.hostile``.

Prints the longest time and the most memory of them all, for the table in ``tests/README.md``.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from tests.hostile.cases import Case, hostile
from tests.hostile.refusals import MEBIBYTE, assert_refused, files_in
from tests.outcome import Outcome


@dataclass(frozen=True)
class Run:
    """What one command took to refuse one file."""

    case: Case
    command: str
    seconds: float
    memory: int


@click.command()
@click.option("--kind", default="", help="Only files whose kind and name contain this.")
def main(kind: str) -> None:
    """Report time and memory of every refusal; fails where one is no refusal."""
    runs = [run for case in hostile() if kind in case.id for run in _runs(case)]
    slowest = max(runs, key=lambda run: run.seconds)
    largest = max(runs, key=lambda run: run.memory)
    click.echo(f"{len({run.case.id for run in runs})} files, {len(runs)} commands, all refused")
    click.echo(f"slowest {slowest.seconds:.2f} s: {slowest.command} of {slowest.case.id}")
    memory = largest.memory / MEBIBYTE
    click.echo(f"largest {memory:.0f} MiB: {largest.command} of {largest.case.id}")


def _runs(case: Case) -> Iterator[Run]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # The system tells a child's peak from the fork on, and so with its parent's memory in it:
        # the large files are made by a process that is gone by then.
        writer = multiprocessing.get_context("fork").Process(target=case.write, args=(folder,))
        writer.start()
        writer.join()
        before = files_in(folder)
        for command in case.commands:
            with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
                started = time.monotonic()
                process = subprocess.Popen(
                    [sys.executable, "-m", "convcli", *command],
                    cwd=folder,
                    stdout=stdout,
                    stderr=stderr,
                    env=os.environ | {"XDG_CACHE_HOME": name, "CONVCLI_DATA_DIR": ""},
                )
                # Unlike Popen's own wait, this tells what the process took.
                _, status, usage = os.wait4(process.pid, 0)
                seconds = time.monotonic() - started
                process.returncode = os.waitstatus_to_exitcode(status)
                said = []
                for stream in (stdout, stderr):
                    stream.seek(0)
                    said.append(stream.read().decode())
            assert_refused(Outcome(process.returncode, *said))
            assert files_in(folder) == before
            yield Run(case, " ".join(command[:2]), seconds, usage.ru_maxrss * 1024)


if __name__ == "__main__":
    main()
