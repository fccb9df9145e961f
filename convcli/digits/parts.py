"""Which connected parts of the ink are the digit, and which are specks or digits of their own."""

from dataclasses import dataclass

import numpy as np

from convcli.digits.components import Components, Mask, find_components
from convcli.digits.stroke import stroke_width, without_grain

SMALLEST_PART = 0.09
"""Of the digit's size. What is smaller is a speck."""

NEAR = 0.2
"""Of the digit's size. What is farther off is not a part of it."""

TALL = 0.5
"""Of the digit's height. What is as tall, and stands apart, is a digit of its own."""

BESIDE = 0.07
"""Of the digit's size, the least space between two digits side by side."""

BELOW = 2.2
"""Widths of the stroke, the least space between two digits one below the other."""

NARROW = 2.0
"""Times its width; what is taller is two digits one below the other, however near they are."""

THIN = 0.12
"""Of the stroke's width: nearer than that to their middle are pixels of what no pen has written."""

WHOLE = 0.1
"""Of the area of the largest part: so large is a digit, where the largest touches the border."""

STRAIGHT = 0.5
"""Of the stroke's width: so far at most are pixels of a straight stroke from its middle."""


@dataclass(frozen=True, eq=False)
class Digit:
    """The parts that make the digit.

    Attributes:
        mask: bool (height, width), their pixels.
        parts: How many they are.
        dropped: How many others there are.
        rivals: How many of the others may be digits of their own.
        stroke: How wide its strokes are, in pixels.
    """

    mask: Mask
    parts: int
    dropped: int
    rivals: int
    stroke: float


def find_digit(ink: Mask) -> Digit:
    """The parts of the ink that are one digit.

    The largest part is the digit. What is near it and not too small belongs to it, such as the bar
    of a 5, and what is near that as well. A part about as tall that stands beside or below is
    another digit. Pieces of one straight stroke belong together even where they are farther apart.

    Args:
        ink: bool (height, width), at least one pixel is ink.

    >>> bar_and_body = np.zeros((40, 60), dtype=bool)
    >>> bar_and_body[2:4, 12:24] = bar_and_body[6:36, 10:12] = True
    >>> bar_and_body[20, 50] = True
    >>> digit = find_digit(bar_and_body)
    >>> (digit.parts, digit.dropped, digit.rivals)
    (2, 1, 0)
    """
    parts = find_components(ink)
    stroke = stroke_width(without_grain(ink))
    chosen = np.arange(len(parts.areas)) == _largest(parts)
    while True:
        joining, rivals = _compared(parts, chosen, stroke)
        if not joining.any():
            break
        chosen |= joining
    mask = np.isin(parts.labels, np.flatnonzero(chosen) + 1)
    return Digit(mask, int(chosen.sum()), int((~chosen).sum()), int(rivals.sum()), stroke)


def _compared(parts: Components, chosen: Mask, stroke: float) -> tuple[Mask, Mask]:
    """Which of the parts that are not chosen belong to those that are, and which rival them."""
    top, bottom = parts.tops[chosen].min(), parts.bottoms[chosen].max()
    left, right = parts.lefts[chosen].min(), parts.rights[chosen].max()
    height, size = bottom - top, max(bottom - top, right - left)
    beside = np.maximum(left - parts.rights, parts.lefts - right)
    below = np.maximum(top - parts.bottoms, parts.tops - bottom)

    straight = parts.breadths <= STRAIGHT * stroke
    one_straight = straight | straight[chosen].all()
    both_straight = straight & straight[chosen].all()
    tall_together = np.maximum(bottom, parts.bottoms) - np.minimum(top, parts.tops)
    wide_together = np.maximum(right, parts.rights) - np.minimum(left, parts.lefts)
    stacked = (below > 0) & (tall_together > NARROW * wide_together) & ~one_straight
    far_below = (below > BELOW * stroke) & ~both_straight

    apart = (beside > BESIDE * size) | far_below | stacked
    is_tall = parts.bottoms - parts.tops >= TALL * height
    # What is left of a printed line, or of the edge of a shadow, is thinner than a pen.
    is_written = parts.breadths >= THIN * stroke
    rivals = is_tall & apart & is_written & ~chosen
    near = np.maximum(beside, below) <= np.where(both_straight, 2 * NEAR, NEAR) * size
    sizes = np.maximum(parts.bottoms - parts.tops, parts.rights - parts.lefts)
    is_part = (sizes >= SMALLEST_PART * size) & near & is_written
    return is_part & ~rivals & ~chosen, rivals


def _largest(parts: Components) -> int:
    """The largest part, or the largest that is whole if it is not much smaller."""
    whole = np.where(_at_border(parts), 0, parts.areas)
    areas = whole if whole.max() >= WHOLE * parts.areas.max() else parts.areas
    return int(areas.argmax())


def _at_border(parts: Components) -> Mask:
    height, width = parts.labels.shape
    touching: Mask = (
        (parts.tops == 0) | (parts.lefts == 0) | (parts.bottoms == height) | (parts.rights == width)
    )
    return touching
