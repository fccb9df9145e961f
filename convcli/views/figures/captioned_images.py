"""Images on one sheet, each with lines of text below it: the gallery of mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import SMALL, line_height, text_width
from convcli.views.mosaic import Picture, enlarge
from convcli.views.palette import BYTES, INK, MUTED, colours

ENLARGEMENT = 5
BETWEEN = 20
MOST_COLUMNS = 8
MOST_IMAGES = 400  # More, and nobody looks at them.
LEAST_WIDTH = 620


@dataclass(frozen=True)
class Captioned:
    """One image.

    Attributes:
        pixels: uint8, (height, width).
        lines: Below it; the first one is bold.
    """

    pixels: NDArray[np.uint8]
    lines: tuple[str, ...]


def draw(images: Sequence[Captioned], title: str, subtitle: str) -> Sheet:
    """Row by row, in the order given. Of very many images the first ones are drawn.

    Args:
        images: At least one, of one size, with as many lines each.
        title: What they are.
        subtitle: How to read the lines.

    >>> draw([Captioned(np.zeros((28, 28), np.uint8), ("label 6", "read 1"))], "a title", "").title
    'a title'
    """
    drawn = images[:MOST_IMAGES]
    if len(drawn) < len(images):
        subtitle += f" · the first {len(drawn)} of {len(images):,} are drawn"
    height, width = drawn[0].pixels.shape
    widest = max(text_width(line, SMALL, bold=True) for image in drawn for line in image.lines)
    tile = max(ENLARGEMENT * width, round(widest))
    columns = min(MOST_COLUMNS, isqrt(len(drawn) - 1) + 1)
    rows = -(-len(drawn) // columns)
    down = ENLARGEMENT * height + len(drawn[0].lines) * line_height(SMALL) + BETWEEN
    room = max(LEAST_WIDTH, columns * (tile + BETWEEN) - BETWEEN)
    sheet = Sheet(room + 2 * MARGIN, rows * down - BETWEEN + MARGIN, title, subtitle)
    for number, image in enumerate(drawn):
        row, column = divmod(number, columns)
        left, top = MARGIN + column * (tile + BETWEEN), sheet.top + row * down
        sheet.picture(left, top, enlarge(colours(image.pixels, BYTES), ENLARGEMENT))
        for place, line in enumerate(image.lines):
            below = top + ENLARGEMENT * height + 4 + place * line_height(SMALL)
            bold = not place
            sheet.write(left, below, line, size=SMALL, bold=bold, colour=INK if bold else MUTED)
    return sheet


def pictures(images: Sequence[Captioned]) -> list[Picture]:
    """The images for a terminal, their lines above.

    >>> (picture,) = pictures([Captioned(np.zeros((28, 28), np.uint8), ("label 6", "read 1"))])
    >>> picture.caption, picture.pixels.shape
    (('label 6', 'read 1'), (28, 28, 3))
    """
    return [Picture(image.lines, colours(image.pixels, BYTES), BYTES) for image in images]
