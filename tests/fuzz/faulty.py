"""Readers with faults, to see that the harness finds them."""

import os
import time
from pathlib import Path
from random import Random

from convcli.errors import FileError
from tests.fuzz.harness import MEBIBYTE

BAD = b"bad"


def genuine() -> list[bytes]:
    """Nine good files and a bad one."""
    return [b"good"] * 9 + [BAD]


def mutant(random: Random, files: list[bytes]) -> bytes:
    """One of them."""
    return random.choice(files)


def _is_bad(path: Path) -> bool:
    return path.read_bytes() == BAD


def reads(path: Path) -> None:
    """Refuses the bad one, as it should."""
    if _is_bad(path):
        raise FileError("a bad file", "get another one")


def raises(path: Path) -> None:
    """Lets an error of its own escape."""
    if _is_bad(path):
        raise ValueError("no such number")


def talks(path: Path) -> None:
    """Shows what is in the file."""
    if _is_bad(path):
        raise FileError("a name with an escape: \x1b[2J", "")


def talks_too_long(path: Path) -> None:
    """Says more than fits a line."""
    if _is_bad(path):
        raise FileError("bad " * 50, "")


def dies(path: Path) -> None:
    """Ends the process, as a fault in C does."""
    if _is_bad(path):
        os.abort()


def hangs(path: Path) -> None:
    """Does not come to an end."""
    while _is_bad(path):
        time.sleep(0.1)


def devours(path: Path) -> None:
    """Takes more memory than it is given."""
    if _is_bad(path):
        bytearray(1024 * MEBIBYTE)
