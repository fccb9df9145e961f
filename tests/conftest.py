"""Fixtures for every room: a clean environment, the real data, and the command itself."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from convcli.cli.main import execute


# Read before the fixture below clears the environment and changes the folder.
def _directory(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value).resolve(strict=True) if value else None


MNIST_DIRECTORY = _directory("CONVCLI_DATA_DIR")
BOOK_DIRECTORY = _directory("CONVCLI_BOOK_DIR")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the user's data, cache or folder."""
    monkeypatch.delenv("CONVCLI_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def mnist_directory() -> Path:
    """The four official MNIST files."""
    if MNIST_DIRECTORY is None:
        pytest.skip("set CONVCLI_DATA_DIR to a folder with the four MNIST files")
    return MNIST_DIRECTORY


@pytest.fixture
def book_directory() -> Path:
    """The two parameter files that the book has shipped."""
    if BOOK_DIRECTORY is None:
        pytest.skip("set CONVCLI_BOOK_DIR to a folder with params-2016.pkl and params-2022.pkl")
    return BOOK_DIRECTORY


@dataclass(frozen=True)
class Outcome:
    """What one command line did."""

    code: int
    stdout: str
    stderr: str


@pytest.fixture
def convcli(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run a command line in this process, errors and exit code included."""

    def run(*arguments: str | Path) -> Outcome:
        capfd.readouterr()
        code = execute([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run
