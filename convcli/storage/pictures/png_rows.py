"""Whether a PNG file holds every row that its header announces, which its decoder does not ask.

Source: the PNG specification (W3C), sections "Image header", "Filtering" and "Interlacing".
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

_CHUNK = 2**20
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# The first column and row of each of the seven passes, and the steps to the next.
_PASSES = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
)  # fmt: skip


def check_rows(file: BinaryIO) -> None:
    """Unpack a PNG file, in little memory and no further than it must, and count.

    Args:
        file: A PNG file that begins with its header, whose size is one that may be decoded.

    Raises:
        ValueError: Rows are missing, or the header is not where it should be.
        zlib.error: The packed pixels are damaged.
        LookupError: There is no such way of coding colours.
    """
    file.seek(8)
    kind, width, height, bits, colour, _, _, interlaced = struct.unpack(
        ">4x4sIIBBBBB", file.read(21)
    )
    if kind != b"IHDR":
        raise ValueError("its header is not where it should be")
    missing = unpacked_bytes(width, height, bits * _CHANNELS[colour], bool(interlaced))
    inflater = zlib.decompressobj()
    for packed in _packed_pixels(file):
        piece = inflater.decompress(packed, _CHUNK)
        while piece and missing > 0:
            missing -= len(piece)
            piece = inflater.decompress(inflater.unconsumed_tail, _CHUNK)
        if missing <= 0:
            return
    raise ValueError("rows are missing")


def unpacked_bytes(width: int, height: int, pixel_bits: int, interlaced: bool) -> int:
    """Bytes of all rows, each with one in front that names its filter.

    >>> unpacked_bytes(28, 28, 8, interlaced=False)
    812
    """
    total = 0
    for left, top, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0:
            total += rows * (1 + -(-columns * pixel_bits // 8))
    return total


def _packed_pixels(file: BinaryIO) -> Iterator[bytes]:
    start = file.seek(8)
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        if kind == b"IDAT":
            # A length that is a lie is no reason to take so much memory.
            for place in range(0, length, _CHUNK):
                yield file.read(min(length - place, _CHUNK))
        start = file.seek(start + 12 + length)
