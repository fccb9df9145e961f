"""Which connected parts of the ink are the digit, and what casts doubt on there being one."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from convcli.digits.components import Components, Mask, find_components
from convcli.digits.normalizing import Pixels

SMALLEST_PART = 0.09
NEAR = 0.2
TOUCHING = 0.07
TALL = 0.5


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
    components = find_components(separated > 0)
    chosen, others = _chosen(components)
    mask = np.isin(components.labels, np.flatnonzero(chosen) + 1)
    doubts = []
    if others:
        doubts.append(Doubt.SEVERAL_DIGITS)
    if mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any():
        doubts.append(Doubt.INK_AT_BORDER)
    return Digit(mask, int(chosen.sum()), int((~chosen).sum()), tuple(doubts))


def _chosen(parts: Components) -> tuple[Mask, int]:
    heights, widths = parts.bottoms - parts.tops, parts.rights - parts.lefts
    sizes = np.maximum(heights, widths)
    main = int(parts.areas.argmax())
    chosen = np.zeros(len(parts.areas), dtype=bool)
    chosen[main] = True
    other = np.zeros(len(parts.areas), dtype=bool)
    while True:
        top, bottom = parts.tops[chosen].min(), parts.bottoms[chosen].max()
        left, right = parts.lefts[chosen].min(), parts.rights[chosen].max()
        size = max(bottom - top, right - left)
        across = np.maximum(left - parts.rights, parts.lefts - right)
        down = np.maximum(top - parts.bottoms, parts.tops - bottom)
        gap = np.maximum(np.maximum(across, down), 0)
        tall = (heights >= TALL * (bottom - top)) & (gap > TOUCHING * size)
        other |= tall & (parts.areas > 0.1 * parts.areas[main]) & ~chosen
        joins = (sizes >= SMALLEST_PART * size) & (gap <= NEAR * size) & ~tall & ~chosen & ~other
        if not joins.any():
            return chosen, int(other.sum())
        chosen |= joins
