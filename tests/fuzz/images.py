"""Damage to pictures; in PNG also behind right checksums."""

import io
import struct
import zlib
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from tests.fuzz.mutations import damaged, shuffled, spliced

_PNG = b"\x89PNG\r\n\x1a\n"
_TYPES = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf", b"iCCP", b"zTXt", b"acTL", b"fdAT")


def genuine() -> list[bytes]:
    """One picture in every format, mode and way of writing that there is a decoder for."""
    random = np.random.default_rng(0)
    colours = Image.fromarray(random.integers(0, 256, (17, 13, 3), np.uint8))
    grey = colours.convert("L")
    clear = colours.convert("RGBA")
    clear.putalpha(grey)
    wide = Image.fromarray(random.integers(0, 2**16, (9, 7), np.uint16))
    indexed = colours.convert("P", palette=Image.Palette.ADAPTIVE, colors=16)
    exif = Image.Exif()
    exif[0x0112] = 6
    frames: dict[str, Any] = {"save_all": True, "append_images": [indexed.rotate(90)]}
    return [
        *(_written(image, "PNG") for image in (colours, grey, clear, wide, grey.convert("1"))),
        _written(indexed, "PNG", transparency=3, exif=exif),
        _written(clear, "PNG", save_all=True, append_images=[clear.rotate(180)]),
        _written(colours, "JPEG", exif=exif),
        _written(colours, "JPEG", progressive=True, quality=40),
        _written(grey, "JPEG"),
        _written(colours.convert("CMYK"), "JPEG"),
        *(_written(image, "BMP") for image in (colours, grey, indexed, grey.convert("1"))),
        _written(indexed, "GIF", transparency=3, comment=b"a test"),
        _written(indexed, "GIF", **frames),
        _written(colours, "WEBP", exif=exif),
        _written(clear, "WEBP", lossless=True),
        _written(clear, "WEBP", save_all=True, append_images=[clear.rotate(180)]),
    ]


def mutant(random: Random, files: list[bytes]) -> bytes:
    """A genuine picture damaged anywhere, in its first bytes, or chunk by chunk."""
    match random.randrange(8):
        case 0:
            return spliced(random, files)
        case 1 | 2:
            data = random.choice(files)
            return damaged(random, data[:64]) + data[64:]
        case 3 | 4:
            pngs = [file for file in files if file.startswith(_PNG)]
            return _rechunked(random, _chunks(random.choice(pngs)))
        case _:
            return damaged(random, random.choice(files))


def _written(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _rechunked(random: Random, chunks: tuple[bytes, ...]) -> bytes:
    parts = list(chunks)
    place = random.randrange(len(parts))
    kind, content = parts[place][:4], parts[place][4:]
    match random.randrange(3):
        case 0:
            parts[place] = kind + damaged(random, content)
        case 1:
            parts[place] = random.choice(_TYPES) + content
        case _:
            parts = shuffled(random, parts, chunks)
    return _PNG + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in parts
        if len(part) >= 4
    )


@lru_cache
def _chunks(data: bytes) -> tuple[bytes, ...]:
    """Type and content of every chunk."""
    parts, place = [], len(_PNG)
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        parts.append(data[place + 4 : place + 8 + length])
        place += 12 + length
    return tuple(parts)
