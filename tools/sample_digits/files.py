"""The four files of the sample digits: which labels they hold, and their bytes."""

import gzip
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convcli.storage.files.writing import atomic_file, check_writable
from tools.sample_digits.drawing import draw_digits

CLASSES = 10


@dataclass(frozen=True)
class Split:
    """One part of the sample digits: the start of its files' names, and what they hold."""

    prefix: str
    size: int
    seed: int
    first_labels: tuple[int, ...]


# The first train labels are those of MNIST, so that an index there has the same label here.
TRAIN = Split("train", size=200, seed=1, first_labels=(5, 0, 4, 1, 9, 2, 1, 3, 1, 4))
TEST = Split("t10k", size=100, seed=2, first_labels=())


def write_files(folder: Path) -> list[Path]:
    """Draw the sample digits and write them as MNIST is: four IDX files, compressed with gzip.

    The pixels are the same on every machine. The compressed bytes are too wherever Python
    compresses with the same zlib.

    Returns:
        The files written.

    Raises:
        OutputError: The folder cannot be written.
    """
    check_writable(folder)
    written = []
    for split in (TRAIN, TEST):
        labels = split_labels(split)
        for kind, array in (
            ("images-idx3", draw_digits(labels, split.seed)),
            ("labels-idx1", labels),
        ):
            path = folder / f"{split.prefix}-{kind}-ubyte.gz"
            with atomic_file(path) as file:
                file.write(_compressed(_idx_bytes(array)))
            written.append(path)
    return written


def split_labels(split: Split) -> NDArray[np.uint8]:
    """The labels of a split in their order: every class equally often, shuffled after the first.

    >>> split_labels(TRAIN)[:10]
    array([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], dtype=uint8)
    >>> np.bincount(split_labels(TEST))
    array([10, 10, 10, 10, 10, 10, 10, 10, 10, 10])
    """
    first = np.array(split.first_labels, dtype=np.uint8)
    open_places = split.size // CLASSES - np.bincount(first, minlength=CLASSES)
    others = np.repeat(np.arange(CLASSES, dtype=np.uint8), open_places)
    order = np.random.default_rng(split.seed).random(len(others)).argsort()
    return np.concatenate([first, others[order]])


def _idx_bytes(array: NDArray[np.uint8]) -> bytes:
    unsigned_byte = 8
    header = struct.pack(f">HBB{array.ndim}I", 0, unsigned_byte, array.ndim, *array.shape)
    return header + array.tobytes()


def _compressed(content: bytes) -> bytes:
    buffer = BytesIO()
    # Neither a time nor a name in the header: the same digits give the same file.
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()
