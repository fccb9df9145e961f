"""How the im2col matrix fills, one slice assignment after the other, by offset and by position.

By offset, a slice is one pixel of the window at all its places; by position, the whole window at
one place. Both fill every channel at once, and the same matrix in the end.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.im2col_variants import trace_im2col
from convcli.inspection.ledger import Stages, patches_of
from convcli.inspection.provenance import Patches
from convcli.inspection.schedule import Moment
from convcli.inspection.slicings import sliced_cell
from convcli.network.layers import Convolution
from convcli.network.network import Network

Array = NDArray[Any]
ORDERS = ("offset", "position")


@dataclass(frozen=True, eq=False)
class Slice:
    """What one assignment copies, and where to.

    Attributes:
        number: From 0.
        rows: The rows of the map that it reads, padding included.
        columns: The columns that it reads; every one of them in every one of the rows.
        values: What it copies, (C, rows, columns).
        matrix_rows: The rows of the matrix that it fills.
        matrix_columns: The columns that it fills in each of them.
        place: (row, column) of the weight, by offset, or of the output, by position.
    """

    number: int
    rows: range
    columns: range
    values: Array
    matrix_rows: range
    matrix_columns: range
    place: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Filling:
    """The matrix of one image, and how it fills.

    Attributes:
        order: ``offset`` or ``position``.
        layer: Name of the convolution.
        source: Name of the stage that its pixels are from.
        patches: The window and what it moves over.
        maps: (C, H, W).
        matrix: (OH * OW, C * FH * FW), the engine's.
        slices: What the engine's assignments copied, (C, assignments, rows, columns).
    """

    order: str
    layer: str
    source: str
    patches: Patches
    maps: Array
    matrix: Array
    slices: Array

    @property
    def steps(self) -> int:
        """Slice assignments."""
        return int(self.slices.shape[1])

    def strongest(self, moment: Moment) -> int:
        """The step that is spoken of: whose slice is farthest from zero; of equal ones the last."""
        copied = np.abs(self.slices[:, moment.first : moment.last + 1]).sum(axis=(0, 2, 3))
        return moment.last - int(copied[::-1].argmax())

    def at(self, step: int) -> Slice:
        """One assignment."""
        patches, values = self.patches, self.slices[:, step]
        down, across = patches.directions
        area, places = patches.window.area, len(self.matrix)
        if self.order == "offset":
            y, x = divmod(step, patches.window.width)
            return Slice(
                step, _every(down.reads(0)[y], down.stride, down.places),
                _every(across.reads(0)[x], across.stride, across.places), values,
                range(places), range(step, self.matrix.shape[1], area), (y, x),
            )  # fmt: skip
        row, column = divmod(step, across.places)
        return Slice(
            step, down.reads(row), across.reads(column), values,
            range(step, step + 1), range(self.matrix.shape[1]), (row, column),
        )  # fmt: skip

    def filled(self, done: int) -> Array:
        """Which cells of the matrix hold a number after so many assignments, in its own shape."""
        rows, columns = (np.arange(size) for size in self.matrix.shape)
        if self.order == "offset":
            return np.broadcast_to(columns % self.patches.window.area < done, self.matrix.shape)
        return np.broadcast_to((rows < done)[:, None], self.matrix.shape)


def filling_of(network: Network, stages: Stages, layer: Convolution, order: str) -> Filling:
    """How the matrix of a convolution fills for one image.

    Args:
        network: The layer's.
        stages: Its trace of one image.
        layer: Which convolution.
        order: ``offset`` or ``position``.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.ones((1, 1, 5, 5)), "b1": np.zeros(1)}, "conv1")
    >>> stages = network.stages(np.ones((1, 1, 28, 28)))
    >>> [filling_of(network, stages, network.layers[0], order).steps for order in ORDERS]
    [25, 576]
    """
    source = network.input_name_of(layer)
    patches = patches_of(network, layer)
    images = stages[source][:1]
    trace = trace_im2col(images, layer.window, order)
    cell = sliced_cell(patches, patches.cell(0, 0), order)
    slices = trace.slices[0].reshape(patches.channels, cell.slices, *cell.slice_shape)
    return Filling(order, layer.name, source, patches, images[0], trace.matrix, slices)


def _every(first: int, stride: int, places: int) -> range:
    return range(first, first + stride * places, stride)
