"""What an explanation shows in pictures: the same panels in a figure and in the terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.ledger import Ledger
from convcli.inspection.matrix_lookup import CellExplanation, PixelExplanation
from convcli.inspection.pooling_winners import PooledValue
from convcli.network.network import INPUT
from convcli.views.mosaic import Picture, Row
from convcli.views.palette import PIXELS, Legend, Scale, colours, own_scale, scale_for

Array = NDArray[Any]
Stages = Mapping[str, Array]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Panel:
    """One picture of an explanation.

    Attributes:
        title: What it shows, in a few words.
        tiles: (count, height, width); each unit of a row of numbers is a tile of one.
        scale: Its colours.
        marked: (row, column) of the cells that are spoken of, in every tile.
        is_part: Whether it is what the explanation is about, small enough for a terminal, and not
            only where that is.
    """

    title: str
    tiles: Array
    scale: Scale
    marked: Sequence[Pair] = ()
    is_part: bool = False


def sum_panels(ledger: Ledger, stages: Stages) -> list[Panel]:
    """The values, the weights and their products; of a convolution also where that is."""
    values, weights, products = (
        _laid_out(ledger, [getattr(term, name) for term in ledger.terms])
        for name in ("value", "weight", "product")
    )
    output = stages[ledger.layer][0]
    is_map, are_maps = output.ndim > 1, values[0].size > 1
    scale = scale_of_stage(ledger.source, stages[ledger.source])
    names = ("patch", f"filter {ledger.place[0]}") if is_map else ("values", "weights")
    panels = [
        Panel(names[0], values, scale, is_part=are_maps),
        Panel(names[1], weights, scale_for(weights, signed=True), is_part=are_maps),
        Panel("products", products, scale_for(products, signed=True), is_part=are_maps),
    ]
    if not is_map:
        return panels
    channel, *place = ledger.place
    before, read = stages[ledger.source][0], [t.pixel for t in ledger.terms if not t.padding]
    return [
        *panels,
        Panel(_named(ledger.source, before), before, scale, _pairs(read)),
        _map_panel(ledger.layer, channel, output[channel], [(place[0], place[1])]),
    ]


def pooling_panels(pooled: PooledValue, stages: Stages) -> list[Panel]:
    """The image, the map below, what stands under the window, and the pooled map."""
    channel, *place = pooled.place
    image, below = stages[INPUT][0], stages[pooled.source][0, channel]
    after = stages[pooled.layer][0, channel]
    scale = scale_of_stage(pooled.source, below)
    inside = [
        at for at, value in zip(pooled.places, pooled.values, strict=True) if value is not None
    ]
    panels = [
        Panel(
            "the pixels behind it", image, scale_of_stage(INPUT, image), pooled.behind.map_places
        ),
        Panel(_of_map(pooled.source, channel), below[None], scale, inside),
    ]
    if len(inside) == pooled.window.area:
        shape = (pooled.window.height, pooled.window.width)
        under = np.array(pooled.values, np.float64).reshape(1, *shape)
        winner = [] if pooled.winner is None else [divmod(pooled.winner, shape[1])]
        panels.append(Panel("under the window", under, scale, winner, is_part=True))
    return [*panels, Panel(_of_map(pooled.layer, channel), after[None], scale, _pairs([place]))]


def cell_panels(found: CellExplanation, stages: Stages, slices: Mapping[str, Array]) -> list[Panel]:
    """The pixel, the slice of it in both slicings, and the output.

    Args:
        found: The cell.
        stages: The trace it is from.
        slices: ``offset`` and ``position``: the slice that holds the cell.
    """
    channel = found.cell.channel
    before, after = stages[found.source][0, channel], stages[found.layer][0, found.number]
    scale = scale_of_stage(found.source, before)
    pixel = [] if found.is_padding else [found.pixel]
    sliced = [
        Panel(
            f"slice {one.number} by {one.variant}",
            slices[one.variant][None],
            scale,
            [one.place],
            is_part=True,
        )
        for one in (found.offset, found.position)
    ]
    return [
        Panel(_of_map(found.source, channel), before[None], scale, pixel),
        *sliced,
        _map_panel(found.layer, found.number, after, [found.output]),
    ]


def pixel_panels(found: PixelExplanation, stages: Stages) -> list[Panel]:
    """The pixel, the outputs that read it, and the pooled values that it can win."""
    before = stages[found.source][0]
    reached = [(found.layer, found.outputs)]
    if found.pooling is not None:
        reached.append((found.pooling, found.pooled))
    return [
        Panel(
            _named(found.source, before),
            before,
            scale_of_stage(found.source, before),
            [found.pixel],
        ),
        *(_map_panel(name, 0, stages[name][0, 0], places) for name, places in reached),
    ]


def terminal_rows(panels: Sequence[Panel]) -> tuple[list[Row], list[Legend]]:
    """The panels that a terminal has room for, and what their colours mean."""
    parts = [panel for panel in panels if panel.is_part]
    pictures = [
        [
            Picture((panel.title if len(panel.tiles) == 1 else f"{panel.title} {number}",),
                    colours(tile, panel.scale), panel.scale)
            for number, tile in enumerate(panel.tiles)
        ]
        for panel in parts
    ]  # fmt: skip
    legends = [Legend(panel.title, panel.scale) for panel in parts]
    if all(len(row) == 1 for row in pictures):
        return [Row([row[0] for row in pictures])], legends
    return [Row(row) for row in pictures], legends


def _laid_out(ledger: Ledger, numbers: Sequence[float]) -> Array:
    """Numbers of the terms where they stand in the filter, or in the maps that were flattened."""
    units = len(ledger.place) == 1
    places = [term.pixel if units else term.weight_index for term in ledger.terms]
    shape = tuple(max(axis) + 1 for axis in zip(*places, strict=True))
    laid_out = np.zeros(shape)
    for place, number in zip(places, numbers, strict=True):
        laid_out[place] = number
    if laid_out.ndim == 1:
        return laid_out[:, None, None]
    return laid_out.reshape(-1, *shape[-2:])


def scale_of_stage(name: str, values: Array) -> Scale:
    """The scale of a stage by itself; an input of shares 0..1 has that of pixels."""
    is_shares = name == INPUT and values.min() >= 0 and values.max() <= 1
    return PIXELS if is_shares else own_scale(values)


def _map_panel(name: str, number: int, values: Array, marked: Sequence[Pair]) -> Panel:
    return Panel(_of_map(name, number), values[None], own_scale(values), marked)


def _of_map(name: str, number: int) -> str:
    return f"{name}, map {number}"


def _named(name: str, maps: Array) -> str:
    return name if len(maps) == 1 else f"{name}, {len(maps)} channels"


def _pairs(places: Sequence[Sequence[int]]) -> list[Pair]:
    return sorted({(place[0], place[1]) for place in places})
