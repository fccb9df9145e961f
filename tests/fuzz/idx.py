"""Damage to IDX files, raw, packed, and inside what is packed."""

import gzip
from random import Random

import numpy as np

from tests.fuzz.mutations import damaged, spliced

_PACKED = b"\x1f\x8b"


def genuine() -> list[bytes]:
    """Images and labels, raw and gzip."""
    random = np.random.default_rng(0)
    images = bytes([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28]) + random.bytes(3 * 784)
    labels = bytes([0, 0, 8, 1, 0, 0, 0, 9]) + bytes(range(9))
    return [images, labels, gzip.compress(images, mtime=0), gzip.compress(labels, mtime=0)]


def mutant(random: Random, files: list[bytes]) -> bytes:
    """A genuine file damaged as it is, or before it was packed."""
    match random.randrange(8):
        case 0:
            return spliced(random, files)
        case 1 | 2 | 3:
            return damaged(random, random.choice(files))
        case 4:
            # The header is a few bytes of many, and the part that says something.
            plain = random.choice([file for file in files if not file.startswith(_PACKED)])
            return damaged(random, plain[:20]) + plain[20:]
        case _:
            plain = random.choice([file for file in files if not file.startswith(_PACKED)])
            return gzip.compress(damaged(random, plain), random.choice((0, 1, 9)), mtime=0)
