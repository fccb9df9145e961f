"""What a picture file is made of, walked block by block before a decoder sees it.

Pictures carry more than pixels: comments, thumbnails, colour profiles, EXIF, further frames. Some
such blocks unpack to gigabytes or take a decoder minutes. So the file is reduced to what its first
frame needs, and the rest is neither unpacked nor kept, apart from one number: the orientation.

Sources: the PNG specification (W3C), JPEG (ITU-T T.81, annex B), the GIF89a specification
(CompuServe), the WebP container specification (Google) and Exif 2.3 (CIPA DC-008).
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_BLOCKS = 20_000
MOST_GIF_PIECES = 300_000
MOST_JPEG_SCANS = 64
MOST_JPEG_SCANNED_PIXELS = 400_000_000
"""Pixels times scans: 25 scans of the largest picture."""
USUAL_JPEG_SCANS = 10
MOST_RUN_LENGTH_BYTES = 2**20
MOST_RUN_LENGTH_PIXELS = 4_000_000

UPRIGHT = 1
_EXIF = b"Exif\0\0"
_LONGEST_EXIF = 2**16
_EXIF_ORIENTATION = 0x0112

_PNG_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}

# A marker that means something: neither a stuffed 0xFF of the coded pixels, nor a restart, nor one
# of the two that stand alone.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
_JPEG_END, _JPEG_SCAN = 0xD9, 0xDA
# Baseline, extended and progressive. The others are lossless, or coded by arithmetic, which takes a
# decoder very long from very few bytes.
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2}
_JPEG_OTHER_FRAMES = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xD0)}
# Application data and comments, except what tells how colours are coded (JFIF and Adobe).
_JPEG_UNNEEDED = {*range(0xE1, 0xEE), 0xEF, 0xFE}
_JPEG_COLOURS = {0xE0, 0xEE}
# A marker may have bytes of 0xFF in front to fill up; no writer needs so many.
_JPEG_FILLING = b"\xff" * 1024

_GIF_EXTENSION, _GIF_FRAME, _GIF_END = 0x21, 0x2C, 0x3B
_GIF_TRANSPARENCY = 0xF9

_WEBP_NEEDED = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM"}
# The flags that announce transparency and frames; the others announce what is left out.
_WEBP_NEEDED_FLAGS = 0x12

_BMP_RUN_LENGTHS = {b"\1\0\0\0", b"\2\0\0\0"}


@dataclass(frozen=True)
class Container:
    """A picture file reduced to its first frame.

    Attributes:
        format: The name that Pillow knows the format by.
        content: A file of that format, with the first frame and no metadata.
        orientation: Exif's, 1 to 8; 1 is upright.
    """

    format: str
    content: bytes
    orientation: int = UPRIGHT


def open_container(data: bytes) -> Container | None:
    """Walk a picture file to its end.

    Args:
        data: The whole file.

    Returns:
        What is needed of it; None if it does not begin as a PNG, JPEG, BMP, GIF or WebP file does.

    Raises:
        ValueError: The file breaks off, or is made of more blocks than any genuine picture.

    >>> open_container(b"<!DOCTYPE html>") is None
    True
    """
    for beginning, walk in _WALKS.items():
        if re.match(beginning, data, re.DOTALL):
            try:
                return walk(data)
            except (IndexError, struct.error):
                raise _breaks_off() from None
    return None


def exif_orientation(exif: bytes) -> int:
    """The orientation that the first directory of an Exif block gives; 1 if it gives none.

    >>> exif_orientation(b"MM" + bytes.fromhex("002a 00000008 0001 0112 0003 00000001 0006 0000"))
    6
    """
    tiff = exif.removeprefix(_EXIF)
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return UPRIGHT
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    count = int.from_bytes(tiff[start : start + 2], "little" if order == "<" else "big")
    entries = tiff[start + 2 : start + 2 + 12 * count]
    whole = entries[: len(entries) // 12 * 12]
    for tag, value in struct.iter_unpack(f"{order}H6xH2x", whole):
        if tag == _EXIF_ORIENTATION:
            return int(value)
    return UPRIGHT


def _breaks_off() -> ValueError:
    return ValueError("it breaks off")


def _too_many() -> ValueError:
    return ValueError("made of more pieces than any picture needs")


def _png(data: bytes) -> Container:
    view = memoryview(data)
    kept, exif, start = [view[:8]], b"", 8
    for _ in range(MOST_BLOCKS):
        length, kind = struct.unpack_from(">I4s", data, start)
        end = start + 12 + length
        if end > len(data):
            raise _breaks_off()
        if (kind == b"IHDR") != (start == 8):
            raise ValueError("its header is not where it should be")
        if kind in _PNG_NEEDED:
            if zlib.crc32(view[start + 4 : end - 4]) != int.from_bytes(view[end - 4 : end]):
                raise ValueError(f"{kind.decode()} with a wrong checksum")
            kept.append(view[start:end])
        elif kind == b"eXIf":
            exif = data[start + 8 : min(end - 4, start + 8 + _LONGEST_EXIF)]
        if kind == b"IEND":
            return Container("PNG", b"".join(kept), exif_orientation(exif))
        start = end
    raise _too_many()


def _jpeg(data: bytes) -> Container:
    view = memoryview(data)
    kept, exif, start = [view[:2]], b"", _jpeg_marker(data, 2)
    limits = _JpegLimits()
    for _ in range(MOST_BLOCKS):
        marker = data[start + 1]
        if marker == _JPEG_END:
            kept.append(view[start : start + 2])
            return Container("JPEG", b"".join(kept), exif_orientation(exif))
        (length,) = struct.unpack_from(">H", data, start + 2)
        if length < 2:
            raise ValueError("a segment that is shorter than its own length")
        end = start + 2 + length
        following = _jpeg_marker(data, end)
        if data.find(_JPEG_FILLING, end, following) >= 0:
            break
        limits.count(marker, view[start:end])
        if marker == _JPEG_SCAN:
            end = following
        if marker in _JPEG_UNNEEDED:
            if not exif and data.startswith(_EXIF, start + 4):
                exif = data[start + 4 : end]
        elif limits.first(marker):
            kept.append(view[start:end])
        start = following
    raise _too_many()


class _JpegLimits:
    """What a JPEG file may have once or a few times only."""

    def __init__(self) -> None:
        self._pixels = 0
        self._scans = 0
        self._colours: set[int] = set()

    def count(self, marker: int, segment: memoryview) -> None:
        """Take note of a segment, and refuse it where it is one too many."""
        if marker in _JPEG_OTHER_FRAMES:
            raise ValueError("pixels coded in a way that is not read")
        if marker in _JPEG_FRAMES:
            if self._pixels:
                raise _too_many()
            height, width = struct.unpack_from(">HH", segment, 5)
            self._pixels = height * width
        if marker == _JPEG_SCAN:
            self._scans += 1
            by_size = MOST_JPEG_SCANNED_PIXELS // max(self._pixels, 1)
            if self._scans > min(MOST_JPEG_SCANS, max(USUAL_JPEG_SCANS, by_size)):
                raise _too_many()

    def first(self, marker: int) -> bool:
        """Whether a segment is needed: of those that tell how colours are coded, the first is."""
        if marker not in _JPEG_COLOURS:
            return True
        known = marker in self._colours
        self._colours.add(marker)
        return not known


def _jpeg_marker(data: bytes, start: int) -> int:
    found = _JPEG_MARKER.search(data, start)
    if found is None:
        raise _breaks_off()
    return found.start()


def _gif(data: bytes) -> Container:
    view = memoryview(data)
    start = 13 + _gif_colours(data[10])
    kept, framed = [view[:start]], False
    budget = iter(range(MOST_GIF_PIECES))
    for _ in budget:
        kind = data[start]
        if kind == _GIF_END:
            return Container("GIF", b"".join([*kept, b";"]))
        if kind == _GIF_FRAME:
            end = _after_gif_pieces(data, start + 11 + _gif_colours(data[start + 9]), budget)
        elif kind == _GIF_EXTENSION:
            end = _after_gif_pieces(data, start + 2, budget)
        else:
            raise ValueError(f"a block of the unknown kind 0x{kind:02x}")
        if not framed and (kind == _GIF_FRAME or data[start + 1] == _GIF_TRANSPARENCY):
            kept.append(view[start:end])
        framed |= kind == _GIF_FRAME
        start = end
    raise _too_many()


def _gif_colours(flags: int) -> int:
    """Bytes of the colour table that the flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_gif_pieces(data: bytes, start: int, budget: Iterator[int]) -> int:
    """Where the pieces end that a block's data come in: a byte for the length, then so many."""
    for _ in budget:
        length = data[start]
        start += 1 + length
        if not length:
            return start
    raise _too_many()


def _webp(data: bytes) -> Container:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise _breaks_off()
    view = memoryview(data)
    kept: list[bytes | memoryview] = [b"WEBP"]
    exif, framed, start = b"", False, 12
    for _ in range(MOST_BLOCKS):
        if start >= end:
            return Container("WEBP", _riff(kept), exif_orientation(exif))
        kind, length = struct.unpack_from("<4sI", data, start)
        following = start + 8 + length + length % 2
        chunk = view[start:following]
        if kind == b"VP8X" and len(chunk) > 8:
            flags = bytes([chunk[8] & _WEBP_NEEDED_FLAGS])
            chunk = memoryview(b"".join([chunk[:8], flags, chunk[9:]]))
        if kind in _WEBP_NEEDED or (kind == b"ANMF" and not framed):
            kept.append(chunk)
        elif kind == b"EXIF":
            exif = data[start + 8 : start + 8 + min(length, _LONGEST_EXIF)]
        framed |= kind == b"ANMF"
        start = following
    raise _too_many()


def _riff(chunks: list[bytes | memoryview]) -> bytes:
    size = sum(map(len, chunks))
    return b"".join([b"RIFF", size.to_bytes(4, "little"), *chunks])


def _bmp(data: bytes) -> Container:
    # Pillow unpacks run lengths in Python, some microseconds for each, and a row that ends early
    # pixel by pixel.
    if data[30:34] in _BMP_RUN_LENGTHS:
        width, height = struct.unpack_from("<ii", data, 18)
        if len(data) > MOST_RUN_LENGTH_BYTES or abs(width * height) > MOST_RUN_LENGTH_PIXELS:
            raise ValueError("too large for run lengths")
    return Container("BMP", data)


_WALKS: dict[bytes, Callable[[bytes], Container]] = {
    rb"\x89PNG\r\n\x1a\n": _png,
    rb"\xff\xd8\xff": _jpeg,
    rb"BM": _bmp,
    rb"GIF8[79]a": _gif,
    rb"RIFF....WEBP": _webp,
}
