"""Pickles with damage that a pickle machine must not fall for: instructions out of place."""

import pickle
import pickletools
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np

from tests.fuzz.mutations import damaged, shuffled, spliced

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pickles"

# What no genuine file holds is what a machine is least prepared for.
_STRANGE = (
    b"cos\nsystem\n", b"cbuiltins\neval\n", b"cnumpy\nndarray\n", b"(ios\nsystem\n", b"0", b"1",
    b"2", b"Q", b"R", b"b", b"o", b"\x81", b"\x92", b"\x82\x01", b"\x97", b"\x98", b"]", b"e",
    b"(", b")", b"t", b"}", b"u", b"s", b"d", b".", b"N", b"\x88", b"K\x00", b"J\xff\xff\xff\xff",
    b"M\xff\xff", b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", b"I-2147483648\n", b"I01\n",
    b"r\xff\xff\xff\x7f", b"j\x00\x00\x00\x80", b"h\x00", b"q\x00", b"\x94", b"g0\n", b"p-1\n",
    b"B\xff\xff\xff\xff", b"X\xff\xff\xff\x7f", b"\x96" + b"\xff" * 8, b"\x95" + b"\xff" * 8,
    b"\x85", b"\x86", b"\x87", b"\x93", b"Vone\\u00ff\n", b"X\x02\x00\x00\x00W1",
)  # fmt: skip


def genuine() -> list[bytes]:
    """Dictionaries of arrays by every protocol: many small ones, a few of an old NumPy."""
    arrays = {
        "W1": np.arange(100, dtype=np.float32).reshape(4, 1, 5, 5),
        "b1": np.asfortranarray(np.arange(4, dtype=">i2").reshape(2, 2)),
        "n": np.float64(1.5),
    }
    written = [pickle.dumps(arrays, protocol) for protocol in range(6)]
    return 4 * written + [path.read_bytes() for path in sorted(FIXTURES.glob("numpy-1.17-*.pkl"))]


def mutant(random: Random, files: list[bytes]) -> bytes:
    """A genuine pickle with its bytes damaged or its instructions out of place."""
    match random.randrange(8):
        case 0:
            return spliced(random, files)
        case 1 | 2 | 3:
            return damaged(random, random.choice(files))
        case _:
            parts = list(_instructions(random.choice(files)))
            for _ in range(random.choice((1, 1, 2, 3))):
                parts = shuffled(random, parts, _others(random, files)) or [b"."]
            return b"".join(parts)


def _others(random: Random, files: list[bytes]) -> tuple[bytes, ...]:
    return _STRANGE if random.random() < 0.7 else _instructions(random.choice(files))


@lru_cache
def _instructions(data: bytes) -> tuple[bytes, ...]:
    """A pickle, instruction by instruction, each with its argument."""
    places = [place for _, _, place in pickletools.genops(data) if place is not None]
    return tuple(
        data[start:end] for start, end in zip(places, [*places[1:], len(data)], strict=True)
    )
