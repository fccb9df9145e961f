"""Each hostile file through each command, in a process of its own: ``python -m tests.hostile``.

Prints the longest time and the most memory of them all, for the table in ``tests/README.md``, and
the same of files and options with nothing wrong but their size.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from convcli.cli.budget import MOST_SECONDS
from tests.hostile.cases import Case, hostile
from tests.hostile.large import Large, assert_within, thorough
from tests.hostile.refusals import MEBIBYTE, assert_refused, files_in
from tests.hostile.running import Ran, run


@dataclass(frozen=True)
class Run:
    """One command on one file."""

    name: str
    command: str
    ran: Ran


@click.command()
@click.option("--kind", default="", help="Only files whose kind and name contain this.")
def main(kind: str) -> None:
    """Report time and memory of every command; fails where one does not do what it should."""
    refused = [done for case in hostile() if kind in case.id for done in _refusals(case)]
    if refused:
        files = len({done.name for done in refused})
        click.echo(f"{files} files, {len(refused)} commands, all refused")
        _report(refused)
    large = [done for one in thorough() if kind in f"large: {one.name}" for done in _on(one)]
    if large:
        done = sum(not one.ran.outcome.code for one in large)
        click.echo(f"{len(large)} commands on what is large: {done} done, the others refused")
        _report(large)
        slow = [one for one in large if one.ran.seconds > MOST_SECONDS]
        for one in slow:
            click.echo(f"more than {MOST_SECONDS} s: {one.command} of {one.name}")
        if slow:
            raise SystemExit(1)


def _report(runs: list[Run]) -> None:
    slowest = max(runs, key=lambda done: done.ran.seconds)
    largest = max(runs, key=lambda done: done.ran.memory)
    click.echo(f"slowest {slowest.ran.seconds:.2f} s: {slowest.command} of {slowest.name}")
    memory = largest.ran.memory / MEBIBYTE
    click.echo(f"largest {memory:.0f} MiB: {largest.command} of {largest.name}")


def _refusals(case: Case) -> Iterator[Run]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case.write(folder)
        before = files_in(folder)
        for command in case.commands:
            ran = run(command, folder)
            assert_refused(ran.outcome)
            assert files_in(folder) == before
            yield Run(case.id, " ".join(command[:2]), ran)


def _on(large: Large) -> Iterator[Run]:
    for command, code in large.commands.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            large.write(folder)
            ran = run(command.split(), folder)
            click.echo(
                f"{ran.seconds:6.2f} s {ran.memory / MEBIBYTE:4.0f} MiB, exit code "
                f"{ran.outcome.code}: {command} ({large.name})"
            )
            assert_within(ran, code)
            yield Run(large.name, command, ran)


if __name__ == "__main__":
    main()
