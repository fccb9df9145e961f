"""How a user's picture became the input of the network."""

from collections.abc import Sequence

from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import HEADING, SMALL, joined, line_height
from convcli.views.mosaic import fit, fit_maps
from convcli.views.palette import BYTES, MUTED
from convcli.views.stages import Prepared

PANEL = 336
BETWEEN = 40
COLUMNS = 4
HEAD = line_height(HEADING) + 8


def preparation(stages: Sequence[Prepared], title: str) -> Sheet:
    """Every step of a user's picture, in reading order, with what was done.

    Args:
        stages: The picture after each step; pixels 0..255, grey ones all on one scale.
        title: Names the file.
    """
    panels = []
    for number, stage in enumerate(stages, start=1):
        in_colour = stage.pixels.ndim == 3
        pixels = stage.pixels[None]
        fitted = fit(pixels, PANEL) if in_colour else fit_maps(pixels, BYTES, PANEL)
        clauses = ["{}x{}".format(*stage.pixels.shape), stage.description, fitted.note]
        texts = joined(clauses, SMALL, PANEL)
        panels.append((f"{number}  {stage.name}", fitted.tiles[0], in_colour, texts))
    most_lines = max(len(texts) for *_, texts in panels)
    down = HEAD + PANEL + 12 + most_lines * line_height(SMALL) + 28
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    sheet = Sheet(
        width=2 * MARGIN + columns * (PANEL + BETWEEN) - BETWEEN,
        height=rows * down - 28 + MARGIN,
        title=title,
        subtitle=BYTES.legend if any(stage.pixels.ndim == 2 for stage in stages) else "",
    )
    for place, (name, pixels, in_colour, texts) in enumerate(panels):
        row, column = divmod(place, columns)
        left, top = MARGIN + column * (PANEL + BETWEEN), sheet.top + row * down
        sheet.write(left, top, name, size=HEADING, bold=True)
        sheet.picture(left, top + HEAD, pixels, is_photograph=in_colour)
        sheet.write_lines(left, top + HEAD + PANEL + 12, texts, size=SMALL, colour=MUTED)
    return sheet
