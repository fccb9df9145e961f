"""What frames are drawn on: one number a pixel, so that a frame is copied and filled fast.

A pixel is its colour as red + 256 * green + 65536 * blue. Coordinates are pixels from the upper
left corner; what lies outside is left out. Texts have few shades at their edges, because a GIF has
few colours.
"""

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from convcli.views.palette import GAP, INK, LINES, MUTED, PAPER, Colours, pixel

Canvas = NDArray[np.uint32]

TEXT_SHADES = 4


class Box(NamedTuple):
    """A rectangle; right and bottom are the first pixels outside of it."""

    left: int
    top: int
    right: int
    bottom: int

    def moved(self, across: int, down: int) -> "Box":
        """The same elsewhere."""
        return Box(self.left + across, self.top + down, self.right + across, self.bottom + down)


def around(boxes: Sequence[Box]) -> Box:
    """The rectangle around several.

    >>> around([Box(0, 0, 2, 2), Box(5, 1, 6, 9)])
    Box(left=0, top=0, right=6, bottom=9)
    """
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def packed(colours: Colours) -> Canvas:
    """Colours (..., 3) as one number each.

    >>> packed(np.array([1, 2, 3], np.uint8))
    np.uint32(197121)
    """
    red, green, blue = np.moveaxis(colours.astype(np.uint32), -1, 0)
    result: Canvas = red | green << 8 | blue << 16
    return result


def unpacked(canvas: Canvas) -> Colours:
    """The colours of a canvas, uint8, (height, width, 3)."""
    shifts = np.array([0, 8, 16], np.uint32)
    return (canvas[..., None] >> shifts).astype(np.uint8)


def _number(colour: tuple[int, int, int]) -> int:
    return int(packed(np.array(colour, np.uint8)))


INK_PIXEL, MUTED_PIXEL, PAPER_PIXEL = (_number(pixel(name)) for name in (INK, MUTED, PAPER))
GAP_PIXEL = _number(GAP)
WINDOW_PIXEL, WINNER_PIXEL = _number(pixel(LINES[2])), _number(pixel(LINES[3]))


def blank(height: int, width: int) -> Canvas:
    """A canvas of paper."""
    return np.full((height, width), PAPER_PIXEL, np.uint32)


def hatched(height: int, width: int) -> Canvas:
    """What is not computed yet."""
    down, across = np.ogrid[:height, :width]
    stripes = (down + across) % 6 < 1
    return np.where(stripes, np.uint32(GAP_PIXEL), np.uint32(PAPER_PIXEL))


def dotted(height: int, width: int) -> Canvas:
    """What is padding."""
    down, across = np.ogrid[:height, :width]
    dots = (down % 4 == 1) & (across % 4 == 1)
    return np.where(dots, np.uint32(MUTED_PIXEL), np.uint32(PAPER_PIXEL))


def place(canvas: Canvas, left: int, top: int, part: Canvas) -> None:
    """Lay a picture on the canvas, all of which is inside."""
    canvas[top : top + part.shape[0], left : left + part.shape[1]] = part


def outline(canvas: Canvas, box: Box, colour: int, thickness: int = 2) -> None:
    """A frame of that thickness around a rectangle, outside of it."""
    height, width = canvas.shape
    for ring in range(1, thickness + 1):
        left, top, right, bottom = (
            box.left - ring,
            box.top - ring,
            box.right + ring,
            box.bottom + ring,
        )
        rows, columns = slice(max(0, top), bottom), slice(max(0, left), right)
        if top >= 0:
            canvas[top, columns] = colour
        if bottom <= height:
            canvas[bottom - 1, columns] = colour
        if left >= 0:
            canvas[rows, left] = colour
        if right <= width:
            canvas[rows, right - 1] = colour


def line(canvas: Canvas, begin: tuple[int, int], end: tuple[int, int], colour: int) -> None:
    """A line of one pixel between two points (across, down) inside."""
    count = max(abs(end[0] - begin[0]), abs(end[1] - begin[1])) + 1
    across = np.linspace(begin[0], end[0], count).round().astype(np.intp)
    down = np.linspace(begin[1], end[1], count).round().astype(np.intp)
    canvas[down, across] = colour


def guide_lines(canvas: Canvas, begin: Box, end: Box) -> None:
    """Two lines from a rectangle to what becomes of it, on its right or below it."""
    if end.left >= begin.right:
        pairs = [
            ((begin.right + 1, begin.top - 2), (end.left - 2, end.top - 2)),
            ((begin.right + 1, begin.bottom + 1), (end.left - 2, end.bottom + 1)),
        ]
    else:
        pairs = [
            ((begin.left - 2, begin.bottom + 1), (end.left - 2, end.top - 2)),
            ((begin.right + 1, begin.bottom + 1), (end.right + 1, end.top - 2)),
        ]
    for one, other in pairs:
        line(canvas, one, other, WINDOW_PIXEL)


def write(
    canvas: Canvas,
    left: int,
    top: int,
    text: str,
    size: int,
    *,
    colour: int = INK_PIXEL,
    bold: bool = False,
    align: str = "left",
) -> None:
    """One line of text on paper; ``left`` is the point that it is aligned to."""
    mask = _mask(text, size, bold, TEXT_SHADES)
    _stamp(canvas, left - _shift(mask.shape[1], align), top, mask, shades(colour))


def write_sharply(
    canvas: Canvas, left: int, top: int, text: str, size: int, colour: int, align: str = "left"
) -> None:
    """The same on any ground, in one colour without shades."""
    mask = _mask(text, size, False, 1)
    shades = np.array([0, colour], np.uint32)
    _stamp(canvas, left - _shift(mask.shape[1], align), top, mask, shades)


def text_width(text: str, size: int, bold: bool = False) -> float:
    """Pixels that a line takes."""
    return _font(size, bold).getlength(text)


def line_height(size: int) -> int:
    """Pixels from the top of a line to that of the next."""
    return round(size * 1.35)


def _shift(width: int, align: str) -> int:
    return {"left": 0, "center": width // 2, "right": width}[align]


def _stamp(canvas: Canvas, left: int, top: int, mask: NDArray[np.uint8], shades: Canvas) -> None:
    mask = mask[max(0, -top) :, max(0, -left) :]
    left, top = max(0, left), max(0, top)
    ground = canvas[top : top + mask.shape[0], left : left + mask.shape[1]]
    mask = mask[: ground.shape[0], : ground.shape[1]]
    np.copyto(ground, shades[mask], where=mask > 0)


@lru_cache(maxsize=16)
def shades(colour: int) -> Canvas:
    """From paper to a colour: what a text in that colour is drawn with."""
    ends = unpacked(np.array([PAPER_PIXEL, colour], np.uint32)).astype(np.float64)
    share = np.linspace(0, 1, TEXT_SHADES + 1)[:, None]
    return packed(np.rint(ends[0] + share * (ends[1] - ends[0])).astype(np.uint8))


@lru_cache(maxsize=2048)
def _mask(text: str, size: int, bold: bool, shades: int) -> NDArray[np.uint8]:
    """How much of each pixel is ink, from 0 to ``shades``."""
    font = _font(size, bold)
    ascent, descent = font.getmetrics()
    picture = Image.new("L", (int(font.getlength(text)) + 2, ascent + descent))
    drawing = ImageDraw.Draw(picture)
    drawing.fontmode = "1" if shades == 1 else "L"
    drawing.text((0, 0), text, 255, font)
    share = np.asarray(picture) / 255 * shades
    return np.rint(share).astype(np.uint8)


@lru_cache(maxsize=16)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    # matplotlib brings the font; to import matplotlib for its path would take longer than a frame.
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib, which brings the font")
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    # The other engine is not everywhere, and frames are to look alike everywhere.
    return ImageFont.truetype(folder / name, size, layout_engine=ImageFont.Layout.BASIC)
