"""A few frames of a film on one page, for print."""

from typing import BinaryIO

import numpy as np

from convcli.views import png
from convcli.views.animation.canvas import GAP_PIXEL, Box, blank, outline, place, unpacked
from convcli.views.animation.film import Film

MOST_FRAMES = 6
COLUMNS = 2
BETWEEN = 24


def write(file: BinaryIO, film: Film) -> int:
    """Write at most six frames from the first to the last, as evenly spread as can be, as PNG.

    Returns:
        How many they are.
    """
    numbers = chosen_frames(len(film.schedule))
    width, height = film.size
    page = blank(*reversed(size_of(film)))
    for place_number, number in enumerate(numbers):
        row, column = divmod(place_number, COLUMNS)
        left, top = BETWEEN + column * (width + BETWEEN), BETWEEN + row * (height + BETWEEN)
        place(page, left, top, film.scene.frame(film.schedule[number]))
        outline(page, Box(left, top, left + width, top + height), GAP_PIXEL, 1)
    png.write(file, unpacked(page), film.scene.title)
    return len(numbers)


def chosen_frames(count: int) -> list[int]:
    """Which frames of so many are shown.

    >>> chosen_frames(47), chosen_frames(3)
    ([0, 9, 18, 28, 37, 46], [0, 1, 2])
    """
    spread = np.linspace(0, count - 1, min(count, MOST_FRAMES))
    return [int(number) for number in spread.round()]


def size_of(film: Film) -> tuple[int, int]:
    """Width and height of the page."""
    count = len(chosen_frames(len(film.schedule)))
    rows, columns = -(-count // COLUMNS), min(COLUMNS, count)
    width, height = film.size
    return columns * (width + BETWEEN) + BETWEEN, rows * (height + BETWEEN) + BETWEEN
