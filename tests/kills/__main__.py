"""SIGKILL at random moments of a training: ``python -m tests.kills --runs 20 --seed 1``."""

import hashlib
import json
import random
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from tests.kills.killing import KILLED, dying, killed_after, without_times

SETTINGS = "--epochs 4 --batch 8 --checkpoint-every 2 --augment shift,rotate --weight-decay 0.01"
LAYERS = "conv1(8@5x5) relu maxpool2 flatten fc1(30) relu dropout(0.3) fc2(10)"
SAVED, STATE = "run.npz", "run.state.npz"
TRAIN = ["train", *SETTINGS.split(), "--layers", LAYERS, "--animate", "--save", SAVED, "--json"]
RESUME = ["train", "--resume", STATE, "--json"]
MOST_KILLS = 3
IN_A_WRITE = ("write", "write", "flush", "name", "replace")


@dataclass
class Killer:
    """Kills runs and looks at what they end in.

    Attributes:
        chance: Draws the moments.
        seconds: What an undisturbed run takes.
        calls: How often an undisturbed run comes to each place where it can be killed.
        kills: Where runs were killed, and how often.
    """

    chance: random.Random
    seconds: float
    calls: dict[str, int]
    kills: Counter[str] = field(default_factory=Counter)

    def run(self, folder: Path) -> tuple[int, str]:
        """Kill a run up to three times, then let it end.

        Returns:
            How often it was killed, and what it printed when it ended.
        """
        for killed in range(self.chance.randint(1, MOST_KILLS)):
            ended = self._attempt(folder)
            if ended.returncode != KILLED:
                return killed, ended.stdout
            if (folder / SAVED).exists() and not (folder / STATE).exists():
                # The run had ended when the signal came.
                return killed, ended.stdout
        return killed + 1, dying("none", folder, *_command(folder)).stdout

    def _attempt(self, folder: Path) -> subprocess.CompletedProcess[str]:
        if self.chance.random() < 0.5:
            place = "from outside"
            wait = self.chance.uniform(0.3, self.seconds)
            ended = killed_after(wait, folder, *_command(folder))
        else:
            place = self.chance.choice(IN_A_WRITE)
            moment = f"{place}:{self.chance.randint(1, self.calls[place])}"
            ended = dying(moment, folder, *_command(folder))
        if ended.returncode == KILLED:
            self.kills[place] += 1
        return ended


def _command(folder: Path) -> list[str]:
    return RESUME if (folder / STATE).exists() else TRAIN


def _expected(folder: Path) -> tuple[dict[str, Any], dict[str, int], float]:
    folder.mkdir()
    started = time.perf_counter()
    outcome = dying("count", folder, *TRAIN)
    seconds = time.perf_counter() - started
    return without_times(outcome.stdout), json.loads(outcome.stderr.splitlines()[-1]), seconds


@click.command()
@click.option("--runs", type=click.IntRange(1, 10**6), default=20, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(runs: int, seed: int) -> None:
    """Report what the runs ended in; exit code 1 if one ended in other bits."""
    digests: Counter[str] = Counter()
    wrong = done = 0
    with tempfile.TemporaryDirectory() as name:
        expected, calls, seconds = _expected(Path(name, "undisturbed"))
        click.echo(f"undisturbed: {seconds:.1f} s, {expected['sha256']}")
        killer = Killer(random.Random(seed), seconds, calls)
        while done < runs:
            folder = Path(name, "killed")
            folder.mkdir()
            killed, printed = killer.run(folder)
            if killed:
                done += 1
                digest = hashlib.sha256((folder / SAVED).read_bytes()).hexdigest()
                same = digest == expected["sha256"] and without_times(printed) == expected
                digests[digest] += 1
                wrong += not same
                click.echo(f"run {done}: killed {killed} times, {digest[:16]}, {same}")
            folder.rename(Path(name, f"{time.monotonic_ns()}"))
    places = ", ".join(f"{count} {place}" for place, count in killer.kills.items())
    click.echo(
        f"{runs} runs, seed {seed}, killed {sum(killer.kills.values())} times ({places}): "
        f"{len(digests)} SHA-256; {wrong} ended in another history, JSON or file"
    )
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
