"""A scene with the moments that are shown of it, and how long each of them stays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from convcli.inspection.schedule import Schedule
from convcli.views.animation.canvas import Canvas
from convcli.views.animation.scene import Scene

LAST = 200
"""How long the last frame stays, in hundredths of a second, the unit of a GIF."""

SHORTEST = 2  # Players slow a GIF down whose frames are shorter.
SINGLE, TOGETHER = 30, 50
QUICK = 6  # Of a frame where they are very many.
MANY = 100


@dataclass(frozen=True, eq=False)
class Film:
    """What is shown when.

    Attributes:
        scene: Draws the frames.
        schedule: A moment for each frame.
        delays: How long each frame stays, in hundredths of a second.
        drawn: Is told how many frames have been drawn.
    """

    scene: Scene
    schedule: Schedule
    delays: tuple[int, ...]
    drawn: Callable[[int], object] = lambda _: None

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return sum(self.delays) / 100

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a frame."""
        height, width = self.scene.background.shape
        return width, height

    def frames(self) -> Iterator[Canvas]:
        """Each frame, drawn when it is asked for."""
        for number, moment in enumerate(self.schedule):
            yield self.scene.frame(moment)
            self.drawn(number + 1)


def usual_delays(schedule: Schedule) -> tuple[int, ...]:
    """How long frames stay unless somebody says so: longer where a frame has many steps.

    >>> usual_delays(((0, 0), (1, 2), (3, 3)))
    (30, 50, 200)
    """
    return tuple(
        LAST if number == len(schedule) - 1
        else QUICK if len(schedule) > MANY
        else SINGLE if first == last
        else TOGETHER
        for number, (first, last) in enumerate(schedule)
    )  # fmt: skip


def delays_within(schedule: Schedule, seconds: float) -> tuple[int, ...] | None:
    """The same in so many seconds, the last frame's included; None where that is too few.

    >>> delays_within(((0, 0), (1, 1), (2, 2), (3, 3)), 3.0)
    (33, 34, 33, 200)
    >>> delays_within(((0, 0), (1, 1)), 2.01) is None
    True
    """
    *others, _ = usual_delays(schedule)
    room = round(100 * seconds) - LAST
    ends = [round(room * end / sum(others)) for end in accumulate(others, initial=0)]
    delays = tuple(after - before for before, after in pairwise(ends))
    if min(delays, default=SHORTEST) < SHORTEST:
        return None
    return (*delays, LAST)


def least_seconds(schedule: Schedule) -> float:
    """In how many seconds it can be shown at least."""
    *others, _ = usual_delays(schedule)
    return (LAST + SHORTEST * sum(others) / min(others, default=1)) / 100 if others else LAST / 100
