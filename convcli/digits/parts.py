"""Which connected parts of the ink are the digit, and what casts doubt on there being one."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from convcli.digits.components import Components, Mask, find_components, length_of_runs
from convcli.digits.normalizing import Pixels
from convcli.digits.windows import close_gaps, spread

FULL = 96
"""Of 255; fainter pixels are the soft edge of what they touch, and hold nothing together."""

SMALLEST_PART = 0.09
"""Of the digit's size. What is smaller is a speck."""

NEAR = 0.2
"""Of the digit's size. What is farther off is not a part of it."""

TALL = 0.5
"""Of the digit's height. What is taller, and does not touch, is a digit of its own."""

BESIDE = 0.07
"""Of the digit's size between two digits side by side, at least."""

BELOW = 2.2
"""Widths of the stroke between two digits one above the other, at least; a pen skips less."""


NARROW = 2.0
"""Times its width, a pair of parts that is taller is two digits one above the other."""

STRAIGHT = 0.5
"""Of the stroke's width, the deviation of a stroke's pixels from its middle, if it is straight."""

SOLID = 0.6
"""Of the shorter side: a stroke that is wider makes a patch and no digit."""

LONGEST = 6.0
"""Times its size, the longest way a pen goes for a digit."""

MOST_LOOPS = 4
"""That a digit encloses, small ones at the joints of strokes included."""

MOST_PARTS = 12
"""Parts of which the digit is the smaller half: a page or a photo."""

WIDEST = 1.7
"""Times its height, the greatest width of a digit."""


class Doubt(Enum):
    """What casts doubt on a picture being one digit, whole."""

    SEVERAL_DIGITS = "several digits"
    INK_AT_BORDER = "ink at the border"
    NO_DIGIT = "no digit"


@dataclass(frozen=True, eq=False)
class Digit:
    """The parts that make the digit.

    Attributes:
        mask: bool (height, width), their pixels.
        parts: How many they are.
        dropped: How many others were left out.
        doubts: What speaks against it.
    """

    mask: Mask
    parts: int
    dropped: int
    doubts: tuple[Doubt, ...]


def find_digit(separated: Pixels) -> Digit:
    """The parts of the ink that are one digit.

    The largest is the digit; what is near it and not too small is a part of it, such as the bar of
    a 5. A part as tall that stands beside or below is another digit.

    Args:
        separated: uint8 (height, width), ink bright on 0; at least one pixel is ink.
    """
    full = separated >= FULL
    stroke = _stroke_width(_without_grain(full))
    parts = find_components(full)
    chosen, rivals = _choose(parts, stroke)
    mask = spread(np.isin(parts.labels, np.flatnonzero(chosen) + 1), _edge(full.shape))
    doubts = _doubts_about_shape(_without_grain(full & mask), parts, chosen, rivals, stroke)
    ink = mask & full
    if ink[0].any() or ink[-1].any() or ink[:, 0].any() or ink[:, -1].any():
        doubts.append(Doubt.INK_AT_BORDER)
    return Digit(mask, int(chosen.sum()), int((~chosen).sum()), tuple(doubts))


def _edge(shape: tuple[int, ...]) -> int:
    """How far the soft edge of ink reaches, in pixels."""
    return max(2, max(shape) // 100)


def _choose(parts: Components, stroke: float) -> tuple[Mask, Mask]:
    """Which parts are the digit, and which are digits of their own."""
    heights, widths = parts.bottoms - parts.tops, parts.rights - parts.lefts
    sizes = np.maximum(heights, widths)
    straight = parts.breadths <= STRAIGHT * stroke
    at_border = _along_border(parts)
    chosen = np.zeros(len(parts.areas), dtype=bool)
    chosen[parts.areas.argmax()] = True
    while True:
        top, bottom = parts.tops[chosen].min(), parts.bottoms[chosen].max()
        left, right = parts.lefts[chosen].min(), parts.rights[chosen].max()
        size = max(bottom - top, right - left)
        beside = np.maximum(left - parts.rights, parts.lefts - right)
        below = np.maximum(top - parts.bottoms, parts.tops - bottom)
        narrow = np.maximum(bottom, parts.bottoms) - np.minimum(top, parts.tops) > NARROW * (
            np.maximum(right, parts.rights) - np.minimum(left, parts.lefts)
        )
        one_straight = straight | straight[chosen].all()
        both_straight = straight & straight[chosen].all()
        under = (below > BELOW * stroke) | ((below > 0) & narrow & ~one_straight)
        apart = (beside > BESIDE * size) | (under & ~both_straight)
        rivals = (heights >= TALL * (bottom - top)) & apart & ~at_border & ~chosen
        near = np.maximum(beside, below) <= NEAR * size * (1 + both_straight)
        joining = (sizes >= SMALLEST_PART * size) & near & ~rivals & ~chosen
        if not joining.any():
            return chosen, rivals
        chosen |= joining


def _doubts_about_shape(
    digit: Mask, parts: Components, chosen: Mask, rivals: Mask, stroke: float
) -> list[Doubt]:
    height = int(parts.bottoms[chosen].max() - parts.tops[chosen].min())
    width = int(parts.rights[chosen].max() - parts.lefts[chosen].min())
    size, area = max(height, width), int(parts.areas[chosen].sum())
    solid = stroke > SOLID * min(height, width) and size < 2 * min(height, width)
    tangled = area > LONGEST * stroke * size or _loops(digit, stroke) > MOST_LOOPS
    if solid or tangled or area < parts.areas.sum() / 2 and len(parts.areas) > MOST_PARTS:
        return [Doubt.NO_DIGIT]
    if rivals.any() or width > WIDEST * height:
        return [Doubt.SEVERAL_DIGITS]
    return []


def _along_border(parts: Components) -> Mask:
    """Which parts are slivers at the border of the picture: what is left of a line or an edge."""
    height, width = parts.labels.shape
    touching = (
        (parts.tops == 0) | (parts.lefts == 0) | (parts.bottoms == height) | (parts.rights == width)
    )
    thickness = np.minimum(parts.bottoms - parts.tops, parts.rights - parts.lefts)
    return touching & (thickness <= _edge(parts.labels.shape) + 2)


def _without_grain(ink: Mask) -> Mask:
    """The ink of a pencil without the holes that the paper's grain leaves in a stroke."""
    reach = max(2, round(_stroke_width(ink) / 2))
    filled: Mask = close_gaps(ink.astype(np.uint8), reach) > 0
    return filled


def _loops(ink: Mask, stroke: float) -> int:
    """How many patches of paper the ink encloses, not counting those smaller than the pen."""
    patches = find_components(np.pad(~ink, 1, constant_values=True))
    return int((patches.areas[1:] >= stroke**2 / 4).sum())


def _stroke_width(ink: Mask) -> float:
    """About as many pixels as the pen is wide: the shorter of the runs across and down."""
    down, across = length_of_runs(ink), length_of_runs(ink.T).T
    return float(np.median(np.minimum(down, across)[ink]))
