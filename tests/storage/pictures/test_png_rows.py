"""Bytes of PNG rows against what zlib unpacks of files that Pillow wrote."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from convcli.storage.pictures.png_rows import check_rows, unpacked_bytes
from tests.storage.pictures.parts import png_chunk, written

MODES = {"1": 1, "L": 8, "LA": 16, "RGB": 24, "RGBA": 32, "I;16": 16}
SIZES = [(1, 1), (2, 5), (13, 17), (28, 28), (33, 3)]


def header(png: bytes, **changes: int) -> bytes:
    names = ("width", "height", "bits", "colour", "packing", "filtering", "interlacing")
    fields = dict(zip(names, struct.unpack_from(">IIBBBBB", png, 16), strict=True)) | changes
    return png[:8] + png_chunk(b"IHDR", struct.pack(">IIBBBBB", *fields.values())) + png[33:]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mode", MODES)
def test_as_many_bytes_as_pillow_packs(mode: str, size: tuple[int, int]) -> None:
    png = written("PNG", np.zeros(size, np.uint8))
    if mode == "I;16":
        png = written("PNG", np.zeros(size, np.uint16))
    elif mode != "L":
        png = written("PNG", np.asarray(Image.new(mode, size[::-1])))
    place = png.index(b"IDAT") + 4
    unpacked = zlib.decompress(png[place:-16])
    height, width = size
    assert unpacked_bytes(width, height, MODES[mode], interlaced=False) == len(unpacked)
    check_rows(png)
    with pytest.raises(ValueError, match="rows are missing"):
        check_rows(header(png, height=height + 1))


@pytest.mark.parametrize(
    ("width", "height", "passes"),
    [
        (1, 1, [(1, 1)]),
        (5, 1, [(1, 1), (1, 1), (1, 1), (2, 1)]),
        (8, 8, [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)]),
        (9, 10, [(2, 2), (1, 2), (3, 1), (2, 3), (5, 2), (4, 5), (9, 5)]),
    ],
)
def test_the_seven_passes_by_hand(width: int, height: int, passes: list[tuple[int, int]]) -> None:
    rows = sum(rows * (1 + columns * 3) for columns, rows in passes)
    assert unpacked_bytes(width, height, 24, interlaced=True) == rows


def test_an_interlaced_picture() -> None:
    png = written("PNG", np.zeros((8, 8), np.uint8))
    rows = unpacked_bytes(8, 8, 8, interlaced=True)
    whole, short = (png_chunk(b"IDAT", zlib.compress(bytes(size))) for size in (rows, rows - 1))
    begin = header(png, interlacing=1)[:33]
    check_rows(begin + whole + png_chunk(b"IEND"))
    with pytest.raises(ValueError, match="rows are missing"):
        check_rows(begin + short + png_chunk(b"IEND"))


def test_more_rows_than_announced_are_not_unpacked() -> None:
    png = written("PNG", np.zeros((4, 4), np.uint8))
    start, end = png.index(b"IDAT") - 4, -12
    half = zlib.compress(bytes(20 + 2**24))
    # Damage behind the last row that is needed goes unseen here.
    check_rows(png[:start] + png_chunk(b"IDAT", half[:-1]) + png[end:])
