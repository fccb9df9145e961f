"""The whole way of one image through a network, from its pixels to the probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.views.bars import bars_of
from convcli.views.figures.layer_sheet import cells
from convcli.views.figures.probabilities import ROW, bars_width, write_bars
from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY, SMALL, line_height, text_width
from convcli.views.mosaic import arrange, fit_maps, framed
from convcli.views.palette import INK, MUTED, PAPER_PIXEL, Colours, Scale, own_scale

Array = NDArray[Any]

ROOM = 1240  # Pixels for the pictures of a row.
TILE = 68
TILE_SPACE = 8
CELL_HEIGHT = 26
LARGEST_CELL, LEAST_CELL = 26, 5
BETWEEN = 24
BETWEEN_ROWS = 18


def draw(
    title: str,
    stages: Mapping[str, Array],
    names: Sequence[str],
    probabilities: Array | None,
    label: int | None,
) -> Sheet:
    """A row for each stage, from top to bottom, and the probabilities as bars below them all.

    A row shows the first feature maps of its stage, or the first numbers of its vector, on a scale
    of its own, and says how many are left out.

    Args:
        title: Names the image, its label and the network.
        stages: Name -> (C, H, W) feature maps or (F,) vector of one image, in their order.
        names: Of the classes, printable.
        probabilities: (K,); None where the network gives none.
        label: The true class, where it is known.

    Raises:
        ValueError: A value is not finite, or a probability is none.

    >>> import numpy as np
    >>> way = {"input": np.ones((1, 28, 28)), "affine1": np.array([1.0, -1.0])}
    >>> draw("image 5", way, ["zero", "one"], np.array([0.9, 0.1]), label=None).title
    'image 5'
    """
    rows = [_row(name, values) for name, values in stages.items()]
    texts = round(max(text_width(text, size) for row in rows for text, size in row.texts))
    bars = 0 if probabilities is None else len(bars_of(probabilities, label)) * ROW
    heights = [row.height + BETWEEN_ROWS for row in rows]
    sheet = Sheet(
        2 * MARGIN + texts + BETWEEN + max(ROOM, bars_width(names) if bars else 0),
        sum(heights) + bars + MARGIN,
        title,
        "from top to bottom, each row on a scale of its own · " + _meanings(rows),
    )
    top, left = sheet.top, MARGIN + texts + BETWEEN
    for row, height in zip(rows, heights, strict=True):
        _draw_row(sheet, top, left, row)
        top += height
    if probabilities is not None:
        sheet.write(MARGIN, top + (ROW - line_height(BODY)) / 2, "probabilities", bold=True)
        write_bars(sheet, left, top, names, probabilities, label)
    return sheet


@dataclass(frozen=True)
class _Row:
    """One stage, ready to be drawn."""

    name: str
    facts: list[str]
    scale: Scale
    pixels: Colours

    @property
    def texts(self) -> list[tuple[str, int]]:
        """Every line beside the pictures, with its size."""
        return [(self.name, BODY), *((fact, SMALL) for fact in self.facts)]

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        picture_height = int(self.pixels.shape[0])
        return max(sum(line_height(size) for _, size in self.texts), picture_height)


def _row(name: str, values: Array) -> _Row:
    scale = own_scale(values)
    pixels, drawn, note = (_strip if values.ndim == 1 else _tiles)(values, scale)
    facts = [str(values.shape), f"{values.min():.3g} … {values.max():.3g}"]
    left_out = f"first {drawn} of {len(values)} drawn" if drawn < len(values) else ""
    return _Row(name, [*facts, *filter(None, [left_out, note])], scale, pixels)


def _tiles(maps: Array, scale: Scale) -> tuple[Colours, int, str]:
    drawn = min(len(maps), ROOM // (TILE + TILE_SPACE))
    fitted = fit_maps(maps[:drawn], scale, TILE)
    sheet = arrange(framed(fitted.tiles), drawn, TILE_SPACE - 2, background=PAPER_PIXEL)
    around = TILE_SPACE - 2
    return sheet[around:-around, around:-around], drawn, fitted.note


def _strip(vector: Array, scale: Scale) -> tuple[Colours, int, str]:
    width = max(LEAST_CELL, min(LARGEST_CELL, ROOM // len(vector) - 1))
    drawn = min(len(vector), ROOM // (width + 1))
    return cells(vector[:drawn], scale, drawn, CELL_HEIGHT, width), drawn, ""


def _draw_row(sheet: Sheet, top: int, left: int, row: _Row) -> None:
    line = top
    for text, size in row.texts:
        named = text == row.name
        sheet.write(MARGIN, line, text, size=size, bold=named, colour=INK if named else MUTED)
        line += line_height(size)
    sheet.place(left, top, row.pixels)


def _meanings(rows: Sequence[_Row]) -> str:
    signed = {row.scale.diverging: row.scale.meaning for row in rows}
    return " · ".join(
        f"{'with' if diverging else 'without'} negative values: {signed[diverging]}"
        for diverging in sorted(signed)
    )
