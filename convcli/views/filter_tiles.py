"""Trained and untrained filters as coloured tiles, for the figure and for the terminal."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.views.mosaic import LONGEST_SIDE, Picture, arrange, columns_of
from convcli.views.palette import Colours, Legend, Scale, colours, scale_for

Array = NDArray[Any]

MOST_TILES = 600
MOST_COLUMNS = 18
"""Tiles side by side where a filter has several."""


@dataclass(frozen=True)
class FilterTiles:
    """Filters in colours, each channel of a filter a tile.

    Attributes:
        trained: uint8, (tiles, FH, FW, 3).
        untrained: The same for the filters before training.
        labels: The number of the filter; ``filter:channel`` where there are several channels.
        scale: The scale that all tiles share; None where each filter has its own.
        step: 2 where every second weight is drawn, from top to bottom and from left to right.
        left_out: What is not drawn, in a clause; empty where all filters are.
    """

    trained: Colours
    untrained: Colours
    labels: list[str]
    scale: Scale | None
    step: int = 1
    left_out: str = ""

    @property
    def legend(self) -> Legend:
        """What the colours mean."""
        return Legend(self.scaling, self.scale or ANY_SCALE, with_ends=self.scale is not None)

    @property
    def scaling(self) -> str:
        """Which filters can be compared by their colours."""
        if self.scale is not None:
            return "all filters on one scale"
        return "each filter on a scale of its own, up to its largest magnitude"


ANY_SCALE = Scale(high=1.0, diverging=True)
"""Stands for scales that differ in nothing but their ends."""


def filter_tiles(
    trained: Array,
    untrained: Array,
    *,
    per_filter: bool = False,
    most: int = MOST_TILES,
    longest: int = LONGEST_SIDE,
) -> FilterTiles:
    """Colour the filters on a scale centred at zero.

    Args:
        trained: (FN, C, FH, FW).
        untrained: The same shape.
        per_filter: Whether each filter has a scale of its own, so that faint ones can be seen.
        most: How many tiles are made at most, the first ones: of whole filters, if one has room.
        longest: The most pixels on a side of a tile.

    Raises:
        ValueError: A weight is not finite, or the shapes differ.
    """
    if trained.shape != untrained.shape:
        raise ValueError(f"trained {trained.shape} and untrained {untrained.shape} filters")
    shared = None if per_filter else scale_for(trained, untrained, signed=True)
    number, channels, height, width = trained.shape
    step = -(-max(height, width) // longest)
    most = min(most, number * channels)
    most -= most % channels if most >= channels else 0
    filters = -(-most // channels)
    labels = [
        str(index) if channels == 1 else f"{index}:{channel}"
        for index in range(filters)
        for channel in range(channels)
    ]
    return FilterTiles(
        _coloured(trained[:filters], shared, step)[:most],
        _coloured(untrained[:filters], shared, step)[:most],
        labels[:most],
        shared,
        step,
        _left_out(most, number, channels),
    )


def _left_out(drawn: int, number: int, channels: int) -> str:
    if drawn == number * channels:
        return ""
    if channels == 1:
        return f"the first {drawn} of {number} drawn"
    if drawn < channels:
        return f"the first {drawn} of {channels} channels of filter 0 drawn"
    return f"the first {drawn // channels} of {number} filters drawn"


def tile_columns(channels: int, columns: int) -> int:
    """Tiles side by side in a sheet.

    Args:
        channels: Tiles of a filter.
        columns: Filters side by side, as far as they have room.

    >>> tile_columns(1, 6), tile_columns(3, 6), tile_columns(64, 6)
    (6, 18, 16)
    """
    usual = columns if channels == 1 else min(columns * channels, MOST_COLUMNS)
    return columns_of(channels, usual)


def filter_pictures(tiles: FilterTiles, columns: int) -> list[Picture]:
    """Both sheets, one pixel a pixel, for the terminal: row by row from filter 0 on.

    Args:
        tiles: Of the filters.
        columns: Tiles side by side.

    >>> filters = np.ones((30, 1, 5, 5))
    >>> tiles = filter_tiles(filters, filters)
    >>> [picture.pixels.shape for picture in filter_pictures(tiles, columns=6)]
    [(31, 37, 3), (31, 37, 3)]
    """
    first, last = tiles.labels[0], tiles.labels[-1]
    return [
        Picture(
            tuple(filter(None, [f"{name}, {first} … {last}", tiles.left_out])),
            arrange(part, min(columns, len(part)), gap=1),
            tiles.scale or ANY_SCALE,
            tiles.step,
        )
        for name, part in (("trained", tiles.trained), ("untrained", tiles.untrained))
    ]


def _coloured(filters: Array, shared: Scale | None, step: int) -> Colours:
    tiles = np.stack(
        [
            colours(weights[:, ::step, ::step], shared or scale_for(weights, signed=True))
            for weights in filters
        ]
    )
    return tiles.reshape(-1, *tiles.shape[2:])
