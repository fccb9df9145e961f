"""An animation in the cells of a terminal: what is read, what is made so far, and what is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

from convcli.inspection.filling import Filling
from convcli.inspection.schedule import Moment
from convcli.inspection.sliding import Slide
from convcli.text import wrapped
from convcli.views.mosaic import Picture, Row, ordinal
from convcli.views.palette import GAP, LINES, Colours, Legend, Scale, colours, pixel
from convcli.views.terminal.inks import Letters, ink_of
from convcli.views.terminal.pictures import BOLD, Gallery

Room = tuple[int, int]
Lines = tuple[range, range]

MOST_CHANNELS = 3
LINES_OF_TEXT = 9  # Of a frame, its words broken in two and two legends included.
BETWEEN = 2
LONG_CAPTION = 21  # "every 2nd pixel drawn"
SIGNS = "green frame: read and made; grey: not made yet"
LETTER_SIGNS = "||: a frame around what is read and made, and what is not made yet"
WINDOW = pixel(LINES[2])
OUTSIDE = (120, 126, 136)


@dataclass(frozen=True)
class Frame:
    """A rich renderable: the words of a moment, and pictures below them.

    Attributes:
        words: Lines; the first in bold letters.
        pictures: Makes them for so many pixels across and down.
        hint: What the reader can do, in a clause; may be empty.
    """

    words: Sequence[str]
    pictures: Callable[[Room], Gallery]
    hint: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The words, broken where they are too wide, the pictures, and what the signs mean."""
        for number, text in enumerate(self.words):
            yield from _broken(text, options.max_width, BOLD if number == 0 else None)
        ink = ink_of(console, options)
        has_letters = isinstance(ink, Letters)
        rows = (1 if has_letters else 2) * (console.height - LINES_OF_TEXT)
        yield self.pictures((options.max_width // ink.columns, max(2, rows)))
        signs = LETTER_SIGNS if has_letters else SIGNS
        text = "; ".join(filter(None, [signs, self.hint]))
        yield from _broken(text, options.max_width, None)


def slide_gallery(
    slide: Slide, moment: Moment, scales: tuple[Scale, Scale], lines: Lines, room: Room
) -> Gallery:
    """The maps with a frame around the window, and the output so far.

    Args:
        slide: What is shown.
        moment: When.
        scales: Of the maps, and of the output.
        lines: The rows and columns that are drawn of the maps, padding included.
        room: Pixels across and down that there are.
    """
    height, width = (len(numbers) + 2 for numbers in lines)
    step = max(-(-height // room[1]), -(-2 * width // (room[0] - BETWEEN)))
    beside = room[0] // (max(-(-width // step), LONG_CAPTION * (step > 1)) + BETWEEN) - 1
    shown = slide.maps[: max(1, min(MOST_CHANNELS, beside))]
    left_out = len(slide.maps) - len(shown)
    under = slide.under(slide.strongest(moment))
    pictures = []
    for channel, values in enumerate(shown):
        name = slide.source if len(slide.maps) == 1 else f"{slide.source} {channel}"
        more = f" and {left_out} more" if left_out and channel == len(shown) - 1 else ""
        cells = _with_padding(colours(values, scales[0]), lines)
        pictures.append(_framed(name + more, cells, scales[0], step, _places(under, lines)))
    made = colours(slide.output, scales[1])
    made.reshape(-1, 3)[moment.last + 1 :] = GAP
    row, column = slide.place(slide.strongest(moment))
    output = (range(row, row + 1), range(column, column + 1))
    pictures.append(_framed(slide.layer, made, scales[1], step, output))
    legends = {slide.source: scales[0], slide.layer: scales[1]}
    return Gallery([Row(pictures)], [Legend(name, scale) for name, scale in legends.items()])


def filling_gallery(
    fillings: Sequence[Filling], moment: Moment, scale: Scale, lines: Lines, room: Room
) -> Gallery:
    """For each order the map with a frame around what is read, and the matrix so far on its side.

    Where the terminal is too low for the maps, the matrices stand alone.

    Args:
        fillings: One order, or both on one clock.
        moment: When.
        scale: Of all values.
        lines: The rows and columns that are drawn of the map, padding included.
        room: Pixels across and down that there are.
    """
    # Each order has a caption.
    most_rows = max(2, room[1] // len(fillings) - 2)
    has_maps = len(lines[0]) + 2 <= most_rows and 2 * len(lines[1]) < room[0]
    beside = len(lines[1]) + 2 + BETWEEN if has_maps else 0
    rows = []
    for filling in fillings:
        done = min(moment.last + 1, filling.steps)
        pictures = []
        if has_maps:
            name = filling.source if len(filling.maps) == 1 else f"{filling.source} 0"
            taken = filling.at(filling.strongest(moment)) if moment.last < filling.steps else None
            under = None if taken is None else _places((taken.rows, taken.columns), lines)
            cells = _with_padding(colours(filling.maps[0], scale), lines)
            pictures.append(_framed(name, cells, scale, 1, under))
        places, weights = filling.matrix.shape
        down, across = max(1, -(-weights // most_rows)), max(1, -(-places // (room[0] - beside)))
        matrix = colours(filling.matrix.T[::down, ::across], scale)
        matrix[~filling.filled(done).T[::down, ::across]] = GAP
        words = [f"matrix by {filling.order}: {done:,} of {filling.steps:,}"]
        words += [f"every {ordinal(down)} row"] * (down > 1)
        words += [f"every {ordinal(across)} column"] * (across > 1)
        pictures.append(Picture((", ".join(words),), matrix, scale))
        rows.append(Row(pictures))
    return Gallery(rows, [Legend(fillings[0].source, scale)])


def _broken(text: str, width: int, style: Style | None) -> RenderResult:
    for line in wrapped(text, width, measure=cell_len):
        yield Segment(line, style)
        yield Segment.line()


def _places(under: Lines, lines: Lines) -> Lines:
    """What is read, counted from the first row and column that are drawn."""
    rows, columns = (
        range(numbers[0] - line[0], numbers[-1] + 1 - line[0])
        for numbers, line in zip(under, lines, strict=True)
    )
    return rows, columns


def _with_padding(pixels: Colours, lines: Lines) -> Colours:
    rows, columns = lines
    padded = np.empty((len(rows), len(columns), 3), np.uint8)
    padded[:] = OUTSIDE
    top, left = -rows[0], -columns[0]
    padded[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    return padded


def _framed(caption: str, cells: Colours, scale: Scale, step: int, marked: Lines | None) -> Picture:
    """A picture with a border of one pixel, in which some cells have a frame around them."""
    thinned = cells[::step, ::step]
    pixels = np.empty((thinned.shape[0] + 2, thinned.shape[1] + 2, 3), np.uint8)
    pixels[:] = OUTSIDE
    pixels[1:-1, 1:-1] = thinned
    if marked is not None:
        top, left = (numbers[0] // step for numbers in marked)
        bottom, right = (numbers[-1] // step + 2 for numbers in marked)
        pixels[[top, bottom], left : right + 1] = WINDOW
        pixels[top : bottom + 1, [left, right]] = WINDOW
    return Picture((caption,), pixels, scale, step)
