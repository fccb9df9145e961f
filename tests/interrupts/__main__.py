"""Ctrl-C at many moments of every command: ``python -m tests.interrupts --runs 1000 --seed 1``."""

import random
import signal
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path

import click

from tests.interrupts.moments import commands, renewed, undisturbed


@click.command()
@click.option("--runs", type=click.IntRange(1, 10**6), default=1000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(runs: int, seed: int) -> None:
    """Report how many runs ended as they should; exit code 1 if one did not."""
    # A shell starts what runs in its background with Ctrl-C ignored, and every child inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = renewed(Path(name, "folder"))
        known = [undisturbed(command, renewed(folder)) for command in commands()]
        for command in known:
            click.echo(
                f"{command.ended.seconds:6.2f} s  exit {command.ended.code}  {command.command}"
            )
        for number in count():
            if outcomes["interrupted"] + outcomes["wrong"] == runs:
                break
            try:
                in_time = known[number % len(known)].interrupted(renewed(folder), chance)
            except AssertionError as error:
                outcomes["wrong"] += 1
                click.echo(f"run {number}: {error}")
            else:
                outcomes["interrupted" if in_time else "done before"] += 1
    click.echo(
        f"{runs} signals to {len(known)} command lines, seed {seed}: {outcomes['interrupted']} "
        f"ended with exit code 130, one line and whole files, {outcomes['wrong']} in another way; "
        f"{outcomes['done before']} more came when all was done"
    )
    raise SystemExit(outcomes["wrong"] > 0)


if __name__ == "__main__":
    main()
