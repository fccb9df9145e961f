"""Small damage to a file: what any format has to live with, whatever it looks like inside."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal

MOST_BYTES = 2**16
LONGEST_PIECE = 64

INTERESTING = (
    0, 1, 2, 7, 8, 9, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**20, 2**24, 2**26 - 1,
    2**26, 2**28, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**48, 2**62, 2**63 - 1, 2**63, 2**64 - 1,
)  # fmt: skip
"""Numbers at which sizes, counts and signs go wrong."""


def _flip_bits(random: Random, data: bytearray) -> None:
    for _ in range(random.randint(1, 4)):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set_byte(random: Random, data: bytearray) -> None:
    data[random.randrange(len(data))] = random.choice((0, 1, 0x20, 0x2E, 0x7F, 0x80, 0xFE, 0xFF))


def _set_number(random: Random, data: bytearray) -> None:
    size = random.choice((2, 4, 8))
    order: Literal["little", "big"] = "little" if random.random() < 0.5 else "big"
    value = (random.choice(INTERESTING) + random.randint(-1, 1)) % 2 ** (8 * size)
    place = random.randrange(len(data))
    data[place : place + size] = value.to_bytes(size, order)


def _truncate(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data)) :]


def _delete(random: Random, data: bytearray) -> None:
    start, stop = _piece(random, data)
    del data[start:stop]


def _repeat(random: Random, data: bytearray) -> None:
    start, stop = _piece(random, data)
    place = random.randrange(len(data) + 1)
    data[place:place] = data[start:stop] * random.choice((1, 1, 2, 50))


def _insert(random: Random, data: bytearray) -> None:
    place = random.randrange(len(data) + 1)
    data[place:place] = random.randbytes(random.randint(1, 9))


def _overwrite(random: Random, data: bytearray) -> None:
    start, stop = _piece(random, data)
    data[start:stop] = random.randbytes(stop - start)


def _piece(random: Random, data: bytearray) -> tuple[int, int]:
    start = random.randrange(len(data))
    return start, min(len(data), start + random.randint(1, LONGEST_PIECE))


_KINDS: tuple[Callable[[Random, bytearray], None], ...] = (
    _flip_bits,
    _flip_bits,
    _set_byte,
    _set_number,
    _set_number,
    _truncate,
    _delete,
    _repeat,
    _insert,
    _overwrite,
)


def damaged(random: Random, data: bytes) -> bytes:
    """The bytes with one to four things wrong; at most 64 KiB."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        if not changed:
            break
        random.choice(_KINDS)(random, changed)
    return bytes(changed[:MOST_BYTES])


def spliced(random: Random, files: Sequence[bytes]) -> bytes:
    """The beginning of one file and the end of another."""
    head, tail = random.choice(files), random.choice(files)
    return head[: random.randint(1, len(head))] + tail[random.randrange(len(tail)) :]


def shuffled(random: Random, parts: list[bytes], others: Sequence[bytes]) -> list[bytes]:
    """The parts of a file with one of them left out, repeated, moved, or taken from elsewhere."""
    place = random.randrange(len(parts))
    match random.randrange(5):
        case 0:
            del parts[place]
        case 1:
            parts.insert(place, parts[place])
        case 2:
            parts.insert(random.randrange(len(parts)), parts.pop(place))
        case 3:
            parts[place] = random.choice(others)
        case _:
            parts.insert(place, random.choice(others))
    return parts
