"""All filters in one figure, trained beside untrained."""

from typing import Any

from numpy.typing import NDArray

from convcli.views.figures.sheet import (
    LABEL_SPACE,
    MARGIN,
    Sheet,
    colour_bar_height,
    numbered_tiles_height,
    rows_in,
)
from convcli.views.figures.texts import HEADING, line_height
from convcli.views.filter_tiles import ANY_SCALE, MOST_TILES, filter_tiles, tile_columns
from convcli.views.mosaic import fit, ordinal

Array = NDArray[Any]

USUAL_WIDTH = 1500
WIDEST_TILE, NARROWEST_TILE = 110, 40  # With the space to the next tile.
TILE_SPACE = 12
BETWEEN = 60


def draw(
    trained: Array,
    untrained: Array,
    title: str,
    *,
    per_filter: bool = False,
    columns: int = 6,
) -> Sheet:
    """Two sheets of tiles on a scale centred at zero, each filter under its number.

    A filter of several channels is a tile for each, under ``filter:channel``.

    Args:
        trained: (FN, C, FH, FW).
        untrained: The same shape.
        title: Names the parameter file, the shape and the seed.
        per_filter: Whether each filter has a scale of its own; the title says so then.
        columns: Filters side by side in each sheet, at least 1, as far as they have room.
    """
    number, channels = trained.shape[:2]
    count = number * channels
    drawn = min(count, MOST_TILES)
    columns = min(tile_columns(channels, columns), drawn)
    across = max(NARROWEST_TILE, min(WIDEST_TILE, USUAL_WIDTH // (2 * columns)))
    block = max(columns * across, 360)
    width = 2 * MARGIN + 2 * block + BETWEEN - TILE_SPACE
    drawn = min(drawn, columns * rows_in(width, LABEL_SPACE + across))
    room = across - TILE_SPACE - 2
    tiles = filter_tiles(trained, untrained, per_filter=per_filter, most=drawn, longest=room)
    parts = [
        (name, fit(part, room))
        for name, part in (("trained", tiles.trained), ("untrained", tiles.untrained))
    ]
    notes = [
        f"every {ordinal(tiles.step)} pixel drawn" if tiles.step > 1 else "",
        tiles.left_out,
    ]
    head = line_height(HEADING)
    below = head + numbered_tiles_height(parts[0][1].tiles, columns) + 28
    sheet = Sheet(
        width=width,
        height=below + colour_bar_height() + MARGIN,
        title=f"{title}, scale per filter" if per_filter else title,
        subtitle=" · ".join(filter(None, [tiles.scaling, *notes])),
    )
    for place, (name, fitted) in enumerate(parts):
        left = MARGIN + place * (block + BETWEEN)
        sheet.write(left, sheet.top, name, size=HEADING, bold=True)
        sheet.numbered_tiles(
            left,
            sheet.top + head,
            fitted.tiles,
            columns=columns,
            across=across,
            labels=tiles.labels,
        )
    sheet.colour_bar(
        MARGIN,
        sheet.top + below,
        sheet.width - 2 * MARGIN,
        tiles.scale or ANY_SCALE,
        ends=("-largest", "largest") if per_filter else None,
    )
    return sheet
