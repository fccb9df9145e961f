"""What becomes of an image: every stage of a walkthrough in one figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import floor, isqrt, log10

from convcli.inspection.walkthrough import Stage, Walkthrough
from convcli.views.figures.sheet import MARGIN, Sheet, colour_bar_height, numbered_tiles_height
from convcli.views.figures.texts import (
    BODY,
    HEADING,
    SMALL,
    joined,
    line_height,
    text_width,
    wrapped,
)
from convcli.views.mosaic import columns_of, fit_maps
from convcli.views.palette import MUTED, Colours, Scale
from convcli.views.stages import maps_of, stage_scales, tile_labels, tile_names

PANEL = 392
BETWEEN = 84
SIGN = 48
BAR = 360

WIDEST_SHEET = 1600
NARROWEST_SHEET = 900
WIDEST_TILE = 200
TILE_SPACE = 12
SECTION_SPACE = 32
MOST_TILES = 600


@dataclass(frozen=True)
class _Panel:
    """One stage, ready to be drawn."""

    stage: Stage
    name: str
    scale: Scale
    pixels: Colours
    facts: list[str]

    @property
    def sign(self) -> str:
        """What stands between this stage and the one before it."""
        return "∗" if self.stage.name == "filters" else "→"

    def weight_text(self, weight: float) -> str:
        """A weight with as many decimals as show three digits of the largest one."""
        return f"{weight:.{max(0, 2 - floor(log10(self.scale.high)))}f}"


def overview(walkthrough: Walkthrough, filter_numbers: Sequence[int], title: str) -> Sheet:
    """Every stage in one figure, with its shape, its range and the arithmetic behind it.

    One filter: input, filter, convolution and pooling side by side, as in the book; what is
    compared shares one scale, and the bar below spans the pictures that share it. Several filters:
    a sheet of tiles for each stage, each tile under the number of its filter.

    Args:
        walkthrough: Of one image.
        filter_numbers: The numbers of its filters in their network.
        title: Names the image, its label and the filters.
    """
    if walkthrough.stage("filters").array.shape[:2] == (1, 1):
        return _side_by_side(walkthrough, filter_numbers, title)
    return _one_below_the_other(walkthrough, filter_numbers, title)


def _side_by_side(walkthrough: Walkthrough, filter_numbers: Sequence[int], title: str) -> Sheet:
    panels = _panels(walkthrough, filter_numbers)
    pictures_top = line_height(HEADING) + 10
    facts_top = pictures_top + PANEL + 16
    bars_top = facts_top + max(len(panel.facts) for panel in panels) * line_height(BODY) + 22
    sheet = Sheet(
        width=2 * MARGIN + len(panels) * (PANEL + BETWEEN) - BETWEEN,
        height=bars_top + colour_bar_height() + MARGIN,
        title=title,
    )
    for place, panel in enumerate(panels):
        left = _left(place)
        sheet.write(left, sheet.top, panel.name, size=HEADING, bold=True)
        sheet.picture(left, sheet.top + pictures_top, panel.pixels)
        sheet.write_lines(left, sheet.top + facts_top, panel.facts)
        if place:
            middle = sheet.top + pictures_top + (PANEL - line_height(SIGN)) / 2
            sheet.write(
                left - BETWEEN / 2, middle, panel.sign, size=SIGN, colour=MUTED, align="center"
            )
        if panel.stage.name == "filters":
            _write_weights(sheet, left, sheet.top + pictures_top, panel)
    _draw_bars(sheet, sheet.top + bars_top, panels)
    return sheet


def _panels(walkthrough: Walkthrough, filter_numbers: Sequence[int]) -> list[_Panel]:
    scales = stage_scales(walkthrough)
    panels = []
    for stage in walkthrough.stages:
        fitted = fit_maps(maps_of(stage), scales[stage.name], PANEL)
        (name,) = tile_names(stage, filter_numbers)
        facts = [str(stage.array.shape), f"min {stage.minimum:.4g}, max {stage.maximum:.4g}"]
        if stage.name == "filters":
            facts.append(f"bias {walkthrough.bias[0]:.4g}")
        for clause in (stage.origin, fitted.note):
            facts += wrapped(clause, BODY, PANEL)
        panels.append(_Panel(stage, name, scales[stage.name], fitted.tiles[0], facts))
    return panels


def _draw_bars(sheet: Sheet, top: int, panels: Sequence[_Panel]) -> None:
    places = range(len(panels))
    for scale, group in groupby(places, key=lambda place: panels[place].scale):
        sharing = list(group)
        left = _left(sharing[0])
        sheet.colour_bar(left, top, _left(sharing[-1]) + PANEL - left, scale)


def _left(place: int) -> int:
    return MARGIN + place * (PANEL + BETWEEN)


def _write_weights(sheet: Sheet, left: int, top: int, panel: _Panel) -> None:
    weights = panel.stage.array[0, 0]
    texts = [[panel.weight_text(weight) for weight in row] for row in weights.tolist()]
    cell = panel.pixels.shape[0] // len(texts)
    if max(text_width(text, SMALL) for row in texts for text in row) > 0.9 * cell:
        return
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            ground = panel.pixels[row * cell, column * cell]
            sheet.write_on(left + (column + 0.5) * cell, top + (row + 0.5) * cell, text, ground)


@dataclass(frozen=True)
class _Section:
    """One stage as a sheet of tiles, ready to be drawn."""

    name: str
    scale: Scale
    tiles: Colours
    labels: list[str]
    facts: list[str]

    @property
    def head(self) -> int:
        """Pixels of the heading with its facts, beside which the colour bar stands."""
        texts = line_height(HEADING) + len(self.facts) * line_height(BODY)
        return max(texts, colour_bar_height()) + 12


@dataclass(frozen=True)
class _Grid:
    """Columns of tiles, the same in every section."""

    columns: int

    @property
    def across(self) -> int:
        """Pixels from one tile to the next."""
        return min(WIDEST_TILE, WIDEST_SHEET // self.columns)

    @property
    def room(self) -> int:
        """Pixels between the margins; a few tiles leave the texts and the bar their room."""
        return max(NARROWEST_SHEET, self.columns * self.across)


def _one_below_the_other(
    walkthrough: Walkthrough, filter_numbers: Sequence[int], title: str
) -> Sheet:
    most = min(MOST_TILES, max(stage.array[..., 0, 0].size for stage in walkthrough.stages))
    # Up to eight in one row; more than that in about three times as many columns as rows.
    usual = max(min(most, 8), isqrt(3 * most - 1) + 1)
    grid = _Grid(columns_of(walkthrough.stage("filters").array.shape[1], usual))
    scales = stage_scales(walkthrough)
    sections = [
        _section(stage, scales[stage.name], tile_labels(stage, filter_numbers), grid)
        for stage in walkthrough.stages
    ]
    heights = [
        section.head + numbered_tiles_height(section.tiles, grid.columns) for section in sections
    ]
    height = sum(heights) + SECTION_SPACE * (len(heights) - 1) + MARGIN
    sheet = Sheet(2 * MARGIN + grid.room, height, title)
    top = sheet.top
    for section, height in zip(sections, heights, strict=True):
        _draw_section(sheet, top, section, grid)
        top += height + SECTION_SPACE
    return sheet


def _section(stage: Stage, scale: Scale, labels: list[str], grid: _Grid) -> _Section:
    maps = maps_of(stage)
    drawn = min(len(maps), MOST_TILES)
    across = WIDEST_TILE if drawn == 1 else grid.across
    fitted = fit_maps(maps[:drawn], scale, across - TILE_SPACE - 2)
    clauses = [
        str(stage.array.shape),
        f"min {stage.minimum:.4g}, max {stage.maximum:.4g}",
        stage.origin,
        fitted.note,
        f"the first {drawn} of {len(maps)} drawn" if drawn < len(maps) else "",
    ]
    facts = joined(clauses, BODY, grid.room - BAR - BETWEEN)
    return _Section(stage.name, scale, fitted.tiles, labels[:drawn], facts)


def _draw_section(sheet: Sheet, top: int, section: _Section, grid: _Grid) -> None:
    sheet.write(MARGIN, top, section.name, size=HEADING, bold=True)
    sheet.write_lines(MARGIN, top + line_height(HEADING), section.facts)
    sheet.colour_bar(MARGIN + grid.room - BAR, top + 8, BAR, section.scale)
    sheet.numbered_tiles(
        MARGIN,
        top + section.head,
        section.tiles,
        columns=min(grid.columns, len(section.tiles)),
        across=max(grid.across, section.tiles.shape[2] + 2),
        labels=section.labels,
    )
