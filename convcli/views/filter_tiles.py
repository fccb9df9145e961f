"""Trained and untrained filters as coloured tiles, for the figure and for the terminal."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.views.mosaic import LONGEST_SIDE, Picture, arrange
from convcli.views.palette import Colours, Legend, Scale, colours, scale_for

Array = NDArray[Any]

MOST_TILES = 600


@dataclass(frozen=True)
class FilterTiles:
    """Filters in colours, each channel of a filter a tile.

    Attributes:
        trained: uint8, (tiles, FH, FW, 3).
        untrained: The same for the filters before training.
        labels: The number of the filter; ``filter:channel`` where there are several channels.
        scale: The scale that all tiles share; None where each filter has its own.
        step: 2 where every second weight is drawn, from top to bottom and from left to right.
    """

    trained: Colours
    untrained: Colours
    labels: list[str]
    scale: Scale | None
    step: int = 1

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
        most: How many tiles are made at most, the first ones.
        longest: The most pixels on a side of a tile.

    Raises:
        ValueError: A weight is not finite, or the shapes differ.
    """
    if trained.shape != untrained.shape:
        raise ValueError(f"trained {trained.shape} and untrained {untrained.shape} filters")
    shared = None if per_filter else scale_for(trained, untrained, signed=True)
    number, channels, height, width = trained.shape
    step = -(-max(height, width) // longest)
    # A filter of many channels may be drawn in part.
    filters = -(-most // channels)
    labels = [
        str(index) if channels == 1 else f"{index}:{channel}"
        for index in range(min(number, filters))
        for channel in range(channels)
    ]
    return FilterTiles(
        _coloured(trained[:filters], shared, step)[:most],
        _coloured(untrained[:filters], shared, step)[:most],
        labels[:most],
        shared,
        step,
    )


def filter_pictures(tiles: FilterTiles, columns: int) -> list[Picture]:
    """Both sheets, one pixel a pixel, for the terminal: row by row from filter 0 on.

    >>> filters = np.ones((30, 1, 5, 5))
    >>> tiles = filter_tiles(filters, filters)
    >>> [picture.pixels.shape for picture in filter_pictures(tiles, columns=6)]
    [(31, 37, 3), (31, 37, 3)]
    """
    last = tiles.labels[-1]
    return [
        Picture(
            (f"{name}, 0 … {last}",),
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
