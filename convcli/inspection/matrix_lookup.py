"""One cell of a convolution's im2col matrix, and one pixel in all its cells."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.typing import NDArray

from convcli.engine.im2col_variants import trace_im2col
from convcli.inspection.ledger import Stages, bytes_of_stage, patches_of
from convcli.inspection.provenance import Cell, Direction, Patches, check_place
from convcli.inspection.regions import regions_reached
from convcli.inspection.slicings import SlicedCell, sliced_cell
from convcli.network.layers import AveragePooling, Convolution, MaxPooling
from convcli.network.network import Network

Array = NDArray[Any]
Pair = tuple[int, int]


@dataclass(frozen=True)
class CellExplanation:
    """What a cell of the matrix is.

    Attributes:
        layer: Name of the convolution.
        source: Name of the stage whose pixel it holds.
        place: (row, column) in the matrix.
        patches: The window and what it moves over.
        cell: The six numbers that it stands for.
        pixel: (row, column) of the pixel.
        is_padding: Whether that lies outside of the map.
        value: What it holds.
        byte: The byte of the image that the value was made of; None if it was not.
        number: The filter whose weight it meets here.
        weight: That weight.
        offset: Where it is when sliced by offset.
        position: Where it is when sliced by position.
    """

    layer: str
    source: str
    place: Pair
    patches: Patches
    cell: Cell
    pixel: Pair
    is_padding: bool
    value: float
    byte: int | None
    number: int
    weight: float
    offset: SlicedCell
    position: SlicedCell

    @property
    def weight_index(self) -> tuple[int, int, int]:
        """(channel, row, column) in the filter."""
        return self.cell[3:]

    @property
    def output(self) -> Pair:
        """(row, column) of the output that the cell is for."""
        return self.cell[1:3]


def explain_cell(
    network: Network, stages: Stages, layer: Convolution, row: int, column: int, number: int = 0
) -> CellExplanation:
    """What a cell of the matrix of one image stands for.

    Args:
        network: The layer's.
        stages: Its trace of one image.
        layer: Which convolution.
        row: Of the matrix.
        column: Of the matrix.
        number: Of the filter whose weight is looked up.

    Raises:
        UsageError: There is no such cell or filter.
    """
    patches = patches_of(network, layer)
    check_place((row, column), patches.matrix_shape, f"cell of {layer.name}")
    check_place((number,), (layer.filters,), f"filter of {layer.name}")
    cell = patches.cell(row, column)
    pixel, source = patches.pixel(cell), network.input_name_of(layer)
    inside, bytes_in = patches.holds(*pixel), bytes_of_stage(network, stages, source)
    return CellExplanation(
        layer.name, source, (row, column), patches, cell, pixel, not inside,
        value=float(stages[source][(0, cell.channel, *pixel)]) if inside else 0.0,
        byte=int(bytes_in[(cell.channel, *pixel)]) if inside and bytes_in is not None else None,
        number=number,
        weight=float(network.parameters[layer.weight][(number, *cell[3:])]),
        offset=sliced_cell(patches, cell, "offset"),
        position=sliced_cell(patches, cell, "position"),
    )  # fmt: skip


class Coverage(NamedTuple):
    """How often a window passes over a position in one direction, and why not more often.

    Attributes:
        extent: Pixels of the window: it could pass as often with a stride of 1, far from an edge.
        times: How often it does.
        before: Times that are missing because it would have to stand before the first place.
        after: Times that are missing because it would have to stand behind the last place.
        stepped_over: Times that are missing because the stride steps over them.
    """

    extent: int
    times: int
    before: int
    after: int
    stepped_over: int


def coverage(direction: Direction, position: int) -> Coverage:
    """Count the places of a window over a position.

    >>> coverage(Direction(size=28, extent=5, stride=1, before=0, places=24), 2)
    Coverage(extent=5, times=3, before=2, after=0, stepped_over=0)
    """
    times = len(direction.reached(position))
    before = after = 0
    for offset in range(direction.extent):
        place, rest = divmod(position + direction.before - offset, direction.stride)
        before += not rest and place < 0
        after += not rest and place >= direction.places
    stepped_over = direction.extent - times - before - after
    return Coverage(direction.extent, times, before, after, stepped_over)


@dataclass(frozen=True)
class PixelExplanation:
    """Where a pixel goes.

    Attributes:
        layer: Name of the convolution.
        source: Name of the stage that it is a pixel of.
        pixel: (row, column).
        patches: The window and what it moves over.
        values: In each channel.
        bytes: The bytes of the image that they were made of; empty if they were not.
        cells: (row, column) in the matrix, by rows.
        outputs: (row, column) of the outputs that read it.
        down: How often the window passes it from top to bottom.
        across: How often from left to right.
        pooling: Name of the next pooling; None where there is none.
        pooled: (row, column) of the values there that it can win, or take part in.
    """

    layer: str
    source: str
    pixel: Pair
    patches: Patches
    values: tuple[float, ...]
    bytes: tuple[int, ...]
    cells: tuple[Pair, ...]
    outputs: tuple[Pair, ...]
    down: Coverage
    across: Coverage
    pooling: str | None
    pooled: tuple[Pair, ...]

    @property
    def rows(self) -> list[int]:
        """The rows of the matrix that hold it."""
        return sorted({row for row, _ in self.cells})


def explain_pixel(
    network: Network, stages: Stages, layer: Convolution, row: int, column: int
) -> PixelExplanation:
    """Where a pixel of a convolution's input is in the matrix, and what it reaches.

    Args:
        network: The layer's.
        stages: Its trace of one image.
        layer: Which convolution.
        row: Of the pixel.
        column: Of the pixel.

    Raises:
        UsageError: There is no such pixel.
    """
    source, patches = network.input_name_of(layer), patches_of(network, layer)
    check_place((row, column), (patches.height, patches.width), f"pixel of {source}")
    down, across = patches.directions
    bytes_in = bytes_of_stage(network, stages, source)
    after = network.layers[network.place_of(layer) :]
    pooling = next(
        (one.name for one in after if isinstance(one, MaxPooling | AveragePooling)), None
    )
    reached = regions_reached(network, source, (0, row, column))
    return PixelExplanation(
        layer.name, source, (row, column), patches,
        values=tuple(stages[source][0, :, row, column].tolist()),
        bytes=() if bytes_in is None else tuple(bytes_in[:, row, column].tolist()),
        cells=tuple(patches.place(cell) for cell in patches.cells_of(row, column)),
        outputs=tuple(output[:2] for output in patches.reached(row, column)),
        down=coverage(down, row),
        across=coverage(across, column),
        pooling=pooling,
        pooled=tuple(reached[pooling].map_places) if pooling else (),
    )  # fmt: skip


def slices_of(stages: Stages, found: CellExplanation) -> dict[str, Array]:
    """The slice that a cell is in, in its channel, by ``offset`` and by ``position``.

    Returns:
        The name of each slicing -> (rows, columns) of the slice.
    """
    return {
        one.variant: trace_im2col(
            stages[found.source][:1], found.patches.window, one.variant
        ).slices[0, found.cell.channel].reshape(one.slices, *one.slice_shape)[one.number]
        for one in (found.offset, found.position)
    }  # fmt: skip
