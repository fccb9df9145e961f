"""What every animation has in common: a title, captions that change, and what the colours mean."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

import numpy as np

from convcli.inspection.schedule import Moment
from convcli.text import wrapped
from convcli.views.animation import canvas as draw
from convcli.views.animation.canvas import Box, Canvas
from convcli.views.mosaic import enlarge
from convcli.views.palette import Scale

WIDTH = 900
MARGIN = 24
ROOM = WIDTH - 2 * MARGIN
TITLE, CAPTION, HEADING, SMALL = 21, 18, 17, 15
BAR_HEIGHT = 14
BAR_STEPS = 17  # Of its colours: each of them is a colour of the file, and a GIF has few.
BETWEEN = 16

Named = tuple[str, Scale]
SIGNS = (draw.WINDOW_PIXEL, draw.WINNER_PIXEL, draw.GAP_PIXEL, draw.MUTED_PIXEL)
SWATCHES: dict[str, Canvas | int] = {
    "not yet": draw.hatched(14, 22),
    "padding": draw.dotted(14, 22),
    "window": draw.WINDOW_PIXEL,
    "winner": draw.WINNER_PIXEL,
}


class Scene(ABC):
    """What is shown, and how a moment of it looks.

    Attributes:
        title: Names the layer, the image and the network.
        steps: How many steps there are.
        background: What all frames have in common.
        scales: Of what is read, and of what is made where that has another.
        lines: The rows and columns that are drawn of the maps, padding included.
    """

    title: str
    steps: int
    background: Canvas
    scales: tuple[Scale, ...]
    lines: tuple[range, range]

    @abstractmethod
    def frame(self, moment: Moment) -> Canvas:
        """How it looks at a moment: a canvas of its own, (height, width)."""

    @abstractmethod
    def words(self, moment: Moment) -> list[str]:
        """What is said in the frame."""

    def colours(self) -> Canvas:
        """Every colour that a frame can have, in rising order."""
        parts = [
            np.unique(self.background),
            np.array(SIGNS, np.uint32),
            draw.shades(draw.INK_PIXEL),
            draw.shades(draw.MUTED_PIXEL),
            *self._shades(),
        ]
        return np.unique(np.concatenate(parts))

    @abstractmethod
    def _shades(self) -> Iterable[Canvas]:
        """The colours of the values that are not in the background."""

    def _captioned(self, moment: Moment) -> Canvas:
        """The background with the words of a moment, the first of them in bold letters."""
        canvas = self.background.copy()
        for number, text in enumerate(self.words(moment)):
            top = self._caption_top + number * draw.line_height(CAPTION)
            draw.write(canvas, MARGIN, top, text, _fitting(text, number == 0), bold=number == 0)
        return canvas

    def _begin(
        self, title: str, lines: int, height: int, legends: int, swatches: bool = True
    ) -> int:
        """Draw the title on a new background.

        Args:
            title: Whatever its length.
            lines: Of the caption.
            height: Of what is between the caption and the legend.
            legends: How many scales.
            swatches: Whether signs are explained.

        Returns:
            Where the room below the caption begins.
        """
        self.title = title
        titles = wrapped(
            title, ROOM, measure=lambda text: round(draw.text_width(text, TITLE, True))
        )
        self._caption_top = MARGIN // 2 + len(titles) * draw.line_height(TITLE) + 6
        top = self._caption_top + lines * draw.line_height(CAPTION) + 10
        self._legend_top = top + height + BETWEEN
        legend = _legend_height() * bool(legends) + draw.line_height(SMALL) * swatches
        self.background = draw.blank(self._legend_top + legend + MARGIN // 2, WIDTH)
        for number, line in enumerate(titles):
            above = MARGIN // 2 + number * draw.line_height(TITLE)
            draw.write(self.background, MARGIN, above, line, TITLE, bold=True)
        return top

    def heading(self, left: int, top: int, text: str, note: str = "") -> None:
        """What a part shows, and a clause in smaller letters beside it."""
        self.heading_on(self.background, left, top, text, note)

    @staticmethod
    def heading_on(canvas: Canvas, left: int, top: int, text: str, note: str = "") -> None:
        """The same where it changes from frame to frame."""
        draw.write(canvas, left, top, text, HEADING, bold=True)
        if note:
            beside = left + round(draw.text_width(text, HEADING, True)) + 10
            draw.write(canvas, beside, top + 2, note, SMALL, colour=draw.MUTED_PIXEL)

    def _legends(self, scales: Sequence[Named], signs: Sequence[tuple[str, str]]) -> None:
        """A bar for each scale, and below them what the other signs mean."""
        top = self._legend_top
        width = (ROOM - BETWEEN * (len(scales) - 1)) // len(scales)
        for number, (name, scale) in enumerate(scales):
            _bar(self.background, MARGIN + number * (width + BETWEEN), top, width, name, scale)
        left, top = MARGIN, top + _legend_height()
        for sign, meaning in signs:
            left = _swatch(self.background, left, top, sign, meaning)


def heading_height() -> int:
    """Pixels that a heading takes."""
    return draw.line_height(HEADING) + 4


def _legend_height() -> int:
    return 2 * draw.line_height(SMALL) + BAR_HEIGHT + 6


def _bar(canvas: Canvas, left: int, top: int, width: int, name: str, scale: Scale) -> None:
    draw.write(canvas, left, top, name, SMALL, bold=True)
    top += draw.line_height(SMALL)
    entries = np.linspace(0, len(scale.gradient) - 1, BAR_STEPS).round().astype(np.intp)
    cells = np.linspace(0, BAR_STEPS - 1, width).round().astype(np.intp)
    bar = draw.packed(enlarge(scale.gradient[entries][cells][None], BAR_HEIGHT, 1))
    draw.place(canvas, left, top, bar)
    draw.outline(canvas, Box(left, top, left + width, top + BAR_HEIGHT), draw.GAP_PIXEL, 1)
    below = top + BAR_HEIGHT + 3
    draw.write(canvas, left, below, f"{scale.low:.3g}", SMALL)
    draw.write(canvas, left + width, below, f"{scale.high:.3g}", SMALL, align="right")
    if scale.diverging:
        draw.write(canvas, left + width // 2, below, "0", SMALL, align="center")


def _swatch(canvas: Canvas, left: int, top: int, sign: str, meaning: str) -> int:
    """A sign with its meaning; gives where the next begins."""
    swatch = SWATCHES[sign]
    box = Box(left + 2, top + 3, left + 24, top + 17)
    if isinstance(swatch, int):
        draw.outline(canvas, Box(box.left + 4, box.top + 2, box.right - 4, box.bottom - 2), swatch)
    else:
        draw.place(canvas, box.left, box.top, swatch)
        draw.outline(canvas, box, draw.GAP_PIXEL, 1)
    draw.write(canvas, box.right + 6, top, meaning, SMALL)
    return box.right + 6 + round(draw.text_width(meaning, SMALL)) + 2 * BETWEEN


def _fitting(text: str, bold: bool) -> int:
    """The size of letters in which a line fits: that of captions, or a smaller one."""
    sizes = range(CAPTION, SMALL - 3, -1)
    return next((size for size in sizes if draw.text_width(text, size, bold) <= ROOM), SMALL - 3)
