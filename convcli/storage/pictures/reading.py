"""A user's picture file, read in grey as a viewer shows it, in bounded time and memory.

What the file is made of has been looked through by :mod:`convcli.storage.pictures.containers`
before a decoder sees it.
"""

import io
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from convcli.errors import FileError
from convcli.storage.files.opening import MEBIBYTE, bounded_memory, regular_file
from convcli.storage.pictures.containers import Container, open_container
from convcli.storage.pictures.png_rows import check_rows
from convcli.text import file_name, printable

Pixels = NDArray[np.uint8]

MOST_PIXELS = 16_000_000
MOST_BYTES = 64 * MEBIBYTE
LONGEST_SIDE = 65_535
"""As in a JPEG file. A decoder may take memory for every row, or time for the square of one."""

MOST_JPEG_PIXELS_IN_A_BYTE = 512
"""A block of 8x8 takes at least one bit, the one for its mean."""

MOST_JPEG_BYTES_IN_A_PIXEL = 32
"""No more bits than this stand for the coefficients of a block, whatever the quality."""

DECODER_MEMORY = 262 * MEBIBYTE
"""That a file and its decoder may take together. Four bytes for each of the most pixels are 61 MiB,
and a WebP decoder has them four times."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow promises no single exception for a file that breaks off or lies.
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def read_picture(path: Path) -> Pixels:
    """A picture in grey, as a viewer shows it.

    The first frame of an animation, turned as its EXIF orientation says, what is transparent on
    white paper. Colours become grey by ITU-R 601 (0.299 red, 0.587 green, 0.114 blue); 16-bit grey
    is scaled to 8 bits.

    Args:
        path: A PNG, JPEG, BMP, GIF or WebP file of at most 16 megapixels and 64 MiB.

    Returns:
        uint8 (height, width): 0 is black, 255 white.

    Raises:
        FileError: The file is missing, no such picture, too large, damaged or truncated.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "red.png"
    >>> Image.new("RGB", (3, 2), (255, 0, 0)).save(path)
    >>> read_picture(path)
    array([[76, 76, 76],
           [76, 76, 76]], dtype=uint8)
    """
    name = file_name(path)
    with regular_file(path, MOST_BYTES) as file:
        data = file.readall()
    try:
        with warnings.catch_warnings():
            # Pillow warns of what is refused here, or of what no viewer would mention.
            warnings.simplefilter("ignore")
            container = open_container(data)
            del data
            if container is None:
                raise FileError(
                    f"{name}: not a PNG, JPEG, BMP, GIF or WebP picture", "save it as PNG"
                )
            with bounded_memory(DECODER_MEMORY - len(container.content)):
                return _decoded(container, name)
    except MemoryError as error:
        raise FileError(
            f"{name}: takes more memory than a picture should", "save it as PNG"
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise FileError(
            f"{name}: a picture whose header is damaged", "get the file again"
        ) from error
    except _DAMAGE as error:
        reason = printable(error) or type(error).__name__
        raise FileError(
            f"{name}: damaged or truncated picture ({reason})", "get the file again"
        ) from error


def _decoded(container: Container, name: str) -> Pixels:
    with Image.open(io.BytesIO(container.content), formats=[container.format]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large(name)
        if max(image.size) > LONGEST_SIDE:
            raise ValueError(f"{image.width}x{image.height} pixels")
        _check_amount(container, image)
        image.load()
        grey = _grey(image)
    turn = _UPRIGHT.get(container.orientation)
    return np.array(grey if turn is None else grey.transpose(turn))


def _check_amount(container: Container, image: Image.Image) -> None:
    """Refuse a header that announces what the file has not, where a decoder would make it up."""
    size, pixels = len(container.content), image.width * image.height
    if container.format == "PNG":
        check_rows(container.content)
    elif container.format == "JPEG" and not (
        pixels / MOST_JPEG_PIXELS_IN_A_BYTE
        <= size
        <= pixels * MOST_JPEG_BYTES_IN_A_PIXEL + MEBIBYTE
    ):
        raise ValueError(f"{size:,} bytes for {pixels:,} pixels")


def _too_large(name: str) -> FileError:
    return FileError(
        f"{name}: a picture of more than {MOST_PIXELS:,} pixels", "make it smaller first"
    )


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return Image.fromarray(_eight_bits(image))
    if not image.has_transparency_data:
        return image.convert("L")
    if image.mode != "RGBA":
        image = image.convert("RGBA")
    paper = Image.new("L", image.size, 255)
    paper.paste(image.convert("L"), mask=image.getchannel("A"))
    return paper


def _eight_bits(image: Image.Image) -> Pixels:
    wide = np.array(image, dtype=np.uint32)
    transparent = image.info.get("transparency")
    if transparent is not None:
        wide[wide == transparent] = 65535
    # 65535 becomes 255, and halves are rounded up; in place, for the picture may be large.
    wide += 128
    wide //= 257
    return wide.astype(np.uint8)
