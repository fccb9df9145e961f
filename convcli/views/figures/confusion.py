"""Which class was taken for which: the confusion matrix."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convcli.views.figures.sheet import BAR_HEIGHT, MARGIN, Sheet, colour_bar_height
from convcli.views.figures.texts import BODY, SMALL, line_height, text_width
from convcli.views.mosaic import enlarge
from convcli.views.palette import MUTED, Colours, Scale, colours, ink_on

MOST_NUMBERED = 26  # Classes; of more, the cells are too small for numbers.
LEAST_CELL = 46
SIDE_WITHOUT_NUMBERS = 1040
BETWEEN = 14
LEAST_BAR = 420
GRID = (92, 100, 112)


def draw(counts: NDArray[np.integer], names: Sequence[str], title: str) -> Sheet:
    """A cell for each pair of classes: the row is the label, the column what was read.

    Shades go by the logarithm of the count, since a few mistakes would be as black as none beside
    a thousand images that are read right. The count itself stands in the cell, up to 26 classes.

    Args:
        counts: (K, K), none negative: ``counts[label, reading]``.
        names: Of the classes, K of them, printable.
        title: Names the network and the images.

    Raises:
        ValueError: The counts do not fit the names, or one is negative.

    >>> draw(np.array([[9, 1], [0, 8]]), ["zero", "one"], "18 images").title
    '18 images'
    """
    count = len(names)
    if counts.shape != (count, count) or counts.min() < 0:
        raise ValueError(f"counts of shape {counts.shape} for {count} classes, or a negative one")
    numbered = count <= MOST_NUMBERED
    cell = _cell(counts, count, numbered)
    rows, columns = _headings(names, cell)
    left = MARGIN + round(max(text_width(name, BODY) for name in rows)) + BETWEEN
    side = count * cell
    bar = max(side, LEAST_BAR)
    above = line_height(BODY) + 6
    sheet = Sheet(
        left + bar + MARGIN,
        above + side + 24 + colour_bar_height() + MARGIN,
        title,
        "row: label · column: what was read · shade: logarithm of 1 + count",
    )
    scale = Scale(float(np.log1p(max(1, counts.max()))), diverging=False)
    shades = colours(np.log1p(counts), scale)
    top = sheet.top + above
    sheet.picture(left, top, _cells(shades, cell))
    _write_headings(sheet, left, top, cell, rows, columns)
    if numbered:
        _write_counts(sheet, left, top, cell, counts, shades)
    _draw_bar(sheet, left, top + side + 24, bar, scale)
    return sheet


def _cell(counts: NDArray[np.integer], count: int, numbered: bool) -> int:
    if not numbered:
        return max(1, SIDE_WITHOUT_NUMBERS // count)
    return max(LEAST_CELL, round(text_width(str(counts.max()), SMALL, bold=True)) + 12)


def _headings(names: Sequence[str], cell: int) -> tuple[list[str], list[str]]:
    """Names of rows and of columns: numbers join them where the names are wider than a column."""
    if max(text_width(name, BODY) for name in names) <= cell - 6:
        return list(names), list(names)
    numbers = [str(number) for number in range(len(names))]
    return [
        number if number == name else f"{name}  {number}"
        for number, name in zip(numbers, names, strict=True)
    ], numbers


def _cells(shades: Colours, cell: int) -> Colours:
    pixels = enlarge(shades, cell)
    # A right reading is told by its place; lines keep equal neighbours apart.
    if cell >= LEAST_CELL:
        pixels[::cell] = pixels[:, ::cell] = GRID
    return pixels


def _write_headings(
    sheet: Sheet, left: int, top: int, cell: int, rows: Sequence[str], columns: Sequence[str]
) -> None:
    step = -(-line_height(BODY) // cell)
    across_step = -(-round(max(text_width(name, BODY) for name in columns) + 6) // cell)
    for number in range(0, len(rows), step):
        middle = top + (number + 0.5) * cell - line_height(BODY) / 2
        sheet.write(left - BETWEEN, middle, rows[number], align="right")
    for number in range(0, len(columns), across_step):
        centre = left + (number + 0.5) * cell
        sheet.write(centre, top - line_height(BODY) - 4, columns[number], align="center")


def _write_counts(
    sheet: Sheet,
    left: int,
    top: int,
    cell: int,
    counts: NDArray[np.integer],
    shades: Colours,
) -> None:
    for label, row in enumerate(counts.tolist()):
        for reading, number in enumerate(row):
            sheet.write(
                left + (reading + 0.5) * cell,
                top + (label + 0.5) * cell - line_height(SMALL) / 2,
                str(number),
                size=SMALL,
                colour=ink_on(shades[label, reading]) if number else MUTED,
                bold=label == reading,
                align="center",
            )


def _draw_bar(sheet: Sheet, left: int, top: int, width: int, scale: Scale) -> None:
    largest = round(float(np.expm1(scale.high)))
    sheet.colour_bar(left, top, width, scale, ends=("0", str(largest)))
    powers = (10**exponent for exponent in range(len(str(largest))))
    room = text_width(str(largest), SMALL) + 2 * BETWEEN
    for power in powers:
        across = width * float(np.log1p(power)) / scale.high
        if room / 2 < across < width - 1.5 * room:
            below = top + BAR_HEIGHT + 6
            sheet.write(left + across, below, str(power), size=SMALL, align="center")
