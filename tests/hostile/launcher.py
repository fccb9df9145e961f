"""Runs a command and notes what it took: ``python launcher.py NOTE COMMAND...``.

The system tells a child's peak from before its first instruction on, and so with the memory of its
parent in it. This parent is small, whoever starts it.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main(note: str, *command: str) -> None:
    """Leave exit code, seconds and the most bytes in a file."""
    started = time.monotonic()
    process = subprocess.Popen(command)
    # Unlike Popen's own wait, this tells what the process took.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    taken = {
        "code": process.returncode,
        "seconds": seconds,
        "memory": usage.ru_maxrss * 1024,
    }
    Path(note).write_text(json.dumps(taken), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
