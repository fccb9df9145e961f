"""What im2col does to one image: its slices, and the matrix they become."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.engine.im2col_variants import Im2colTrace
from convcli.views.figures.sheet import MARGIN, Sheet, colour_bar_height
from convcli.views.figures.texts import BODY, HEADING, SMALL, joined, line_height
from convcli.views.mosaic import arrange, enlarge, ordinal
from convcli.views.palette import MUTED, Colours, Scale, colours

Array = NDArray[Any]

ROOM = 1200  # Pixels for the slices and for the matrix, from left to right.
WIDE_ROOM = 960  # Pixels for the slices where the matrix stands beside them.
BETWEEN = 60
MATRIX_ROOM = 240  # Pixels for the matrix from top to bottom, unless it has more rows.
LARGEST_BLOCK = 48  # Of one number; a tiny example is not blown up further.
LEAST_TILE = 32  # A tile keeps at least about so many of its pixels.
LABEL_ROOM = 44
BAR = 360
MOST_MARKS = 8


def draw(trace: Im2colTrace, title: str, scale: Scale, *, wide: bool = False) -> Sheet:
    """The slices of a variant laid out as what they are sliced by, and below them the matrix.

    By offset, the tile in row y and column x is what pixel (y, x) of the filter sees at every
    output position: the tiles lie as the filter does. By position, the tile in row i and column j
    is the whole window at output position (i, j): the tiles lie as the output does. The matrix lies
    on its side: a column for each output position.

    The first channel of the first image is drawn; what else had to be left out is said.

    Args:
        trace: Of any variant.
        title: Names the images, their label and the window.
        scale: That of the images, so that all pictures of a comparison share it.
        wide: Whether the matrix stands beside the slices, as it fits a slide.
    """
    room = WIDE_ROOM if wide else ROOM
    slices, matrix = _prepare_slices(trace, scale, room), _prepare_matrix(trace, scale)
    heights = [LABEL_ROOM + part.head + part.pixels.shape[0] for part in (slices, matrix)]
    widths = [
        LABEL_ROOM + max(least, part.pixels.shape[1])
        for least, part in ((room, slices), (ROOM, matrix))
    ]
    sheet = Sheet(
        width=2 * MARGIN + (sum(widths) + BETWEEN if wide else max(widths)),
        height=(max(heights) if wide else sum(heights)) + MARGIN,
        title=f"im2col by {trace.variant.name}: {title}",
        subtitle=f"{trace.variant.description} · slice assignments: {trace.slice_assignments}",
    )
    bar_left = sheet.width - MARGIN - BAR
    sheet.colour_bar(bar_left, sheet.top + 8, BAR, scale)
    _draw_part(sheet, MARGIN, sheet.top, slices)
    if wide:
        _draw_part(sheet, MARGIN + widths[0] + BETWEEN, sheet.top, matrix)
    else:
        _draw_part(sheet, MARGIN, sheet.top + heights[0], matrix)
    return sheet


@dataclass(frozen=True)
class _Ruler:
    """Where the numbers along one side of a picture stand.

    Attributes:
        count: Tiles, or rows or columns of a matrix.
        unit: Multiples of this are written, and the last number.
        pitch: Pixels from one to the next.
        first: Pixels to the middle of the first.
    """

    count: int
    unit: int
    pitch: float
    first: float

    @property
    def marks(self) -> list[tuple[int, float]]:
        """Number and pixel of each number that is written."""
        step = self.unit * -(-self.count // (self.unit * MOST_MARKS))
        numbers = list(range(0, self.count, step))
        if self.count - 1 - numbers[-1] >= step / 2:
            numbers.append(self.count - 1)
        return [(number, self.first + number * self.pitch) for number in numbers]


@dataclass(frozen=True)
class _Part:
    """A picture with a heading, ready to be drawn."""

    heading: str
    facts: list[str]
    pixels: Colours
    down: _Ruler
    across: _Ruler

    @property
    def head(self) -> int:
        """Pixels above the picture."""
        texts = line_height(HEADING) + len(self.facts) * line_height(BODY)
        return max(texts, colour_bar_height()) + 12 + line_height(SMALL)


def _prepare_slices(trace: Im2colTrace, scale: Scale, room: int) -> _Part:
    number, channels, rows, columns, height, width = trace.slices.shape
    needed = max(rows * height, columns * width)
    step = max(1, min(-(-needed // room), max(height, width) // LEAST_TILE))
    tiles = trace.slices[0, 0, :, :, ::step, ::step]
    drawn_rows, drawn_columns = (
        max(1, min(count, room // (size + 1)))
        for count, size in zip(tiles.shape[:2], tiles.shape[2:], strict=True)
    )
    shown = tiles[:drawn_rows, :drawn_columns]
    flat = shown.reshape(-1, *shown.shape[2:])
    sheet = arrange(colours(flat, scale), drawn_columns, gap=1)
    block = _block(sheet.shape[1], room)
    down, across = (
        # The first tile begins after a gap of one block.
        _Ruler(count, 1, block * (size + 1), block * (1 + size / 2))
        for count, size in zip(shown.shape[:2], shown.shape[2:], strict=True)
    )
    meaning = (
        "tile (y, x): pixel (y, x) of the filter, at every output position"
        if trace.variant.by_offset
        else "tile (i, j): the whole window, at output position (i, j)"
    )
    notes = [
        f"image 0 of {number}" if number > 1 else "",
        f"channel 0 of {channels}" if channels > 1 else "",
        f"every {ordinal(step)} pixel" if step > 1 else "",
        f"the first {drawn_rows}x{drawn_columns} tiles of {rows}x{columns}"
        if (drawn_rows, drawn_columns) != (rows, columns)
        else "",
    ]
    return _Part(
        f"slices {trace.slices.shape}",
        _facts([f"{rows}x{columns} tiles of {height}x{width}", meaning], notes, room),
        enlarge(sheet, block),
        down,
        across,
    )


def _prepare_matrix(trace: Im2colTrace, scale: Scale) -> _Part:
    lying = trace.matrix.T
    rows, columns = lying.shape
    shown = lying[:ROOM, :ROOM]
    drawn_rows, drawn_columns = shown.shape
    across = _block(drawn_columns, ROOM)
    down = max(1, min(MATRIX_ROOM // drawn_rows, LARGEST_BLOCK))
    number, channels, _, window_width, _, output_width = trace.slices.shape
    if trace.variant.by_offset:
        tile = "one row" if number == 1 else "part of a row"
    else:
        window_width, output_width = output_width, window_width
        tile = "one column" if channels == 1 else "part of a column"
    clauses = [
        f"{rows} rows, one for each number under the filter",
        f"{columns} columns, one for each output position",
        f"a tile is {tile} here",
    ]
    notes = [
        f"the first {drawn_rows} of {rows} rows" if drawn_rows < rows else "",
        f"the first {drawn_columns} of {columns} columns" if drawn_columns < columns else "",
    ]
    return _Part(
        f"matrix {trace.matrix.shape}, lying on its side",
        _facts(clauses, notes, ROOM),
        enlarge(colours(shown, scale), down, across),
        # Marked where a new row of the filter, and of the output, begins.
        _Ruler(drawn_rows, window_width, down, down / 2),
        _Ruler(drawn_columns, output_width, across, across / 2),
    )


def _facts(clauses: Sequence[str], notes: Sequence[str], room: int) -> list[str]:
    left_out = ", ".join(filter(None, notes))
    # The colour bar stands beside them, or a part that has none is as wide as its picture.
    room = LABEL_ROOM + (room if room < ROOM else room - BAR - MARGIN)
    return joined([*clauses, f"drawn: {left_out}" if left_out else ""], BODY, room)


def _block(columns: int, room: int) -> int:
    return max(1, min(room // columns, LARGEST_BLOCK))


def _draw_part(sheet: Sheet, left: int, top: int, part: _Part) -> None:
    sheet.write(left, top, part.heading, size=HEADING, bold=True)
    sheet.write_lines(left, top + line_height(HEADING), part.facts)
    left, above = left + LABEL_ROOM, top + part.head
    sheet.picture(left, above, part.pixels)
    across_top = above - line_height(SMALL) - 2
    for number, middle in part.across.marks:
        sheet.write(
            left + middle, across_top, str(number), size=SMALL, colour=MUTED, align="center"
        )
    for number, middle in part.down.marks:
        down_top = above + middle - line_height(SMALL) / 2
        sheet.write(left - 10, down_top, str(number), size=SMALL, colour=MUTED, align="right")
