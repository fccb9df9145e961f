"""What speaks against a picture's being one digit, whole."""

from enum import Enum

import numpy as np

from convcli.digits.components import Mask, find_components
from convcli.digits.parts import Digit
from convcli.digits.stroke import stroke_width, without_grain

SOLID = 0.6
"""Of the shorter side: where a stroke is wider, it is a patch and no stroke."""

LONG = 2.0
"""Times its width: a patch so long may be a 1."""

LONGEST_WAY = 6.0
"""Times its size, the longest way that a pen goes for a digit."""

MOST_LOOPS = 4
"""That a digit encloses, those at the joints of its strokes included."""

MOST_PARTS = 12
"""Of a page or a photo there are more, and together they are more than the largest."""

WIDEST = 1.7
"""Times its height; what is wider is more than one digit."""


class Doubt(Enum):
    """Something that speaks against it."""

    SEVERAL_DIGITS = "several digits"
    INK_AT_BORDER = "ink at the border"
    NO_DIGIT = "no digit"


def find_doubts(ink: Mask, digit: Digit) -> tuple[Doubt, ...]:
    """What speaks against it, in the order of a reader's concern.

    Args:
        ink: bool (height, width), all ink of the picture.
        digit: What was found in it.

    >>> patch = np.zeros((50, 50), dtype=bool)
    >>> patch[10:40, 10:40] = True
    >>> find_doubts(patch, Digit(patch, parts=1, dropped=0, rivals=0, stroke=30))
    (<Doubt.NO_DIGIT: 'no digit'>,)
    """
    mask = digit.mask
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    doubts = []
    if _is_no_digit(ink, digit, height, width):
        doubts.append(Doubt.NO_DIGIT)
    elif digit.rivals or width > WIDEST * height:
        doubts.append(Doubt.SEVERAL_DIGITS)
    if mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any():
        doubts.append(Doubt.INK_AT_BORDER)
    return tuple(doubts)


def _is_no_digit(ink: Mask, digit: Digit, height: int, width: int) -> bool:
    shorter, longer, area = min(height, width), max(height, width), int(digit.mask.sum())
    is_patch = stroke_width(digit.mask) > SOLID * shorter and longer < LONG * shorter
    strokes = without_grain(digit.mask)
    stroke = stroke_width(strokes)
    is_tangle = area > LONGEST_WAY * stroke * longer or _loops(strokes, stroke) > MOST_LOOPS
    is_one_of_many = area < ink.sum() / 2 and digit.parts + digit.dropped > MOST_PARTS
    return bool(is_patch or is_tangle or is_one_of_many)


def _loops(ink: Mask, stroke: float) -> int:
    """How many patches of paper the ink encloses; those smaller than the pen do not count."""
    paper = find_components(np.pad(~ink, 1, constant_values=True))
    # The first is what lies around the ink.
    return int((paper.areas[1:] >= stroke**2 / 4).sum())
