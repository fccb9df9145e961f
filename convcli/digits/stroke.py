"""How wide the strokes of ink are, and the ink of a pencil without its grain."""

import numpy as np

from convcli.digits.components import Mask, length_of_runs
from convcli.digits.windows import close_gaps

GRAIN = 4
"""Of so many parts of a stroke's width, a gap in it is at most one."""


def stroke_width(ink: Mask) -> float:
    """About as many pixels as the pen is wide: the median of the shorter run, across or down.

    Args:
        ink: bool (height, width), at least one pixel is ink.

    >>> bar = np.zeros((20, 20), dtype=bool)
    >>> bar[3:18, 5:9] = True
    >>> stroke_width(bar)
    4.0
    """
    shorter = np.minimum(length_of_runs(ink), length_of_runs(ink.T).T)
    return float(np.median(shorter[ink]))


def without_grain(ink: Mask) -> Mask:
    """The ink without the small holes that the grain of paper leaves in a pencil's strokes.

    Args:
        ink: bool (height, width), at least one pixel is ink.
    """
    filled = close_gaps(ink.astype(np.uint8), max(2, round(stroke_width(ink) / GRAIN)))
    return filled.astype(bool)
