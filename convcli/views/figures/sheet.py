"""An annotated figure, laid out in pixels and written as PNG.

Pictures are placed pixel by pixel, so that a value is a block of one exact colour, and texts where
they are told to be. Nothing is measured and shifted afterwards, which is what makes figures slow.
matplotlib draws, with the settings that it comes with: every number here is meant for these. The
user's own settings are for the user's own figures, so they are neither used nor changed.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.image import FigureImage
from matplotlib.transforms import Affine2D

from convcli.views import png
from convcli.views.mosaic import arrange, enlarge, framed
from convcli.views.palette import INK, MUTED, PAPER, PAPER_PIXEL, Colours, Scale

DOTS_PER_INCH = 72  # A point is a pixel then, so that one unit measures everything.
FONT = "DejaVu Sans"  # Comes with matplotlib, so a figure looks alike on every machine.
MISSING_GLYPH = "□"

MARGIN = 48
TITLE = 30
HEADING = 24
BODY = 19
SMALL = 16
LINE_HEIGHT = 1.4
BAR_HEIGHT = 16
LABEL_SPACE = 28  # Above such a tile, its label included.
MOST_LABELS = 120
MOST_PIXELS = 32_000_000  # A figure takes some ten bytes for each while it is drawn.


class Sheet:
    """A figure measured in pixels from its upper left corner, with a title.

    Args:
        width: Pixels.
        height: Pixels below the title; the title takes its own.
        title: What the figure shows: index, label, filter and shape.
        subtitle: One more clause, or empty.

    What is placed and written is kept, and drawn only when the sheet is saved or its
    :attr:`figure` is asked for. In a notebook a sheet shows itself.

    Attributes:
        width: Pixels.
        height: Pixels, the title included.
        title: What the figure shows.
        top: Where the room below the title begins.
    """

    def __init__(self, width: int, height: int, title: str, subtitle: str = "") -> None:
        self.title = title
        room = width - 2 * MARGIN
        lines = [(line, TITLE, INK, True) for line in wrapped(title, TITLE, room, bold=True)]
        lines += [(line, BODY, MUTED, False) for line in wrapped(subtitle, BODY, room)]
        self.top = MARGIN + sum(line_height(size) for _, size, _, _ in lines) + 24
        self.width, self.height = width, self.top + height
        self._parts: list[Callable[[Figure], object]] = []
        top = MARGIN
        for line, text_size, colour, bold in lines:
            self.write(MARGIN, top, line, size=text_size, colour=colour, bold=bold)
            top += line_height(text_size)

    @property
    def figure(self) -> Figure:
        """A matplotlib figure of what the sheet holds now, a new one each time."""
        with _own_settings():
            size = (self.width / DOTS_PER_INCH, self.height / DOTS_PER_INCH)
            figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=PAPER)
            FigureCanvasAgg(figure)
            for draw in self._parts:
                draw(figure)
        return figure

    def picture(self, left: int, top: int, pixels: Colours) -> None:
        """Place a picture with a thin frame around it, which lies outside of left and top."""
        self.place(left - 1, top - 1, framed(pixels))

    def place(self, left: int, top: int, pixels: Colours) -> None:
        """Place a picture; one of its pixels is one of the figure's.

        Args:
            left: Of its first column.
            top: Of its first row.
            pixels: uint8, (height, width, 3).
        """
        above = self.height - top - pixels.shape[0]
        self._parts.append(lambda figure: _Placed(figure, left, above, pixels))

    def write(
        self,
        left: float,
        top: float,
        text: str,
        *,
        size: int = BODY,
        colour: str = INK,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        """Write one line: ``top`` is its upper edge, ``left`` the point that it is aligned to."""
        self._parts.append(
            lambda figure: figure.text(
                left / self.width,
                1 - (top + 0.5 * line_height(size)) / self.height,
                drawable(text, bold),
                fontsize=size,
                family=FONT,
                color=colour,
                fontweight="bold" if bold else "normal",
                horizontalalignment=align,
                verticalalignment="center_baseline",
                parse_math=False,
            )
        )

    def write_lines(
        self, left: float, top: float, lines: list[str], *, size: int = BODY, colour: str = INK
    ) -> None:
        """Write lines one below the other."""
        for number, line in enumerate(lines):
            self.write(left, top + number * line_height(size), line, size=size, colour=colour)

    def colour_bar(
        self,
        left: int,
        top: int,
        width: int,
        scale: Scale,
        ends: tuple[str, str] | None = None,
    ) -> None:
        """The colours of a scale with its zero and its ends, and what they mean.

        Args:
            left: Of the bar.
            top: Of the bar.
            width: Of the bar.
            scale: The colours.
            ends: What is written at the ends; their numbers where it is left out.
        """
        gradient = scale.gradient
        shades = gradient[np.linspace(0, len(gradient) - 1, width).round().astype(np.intp)]
        self.picture(left, top, enlarge(shades[None], BAR_HEIGHT, 1))
        below = top + BAR_HEIGHT + 6
        low, high = ends or (f"{scale.low:.3g}", f"{scale.high:.3g}")
        self.write(left, below, low, size=SMALL)
        self.write(left + width, below, high, size=SMALL, align="right")
        middle = left + width / 2
        if scale.diverging:
            self.write(middle, below, "0", size=SMALL, align="center")
        meaning = below + line_height(SMALL)
        self.write(middle, meaning, scale.meaning, size=SMALL, colour=MUTED, align="center")

    def numbered_tiles(
        self,
        left: int,
        top: int,
        tiles: Colours,
        *,
        columns: int,
        across: int,
        labels: Sequence[str],
    ) -> None:
        """Tiles row by row, each in a thin frame with its label above.

        Of very many tiles only the first of each row has its label.

        Args:
            left: Of the first tile.
            top: Of the first label.
            tiles: uint8, (count, height, width, 3).
            columns: Tiles side by side.
            across: Pixels from one tile to the next, at least two more than a tile has.
            labels: One for each tile.
        """
        gap = across - tiles.shape[2] - 2
        sheet = arrange(framed(tiles), columns, gap, gap_above=LABEL_SPACE, background=PAPER_PIXEL)
        height, width = sheet.shape[:2]
        # Without the gaps around them all, for which there may be no room.
        self.place(left - 1, top, sheet[: height - gap, gap : width - gap])
        down = LABEL_SPACE + tiles.shape[1] + 2
        for number in range(0, len(labels), 1 if len(labels) <= MOST_LABELS else columns):
            row, column = divmod(number, columns)
            label_top = top + row * down + LABEL_SPACE - line_height(SMALL)
            self.write(left + column * across, label_top, labels[number], size=SMALL, colour=MUTED)

    def chart(
        self, left: int, top: int, width: int, height: int, draw: Callable[[Axes], object]
    ) -> None:
        """Room for a chart, and what draws it there."""
        room = (
            left / self.width,
            1 - (top + height) / self.height,
            width / self.width,
            height / self.height,
        )
        self._parts.append(lambda figure: draw(figure.add_axes(room)))

    def save(self, file: BinaryIO) -> None:
        """Draw the figure and write it as PNG, its title in the metadata."""
        png.write(file, self._drawn(), self.title)

    def _drawn(self) -> Colours:
        with _own_settings():
            canvas = FigureCanvasAgg(self.figure)
            canvas.draw()  # type: ignore[no-untyped-call]
        # A copy without the opacity, so that the canvas is gone when the file is packed.
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        return np.ascontiguousarray(pixels[..., :3])

    def _repr_png_(self) -> bytes:
        """The finished file, for a notebook."""
        file = BytesIO()
        self.save(file)
        return file.getvalue()


class _Placed(FigureImage):
    """A picture whose pixels are pixels of the figure, not sampled anew, which takes memory."""

    def __init__(self, figure: Figure, left: int, above: int, pixels: Colours) -> None:
        super().__init__(figure, offsetx=left, offsety=above, origin="upper")
        self.set_data(pixels)
        figure.images.append(self)

    def make_image(self, *_: object, **__: object) -> tuple[Colours, float, float, Affine2D]:
        """The pixels as they are, opaque."""
        pixels = np.asarray(self.get_array())
        opaque = np.full((*pixels.shape[:2], 4), 255, np.uint8)
        opaque[..., :3] = pixels[::-1]
        return opaque, self.ox, self.oy, Affine2D()


def rows_in(width: int, height: int) -> int:
    """Rows that a sheet may have before it takes too much memory, at least one.

    Args:
        width: Pixels of the sheet.
        height: Pixels of a row.
    """
    return max(1, MOST_PIXELS // (width * height))


def colour_bar_height() -> int:
    """Pixels that a colour bar takes from top to bottom, its texts included."""
    return BAR_HEIGHT + 6 + 2 * line_height(SMALL)


def numbered_tiles_height(tiles: Colours, columns: int) -> int:
    """Pixels from top to bottom that :meth:`Sheet.numbered_tiles` takes."""
    rows, height = -(-len(tiles) // columns), int(tiles.shape[1])
    return rows * (LABEL_SPACE + height + 2)


def line_height(size: int) -> int:
    """Pixels from one line of a text of that size to the next."""
    return round(size * LINE_HEIGHT)


def text_width(text: str, size: int, bold: bool = False) -> float:
    """Pixels that one line takes; a kerned pair of letters takes a little less."""
    return size * sum(_advance(character, bold) for character in drawable(text, bold))


def wrapped(text: str, size: int, room: float, bold: bool = False) -> list[str]:
    """A text in lines that fit the room; broken between words, and inside a word only if it must.

    >>> wrapped("one two three", size=20, room=90)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines += _broken(word, size, room, bold)
    return lines


def joined(clauses: Iterable[str], size: int, room: float) -> list[str]:
    """Clauses with dots between them, in lines that fit the room; empty ones are left out.

    >>> joined(["(1, 1, 5, 5)", "", "one filter"], size=20, room=140)
    ['(1, 1, 5, 5)', 'one filter']
    """
    lines: list[str] = []
    for clause in filter(None, clauses):
        longer = f"{lines[-1]} · {clause}" if lines else clause
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines += wrapped(clause, size, room)
    return lines


def _broken(word: str, size: int, room: float, bold: bool) -> list[str]:
    parts = [""]
    for character in word:
        if parts[-1] and text_width(parts[-1] + character, size, bold) > room:
            parts.append("")
        parts[-1] += character
    return parts


def drawable(text: str, bold: bool = False) -> str:
    """The text with a box for every character that the font has not; a file's name may hold any."""
    font = _font(bold)
    return "".join(
        character if font.get_char_index(ord(character)) else MISSING_GLYPH for character in text
    )


@lru_cache(maxsize=1024)
def _advance(character: str, bold: bool) -> float:
    font = _font(bold)
    font.set_size(1000, DOTS_PER_INCH)
    # In 65536ths of a pixel, without rounding to whole pixels.
    return font.load_char(ord(character)).linearHoriAdvance / 65536 / 1000


@lru_cache(maxsize=2)
def _font(bold: bool) -> FT2Font:
    weight = "bold" if bold else "normal"
    with _own_settings():
        return get_font(fontManager.findfont(FontProperties(family=FONT, weight=weight)))


def _own_settings() -> AbstractContextManager[None]:
    return style.context("default")
