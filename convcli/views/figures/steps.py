"""The steps inside a convolution and inside a pooling: boxes of their shapes, and what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod, sqrt

from convcli.inspection.steps import Axes, Shape, Step
from convcli.views.figures.shapes import arrow, box
from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY, HEADING, SMALL, line_height, text_width, wrapped
from convcli.views.palette import INK, MUTED

LONGEST, SHORTEST = 230, 8  # Pixels of a side.
MOST_SHEETS, BEHIND = 4, 7  # Of a stack of maps, and pixels from one to the one behind it.
ARROW = 190  # Pixels between two boxes, with the room for what is done.
ARROW_SPACE = 9  # Around an arrow and its text.
SIGN = 64  # The same for a sign.
BETWEEN_ROWS = 36
FED, FEEDING = 2, 100  # The box that is fed from below, and pixels for what is done with that.
SIDE_NUMBER = 6  # Pixels from a side to its number.


def draw(steps: Sequence[Step], title: str) -> Sheet:
    """A row for each stage: what goes in, each array on the way, and what comes out.

    Every box is as high and as wide as the square root of what it counts, so that 576 and 25 fit
    side by side; maps lie behind each other. Under a box stand its shape and what each axis counts.

    Args:
        steps: From :mod:`convcli.inspection.steps`, stage by stage.
        title: Names the image and the filters.

    >>> from convcli.engine.geometry import Window
    >>> from convcli.inspection.steps import convolution_steps
    >>> steps = convolution_steps("conv1", (1, 1, 28, 28), (30, 1, 5, 5), Window(5, 5))
    >>> draw(steps, "image 5").title
    'image 5'
    """
    scale = LONGEST / sqrt(max(side for step in steps for side in _sides(step)))
    rows = [
        _Row(stage, _convolution(found, scale) if _has_filters(found) else _pooling(found, scale))
        for stage, found in ((name, list(part)) for name, part in groupby(steps, _stage))
    ]
    sheet = Sheet(
        2 * MARGIN + round(max(row.width for row in rows)),
        round(sum(row.height + BETWEEN_ROWS for row in rows)) - BETWEEN_ROWS + MARGIN,
        title,
        "a side of a box: the square root of its number · maps lie behind each other",
    )
    top: float = sheet.top
    for row in rows:
        _draw_row(sheet, top, row)
        top += row.height + BETWEEN_ROWS
    return sheet


@dataclass(frozen=True)
class _Box:
    """An array, ready to be drawn."""

    name: str
    shape: Shape
    axes: Axes
    scale: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of its front."""
        down, across = _front(self.shape)
        return self._pixels(across), self._pixels(down)

    def _pixels(self, count: int) -> float:
        return max(SHORTEST, self.scale * sqrt(count))

    @property
    def sheets(self) -> int:
        """Boxes behind each other."""
        return min(MOST_SHEETS, prod(self.shape[:-2])) if len(self.shape) == 4 else 1

    @property
    def depth(self) -> float:
        """Pixels that the last of them stands out above and to the right."""
        return (self.sheets - 1) * BEHIND

    @property
    def below(self) -> list[str]:
        """Its shape, and what each axis counts."""
        return [str(self.shape), f"({', '.join(self.axes)}{',' * (len(self.axes) == 1)})"]

    @property
    def width(self) -> float:
        """Pixels with all texts."""
        down, _ = _front(self.shape)
        number = text_width(str(down), SMALL) + SIDE_NUMBER
        picture = self.size[0] + 2 * max(self.depth, number)
        return max(picture, text_width(self.name, BODY, bold=True), *map(_width, self.below))

    @property
    def above_middle(self) -> float:
        """Pixels from the middle of its front to the upper edge of its texts."""
        return self.size[1] / 2 + self.depth + line_height(SMALL) + line_height(BODY)

    @property
    def below_middle(self) -> float:
        """Pixels from the middle of its front to the lower edge of its texts."""
        return self.size[1] / 2 + 6 + len(self.below) * line_height(SMALL)


@dataclass(frozen=True)
class _Link:
    """What stands between two boxes: an arrow with what is done, or a sign."""

    text: str = ""
    sign: str = ""

    @property
    def width(self) -> float:
        """Pixels from box to box."""
        return SIGN if self.sign else ARROW

    @property
    def lines(self) -> list[str]:
        """What is done, in lines above the arrow."""
        return wrapped(self.text, SMALL, ARROW - 2 * ARROW_SPACE)

    @property
    def above_middle(self) -> float:
        """Pixels from the arrow to the upper edge of its text."""
        return ARROW_SPACE + len(self.lines) * line_height(SMALL)


@dataclass(frozen=True)
class _Chain:
    """Boxes from left to right, what stands between them, and what goes into the third from below.

    Attributes:
        boxes: In their order.
        links: One less.
        feeder: What goes into the third box; only a convolution has it.
        feeding: What is done with that.
    """

    boxes: Sequence[_Box]
    links: Sequence[_Link]
    feeder: _Box | None = None
    feeding: str = ""


@dataclass(frozen=True)
class _Row:
    """A stage, ready to be drawn."""

    stage: str
    chain: _Chain

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        boxes, links = self.chain.boxes, self.chain.links
        return sum(one.width for one in boxes) + sum(link.width for link in links)

    @property
    def above(self) -> float:
        """Pixels from its top to the middle of its boxes."""
        boxes, links = self.chain.boxes, self.chain.links
        over = [one.above_middle for one in boxes] + [link.above_middle for link in links]
        return line_height(HEADING) + 8 + max(over)

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        below = max(one.below_middle for one in self.chain.boxes)
        return self.above + max(below, self.feeder_middle + self._feeder_below)

    @property
    def feeder_middle(self) -> float:
        """Pixels from the middle of the boxes to that of the feeder."""
        feeder = self.chain.feeder
        if feeder is None:
            return 0
        lines = len(wrapped(self.chain.feeding, SMALL, FEEDING)) * line_height(SMALL)
        return self.chain.boxes[FED].below_middle + lines + 16 + feeder.above_middle

    @property
    def _feeder_below(self) -> float:
        return self.chain.feeder.below_middle if self.chain.feeder else 0


def _convolution(steps: Sequence[Step], scale: float) -> _Chain:
    columns, matrix, _, output = steps
    return _Chain(
        [_source(columns, "input", scale), *(_result(step, scale) for step in steps)],
        [_Link(columns.origin), _Link(sign="@"), _Link(sign="+ b ="), _Link(output.origin)],
        feeder=_source(matrix, "filters", scale),
        feeding=matrix.origin,
    )


def _pooling(steps: Sequence[Step], scale: float) -> _Chain:
    columns, rows, *taken, output = steps
    is_pair = len(taken) > 1
    what = (f"{step.name}: {step.origin}" if is_pair else step.origin for step in taken)
    return _Chain(
        [_source(columns, "input", scale), *(_result(step, scale) for step in steps)],
        [
            _Link(columns.origin),
            _Link(rows.origin),
            _Link("; ".join(what)),
            *(_Link(sign="and") for _ in taken[1:]),
            _Link(output.origin),
        ],
    )


def _draw_row(sheet: Sheet, top: float, row: _Row) -> None:
    chain = row.chain
    sheet.write(MARGIN, top, row.stage, size=HEADING, bold=True)
    middle = top + row.above
    centres, left = [], float(MARGIN)
    for number, one in enumerate(chain.boxes):
        centres.append(left + one.width / 2)
        _draw_box(sheet, centres[-1], middle, one)
        left += one.width
        if number < len(chain.links):
            _draw_link(sheet, left, middle, chain.links[number])
            left += chain.links[number].width
    _draw_feeder(sheet, centres[FED], middle, row)


def _draw_box(sheet: Sheet, centre: float, middle: float, one: _Box) -> None:
    width, height = one.size
    left, top = centre - width / 2, middle - height / 2
    for place in reversed(range(one.sheets)):
        box(sheet, left + place * BEHIND, top - place * BEHIND, width, height)
    down, across = _front(one.shape)
    name_top = middle - one.above_middle
    sheet.write(centre, name_top, one.name, bold=True, align="center")
    side_top = middle - line_height(SMALL) / 2
    for number_left, number_top, count, align in (
        (centre + one.depth / 2, top - one.depth - line_height(SMALL) - 2, across, "center"),
        (left - SIDE_NUMBER, side_top, down, "right"),
    ):
        sheet.write(number_left, number_top, str(count), size=SMALL, colour=MUTED, align=align)
    for line, text in enumerate(one.below):
        below = top + height + 6 + line * line_height(SMALL)
        colour = MUTED if line else INK
        sheet.write(centre, below, text, size=SMALL, colour=colour, align="center")


def _draw_link(sheet: Sheet, left: float, middle: float, link: _Link) -> None:
    centre = left + link.width / 2
    if link.sign:
        top = middle - line_height(HEADING) / 2
        sheet.write(centre, top, link.sign, size=HEADING, colour=MUTED, align="center")
        return
    ends = [(at, middle) for at in (left + ARROW_SPACE, left + link.width - ARROW_SPACE)]
    arrow(sheet, *ends)
    top = middle - link.above_middle
    for line, text in enumerate(link.lines):
        sheet.write(centre, top + line * line_height(SMALL), text, size=SMALL, align="center")


def _draw_feeder(sheet: Sheet, centre: float, middle: float, row: _Row) -> None:
    chain, feeder = row.chain, row.chain.feeder
    if feeder is None:
        return
    end = middle + chain.boxes[FED].below_middle + 6
    start = middle + row.feeder_middle - feeder.above_middle - 4
    arrow(sheet, (centre, start), (centre, end))
    lines = wrapped(chain.feeding, SMALL, FEEDING)
    top = (start + end - len(lines) * line_height(SMALL)) / 2
    sheet.write_lines(centre + 14, top, lines, size=SMALL)
    _draw_box(sheet, centre, middle + row.feeder_middle, feeder)


def _source(step: Step, name: str, scale: float) -> _Box:
    return _Box(name, step.source, step.source_axes, scale)


def _result(step: Step, scale: float) -> _Box:
    return _Box(f"{step.number} {step.name}", step.shape, step.axes, scale)


def _front(shape: Shape) -> tuple[int, int]:
    """Height and width of a map, of a matrix, or of numbers below each other."""
    *_, height, width = (*shape, 1) if len(shape) == 1 else shape
    return height, width


def _sides(step: Step) -> tuple[int, ...]:
    return (*_front(step.shape), *_front(step.source))


def _has_filters(steps: Sequence[Step]) -> bool:
    return any(step.name == "filters" for step in steps)


def _stage(step: Step) -> str:
    return step.stage


def _width(text: str) -> float:
    return text_width(text, SMALL)
