"""Maps with a window that moves over them, and the output that fills meanwhile."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.filling import Filling
from convcli.inspection.schedule import Moment
from convcli.inspection.sliding import Slide
from convcli.views.animation import canvas as draw
from convcli.views.animation.canvas import Box, Canvas, packed
from convcli.views.animation.panels import MapPanel
from convcli.views.animation.scene import MARGIN, WIDTH, Scene, heading_height
from convcli.views.palette import PIXELS, Scale, colours, own_scale

MAPS = 336


class MovingWindow:
    """The maps on the left, what comes out on the right, and the window between them.

    Args:
        scene: Whose background they stand on.
        slide: What is shown.
        scales: Of the maps, and of the output.
        top: Of the headings.
    """

    def __init__(self, scene: Scene, slide: Slide, scales: tuple[Scale, Scale], top: int) -> None:
        self._slide, self._top = slide, top + heading_height()
        rows, columns = read_lines(slide)
        room = (MAPS, MAPS)
        self.maps = MapPanel(slide.maps, scales[0], room, rows, columns)
        # A cell of one map is as large as one of the output, so that both can be compared.
        cell = self.maps.cell if len(slide.maps) == 1 else None
        self._output = MapPanel(slide.output[None], scales[1], room, cell=cell)
        self._right = WIDTH - MARGIN - MAPS
        scene.heading(MARGIN, top, *heading_of(slide, self.maps))
        made = f"{slide.output.shape[0]}x{slide.output.shape[1]}"
        scene.heading(
            self._right, top, slide.layer, ", ".join(filter(None, [made, self._output.note]))
        )
        draw.place(scene.background, MARGIN, self._top, self.maps.picture)
        self.maps.outline_tiles(scene.background, MARGIN, self._top)
        self._output.outline_tiles(scene.background, self._right, self._top)

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """The window in every channel, and the output that it has made so far."""
        step, done = self._slide.strongest(moment), self._slide.place(moment.last)
        rows, columns = self._slide.under(step)
        row, column = self._slide.place(step)
        draw.place(canvas, self._right, self._top, self._output.until(done))
        boxes = [self.box(rows, columns, tile) for tile in range(self.maps.count)]
        cell = self.made(row, column)
        draw.guide_lines(canvas, boxes[0], cell)
        for box in (*boxes, cell):
            draw.outline(canvas, box, draw.WINDOW_PIXEL)

    def made(self, row: int, column: int) -> Box:
        """Where a cell of the output is in the frame."""
        box = self._output.box(range(row, row + 1), range(column, column + 1))
        return box.moved(self._right, self._top)

    def box(self, rows: range, columns: range, tile: int = 0) -> Box:
        """Where cells of a map are in the frame."""
        return self.maps.box(rows, columns, tile).moved(MARGIN, self._top)


def map_scale(maps: NDArray[Any]) -> Scale:
    """Shares of white keep the scale of pixels."""
    return PIXELS if maps.min() >= 0 and maps.max() <= 1 else own_scale(maps)


def read_lines(slide: Slide | Filling) -> tuple[range, range]:
    """The rows and columns of the maps with whatever the window reads outside of them."""
    lines = []
    for direction in slide.patches.directions:
        begin = min(0, direction.reads(0)[0])
        end = max(direction.size, direction.reads(direction.places - 1)[-1] + 1)
        lines.append(range(begin, end))
    return lines[0], lines[1]


def has_padding(slide: Slide | Filling) -> bool:
    """Whether the window reads outside of the maps."""
    rows, columns = read_lines(slide)
    return (len(rows), len(columns)) != (slide.patches.height, slide.patches.width)


def heading_of(slide: Slide | Filling, panel: MapPanel) -> tuple[str, str]:
    """The name of what is read, and its size."""
    channels = f"{len(slide.maps)} channels of " if len(slide.maps) > 1 else ""
    size = f"{channels}{slide.patches.height}x{slide.patches.width}"
    return slide.source, ", ".join(filter(None, [size, panel.note]))


def shades_of(values: NDArray[Any], scale: Scale) -> Canvas:
    """The colours that values have, those of padding and of zero included."""
    return np.unique(packed(colours(np.append(values, 0.0), scale)))
