"""Which steps of an animation share a frame: each by itself at first, then a row together."""

from collections.abc import Sequence
from typing import NamedTuple

MOST_OF_A_KIND = 28
"""Frames of one step each at the beginning, and frames of many steps after them, at most."""


class Moment(NamedTuple):
    """One frame: what has been done when it is shown.

    Attributes:
        first: The first step that is new in it, from 0.
        last: The last one, which is the one that is spoken of.
    """

    first: int
    last: int


Schedule = tuple[Moment, ...]


def every_step(steps: int) -> Schedule:
    """A frame for each step.

    >>> every_step(2)
    (Moment(first=0, last=0), Moment(first=1, last=1))
    """
    return tuple(Moment(step, step) for step in range(steps))


def teaching(steps: int, row: int, singly: int | None = None) -> Schedule:
    """The first row step by step, then a row a frame; of very many rows several a frame.

    Args:
        steps: How many there are, at least 1.
        row: Steps of a row.
        singly: How many steps have a frame of their own; a row of them if left out. Few steps have
            one each in any case.

    >>> len(teaching(576, row=24)), teaching(576, row=24)[23:25]
    (47, (Moment(first=23, last=23), Moment(first=24, last=47)))
    >>> len(teaching(224 * 224, row=224))
    57
    """
    if steps <= 2 * MOST_OF_A_KIND:
        return every_step(steps)
    singles = min(singly or row, MOST_OF_A_KIND)
    together = row * -(-steps // (row * MOST_OF_A_KIND))
    ends = range(row * (singles // row + 1), steps, together)
    return _ending_with([*range(singles), *(end - 1 for end in ends), steps - 1])


def thinned(schedule: Schedule, factor: int) -> Schedule:
    """Each so many frames made one; the last frame stays the last.

    >>> thinned(every_step(5), 2)
    (Moment(first=0, last=1), Moment(first=2, last=3), Moment(first=4, last=4))
    """
    lasts = [moment.last for moment in schedule]
    return _ending_with([*lasts[factor - 1 :: factor], lasts[-1]])


def from_fine_to_coarse(steps: int, usual: Schedule) -> list[Schedule]:
    """All the schedules that an animation can have, that with the most frames first.

    Args:
        steps: How many there are.
        usual: The one to teach with; those with more frames are made of every step.

    >>> [len(one) for one in from_fine_to_coarse(576, teaching(576, row=24))]
    [576, 288, 144, 72, 47, 24, 12, 6, 3, 2]
    """
    factors = [2**power for power in range(steps.bit_length())]
    finer = [thinned(every_step(steps), factor) for factor in factors]
    coarser = [thinned(usual, factor) for factor in factors]
    return [
        *(one for one in finer if len(one) > len(usual)),
        *(one for one in coarser if len(one) > 1 or len(usual) == 1),
    ]


def _ending_with(lasts: Sequence[int]) -> Schedule:
    ends = tuple(dict.fromkeys(lasts))
    return tuple(map(Moment, (0, *(last + 1 for last in ends[:-1])), ends))
