"""What one command line did; the fixture ``convcli`` gives it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Outcome:
    """Exit code and both streams."""

    code: int
    stdout: str
    stderr: str


class Convcli(Protocol):
    """Runs one command line in this process, errors and exit code included."""

    def __call__(self, *arguments: str | Path) -> Outcome: ...
