"""A few frames of a film on one page, for print."""

from typing import BinaryIO

import numpy as np

from convcli.inspection.schedule import Schedule
from convcli.views import png
from convcli.views.animation.canvas import GAP_PIXEL, Box, blank, outline, place, unpacked
from convcli.views.animation.film import Film

MOST_FRAMES = 6
COLUMNS = 2
BETWEEN = 24


def write(file: BinaryIO, film: Film) -> int:
    """Write at most six frames as PNG, from the first to the last, about as many steps apart.

    Returns:
        How many they are.
    """
    numbers = chosen_frames(film.schedule)
    width, height = film.size
    page = blank(*reversed(size_of(film)))
    for place_number, number in enumerate(numbers):
        row, column = divmod(place_number, COLUMNS)
        left, top = BETWEEN + column * (width + BETWEEN), BETWEEN + row * (height + BETWEEN)
        place(page, left, top, film.scene.frame(film.schedule[number]))
        outline(page, Box(left, top, left + width, top + height), GAP_PIXEL, 1)
    png.write(file, unpacked(page), film.scene.title)
    return len(numbers)


def chosen_frames(schedule: Schedule) -> list[int]:
    """Which frames are shown.

    >>> from convcli.inspection.schedule import every_step, teaching
    >>> chosen_frames(teaching(576, row=24)), chosen_frames(every_step(3))
    ([0, 27, 32, 37, 42, 46], [0, 1, 2])
    """
    lasts = [moment.last for moment in schedule]
    wanted = np.linspace(lasts[0], lasts[-1], min(len(lasts), MOST_FRAMES))
    return sorted({int(np.searchsorted(lasts, step)) for step in wanted.round()})


def size_of(film: Film) -> tuple[int, int]:
    """Width and height of the page."""
    count = len(chosen_frames(film.schedule))
    rows, columns = -(-count // COLUMNS), min(COLUMNS, count)
    width, height = film.size
    return columns * (width + BETWEEN) + BETWEEN, rows * (height + BETWEEN) + BETWEEN
