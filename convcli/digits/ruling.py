"""The lines of ruled and of squared paper: where they run, and the ink without them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from convcli.digits.components import Mask, length_of_runs

STRIPS = 24
"""A sheet is cut into so many strips, in each of which a line is nearly level."""

SLOPES = np.linspace(-0.1, 0.1, 81)
"""Rows a line may rise by for each column."""

LEAST_COVER = 0.6
"""The part of the sheet's width that ink must cover along a line."""

END_STRIPS = 3
"""At each end, where a line that is alone must be found too: no stroke of a pen reaches there."""

WIDEST_LINE = 0.012
"""Of the sheet's longer side, and two pixels. What is wider is no printed line."""

APART = 8
"""Rows between two lines, at least."""

MOST_LINES = 80


@dataclass(frozen=True)
class Line:
    """A line from the left side of a sheet to the right.

    Attributes:
        row: Where it is in the middle of the sheet.
        slope: Rows that it falls by for each column.
        thickness: In pixels.
    """

    row: float
    slope: float
    thickness: float


def find_lines(ink: Mask) -> list[Line]:
    """The level lines that cross a sheet from side to side.

    Ink is counted along lines of all slopes, strip by strip (an idea of P. Hough's, 1962); the
    longest line is taken first.

    Args:
        ink: bool (height, width).

    >>> sheet = np.zeros((100, 200), dtype=bool)
    >>> sheet[30] = sheet[70:72] = True
    >>> [(line.row, line.thickness) for line in find_lines(sheet)]
    [(30.0, 1.0), (71.0, 2.0)]
    """
    height, width = ink.shape
    if width < 4 * STRIPS or height < 16:
        return []
    runs = length_of_runs(ink)
    thin = ink & (runs <= WIDEST_LINE * max(ink.shape) + 2)
    strips = _moved(_cover_by_strip(thin), width)
    along = _mean(strips)
    lines: list[Line] = []
    reaching = []
    while len(lines) < MOST_LINES:
        best = along.max()
        if best < LEAST_COVER:
            break
        slope, row = _middle(along == best)
        band = _band(ink.shape, row, SLOPES[slope], 2)
        thickness = float(np.median(runs[band & thin]))
        lines.append(Line(float(row), float(SLOPES[slope]), thickness))
        ends = strips[slope, :END_STRIPS, row], strips[slope, -END_STRIPS:, row]
        reaching.append(all(_mean(end[None, :, None])[0, 0] >= LEAST_COVER / 2 for end in ends))
        reach = int(thickness) + 4
        along[:, max(0, row - reach) : row + reach + 1] = 0
    return lines if len(lines) > 1 or all(reaching) else []


def _middle(fitting: Mask) -> tuple[int, int]:
    """Of the slopes and rows that fit a line as well as each other, those in the middle."""
    rows = np.flatnonzero(fitting.any(axis=0))
    # A line is a few rows thick; what is farther down is another one.
    rows = rows[rows < rows[0] + APART]
    row = int(rows[len(rows) // 2])
    slopes = np.flatnonzero(fitting[:, row])
    return int(slopes[len(slopes) // 2]), row


def _cover_by_strip(ink: Mask) -> NDArray[np.float64]:
    """Of each strip and row how many of its columns have ink there or in a row beside it."""
    padded = np.pad(ink, ((1, 1), (0, 0)))
    near = padded[:-2] | padded[1:-1] | padded[2:]
    edges = np.linspace(0, ink.shape[1], STRIPS + 1).astype(int)
    return np.stack([near[:, start:stop].mean(axis=1) for start, stop in pairwise(edges)])


def _moved(cover: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The strips, moved so that a line of each slope is level: (slopes, strips, rows).

    What comes in from outside the sheet is not a number.
    """
    strips, height = cover.shape
    middles = (np.arange(strips) + 0.5) / strips * width - width / 2
    moves = np.rint(SLOPES[:, None] * middles).astype(int)
    rows = np.arange(height) + moves[..., None]
    inside = (rows >= 0) & (rows < height)
    moved = cover[np.arange(strips)[:, None], rows.clip(0, height - 1)]
    return np.where(inside, moved, np.nan)


def _mean(strips: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the strips of each row that lie on the sheet: (slopes, rows).

    0 where fewer than a quarter of them do.
    """
    inside = (~np.isnan(strips)).sum(axis=1)
    mean = np.nansum(strips, axis=1) / inside.clip(1)
    return np.where(inside >= strips.shape[1] / 4, mean, 0)


def _band(shape: tuple[int, ...], row: float, slope: float, reach: float) -> Mask:
    """The pixels at most ``reach`` rows away from a line."""
    rows = np.arange(shape[0])[:, None]
    line = row + slope * (np.arange(shape[1]) + 0.5 - shape[1] / 2)
    band: Mask = np.abs(rows - line) <= reach
    return band


def line_pixels(ink: Mask, lines: list[Line]) -> Mask:
    """The pixels that belong to lines and not to what is written over them.

    In each column, ink about as thick as the line is the line; where it is thicker, something
    written crosses there, and stays whole.

    Args:
        ink: bool (height, width).
        lines: Those that were found in it.
    """
    runs = length_of_runs(ink)
    pixels = np.zeros(ink.shape, dtype=bool)
    for line in lines:
        band = _band(ink.shape, line.row, line.slope, line.thickness / 2 + 3)
        pixels |= band & ink & (runs <= 1.6 * line.thickness + 1)
    return pixels
