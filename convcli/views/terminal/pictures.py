"""Pictures for a terminal, in rows, with their captions and with what their colours mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

from convcli.text import wrapped
from convcli.views.mosaic import Picture, Row, enlarge, ordinal
from convcli.views.palette import Legend
from convcli.views.terminal.inks import Ink, ink_of

SPACE_BETWEEN = 2
SMALL = 12  # Pixels; a picture of fewer is enlarged to about as many, a filter of 5x5 to 10x10.
LARGEST_FACTOR = 4
BOLD = Style(bold=True)


@dataclass(frozen=True)
class Gallery:
    """A rich renderable: rows of pictures under their headings, and below them the legends.

    Attributes:
        rows: Each begins on a line of its own, and goes on below itself where it is too wide.
        legends: What the colours mean.
    """

    rows: Sequence[Row]
    legends: Sequence[Legend] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Everything, drawn with what the terminal has."""
        ink, width = ink_of(console, options), options.max_width
        for row in self.rows:
            yield from _texts(wrapped(row.heading, width, measure=cell_len), BOLD)
            placed = [_fit(picture, ink, width) for picture in row.pictures]
            for together in _lines_of(placed, width):
                yield from _side_by_side(together)
        for legend in self.legends:
            text = legend.text(ink.meaning(legend.scale))
            yield from _texts(wrapped(text, width, measure=cell_len))


@dataclass(frozen=True)
class _Placed:
    """A picture as letters."""

    caption: list[str]
    lines: list[list[Segment]]
    width: int


def _fit(picture: Picture, ink: Ink, room: int) -> _Placed:
    """A small picture enlarged; one that is too wide drawn with every second pixel, and so on."""
    height, width = picture.pixels.shape[:2]
    caption = list(picture.caption)
    step = -(-width * ink.columns // room)
    if step * picture.step > 1:
        pixels = picture.pixels[::step, ::step]
        caption.append(f"every {ordinal(step * picture.step)} pixel drawn")
    else:
        most = min(SMALL // max(height, width), room // (width * ink.columns))
        pixels = enlarge(picture.pixels, max(1, min(LARGEST_FACTOR, most)))
    columns = pixels.shape[1] * ink.columns
    lines = list(ink.lines(Picture(picture.caption, pixels, picture.scale)))
    texts = [line for text in caption for line in wrapped(text, room, measure=cell_len)]
    return _Placed(texts, lines, max([columns, *map(cell_len, texts)]))


def _lines_of(pictures: Sequence[_Placed], room: int) -> list[list[_Placed]]:
    """Which pictures stand side by side: as many as there is room for, in their order."""
    lines: list[list[_Placed]] = []
    taken = room
    for picture in pictures:
        taken += SPACE_BETWEEN + picture.width
        if taken > room:
            lines.append([])
            taken = picture.width
        lines[-1].append(picture)
    return lines


def _side_by_side(pictures: Sequence[_Placed]) -> RenderResult:
    head = max(len(picture.caption) for picture in pictures)
    tall = max(len(picture.lines) for picture in pictures)
    columns = [
        [
            *([Segment(text)] for text in picture.caption),
            *([] for _ in range(head - len(picture.caption))),
            *picture.lines,
            *([] for _ in range(tall - len(picture.lines))),
        ]
        for picture in pictures
    ]
    for cells in zip(*columns, strict=True):
        waiting = ""
        for cell, picture in zip(cells, pictures, strict=True):
            # Spaces are written only when something follows them.
            if cell:
                yield from (Segment(waiting), *cell)
                waiting = ""
            taken = sum(segment.cell_length for segment in cell)
            waiting += " " * (picture.width - taken + SPACE_BETWEEN)
        yield Segment.line()


def _texts(lines: Sequence[str], style: Style | None = None) -> RenderResult:
    for line in lines:
        yield Segment(line, style)
        yield Segment.line()
