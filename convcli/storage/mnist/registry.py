"""The four files that MNIST is published as, and whether a file is one of them, byte for byte.

Source of the sums: TensorFlow Datasets, which lists them for the mirror that it fetches from; the
MD5 sums that torchvision lists for its own mirror belong to the same bytes.
"""

import hashlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from convcli.storage.files.opening import regular_file

SPLITS = ("train", "test")


@dataclass(frozen=True)
class PublishedFile:
    """One file of MNIST, known by its sum."""

    name: str
    size: int
    sha256: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """The names that the file is known under, as published and unpacked.

        >>> IMAGES["test"].spellings[:2]
        ('t10k-images-idx3-ubyte.gz', 't10k-images-idx3-ubyte')
        """
        unpacked = self.name.removesuffix(".gz")
        dotted = unpacked.replace("-idx", ".idx")
        return (self.name, unpacked, f"{dotted}.gz", dotted)

    def is_at(self, path: Path) -> bool:
        """Whether ``path`` holds this file, byte for byte.

        Raises:
            FileError: ``path`` is missing, unreadable or no regular file.
        """
        # No limit is needed: a file of another size is another file, and is not read at all.
        with regular_file(path, sys.maxsize) as file:
            return self.is_in(file)

    def is_in(self, file: io.FileIO) -> bool:
        """Whether an open file holds this one, byte for byte."""
        if os.fstat(file.fileno()).st_size != self.size:
            return False
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


IMAGES: dict[str, PublishedFile] = {
    "train": PublishedFile(
        "train-images-idx3-ubyte.gz",
        9912422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "test": PublishedFile(
        "t10k-images-idx3-ubyte.gz",
        1648877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
}

LABELS: dict[str, PublishedFile] = {
    "train": PublishedFile(
        "train-labels-idx1-ubyte.gz",
        28881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "test": PublishedFile(
        "t10k-labels-idx1-ubyte.gz",
        4542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}

FILES = tuple(kind[split] for split in SPLITS for kind in (IMAGES, LABELS))
"""All four, the training files first."""
