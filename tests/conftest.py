"""Fixtures for every room: a clean environment, the real data, and the command itself."""

import gzip
import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.cli.main import execute
from tests.outcome import Convcli, Outcome

# A shell starts what runs in its background with Ctrl-C ignored, and every child inherits that. The
# tests of Ctrl-C are about the program, so they begin as they would in a foreground.
signal.signal(signal.SIGINT, signal.default_int_handler)


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
    """The parameter files that the book has shipped."""
    if BOOK_DIRECTORY is None:
        pytest.skip(
            "set CONVCLI_BOOK_DIR to a folder with the files of the book that tests/README.md names"
        )
    return BOOK_DIRECTORY


@pytest.fixture(scope="session")
def idx_bytes() -> Callable[[NDArray[np.uint8]], bytes]:
    """What the IDX file of an array holds, built by hand."""

    def build(items: NDArray[np.uint8]) -> bytes:
        shape = b"".join(size.to_bytes(4, "big") for size in items.shape)
        return bytes([0, 0, 8, items.ndim]) + shape + items.tobytes()

    return build


@pytest.fixture
def small_mnist(tmp_path: Path, idx_bytes: Callable[[NDArray[np.uint8]], bytes]) -> Path:
    """A folder with MNIST's four file names: 12 train and 5 test images of noise."""
    directory = tmp_path / "small-mnist"
    directory.mkdir()
    random = np.random.default_rng(0)
    for split, count in (("train", 12), ("t10k", 5)):
        images = random.integers(0, 256, (count, 28, 28), np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 10
        for name, items in ((f"{split}-images-idx3", images), (f"{split}-labels-idx1", labels)):
            (directory / f"{name}-ubyte.gz").write_bytes(gzip.compress(idx_bytes(items)))
    return directory


@pytest.fixture
def convcli(capfd: pytest.CaptureFixture[str]) -> Convcli:
    """Run a command line in this process, errors and exit code included."""

    def run(*arguments: str | Path) -> Outcome:
        capfd.readouterr()
        code = execute([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run
