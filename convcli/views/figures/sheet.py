"""An annotated figure, laid out in pixels and written as PNG, SVG or PDF.

Pictures are placed pixel by pixel, so that a value is a block of one exact colour, and texts where
they are told to be. Nothing is measured and shifted afterwards, which is what makes figures slow.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import BinaryIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from convcli.views.figures.rendering import Page, Part, PlacedPicture, figure_of, write
from convcli.views.figures.texts import BODY, FONT, SMALL, TITLE, drawable, line_height, wrapped
from convcli.views.hatching import hatched, is_hatched
from convcli.views.mosaic import arrange, enlarge, framed
from convcli.views.palette import INK, MUTED, PAPER_PIXEL, Colours, Scale, ink_on

MARGIN = 48
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
        self._parts: list[Part] = []
        top = MARGIN
        for line, text_size, colour, bold in lines:
            self.write(MARGIN, top, line, size=text_size, colour=colour, bold=bold)
            top += line_height(text_size)

    @property
    def figure(self) -> Figure:
        """A matplotlib figure of what the sheet holds now, a new one each time."""
        return figure_of(self._parts, Page(self.width, self.height))

    def picture(self, left: int, top: int, pixels: Colours, *, is_photograph: bool = False) -> None:
        """Place a picture with a thin frame around it, which lies outside of left and top."""
        self.place(left - 1, top - 1, framed(pixels), is_photograph=is_photograph)

    def place(self, left: int, top: int, pixels: Colours, *, is_photograph: bool = False) -> None:
        """Place a picture; one of its pixels is one of the figure's.

        Args:
            left: Of its first column.
            top: Of its first row.
            pixels: uint8, (height, width, 3).
            is_photograph: Whether its colours are its own, and not those of values.
        """
        lined = pixels if is_photograph else hatched(pixels)

        def draw(figure: Figure, page: Page) -> None:
            above = page.height - page.top - top - lined.shape[0]
            PlacedPicture(figure, page.left + left, above, lined)

        self._parts.append(draw)

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
        ground: str | None = None,
    ) -> None:
        """Write one line.

        Args:
            left: The point that it is aligned to.
            top: Its upper edge.
            text: The line.
            size: Of the letters, in pixels.
            colour: Of the letters.
            bold: Whether the letters are.
            align: Which of its ends is at that point: ``left``, ``center`` or ``right``.
            ground: The colour of a box behind it; no box without one.
        """
        box = {"facecolor": ground, "edgecolor": "none", "pad": 1.5} if ground else None
        self._parts.append(
            lambda figure, page: figure.text(
                page.across(left),
                page.up(top + 0.5 * line_height(size)),
                drawable(text, bold),
                fontsize=size,
                family=FONT,
                color=colour,
                fontweight="bold" if bold else "normal",
                horizontalalignment=align,
                verticalalignment="center_baseline",
                parse_math=False,
                bbox=box,
            )
        )

    def add(self, part: Part) -> None:
        """Draw something of another kind: ``part`` is given matplotlib's figure and the page."""
        self._parts.append(part)

    def write_on(self, across: float, down: float, text: str, ground: Colours) -> None:
        """Write a number into a cell of a picture, so that it can be read there.

        Args:
            across: The middle of the cell, from the left edge.
            down: The middle of the cell, from the upper edge.
            text: The number.
            ground: Red, green and blue of the cell.
        """
        top = down - line_height(SMALL) / 2
        shade = to_hex((ground / 255).tolist()) if is_hatched(ground) else None
        self.write(
            across, top, text, size=SMALL, colour=ink_on(ground), align="center", ground=shade
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

        def draw_chart(figure: Figure, page: Page) -> None:
            room = (page.across(left), page.up(top + height))
            draw(figure.add_axes((*room, width / page.width, height / page.height)))

        self._parts.append(draw_chart)

    def save(self, file: BinaryIO, file_format: str = "png", *, wide: bool = False) -> None:
        """Draw the figure and write it, its title in the metadata.

        Args:
            file: Open for writing.
            file_format: ``png``, ``svg`` or ``pdf``.
            wide: On a page of 16:9, which fills a slide.
        """
        page = Page.slide(self.width, self.height) if wide else Page(self.width, self.height)
        write(file, figure_of(self._parts, page), self.title, file_format)

    def _repr_png_(self) -> bytes:
        """The finished file, for a notebook."""
        file = BytesIO()
        self.save(file)
        return file.getvalue()


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
