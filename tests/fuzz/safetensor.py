"""Damage inside the header of a ``.safetensors`` file, whose length is then right again."""

import re
import struct
from random import Random

import numpy as np
from safetensors.numpy import save

from tests.fuzz.mutations import INTERESTING, damaged, shuffled, spliced

_TOKEN = re.compile(rb'"[^"]*"|-?[0-9]+|.', re.DOTALL)
_TOKENS = (
    b'"F64"', b'"BOOL"', b'"BF16"', b'"F8_E4M3"', b'"W1"', b'"__metadata__"', b'"\\ud800"', b"NaN",
    b'"\\u001b[31m"', b"-Infinity", b"1e400", b"-1", b"true", b"null", b"[", b"]", b"{", b"}",
    b",", b":", b"9" * 5000, b"[" * 3000, b"\xff", b"\x00", b" " * 300, b'"shape"', b'"dtype"',
)  # fmt: skip


def genuine() -> list[bytes]:
    """With and without metadata, with several dtypes and shapes."""
    arrays = {
        "W1": np.arange(100, dtype=np.float32).reshape(4, 1, 5, 5),
        "b1": np.arange(-2, 2, dtype=np.int8),
        "k.1": np.arange(4, dtype=np.float16).reshape(1, 2, 2, 1),
        "none": np.zeros((0, 5), np.int64),
        "n": np.array(1.5),
    }
    return [save(arrays), save(arrays, {"by": "a test", "two": "2"}), save({"b1": arrays["b1"]})]


def mutant(random: Random, files: list[bytes]) -> bytes:
    """A genuine file damaged anywhere, or in the text of its header only."""
    match random.randrange(6):
        case 0:
            return spliced(random, files)
        case 1 | 2:
            return damaged(random, random.choice(files))
        case _:
            return _with_another_header(random, random.choice(files))


def _with_another_header(random: Random, data: bytes) -> bytes:
    (length,) = struct.unpack_from("<Q", data)
    header, contents = data[8 : 8 + length], data[8 + length :]
    if random.random() < 0.3:
        header = damaged(random, header)
    else:
        tokens = _TOKEN.findall(header)
        numbers = [str(number).encode() for number in INTERESTING]
        for _ in range(random.choice((1, 1, 2, 3))):
            tokens = shuffled(random, tokens, [*_TOKENS, *numbers])
        header = b"".join(tokens)
    return struct.pack("<Q", len(header)) + header + contents
