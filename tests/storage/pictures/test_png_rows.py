"""Bytes of PNG rows against what zlib unpacks of files that Pillow wrote."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from convcli.storage.pictures import png_rows
from convcli.storage.pictures.png_rows import unpacked_bytes
from tests.storage.pictures.parts import png_chunk, written


def check_rows(png: bytes) -> None:
    png_rows.check_rows(io.BytesIO(png))


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


def test_pixels_in_many_chunks() -> None:
    png = written("PNG", np.zeros((40, 30), np.uint8))
    start, packed = png.index(b"IDAT") - 4, png[png.index(b"IDAT") + 4 : -16]
    chunks = b"".join(png_chunk(b"IDAT", packed[place : place + 1]) for place in range(len(packed)))
    check_rows(png[:start] + chunks + png[-12:])
    with pytest.raises(ValueError, match="rows are missing"):
        check_rows(png[:start] + chunks[: 13 * (len(packed) // 2)] + png[-12:])


def test_a_chunk_that_says_it_is_huge_takes_no_memory() -> None:
    png = written("PNG", np.zeros((40, 30), np.uint8))
    start = png.index(b"IDAT") - 4
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="rows are missing"):
            check_rows(png[:start] + b"\x7f\xff\xff\xffIDAT" + png[start + 8 : start + 20])
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()


def test_a_header_in_another_place() -> None:
    png = written("PNG", np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match="its header is not where it should be"):
        check_rows(png[:8] + png_chunk(b"tEXt", b"a\0b" * 20) + png[8:])
