"""Genuine pictures of every format, and what hostile ones are built from."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SLOPE = np.add.outer(np.arange(0, 120, 6), np.arange(0, 128, 8)).astype(np.uint8)


def written(kind: str, pixels: NDArray[np.uint8] = SLOPE, **options: Any) -> bytes:
    """A picture file of these pixels, written by Pillow."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def png_chunk(kind: bytes, content: bytes = b"") -> bytes:
    """A chunk of a PNG file, its checksum right."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


FRAMES: dict[str, Any] = {"save_all": True, "append_images": [Image.fromarray(SLOPE[::-1])]}
GOOD = {
    "grey.png": written("PNG"),
    "colour.png": written("PNG", np.dstack([SLOPE, SLOPE, 255 - SLOPE])),
    "animated.png": written("PNG", **FRAMES),
    "baseline.jpg": written("JPEG"),
    "progressive.jpg": written("JPEG", np.dstack([SLOPE] * 3), progressive=True),
    "grey.bmp": written("BMP"),
    "still.gif": written("GIF"),
    "animated.gif": written("GIF", **FRAMES),
    "still.webp": written("WEBP"),
    "animated.webp": written("WEBP", **FRAMES),
}

GIF_BLOCKS = 13 + 3 * 2 ** ((GOOD["still.gif"][10] & 7) + 1)
"""Where the blocks of the still GIF begin, behind its header and its colours."""
