"""What it means that a command refuses a file and leaves no trace."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.outcome import Outcome

MEBIBYTE = 2**20
LONGEST_LINE = 200
MOST_MEMORY = 300 * MEBIBYTE
"""That a command may take in all, Python and its libraries included."""

# What is left of it for the file: Python with NumPy, click and rich takes some 45 MiB.
_ALLOWANCE = MOST_MEMORY - 45 * MEBIBYTE


def files_in(folder: Path) -> dict[str, int | None]:
    """Everything in a folder, with the sizes of files."""
    return {
        str(path.relative_to(folder)): path.stat().st_size if path.is_file() else None
        for path in folder.rglob("*")
    }


def assert_refused(outcome: Outcome) -> None:
    """Exit code 1 and one line on stderr that is short and prints."""
    assert outcome.code == 1, outcome
    assert outcome.stdout == ""
    assert outcome.stderr.startswith("Error: "), outcome
    assert outcome.stderr.endswith("\n")
    line = outcome.stderr[:-1]
    assert line.isprintable(), ascii(line)
    assert len(line) <= LONGEST_LINE
    assert "not enough memory" not in line
    assert "MemoryError" not in line


@contextmanager
def bounded_memory(allowance: int = _ALLOWANCE) -> Iterator[None]:
    """Let this process take no more than so many bytes beyond what it has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + allowance, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
