"""Data that are learned in a moment, for the commands that train."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Bytes = Callable[[NDArray[np.uint8]], bytes]

TRAINING, TEST = 24, 12


def _write_stripes(directory: Path, split: str, count: int, seed: int, idx_bytes: Bytes) -> None:
    """Noise with one bright stripe whose place is the label."""
    random = np.random.default_rng(seed)
    labels = random.integers(10, size=count).astype(np.uint8)
    pixels = random.integers(60, size=(count, 28, 28), dtype=np.uint8)
    pixels[np.arange(count), 2 * labels + 4] = 250
    for name, items in ((f"{split}-images-idx3", pixels), (f"{split}-labels-idx1", labels)):
        (directory / f"{name}-ubyte.gz").write_bytes(gzip.compress(idx_bytes(items)))


@pytest.fixture
def data(tmp_path: Path, idx_bytes: Bytes) -> Path:
    directory = tmp_path / "stripes"
    directory.mkdir()
    _write_stripes(directory, "train", TRAINING, 0, idx_bytes)
    _write_stripes(directory, "t10k", TEST, 1, idx_bytes)
    return directory
