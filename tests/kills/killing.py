"""Command lines that are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL


def dying(moment: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command line that kills itself at a moment; see :mod:`tests.kills.dying`."""
    return subprocess.run(
        [sys.executable, "-m", "tests.kills.dying", moment, *arguments],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def killed_after(seconds: float, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command line and kill it from outside after so many seconds."""
    with subprocess.Popen(
        [sys.executable, "-m", "convcli", *arguments],
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(seconds)
        process.kill()
        printed, errors = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, printed, errors)


def without_times(printed: str) -> dict[str, Any]:
    """What ``--json`` printed, but for the seconds."""
    result: dict[str, Any] = json.loads(printed)
    for epoch in result["epochs"]:
        del epoch["seconds"]
    return result


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
