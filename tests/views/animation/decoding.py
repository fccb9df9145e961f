"""What a file shows: its frames as pixels, and the values that the colours of cells stand for.

The colours are worked out here anew, from the table of a scale alone.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convcli.views.animation.canvas import GAP_PIXEL, PAPER_PIXEL, Box
from convcli.views.palette import Scale

Array = NDArray[Any]
# Across and down from the middle of a cell. No three of them lie on a line, and a frame around the
# cell does not reach them.
POINTS = np.array([(-2, 1), (1, 2), (2, -1), (-1, -2)])
ELSEWHERE = -1000


def decoded(data: bytes) -> tuple[list[Array], list[int]]:
    """The frames of a file, uint8 (height, width, 3), and their milliseconds."""
    frames, delays = [], []
    with Image.open(BytesIO(data)) as picture:
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            frames.append(np.asarray(picture.convert("RGB")))
            picture.load()
            delays.append(int(picture.info["duration"]))
    return frames, delays


class Cells:
    """The cells of a map in a frame.

    Args:
        box_of: Row and column -> where the cell is.
        values: Of all cells.
        scale: Their colours.
        merged: How many shades of the scale became one.
    """

    def __init__(
        self, box_of: Callable[[int, int], Box], values: Array, scale: Scale, merged: int
    ) -> None:
        boxes = np.array([box_of(*place) for place in np.ndindex(values.shape)])
        middles = (boxes[:, :2] + boxes[:, 2:]) // 2
        self._across, self._down = np.moveaxis(middles[:, None] + POINTS, -1, 0)
        self._table = _numbers(scale.gradient)
        middle = len(self._table) // 2 if scale.diverging else 0
        self._exact = middle + values.ravel() / scale.high * (len(self._table) - 1 - middle)
        self._merged = merged

    def assert_shown(self, frame: Array, done: Array) -> None:
        """Each cell that is done has the colour of its value, each other is hatched.

        A line may hide two of the four points that are looked at in a cell.
        """
        seen = _numbers(frame[self._down, self._across])
        order = np.argsort(self._table)
        found = order[np.searchsorted(self._table, seen, sorter=order).clip(max=len(order) - 1)]
        place = np.where(self._table[found] == seen, found, ELSEWHERE)
        right = np.abs(place - self._exact[:, None]) <= self._merged
        hatched = np.isin(seen, [GAP_PIXEL, PAPER_PIXEL])
        agreeing = np.where(done.ravel()[:, None], right, hatched).sum(axis=1)
        assert (agreeing >= 2).all(), np.flatnonzero(agreeing < 2)


def _numbers(colours: Array) -> Array:
    numbers: Array = colours.astype(np.int64) @ np.array([1, 256, 65536])
    return numbers
