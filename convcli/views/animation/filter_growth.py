"""The filters of a convolution while they are learned: a frame for each copy, one scale for all."""

from collections.abc import Iterable

import numpy as np

from convcli.inspection.filter_growth import FilterGrowth
from convcli.inspection.schedule import Moment, every_step
from convcli.views.animation import canvas as draw
from convcli.views.animation.canvas import Box, Canvas
from convcli.views.animation.film import LAST, Film, delays_within, usual_delays
from convcli.views.animation.scene import MARGIN, ROOM, Scene
from convcli.views.mosaic import enlarge
from convcli.views.palette import colours, scale_for

GAP = 6
WIDEST, LEAST_COLUMNS = 96, 6
SECONDS = 8.0


class FilterGrowthScene(Scene):
    """All filters side by side, at one step after the other.

    Args:
        growth: At least one copy of them.
        title: Names what is trained.
    """

    def __init__(self, growth: FilterGrowth, title: str) -> None:
        self._growth, self.steps = growth, len(growth.steps)
        filters = np.stack(growth.filters)
        self._tiles = filters.reshape(self.steps, -1, *filters.shape[-2:])
        scale = scale_for(self._tiles, signed=True)
        self.scales = (scale, scale)
        number, height, width = self._tiles.shape[1:]
        self.lines = (range(height), range(width))
        self._cell, self._columns = _layout(number, height, width)
        rows = -(-number // self._columns)
        self._top = self._begin(title, 1, rows * (height * self._cell + GAP), 1, swatches=False)
        self._legends([("weights, all frames on one scale", scale)], [])

    def frame(self, moment: Moment) -> Canvas:
        """The filters as they are after so many steps."""
        canvas = self._captioned(moment)
        for place, tile in enumerate(self._tiles[moment.last]):
            picture = enlarge(colours(tile, self.scales[0]), self._cell)
            box = self.box(place)
            draw.place(canvas, box.left, box.top, draw.packed(picture))
            draw.outline(canvas, box, draw.GAP_PIXEL, 1)
        return canvas

    def box(self, place: int) -> Box:
        """Where a filter is in every frame; one of several channels has a place for each."""
        row, column = divmod(place, self._columns)
        down, across = (len(line) * self._cell for line in self.lines)
        top, left = self._top + row * (down + GAP), MARGIN + column * (across + GAP)
        return Box(left, top, left + across, top + down)

    def words(self, moment: Moment) -> list[str]:
        """The step, and what is left out."""
        steps, kept = self._growth.steps, len(self._growth.filters[0])
        said = f"after step {steps[moment.last]:,} of {steps[-1]:,}"
        if kept < self._growth.total:
            said += f"; the first {kept:,} of {self._growth.total:,} filters"
        return [said]

    def _shades(self) -> Iterable[Canvas]:
        return [np.unique(draw.packed(colours(tiles, self.scales[0]))) for tiles in self._tiles]


def film_of(growth: FilterGrowth, title: str) -> Film:
    """The filters as they grow, in about eight seconds.

    Args:
        growth: At least one copy of the filters.
        title: Names what is trained.
    """
    schedule = every_step(len(growth.steps))
    room = min(SECONDS, (LAST + sum(usual_delays(schedule)[:-1])) / 100)
    delays = delays_within(schedule, room) or usual_delays(schedule)
    return Film(FilterGrowthScene(growth, title), schedule, delays)


def _layout(number: int, height: int, width: int) -> tuple[int, int]:
    """Pixels on a side of a weight, and filters side by side."""
    columns = min(number, max(LEAST_COLUMNS, round((2.5 * number) ** 0.5)))
    # Full rows, where a few more columns make them so.
    columns = next((more for more in range(columns, columns + 3) if number % more == 0), columns)
    side = min(WIDEST, (ROOM + GAP) // columns - GAP)
    return max(1, side // max(height, width)), columns
