"""What turns a picture file into pixels, with Pillow; runs in the sandbox's child process.

Pillow and nothing else is imported, so that the child starts quickly.
"""

import re
from typing import TYPE_CHECKING, Any, BinaryIO

# A decoder that is imported when it is needed would be when no more files may be opened.
from PIL import (  # noqa: F401
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from convcli.errors import FileError
from convcli.storage.pictures.png_rows import check_rows

if TYPE_CHECKING:
    from convcli.storage.files.sandbox_child import Result

MOST_PIXELS = 16_000_000
LONGEST_SIDE = 65_535
"""As in a JPEG file. A decoder may take memory for every row, or time for the square of one."""

MOST_JPEG_PIXELS_IN_A_BYTE = 512
"""A block of 8x8 takes at least one bit, the one for its mean."""

# Some printers' colour profiles are larger than the megabyte that Pillow allows.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 2**20

_BEGINNINGS = {
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "JPEG": rb"\xff\xd8\xff",
    "BMP": rb"BM",
    "GIF": rb"GIF8[79]a",
    "WEBP": rb"RIFF....WEBP",
}
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(file: BinaryIO, *, colour: bool) -> "Result":
    """The first frame of a picture file, upright, what is transparent on white paper.

    Args:
        file: The file, read from its beginning.
        colour: Whether red, green and blue are wanted, or grey.

    Returns:
        For grey of 16 bits the level that is transparent, or None. The array ``pixels``: uint8
        (height, width), or (height, width, 3) in colour; grey of 16 bits is uint16 (height, width)
        either way.

    Raises:
        FileError: No such picture, or too large. Whatever else is raised is damage.

    >>> import io
    >>> file = io.BytesIO()
    >>> Image.new("RGB", (3, 2), (255, 0, 0)).save(file, "PNG")
    >>> decode(file, colour=False)[1]["pixels"].tolist()
    [[76, 76, 76], [76, 76, 76]]
    """
    try:
        image = Image.open(file, formats=[_format_of(file)])
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise FileError("a picture whose header is damaged", "get the file again") from error
    with image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large()
        if max(image.size) > LONGEST_SIDE:
            raise ValueError(f"{image.width}x{image.height} pixels")
        _check_amount(file, image)
        turn = _UPRIGHT.get(_orientation(image))
        image.load()
        if image.mode.startswith("I"):
            return _as_result(_turned(image, turn), image.info.get("transparency"))
        return _as_result(_turned(_on_paper(image, "RGB" if colour else "L"), turn))


def _format_of(file: BinaryIO) -> str:
    file.seek(0)
    start = file.read(12)
    for name, beginning in _BEGINNINGS.items():
        if re.match(beginning, start, re.DOTALL):
            return name
    raise FileError("not a PNG, JPEG, BMP, GIF or WebP picture", "save it as PNG")


def _too_large() -> FileError:
    return FileError(f"a picture of more than {MOST_PIXELS:,} pixels", "make it smaller first")


def _check_amount(file: BinaryIO, image: Image.Image) -> None:
    """Refuse a header that announces what the file has not, where a decoder would make it up."""
    if image.format == "PNG":
        place = file.tell()
        check_rows(file)
        file.seek(place)
    elif image.format == "JPEG":
        pixels, size = image.width * image.height, _length(file)
        if size < pixels / MOST_JPEG_PIXELS_IN_A_BYTE:
            raise ValueError(f"{size:,} bytes for {pixels:,} pixels")


def _length(file: BinaryIO) -> int:
    place = file.tell()
    length = file.seek(0, 2)
    file.seek(place)
    return length


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(_ORIENTATION)
    except (ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError):
        # Who wrote it did not say which way is up.
        return None


def _on_paper(image: Image.Image, mode: str) -> Image.Image:
    if not image.has_transparency_data:
        return image if image.mode == mode else image.convert(mode)
    if image.mode != "RGBA":
        image = image.convert("RGBA")
    paper = Image.new(mode, image.size, "white")
    paper.paste(image, mask=image)
    return paper


def _turned(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    return image if turn is None else image.transpose(turn)


def _as_result(image: Image.Image, value: Any = None) -> "Result":
    pixels, shape = memoryview(image.tobytes()), [image.height, image.width]
    if image.mode == "RGB":
        return value, {"pixels": pixels.cast("B", [*shape, 3])}
    if image.mode.startswith("I"):
        return value, {"pixels": pixels.cast("H", shape)}
    return value, {"pixels": pixels.cast("B", shape)}
