"""What is in an SVG and in a PDF file, read without the library that wrote it."""

import base64
import io
import re
import zlib
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
STRING = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
IMAGE_SIZE = re.compile(rb"/Subtype /Image\s.*?/Width (\d+)\s.*?/Height (\d+)", re.DOTALL)


@dataclass(frozen=True)
class SvgPicture:
    """A picture in an SVG file.

    Attributes:
        pixels: (height, width, 3), from top to bottom.
        left: Of its first column, in the units of the file.
        top: Of its first row.
        style: How it is drawn.
    """

    pixels: NDArray[Any]
    left: float
    top: float
    style: str


def svg_root(data: bytes) -> ElementTree.Element:
    """The root, if it is XML at all."""
    return ElementTree.fromstring(data)  # noqa: S314 - written by the test itself


def svg_texts(data: bytes) -> list[str]:
    """Every text, in the order of the file."""
    return ["".join(element.itertext()) for element in svg_root(data).iter(f"{SVG}text")]


def svg_pictures(data: bytes) -> list[SvgPicture]:
    """Every picture, in the order of the file."""
    found = []
    for element in svg_root(data).iter(f"{SVG}image"):
        packed = base64.b64decode(element.attrib[LINK].partition("base64,")[2])
        pixels = np.asarray(Image.open(io.BytesIO(packed)).convert("RGB"))
        a, b, c, d, left, top = map(
            float, re.findall(r"-?[\d.]+", element.attrib["transform"].partition("(")[2])
        )
        # The picture is stored upside down where it is turned over: d is negative then.
        assert (abs(a), b, c, abs(d)) == (1, 0, 0, 1)
        assert (float(element.attrib["width"]), float(element.attrib["height"])) == (
            pixels.shape[1],
            pixels.shape[0],
        )
        upright = pixels if d > 0 else pixels[::-1]
        found.append(
            SvgPicture(
                upright,
                left,
                top if d > 0 else top - pixels.shape[0],
                element.attrib.get("style", ""),
            )
        )
    return found


def pdf_text(data: bytes) -> str:
    """Everything that the page's own program shows as text, without what parts it."""
    shown = b""
    for content in _streams(data):
        if b" Tf" in content:
            shown += b"".join(STRING.findall(content))
    return ESCAPED.sub(rb"\1", shown).replace(b"\0", b"").decode("latin-1")


def pdf_image_sizes(data: bytes) -> list[tuple[int, int]]:
    """Width and height of every picture in a PDF file."""
    return [(int(width), int(height)) for width, height in IMAGE_SIZE.findall(data)]


def _streams(data: bytes) -> list[bytes]:
    contents = []
    for start in re.finditer(rb"stream\r?\n", data):
        try:
            contents.append(zlib.decompressobj().decompress(data[start.end() :]))
        except zlib.error:
            continue
    return contents
