"""Damage inside an ``.npz`` file: behind a right checksum, where plain damage never gets."""

import io
import warnings
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np

from tests.fuzz.mutations import INTERESTING, damaged, shuffled, spliced

_HEADER = 128
_TEXTS = (
    b"'|O'", b"'|V8'", b"'<f8'", b"'>f4'", b"'<M8[s]'", b"[('a', '<f4')]", b"True", b"False",
    b"()", b"(3,)", b"(-1, 3)", b"((2, 3),)", b"(1e9,)", b"(0x7f,)", b"(2, 3,", b"lambda: 0",
)  # fmt: skip
_NAMES = ("W1.npy", "../W1.npy", "/W1.npy", "W1", "W1.npy.npy", "b\x1b[31m.npy", "", "a" * 70)


def genuine() -> list[bytes]:
    """Stored and packed, with arrays of several dtypes and shapes."""
    arrays: dict[str, Any] = {
        "W1": np.arange(100, dtype=np.float32).reshape(4, 1, 5, 5),
        "b1": np.arange(2, dtype=">f8"),
        "k.1": np.asfortranarray(np.arange(6, dtype=np.int16).reshape(3, 2)),
        "none": np.zeros((0, 3), np.uint8),
        "n": np.array(1.5, np.float16),
    }
    written = []
    for write in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        write(file, **arrays)
        written.append(file.getvalue())
    return written


def mutant(random: Random, files: list[bytes]) -> bytes:
    """A genuine file damaged from outside, or whole as a zip with damaged arrays in it."""
    match random.randrange(6):
        case 0:
            return spliced(random, files)
        case 1 | 2:
            return damaged(random, random.choice(files))
        case _:
            return _repacked(random, _members(random.choice(files)))


def _repacked(random: Random, members: Sequence[tuple[str, bytes]]) -> bytes:
    changed = list(members)
    place = random.randrange(len(changed))
    name, content = changed[place]
    match random.randrange(4):
        case 0:
            changed[place] = (random.choice(_NAMES), content)
        case 1:
            changed[place] = (name, damaged(random, content))
        case 2:
            changed[place] = (name, _with_another_header(random, content))
        case _:
            changed.append(changed[random.randrange(len(changed))])
    packed = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings():
        # That a name is there twice is meant.
        warnings.simplefilter("ignore")
        for member, data in changed:
            archive.writestr(zipfile.ZipInfo(member), data, packed)
    return file.getvalue()


def _with_another_header(random: Random, content: bytes) -> bytes:
    header, data = content[:_HEADER], content[_HEADER:]
    if random.random() < 0.5:
        return damaged(random, header) + data
    parts = header.split(b" ")
    numbers = [str(number).encode() for number in INTERESTING]
    return b" ".join(shuffled(random, parts, [*_TEXTS, *numbers])) + data


@lru_cache
def _members(data: bytes) -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())
