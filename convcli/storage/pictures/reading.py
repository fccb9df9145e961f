"""A user's picture file, read as a viewer shows it, in bounded time and memory."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.files import sandbox
from convcli.storage.files.opening import MEBIBYTE, regular_file
from convcli.text import file_name

Pixels = NDArray[np.uint8]

MOST_BYTES = 64 * MEBIBYTE
GREY = sandbox.Limits(memory=270 * MEBIBYTE, result=32 * MEBIBYTE, seconds=1.5)
"""Four bytes for each of the most pixels are 61 MiB, and a WebP decoder has them four times."""
COLOUR = sandbox.Limits(memory=316 * MEBIBYTE, result=48 * MEBIBYTE, seconds=1.5)
"""Three more bytes for each pixel of the result."""


def read_picture(path: Path, colour: bool = False) -> Pixels:
    """A picture in grey or in colour, as a viewer shows it.

    The first frame of an animation, turned as its EXIF orientation says, what is transparent on
    white paper. Colours become grey by ITU-R 601 (0.299 red, 0.587 green, 0.114 blue); 16-bit grey
    is scaled to 8 bits. The file is decoded in a child process
    (:mod:`convcli.storage.files.sandbox`).

    Args:
        path: A PNG, JPEG, BMP, GIF or WebP file of at most 16 megapixels and 64 MiB.
        colour: Whether to read red, green and blue instead of grey.

    Returns:
        uint8 (height, width) from 0, black, to 255, white; or (height, width, 3) in colour.

    Raises:
        FileError: The file is missing, no such picture, too large, damaged or truncated, or its
            decoder took more than it may.

    >>> import tempfile
    >>> from PIL import Image
    >>> path = Path(tempfile.mkdtemp()) / "red.png"
    >>> Image.new("RGB", (3, 2), (255, 0, 0)).save(path)
    >>> read_picture(path)
    array([[76, 76, 76],
           [76, 76, 76]], dtype=uint8)
    """
    with regular_file(path, MOST_BYTES) as file:
        transparent, arrays = sandbox.run(
            "convcli.storage.pictures.decoding:decode",
            file,
            COLOUR if colour else GREY,
            colour=colour,
        )
    pixels = arrays.get("pixels")
    if pixels is None or pixels.ndim not in (2, 3) or not pixels.size:
        raise FileError(f"{file_name(path)}: no pixels came of it", "get the file again")
    if pixels.dtype == np.uint16:
        pixels = _eight_bits(pixels, transparent)
    if colour and pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    return pixels


def _eight_bits(wide: NDArray[np.uint16], transparent: Any) -> Pixels:
    if isinstance(transparent, int):
        wide[wide == transparent] = 65535
    # 65535 becomes 255; half a level or more is rounded up.
    narrow = (wide // 257).astype(np.uint8)
    narrow += wide % 257 > 128
    return narrow
