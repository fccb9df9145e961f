"""What is fuzzed: each reader of files with its genuine files and its own kind of damage."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from convcli.storage.files.sandbox import explained
from convcli.storage.files.sandbox_child import answer
from convcli.storage.mnist.idx import IdxFile
from convcli.storage.parameters import formats
from convcli.storage.pictures.decoding import decode
from convcli.storage.pictures.reading import GREY
from tests.fuzz import idx, images, npz, pickles, safetensor


@dataclass(frozen=True)
class Target:
    """One reader of files.

    Attributes:
        name: For the command line.
        file_name: The name that mutants are given; a reader may look at the suffix.
        genuine: Makes good files.
        mutant: Makes a bad one of them.
        read: The function that the commands call.
    """

    name: str
    file_name: str
    genuine: Callable[[], list[bytes]]
    mutant: Callable[[Random, list[bytes]], bytes]
    read: Callable[[Path], object]

    def build(self, files: list[bytes], seed: int, number: int) -> bytes:
        """Mutant ``number`` of a seed: the same bytes whenever it is asked for."""
        return self.mutant(Random(f"{self.name} {seed} {number}"), files)


def _read_idx(path: Path) -> None:
    file = IdxFile(path)
    file.check()
    file.all_items()


def _decode_picture(path: Path) -> None:
    """What the child process does with a picture: a process for each mutant would take very long.

    Whatever exception Pillow has is a refusal there, so this looks for faults in C and for mutants
    that take too long or too much.
    """
    with path.open("rb") as file, warnings.catch_warnings():
        # The child has nowhere to write them.
        warnings.simplefilter("ignore")
        header, _ = answer(decode, file, {"colour": False})
    if "refusal" in header:
        raise explained(path.name, header["refusal"], GREY)


TARGETS = {
    target.name: target
    for target in (
        Target("pickle", "mutant.pkl", pickles.genuine, pickles.mutant, formats.load),
        Target("npz", "mutant.npz", npz.genuine, npz.mutant, formats.load),
        Target(
            "safetensors",
            "mutant.safetensors",
            safetensor.genuine,
            safetensor.mutant,
            formats.load,
        ),
        Target("idx", "mutant-idx3-ubyte", idx.genuine, idx.mutant, _read_idx),
        Target("image", "mutant.png", images.genuine, images.mutant, _decode_picture),
    )
}
