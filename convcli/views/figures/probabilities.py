"""What the network reads: the probability of every class as a bar."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.views.bars import bars_of, probability_text
from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY, line_height, text_width
from convcli.views.palette import GAP, INK, PAPER_PIXEL, Colours, pixel
from convcli.views.themes import current

Array = NDArray[Any]

BARS = 560  # Pixels of a probability of 1.
ROW = 34
BETWEEN = 18
NUMBER = 130
LABEL_SIGN = "◀ label"


def draw(names: Sequence[str], probabilities: Array, title: str, label: int | None) -> Sheet:
    """A bar for each class, that of the most probable one in blue; a sign stands at the label.

    Of many classes the most probable ones are drawn, and the label.

    Args:
        names: Of the classes, K of them, printable.
        probabilities: (K,), each 0..1.
        title: Names the image and the network.
        label: The true class, where it is known.

    Raises:
        ValueError: A probability is outside 0..1 or not a number, or there is not one per name.

    >>> draw(["zero", "one"], np.array([0.25, 0.75]), "image 5", label=1).title
    'image 5'
    """
    shown = bars_of(probabilities, label)
    clauses = [
        "bar: probability, as wide as its frame at 1",
        f"{current().standing_out}, bold: the most probable",
    ]
    if label is not None:
        clauses.append(f"{LABEL_SIGN}: the true class")
    if len(shown) < len(names):
        clauses.append(f"the {len(shown)} of {len(names)} classes are drawn")
    width = 2 * MARGIN + bars_width(names)
    sheet = Sheet(width, len(shown) * ROW + MARGIN, title, " · ".join(clauses))
    write_bars(sheet, MARGIN, sheet.top, names, probabilities, label)
    return sheet


def bars_width(names: Sequence[str]) -> int:
    """Pixels that :func:`write_bars` takes from left to right."""
    return _names_width(names) + BARS + NUMBER + round(text_width(LABEL_SIGN, BODY)) + 2 * BETWEEN


def write_bars(
    sheet: Sheet,
    left: int,
    top: int,
    names: Sequence[str],
    probabilities: Array,
    label: int | None,
) -> None:
    """The bars of :func:`convcli.views.bars.bars_of` on a sheet, a row of :data:`ROW` pixels each.

    Args:
        sheet: To draw on.
        left: Of the names.
        top: Of the first row.
        names: Of the classes.
        probabilities: (K,).
        label: The true class, where it is known.
    """
    if len(names) != len(probabilities):
        raise ValueError(f"{len(names)} names for {len(probabilities)} probabilities")
    best = int(probabilities.argmax())
    bars_left = left + _names_width(names) + BETWEEN
    for row, place in enumerate(bars_of(probabilities, label)):
        line = top + row * ROW + (ROW - line_height(BODY)) / 2
        probability = float(probabilities[place])
        bold = place == best
        sheet.write(bars_left - BETWEEN, line, names[place], bold=bold, align="right")
        sheet.picture(bars_left, top + row * ROW + 4, _bar(probability, bold))
        number_right = bars_left + BARS + NUMBER
        sheet.write(number_right, line, probability_text(probability), bold=bold, align="right")
        if place == label:
            colour = INK if bold else current().lines[1]
            sheet.write(number_right + BETWEEN, line, LABEL_SIGN, bold=True, colour=colour)


def _bar(probability: float, best: bool) -> Colours:
    bar = np.empty((ROW - 8, BARS, 3), np.uint8)
    bar[:] = PAPER_PIXEL
    bar[:, : round(probability * BARS)] = pixel(current().lines[0]) if best else GAP
    return bar


def _names_width(names: Sequence[str]) -> int:
    return round(max(text_width(name, BODY, bold=True) for name in names))
