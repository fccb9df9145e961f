"""Pictures that break off, unpack to gigabytes, take a decoder minutes, or are none."""

import struct
import zlib
from collections.abc import Iterable

import numpy as np
from PIL import Image

from tests.hostile.genuine import (
    EMPTY_BLOCKS,
    MEBIBYTE,
    Content,
    as_gzip,
    as_npz,
    as_pickle,
    as_picture,
    digit,
    network,
    zlib_zeros,
)
from tests.storage.pictures.parts import png_chunk

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
COLOUR = digit().convert("RGB")

PNG = as_picture("PNG")
JPEG = as_picture("JPEG", COLOUR)
PROGRESSIVE = as_picture("JPEG", COLOUR, progressive=True)
BMP = as_picture("BMP")
GIF = as_picture("GIF")
WEBP = as_picture("WEBP", COLOUR)
LOSSLESS = as_picture("WEBP", COLOUR, lossless=True)
MOVING = as_picture("WEBP", COLOUR, save_all=True, append_images=[COLOUR.rotate(90)])
JPEG_FRAME = JPEG[JPEG.index(b"\xff\xc0") : JPEG.index(b"\xff\xc0") + 19]
GIF_BLOCKS = 13 + 3 * 2 ** ((GIF[10] & 7) + 1)


def _chunks() -> list[bytes]:
    """The good PNG, chunk by chunk, checksums included."""
    found, place = [], len(PNG_MAGIC)
    while place < len(PNG):
        (length,) = struct.unpack_from(">I", PNG, place)
        found.append(PNG[place : place + 12 + length])
        place += 12 + length
    return found


HEADER, *_REST = _chunks()
END = _REST[-1]
DATA = [chunk for chunk in _REST if chunk[4:8] == b"IDAT"]


def _png(*chunks: bytes) -> bytes:
    return PNG_MAGIC + b"".join(chunks)


def _header(width: int, height: int, bits: int = 8, colour: int = 0, interlaced: int = 0) -> bytes:
    fields = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    return png_chunk(b"IHDR", fields)


def _with(data: bytes, place: int, form: str, *numbers: int) -> bytes:
    return data[:place] + struct.pack(form, *numbers) + data[place + struct.calcsize(form) :]


def _jpeg_of_size(height: int, width: int, good: bytes = JPEG, frame: bytes = b"\xff\xc0") -> bytes:
    return _with(good, good.index(frame) + 5, ">HH", height, width)


def _jpeg_of_many_scans(scans: int = 100_000) -> bytes:
    """A progressive picture of 16 megapixels whose last scan is there so many times."""
    large = _jpeg_of_size(4000, 4000, PROGRESSIVE, b"\xff\xc2")
    last = large.rindex(b"\xff\xda")
    return large[:last] + large[last:-2] * scans + large[-2:]


def _of_a_kind(kind: str) -> bytes:
    return as_picture(kind, COLOUR)


def _gif(*blocks: bytes) -> bytes:
    return GIF[:GIF_BLOCKS] + b"".join(blocks) + GIF[GIF_BLOCKS:]


def _bmp_of_runs(size: int, pair: bytes, width: int = 4000, height: int = 4000) -> bytes:
    """A bitmap of 16 megapixels, packed in runs."""
    fields = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, size, 0, 0, 256, 0)
    palette = b"".join(bytes([value, value, value, 0]) for value in range(256))
    start = 14 + len(fields) + len(palette)
    head = b"BM" + struct.pack("<IHHI", start + size, 0, 0, start)
    return head + fields + palette + pair * (size // len(pair))


def _blank(size: tuple[int, int] = (60, 80)) -> bytes:
    return as_picture("PNG", Image.new("L", size, 255))


def _bmp_row(width: int) -> bytes:
    """A bitmap of one row, for which a decoder may take time with the square of its length."""
    fields = struct.pack("<IiiHHIIiiII", 40, width, 1, 1, 32, 0, 4 * width, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 4 * width, 0, 0, 54) + fields + bytes(4 * width)


def _laden_webp() -> bytes:
    """A clear sheet of 16 megapixels, with profiles that no decoder needs."""
    sheet = Image.new("RGBA", (4000, 4000))
    return as_picture("WEBP", sheet, lossless=True, exact=True, xmp=bytes(60 * MEBIBYTE))


def _padded_png() -> bytes:
    """Megabytes of packed blocks with nothing in them, and then the pixels."""
    packed = b"".join(chunk[8:-4] for chunk in DATA)
    padded = packed[:2] + EMPTY_BLOCKS * (MEBIBYTE // 4) + packed[2:]
    return _png(HEADER, png_chunk(b"IDAT", padded), END)


def _filled_jpeg(filling: bytes, mebibytes: int) -> bytes:
    """A small picture with something in front of its end that a decoder reads through."""
    return JPEG[:-2] + filling * (mebibytes * MEBIBYTE // len(filling)) + JPEG[-2:]


def _webp_of_size(width: int, height: int) -> bytes:
    place = LOSSLESS.index(b"VP8L") + 9
    return _with(LOSSLESS, place, "<I", (width - 1) | (height - 1) << 14)


def _noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width), np.uint8))


# The last byte is of a checksum of nothing, or says that nothing follows.
_END_SAYS_NOTHING = ("PNG", "GIF")


def _cut(**files: bytes) -> Iterable[tuple[str, bytes]]:
    for name, data in files.items():
        yield f"{name}: half a file", data[: len(data) // 2]
        if name not in _END_SAYS_NOTHING:
            yield f"{name}: a byte too few", data[:-1]
        yield f"{name}: twenty bytes", data[:20]
        yield f"{name}: a web page behind its magic", data[:12] + b"<html></html>" * 9


STRANGERS: dict[str, Content] = {
    "nothing": b"",
    "a web page": b"<!DOCTYPE html><html></html>",
    "a git-LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "an SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image/></svg>',
    "a PostScript program": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n%%EOF\n",
    "a PDF": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
    "a Photoshop file": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 1, 9, 9, 8, 1) + bytes(99),
    "a TIFF": _of_a_kind("TIFF"),
    "an icon": _of_a_kind("ICO"),
    "a PPM": _of_a_kind("PPM"),
    "a TGA": _of_a_kind("TGA"),
    "a PCX": _of_a_kind("PCX"),
    "a JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(99),
    "an AVIF": b"\0\0\0\x1cftypavif" + bytes(99),
    "an XBM": b"#define x_width 9\n#define x_height 9\nstatic char x_bits[] = {\n0x00};\n",
    "a pickle": as_pickle(network()),
    "parameters": as_npz(network()),
    "a packed picture": as_gzip(PNG),
    "a picture behind a byte": b"\0" + PNG,
    "a blank sheet": _blank(),
    "a black sheet": as_picture("BMP", Image.new("L", (9, 9), 0)),
    "a clear sheet": as_picture("PNG", Image.new("RGBA", (9, 9), (0, 0, 0, 0))),
}

BROKEN: dict[str, Content] = {
    **dict(_cut(PNG=PNG, JPEG=JPEG, GIF=GIF, BMP=BMP, WebP=WEBP, lossless=LOSSLESS, moving=MOVING)),
    "PNG: a wrong checksum": PNG[:-17] + bytes([PNG[-17] ^ 1]) + PNG[-16:],
    "PNG: colours before the header": _png(png_chunk(b"PLTE", bytes(6)), HEADER, *DATA, END),
    "PNG: a text with a wrong checksum": _png(
        HEADER, png_chunk(b"tEXt", b"a\0b")[:-1] + b"?", *DATA, END
    ),
    "PNG: a wrong checksum of the header": _with(PNG, 29, ">I", 0),
    "PNG: no header": _png(*DATA, END),
    "PNG: no data": _png(HEADER, END),
    "PNG: a chunk of 2 GB": _png(HEADER, struct.pack(">I4s", 2**31 - 1, b"IDAT"), *DATA, END),
    "PNG: a chunk of 4 GB": _png(HEADER, struct.pack(">I4s", 2**32 - 1, b"tEXt"), *DATA, END),
    "PNG: a size of nothing": _png(_header(0, 0), *DATA, END),
    "PNG: more rows than data": _png(_header(60, 800), *DATA, END),
    "PNG: 7 bits a pixel": _png(_header(60, 80, bits=7), *DATA, END),
    "PNG: a colour type of 5": _png(_header(60, 80, colour=5), *DATA, END),
    "PNG: data that are not packed": _png(HEADER, png_chunk(b"IDAT", bytes(4800)), END),
    "PNG: data of another checksum": _png(
        HEADER, png_chunk(b"IDAT", zlib.compress(bytes(61 * 80))[:-1] + b"\0"), END
    ),
    "PNG: a filter that there is not": _png(
        HEADER, png_chunk(b"IDAT", zlib.compress((b"\x09" + bytes(60)) * 80)), END
    ),
    "JPEG: no frame": JPEG.replace(b"\xff\xc0", b"\xff\xfe", 1),
    "JPEG: no tables": JPEG.replace(b"\xff\xdb", b"\xff\xfe"),
    "JPEG: no scan": JPEG[: JPEG.index(b"\xff\xda")] + b"\xff\xd9",
    "JPEG: only an end": b"\xff\xd8\xff\xd9",
    "JPEG: seven components": _with(JPEG, JPEG.index(b"\xff\xc0") + 9, "B", 7),
    "GIF: no frame": GIF[:GIF_BLOCKS] + b";",
    "GIF: a frame without data": GIF[: GIF_BLOCKS + 10] + b"\x08\x00;",
    "GIF: a code of 200 bits": GIF[: GIF_BLOCKS + 10] + b"\xc8" + GIF[GIF_BLOCKS + 11 :],
    "BMP: no header": BMP[:14] + bytes(40) + BMP[54:],
    "BMP: data beyond the end": _with(BMP, 10, "<I", 2**31),
    "BMP: 7 bits a pixel": _with(BMP, 28, "<H", 7),
    "BMP: packed in a way that there is not": _with(BMP, 30, "<I", 99),
    "BMP: a size of nothing": _with(BMP, 18, "<ii", 0, 0),
    "BMP: more rows than data": _with(BMP, 22, "<i", 800),
    "WebP: a chunk beyond the end": _with(WEBP, 16, "<I", 2**31),
    "WebP: a length of 4 GB": _with(WEBP, 4, "<I", 2**32 - 2),
    "WebP: no picture": b"RIFF\x0c\0\0\0WEBPEXIF\0\0\0\0",
    "WebP: a frame larger than the canvas": _with(MOVING, 24, "<I", 1),
}

LARGE: dict[str, Content] = {
    "PNG: 16 gigapixels": _png(_header(2**31 - 1, 2**31 - 1), *DATA, END),
    "PNG: a row of 17 megapixels": _png(_header(17_000_000, 1), *DATA, END),
    "PNG: a column of 17 megapixels": _png(_header(1, 17_000_000), *DATA, END),
    "PNG: 17 megapixels of 16 bits and four colours": lambda: _png(
        _header(4100, 4150, 16, 6), png_chunk(b"IDAT", zlib_zeros(140)), END
    ),
    "PNG: 16 blank megapixels of 16 bits and four colours": lambda: _png(
        _header(4000, 4000, 16, 6), png_chunk(b"IDAT", zlib_zeros(124)), END
    ),
    "PNG: an interlaced sheet that breaks off": lambda: _png(
        _header(4000, 4000, 16, 6, 1), png_chunk(b"IDAT", zlib_zeros(60)), END
    ),
    "PNG: four million chunks": lambda: _png(HEADER, png_chunk(b"teXt") * 4_000_000, *DATA, END),
    "PNG: a profile of 2 GB": lambda: _png(
        HEADER, png_chunk(b"iCCP", b"p\0\0" + zlib_zeros(2048)), *DATA, END
    ),
    "PNG: a text of 1 GB": lambda: _png(
        HEADER, png_chunk(b"zTXt", b"t\0\0" + zlib_zeros(1024)), *DATA, END
    ),
    "PNG: a text of 1 GB in Unicode": lambda: _png(
        HEADER, png_chunk(b"iTXt", b"t\0\1\0\0\0" + zlib_zeros(1024)), *DATA, END
    ),
    "PNG: a bomb in a small sheet": lambda: _png(HEADER, png_chunk(b"IDAT", zlib_zeros(2048)), END),
    "JPEG: four gigapixels": _jpeg_of_size(65535, 65535),
    "JPEG: 16 megapixels that are not there": _jpeg_of_size(4000, 4000),
    "JPEG: a hundred thousand scans": _jpeg_of_many_scans,
    "JPEG: 30 scans of 16 megapixels": lambda: _jpeg_of_many_scans(30),
    "JPEG: 60 MB to fill up": lambda: _filled_jpeg(b"\xff", 60),
    "JPEG: two frames": JPEG.replace(b"\xff\xc0", JPEG_FRAME + b"\xff\xc0", 1),
    "JPEG: without loss": JPEG.replace(b"\xff\xc0", b"\xff\xc3", 1),
    "JPEG: ten million comments": lambda: JPEG[:2] + b"\xff\xfe\x00\x02" * 10**7 + JPEG[2:],
    "GIF: four gigapixels": _with(GIF, 6, "<HH", 65535, 65535),
    "GIF: a frame far outside": _with(GIF, GIF_BLOCKS + 1, "<HHHH", 0, 0, 60000, 60000),
    "GIF: ten million comments": lambda: _gif(b"\x21\xfe\x01c\x00" * 10**7),
    "BMP: a million by a million": _with(BMP, 18, "<ii", 1_000_000, 1_000_000),
    "BMP: a height of -2**31": _with(BMP, 22, "<i", -(2**31)),
    "BMP: 20 MB of runs": lambda: _bmp_of_runs(20_000_000, b"\x01\x00"),
    "BMP: 20 MB of moves": lambda: _bmp_of_runs(20_000_000, b"\x00\x02\x00\x00"),
    "BMP: a row of 16 megapixels": lambda: _bmp_row(16_000_000),
    "BMP: a row of 16 megapixels, packed": _bmp_of_runs(6, b"\1\1\0\0\0\1", 16_000_000, 1),
    "BMP: rows that end at once": _bmp_of_runs(8000, b"\1\1\0\0", 8000, 2000),
    "PNG: a row of 16 megapixels": lambda: _png(
        _header(16_000_000, 1, 16, 6), png_chunk(b"IDAT", zlib_zeros(124)), END
    ),
    "PNG: a column of 16 megapixels": lambda: _png(
        _header(1, 16_000_000, 16, 6), png_chunk(b"IDAT", zlib_zeros(140)), END
    ),
    "WebP: a clear sheet of 16 megapixels": lambda: as_picture(
        "WEBP", Image.new("RGBA", (4000, 4000)), lossless=True, exact=True
    ),
    "WebP: the same with 60 MB beside it": _laden_webp,
    "WebP: 268 megapixels": _webp_of_size(16384, 16384),
    "WebP: 16 megapixels that are not there": _webp_of_size(4000, 4000),
    "noise with its end cut off": lambda: as_picture("PNG", _noise(4000, 4000))[:-40],
    "a large sheet without ink": lambda: _blank((4000, 4000)),
    "64 MiB and a byte": lambda: PNG + bytes(64 * MEBIBYTE + 1 - len(PNG)),
}

HOSTILE = STRANGERS | BROKEN | LARGE


def _exif(value: int, count: int = 1) -> bytes:
    entry = struct.pack(">HHIHH", 0x0112, 3, count, value, 0)
    return b"MM" + struct.pack(">HIH", 42, 8, count) + entry + bytes(4)


def _jpeg_with(exif: bytes) -> bytes:
    return JPEG[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif + JPEG[2:]


# Wrong or hostile in what no picture needs: every pixel is there, and the picture is read.
HARMLESS: dict[str, Content] = {
    "PNG: a byte too few": PNG[:-1],
    "GIF: a byte too few": GIF[:-1],
    "PNG: a wrong checksum of the end": PNG[:-1] + bytes([PNG[-1] ^ 1]),
    "PNG: a second header": _png(_header(1, 1), HEADER, *DATA, END),
    "PNG: a header behind the data": _png(HEADER, *DATA, _header(9, 9), END),
    "PNG: no end": _png(HEADER, *DATA),
    "JPEG: a segment of no length": JPEG[:2] + b"\xff\xfe\x00\x00" + JPEG[2:],
    "GIF: a block that there is not": _gif(b"\x99\x01\x00\x00"),
    "JPEG: 20 MB of restarts": lambda: _filled_jpeg(b"\xff\xd0", 20),
    "JPEG: coded by arithmetic": PROGRESSIVE.replace(b"\xff\xc2", b"\xff\xca", 1),
    "PNG: packed and padded": _padded_png,
    "PNG: a moving one with frames that are not there": _png(
        HEADER, png_chunk(b"acTL", b"\xff" * 8), *DATA, END
    ),
    "JPEG: orientation 0": _jpeg_with(_exif(0)),
    "JPEG: orientation 65535": _jpeg_with(_exif(65535)),
    "JPEG: 65535 orientations": _jpeg_with(_exif(6, 65535)[:60_000]),
    "JPEG: a directory that is its own next": _jpeg_with(_exif(3)[:-4] + b"\0\0\0\x08"),
    "JPEG: a directory beyond the end": _jpeg_with(b"MM\0\x2a\xff\xff\xff\xff"),
    "GIF: a frame that begins outside": _with(GIF, GIF_BLOCKS + 1, "<HH", 3, 3),
    "GIF: a comment of 60 MB": lambda: _gif(b"\x21\xfe" + (b"\xff" + b"c" * 255) * 240_000 + b"\0"),
    "bytes behind the end": PNG + b"#!/bin/sh\ntouch escaped\n",
}

CONTROLS: dict[str, Content] = {
    "PNG": PNG, "JPEG": JPEG, "progressive JPEG": PROGRESSIVE, "BMP": BMP, "GIF": GIF,
    "WebP": WEBP, "lossless WebP": LOSSLESS, "moving WebP": MOVING,
}  # fmt: skip
