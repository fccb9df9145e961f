"""A command in a process of its own, and what it took."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.outcome import Outcome

LAUNCHER = Path(__file__).with_name("launcher.py")


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


def run(command: Sequence[str], folder: Path) -> Ran:
    """Run a command line in a folder; neither MNIST nor a cache is there."""
    with tempfile.TemporaryDirectory() as name:
        note = Path(name, "note")
        launched = subprocess.run(
            [sys.executable, LAUNCHER, note, sys.executable, "-m", "convcli", *command],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"XDG_CACHE_HOME": str(folder), "CONVCLI_DATA_DIR": ""},
        )
        taken = json.loads(note.read_text(encoding="utf-8"))
    outcome = Outcome(taken["code"], launched.stdout, launched.stderr)
    return Ran(outcome, taken["seconds"], taken["memory"])
