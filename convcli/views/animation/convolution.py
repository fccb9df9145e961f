"""A filter slides over feature maps, and the output fills."""

from collections.abc import Iterable

from convcli.inspection.schedule import Moment
from convcli.inspection.sliding import ConvolutionSlide
from convcli.views.animation import canvas as draw
from convcli.views.animation.canvas import Canvas
from convcli.views.animation.moving_window import (
    MAPS,
    MovingWindow,
    has_padding,
    map_scale,
    read_lines,
    shades_of,
)
from convcli.views.animation.panels import number_table
from convcli.views.animation.scene import BETWEEN, MARGIN, ROOM, Scene, heading_height
from convcli.views.palette import Scale, scale_for
from convcli.views.sentences.motion import output_made, products_added

SIGN = 36  # Between two tables.
TABLE = ((ROOM - 2 * SIGN) // 3, 132)


class ConvolutionScene(Scene):
    """Patch times filter, added up, becomes one cell of the output.

    Args:
        slide: What is shown.
        title: Names the layer, the image and the network.

    Attributes:
        moving: Where the maps and the output are.
    """

    def __init__(self, slide: ConvolutionSlide, title: str) -> None:
        self._slide, self.steps = slide, slide.steps
        self._input = map_scale(slide.maps)
        weights = scale_for(slide.weights, signed=True)
        # The largest product that there can be, so that all frames have one scale.
        ends = (slide.maps.max(), -slide.maps.min())
        self._products = Scale(float(max(ends)) * weights.high or 1.0, diverging=True)
        self._output = output = scale_for(slide.output, signed=True)
        height = heading_height() * 2 + MAPS + BETWEEN + TABLE[1]
        top = self._begin(title, 2, height, 4)
        self.scales = (self._input, self._output)
        self.lines = read_lines(slide)
        self.moving = MovingWindow(self, slide, self.scales, top)
        self._tables_top = top + heading_height() + MAPS + BETWEEN
        self._columns = [MARGIN + number * (TABLE[0] + SIGN) for number in range(3)]
        channels = len(slide.maps)
        note = "all channels added" if channels > 1 else "all added"
        headings = (("patch", ""), (f"filter {slide.number}", ""), ("products", note))
        for left, (text, beside) in zip(self._columns, headings, strict=True):
            self.heading(left, self._tables_top, text, beside)
        below = self._tables_top + heading_height()
        for left, sign in zip(self._columns[1:], "×=", strict=True):
            draw.write(self.background, left - SIGN // 2 - 4, below + 46, sign, 28, align="center")
        table, _ = number_table(slide.weights, weights, TABLE)
        draw.place(self.background, self._columns[1], below, table)
        self._legends(
            [(slide.source, self._input), (f"filter {slide.number}", weights),
             ("products", self._products), (slide.layer, output)],
            [("window", "patch and output"), ("not yet", "not computed yet"),
             *([("padding", "padding, counts as 0")] * has_padding(slide))],
        )  # fmt: skip

    def frame(self, moment: Moment) -> Canvas:
        """The window, what it has made so far, and the products of its last place."""
        canvas = self._captioned(moment)
        made = self._slide.at(self._slide.strongest(moment))
        self.moving.draw(canvas, moment)
        below = self._tables_top + heading_height()
        for left, values, scale in (
            (self._columns[0], made.patch, self._input),
            (self._columns[2], made.products, self._products),
        ):
            table, _ = number_table(values, scale, TABLE, made.padding)
            draw.place(canvas, left, below, table)
        return canvas

    def _shades(self) -> Iterable[Canvas]:
        return [
            shades_of(self._slide.maps, self._input),
            shades_of(self._slide.output, self._output),
            draw.packed(self._products.gradient),
        ]

    def words(self, moment: Moment) -> list[str]:
        """Step, position and value; then the sum."""
        made = self._slide.at(self._slide.strongest(moment))
        return [output_made(self._slide, moment, made.engine), products_added(made)]
