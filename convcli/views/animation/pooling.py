"""A pooling window slides over a feature map, and one value after the other wins."""

from collections.abc import Iterable

import numpy as np

from convcli.inspection.schedule import Moment
from convcli.inspection.sliding import PooledStep, PoolingSlide
from convcli.views.animation import canvas as draw
from convcli.views.animation.canvas import Box, Canvas
from convcli.views.animation.moving_window import (
    MAPS,
    MovingWindow,
    has_padding,
    map_scale,
    read_lines,
    shades_of,
)
from convcli.views.animation.panels import number_table
from convcli.views.animation.scene import BETWEEN, MARGIN, WIDTH, Scene, heading_height
from convcli.views.sentences.motion import output_made, pooled_how

TABLE = (MAPS, 104)


class PoolingScene(Scene):
    """The values under the window; one of them, or their mean, becomes a cell of the output.

    Args:
        slide: What is shown.
        title: Names the layer, the image and the network.

    Attributes:
        moving: Where the map and the output are.
    """

    def __init__(self, slide: PoolingSlide, title: str) -> None:
        self._slide, self.steps = slide, slide.steps
        # What comes out are values that went in, or lies between them.
        self._scale = map_scale(slide.maps)
        top = self._begin(title, 2, heading_height() * 2 + MAPS + BETWEEN + TABLE[1], 1)
        self.scales = (self._scale, self._scale)
        self.lines = read_lines(slide)
        self.moving = MovingWindow(self, slide, self.scales, top)
        self._tables_top = top + heading_height() + MAPS + BETWEEN
        self.heading(MARGIN, self._tables_top, "under the window")
        self._right = WIDTH - MARGIN - MAPS
        kind = "the largest" if slide.takes_largest else "their mean"
        self.heading(self._right, self._tables_top, kind)
        winner = [("winner", "winner, first of equals")] * slide.takes_largest
        padding = "padding, never wins" if slide.takes_largest else "padding"
        self._legends(
            [(f"{slide.source} and {slide.layer}, channel {slide.number}", self._scale)],
            [("window", "window and output"), *winner, ("not yet", "not yet"),
             *([("padding", padding)] * has_padding(slide))],
        )  # fmt: skip

    def frame(self, moment: Moment) -> Canvas:
        """The window, the values under it, and what came out so far."""
        canvas = self._captioned(moment)
        made = self._slide.at(self._slide.strongest(moment))
        self.moving.draw(canvas, moment)
        below = self._tables_top + heading_height()
        table, padding = _under(self._slide, made)
        picture, (box,) = number_table(table, self._scale, TABLE, padding)
        draw.place(canvas, MARGIN, below, picture)
        pooled, _ = number_table(np.full((1, 1, 1), made.engine), self._scale, TABLE)
        draw.place(canvas, self._right, below, pooled)
        if made.winner is not None:
            self._outline_winner(canvas, made, made.winner, box.moved(MARGIN, below))
        return canvas

    def _shades(self) -> Iterable[Canvas]:
        values = (self._slide.maps, self._slide.output)
        return [shades_of(one, self._scale) for one in values]

    def words(self, moment: Moment) -> list[str]:
        """Step, position and value; then who won."""
        made = self._slide.at(self._slide.strongest(moment))
        return [output_made(self._slide, moment, made.engine), pooled_how(self._slide, made)]

    def _outline_winner(self, canvas: Canvas, made: PooledStep, winner: int, table: Box) -> None:
        """In the map, and among the values under the window."""
        row, column = made.places[winner]
        cell = self.moving.box(range(row, row + 1), range(column, column + 1))
        _outline_inside(canvas, cell)
        window = self._slide.patches.window
        row, column = divmod(winner, window.width)
        width = (table.right - table.left) / window.width
        height = (table.bottom - table.top) / window.height
        left, top = table.left + round(column * width), table.top + round(row * height)
        _outline_inside(canvas, Box(left, top, left + round(width), top + round(height)))


def _outline_inside(canvas: Canvas, box: Box) -> None:
    """Inside, because around it the window has its own line."""
    thickness = 3 if box.right - box.left >= 10 else 1
    inner = Box(
        box.left + thickness, box.top + thickness, box.right - thickness, box.bottom - thickness
    )
    draw.outline(canvas, inner, draw.WINNER_PIXEL, thickness)


def _under(slide: PoolingSlide, made: PooledStep) -> tuple[np.ndarray, np.ndarray]:
    """The values as they stand under the window, and which of them are padding."""
    shape = (slide.patches.window.height, slide.patches.window.width)
    padding = np.array([value is None for value in made.values]).reshape(shape)
    values = np.array([value or 0.0 for value in made.values]).reshape(1, *shape)
    return values, padding
