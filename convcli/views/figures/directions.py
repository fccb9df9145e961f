"""Filters against bars of twelve directions: a row for each filter, a column for each bar."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.excitation import DIRECTIONS, bar
from convcli.network.contract import InputContract
from convcli.views.figures.sheet import MARGIN, Sheet, colour_bar_height
from convcli.views.figures.texts import SMALL, line_height
from convcli.views.mosaic import fit
from convcli.views.palette import BYTES, MUTED, colours, ink_on, scale_for

Array = NDArray[Any]

CELL_WIDTH, CELL_HEIGHT = 84, 30
NUMBERS = 84
MOST_FILTERS = 64


def draw(title: str, contract: InputContract, responses: Array) -> Sheet:
    """Every response as a coloured cell with its number; the largest of a row is outlined in bold.

    Args:
        title: Names the layer and the network.
        contract: Of the input, which the bars are drawn for.
        responses: (filters, directions).

    >>> sheet = draw("conv1", InputContract(), np.ones((2, len(DIRECTIONS))))
    >>> sheet.title
    'conv1'
    """
    rows = responses[:MOST_FILTERS]
    scale = scale_for(rows, signed=True)
    head = line_height(SMALL) + CELL_WIDTH + 12
    left_out = len(responses) - len(rows)
    sheet = Sheet(
        2 * MARGIN + NUMBERS + len(DIRECTIONS) * CELL_WIDTH,
        head + len(rows) * CELL_HEIGHT + 20 + colour_bar_height() + MARGIN,
        title,
        f"first {len(rows)} of {len(responses)} filters" if left_out else "",
    )
    cells = colours(rows, scale)
    top = sheet.top + head
    for column, degrees in enumerate(DIRECTIONS):
        left = MARGIN + NUMBERS + column * CELL_WIDTH
        picture = fit(colours(bar(contract, degrees)[:1], BYTES), CELL_WIDTH - 12).tiles[0]
        sheet.picture(left + 6, sheet.top + line_height(SMALL), picture)
        sheet.write(left + CELL_WIDTH / 2, sheet.top, f"{degrees}°", size=SMALL, align="center")
    for row, (values, shades) in enumerate(zip(rows.tolist(), cells, strict=True)):
        at = top + row * CELL_HEIGHT
        text = at + (CELL_HEIGHT - line_height(SMALL)) / 2
        sheet.write(MARGIN, text, f"filter {row}", size=SMALL, colour=MUTED)
        best = int(np.argmax(values))
        for column, (value, shade) in enumerate(zip(values, shades, strict=True)):
            left = MARGIN + NUMBERS + column * CELL_WIDTH
            block = np.broadcast_to(shade, (CELL_HEIGHT - 2, CELL_WIDTH - 2, 3))
            sheet.place(left, at, np.ascontiguousarray(block))
            sheet.write(
                left + CELL_WIDTH / 2, text, f"{value:.3g}", size=SMALL,
                colour=ink_on(shade), align="center", bold=column == best,
            )  # fmt: skip
    sheet.colour_bar(MARGIN + NUMBERS, top + len(rows) * CELL_HEIGHT + 20, 380, scale)
    return sheet
