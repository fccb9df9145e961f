"""An animation in the cells of a terminal: what is read, what is made so far, and what is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

from convcli.inspection.filling import Filling
from convcli.inspection.schedule import Moment
from convcli.inspection.sliding import Slide
from convcli.text import wrapped
from convcli.views.mosaic import Picture, Row, ordinal
from convcli.views.palette import GAP, LINES, Colours, Legend, Scale, colours, pixel
from convcli.views.terminal.pictures import BOLD, Gallery

MOST_CHANNELS = 3
WINDOW = pixel(LINES[2])
OUTSIDE = (120, 126, 136)


@dataclass(frozen=True)
class Frame:
    """A rich renderable: the words of a moment, and pictures below them.

    Attributes:
        words: Lines; the first in bold letters.
        gallery: The pictures.
    """

    words: Sequence[str]
    gallery: Gallery

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The words, broken where they are too wide, and the pictures."""
        for number, text in enumerate(self.words):
            for line in wrapped(text, options.max_width, measure=cell_len):
                yield Segment(line, BOLD if number == 0 else None)
                yield Segment.line()
        yield self.gallery


def slide_gallery(
    slide: Slide, moment: Moment, scales: tuple[Scale, Scale], lines: tuple[range, range]
) -> Gallery:
    """The maps with a frame around the window, and the output so far.

    Args:
        slide: What is shown.
        moment: When.
        scales: Of the maps, and of the output.
        lines: The rows and columns that are drawn of the maps, padding included.
    """
    under = slide.under(slide.strongest(moment))
    shown = slide.maps[:MOST_CHANNELS]
    left_out = len(slide.maps) - len(shown)
    pictures = []
    for channel, values in enumerate(shown):
        name = slide.source if len(slide.maps) == 1 else f"{slide.source} {channel}"
        more = f" and {left_out} more" if left_out and channel == len(shown) - 1 else ""
        pixels = _framed_window(values, scales[0], lines, under)
        pictures.append(Picture((name + more,), pixels, scales[0]))
    made = colours(slide.output, scales[1])
    made.reshape(-1, 3)[moment.last + 1 :] = GAP
    row, column = slide.place(slide.strongest(moment))
    made = _bordered(made)
    _ring(made, (row, row + 1), (column, column + 1))
    pictures.append(Picture((slide.layer,), made, scales[1]))
    legends = {slide.source: scales[0], slide.layer: scales[1]}
    return Gallery([Row(pictures)], [Legend(name, scale) for name, scale in legends.items()])


def filling_gallery(
    fillings: Sequence[Filling], moment: Moment, scale: Scale, lines: tuple[range, range], room: int
) -> Gallery:
    """For each order the map with a frame around what is read, and the matrix so far on its side.

    Args:
        fillings: One order, or both on one clock.
        moment: When.
        scale: Of all values.
        lines: The rows and columns that are drawn of the map, padding included.
        room: Columns of the terminal.
    """
    rows = []
    for filling in fillings:
        done = min(moment.last + 1, filling.steps)
        name = filling.source if len(filling.maps) == 1 else f"{filling.source} 0"
        under = None
        if moment.last < filling.steps:
            taken = filling.at(filling.strongest(moment))
            under = taken.rows, taken.columns
        maps = _framed_window(filling.maps[0], scale, lines, under)
        beside = maps.shape[1] + 3
        step = max(1, -(-len(filling.matrix) // max(1, room - beside)))
        matrix = colours(filling.matrix.T[:, ::step], scale)
        matrix[~filling.filled(done).T[:, ::step]] = GAP
        caption = f"matrix by {filling.order}: {done:,} of {filling.steps:,}"
        note = f", every {ordinal(step)} column" if step > 1 else ""
        rows.append(Row([Picture((name,), maps, scale), Picture((caption + note,), matrix, scale)]))
    return Gallery(rows, [Legend(fillings[0].source, scale)])


def _framed_window(
    values: NDArray[Any],
    scale: Scale,
    lines: tuple[range, range],
    under: tuple[range, range] | None,
) -> Colours:
    """A map with its padding, a border of one pixel, and a frame around the window."""
    rows, columns = lines
    pixels = np.empty((len(rows), len(columns), 3), np.uint8)
    pixels[:] = OUTSIDE
    top, left = -rows[0], -columns[0]
    pixels[top : top + values.shape[0], left : left + values.shape[1]] = colours(values, scale)
    pixels = _bordered(pixels)
    if under is not None:
        begin_end = [
            (numbers[0] - line[0], numbers[-1] + 1 - line[0])
            for numbers, line in zip(under, lines, strict=True)
        ]
        _ring(pixels, *begin_end)
    return pixels


def _bordered(pixels: Colours) -> Colours:
    """Room for a frame around the first and last rows and columns."""
    bordered = np.empty((pixels.shape[0] + 2, pixels.shape[1] + 2, 3), np.uint8)
    bordered[:] = OUTSIDE
    bordered[1:-1, 1:-1] = pixels
    return bordered


def _ring(pixels: Colours, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    """A frame around some cells of a picture that has a border."""
    top, bottom, left, right = rows[0], rows[1] + 1, columns[0], columns[1] + 1
    pixels[[top, bottom], left : right + 1] = WINDOW
    pixels[top : bottom + 1, [left, right]] = WINDOW
