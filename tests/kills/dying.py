"""A command line that kills itself: ``python -m tests.kills.dying PLACE:NUMBER train ...``.

SIGKILL comes at the call of that number of what PLACE names: in the middle of a write, before a
flush to the disk, before a file gets its name, before it takes the place of another, before a step,
or before a validation. With PLACE ``count`` nothing happens, and the calls of each are told on
stderr.
"""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from convcli.cli.main import execute
from convcli.network.training import run
from convcli.storage.files.writing import _OutputFile

PLACES: dict[str, tuple[Any, str]] = {
    "write": (_OutputFile, "write"),
    "flush": (_OutputFile, "settle"),
    "name": (_OutputFile, "link"),
    "replace": (Path, "replace"),
    "step": (run.Training, "_take_step"),
    "validation": (run, "validate"),
}

calls: Counter[str] = Counter()


def _armed(place: str, plain: Callable[..., Any], last: int) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        calls[place] += 1
        if calls[place] == last:
            if place == "write":
                file, data = arguments
                plain(file, data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(*arguments)

    return call


def main() -> None:
    """Run the command line until the moment has come."""
    wanted, _, number = sys.argv[1].partition(":")
    for place, (owner, name) in PLACES.items():
        last = int(number) if place == wanted else 0
        setattr(owner, name, _armed(place, getattr(owner, name), last))
    code = execute(sys.argv[2:])
    if wanted == "count":
        sys.stderr.write(json.dumps(calls) + "\n")
    raise SystemExit(code)


if __name__ == "__main__":
    main()
