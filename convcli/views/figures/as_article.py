"""What the article makes of the im2col matrix, beside what it stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.article_pictures import AsInTheArticle, Pair
from convcli.views.figures.sheet import MARGIN, Sheet, colour_bar_height
from convcli.views.figures.texts import BODY, HEADING, SMALL, line_height, wrapped
from convcli.views.mosaic import enlarge, fit_maps
from convcli.views.palette import INK, MUTED, PAPER_PIXEL, Colours, Scale, colours, pixel
from convcli.views.sentences.im2col import stride_text

Array = NDArray[Any]

ROOM = 1240  # Pixels from left to right.
LYING_HEIGHT, STRIDED_HEIGHT = 130, 130  # Of a matrix, unless it has more rows.
LARGEST_BLOCK = 40
SEEN = 190  # Pixels of what the middle of the filter sees.
BETWEEN = 24
BAR = 360
HEAD = line_height(HEADING) + 6
NAME = line_height(BODY) + 4


def draw(made: AsInTheArticle, title: str, scale: Scale, sentences: Sequence[str]) -> Sheet:
    """Three matrices below each other, lying; then the same with a stride, and what is seen of it.

    The third of each shows in one dark colour which cells hold another number.

    Args:
        made: From :func:`convcli.inspection.article_pictures.as_in_the_article`.
        title: Names the image and the window.
        scale: That of the image.
        sentences: One about the reshape, one about the stride.

    Raises:
        ValueError: A value lies outside the scale.
    """
    lying = _Part(
        "lying on its side",
        sentences[0],
        _three(made.lying, ("transpose", "the article's reshape"), ROOM, LYING_HEIGHT, scale),
    )
    stride = stride_text(made)
    room = ROOM - SEEN - BETWEEN
    strided = _Part(
        f"with {stride}",
        sentences[1],
        _three(
            Pair(made.strided.right.T, made.strided.theirs.T),
            ("im2col", "the article's second im2col"),
            room,
            STRIDED_HEIGHT,
            scale,
        ),
    )
    sheet = Sheet(
        2 * MARGIN + ROOM,
        lying.height + BETWEEN + strided.height + colour_bar_height() + MARGIN,
        title,
        "matrices on their side: a row for each number under the filter, a column for each output",
    )
    _draw_part(sheet, sheet.top, lying)
    top = sheet.top + lying.height + BETWEEN
    _draw_part(sheet, top, strided)
    _draw_seen(sheet, top + strided.head, made.seen, scale)
    sheet.colour_bar(MARGIN, top + strided.height, BAR, scale)
    return sheet


@dataclass(frozen=True)
class _Part:
    """Matrices below each other with a sentence about them, ready to be drawn."""

    heading: str
    sentence: str
    pictures: Sequence[tuple[str, Colours]]

    @property
    def lines(self) -> list[str]:
        """The sentence."""
        return wrapped(self.sentence, BODY, ROOM)

    @property
    def head(self) -> int:
        """Pixels above the first name."""
        return HEAD + len(self.lines) * line_height(BODY) + 12

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        pictures = [int(pixels.shape[0]) for _, pixels in self.pictures]
        return self.head + sum(pictures) + len(pictures) * (NAME + BETWEEN)


def _three(
    pair: Pair, names: tuple[str, str], room: int, height: int, scale: Scale
) -> list[tuple[str, Colours]]:
    """What is right, what the article makes, and where they differ, each with its name."""
    rows, columns = pair.right.shape
    down = max(1, min(height // min(rows, room), LARGEST_BLOCK))
    across = max(1, min(room // min(columns, room), LARGEST_BLOCK))
    shown = slice(room), slice(room)
    parts = [
        f"the first {room} of {count} {name}"
        for count, name in ((rows, "rows"), (columns, "columns"))
        if count > room
    ]
    left_out = f" · drawn: {', '.join(parts)}" if parts else ""
    two_colours = np.array([PAPER_PIXEL, pixel(INK)], np.uint8)
    marked = two_colours[pair.differs[shown].astype(np.intp)]
    counts = f"dark: the {pair.differing:,} of {pair.right.size:,} cells that differ"
    return [
        (f"{name}: {rows}x{columns}{left_out}", enlarge(pixels, down, across))
        for name, pixels in (
            (names[0], colours(pair.right[shown], scale)),
            (names[1], colours(pair.theirs[shown], scale)),
        )
    ] + [(counts, enlarge(marked, down, across))]


def _draw_part(sheet: Sheet, top: int, part: _Part) -> None:
    sheet.write(MARGIN, top, part.heading, size=HEADING, bold=True)
    sheet.write_lines(MARGIN, top + HEAD, part.lines)
    top += part.head
    for name, pixels in part.pictures:
        sheet.write(MARGIN, top, name)
        sheet.picture(MARGIN, top + NAME, pixels)
        top += NAME + pixels.shape[0] + BETWEEN


def _draw_seen(sheet: Sheet, top: int, seen: Pair, scale: Scale) -> None:
    """What the middle of the filter sees at every output."""
    left = MARGIN + ROOM - SEEN
    fitted = fit_maps(np.stack([seen.right, seen.theirs]), scale, SEEN)
    for name, pixels in zip(("im2col", "second im2col"), fitted.tiles, strict=True):
        sheet.write(left, top, f"{name} sees")
        sheet.picture(left, top + NAME, pixels)
        top += NAME + pixels.shape[0] + 6
        sheet.write(left, top, fitted.note, size=SMALL, colour=MUTED)
        top += line_height(SMALL)
    lines = ["the pixel under the middle", "of the filter, at every", "output"]
    sheet.write_lines(left, top, lines, size=SMALL, colour=MUTED)
