"""The im2col matrix, filled slice by slice, against PyTorch's unfold."""

from itertools import product

import numpy as np
import pytest
import torch

from convcli.inspection.filling import ORDERS, filling_of
from convcli.inspection.schedule import Moment
from tests.inspection.motions import LAYERS, network_of, stages_of


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", LAYERS)
def test_the_slices_fill_the_matrix_of_pytorch(name: str, order: str) -> None:
    network = network_of(name)
    stages = stages_of(name, network)
    layer = network.first_convolution
    filling = filling_of(network, stages, layer, order)
    window = layer.window
    top, bottom, left, right = window.padding(*stages["input"].shape[2:])
    padded = torch.nn.functional.pad(torch.tensor(stages["input"]), (left, right, top, bottom))
    expected = torch.nn.functional.unfold(
        padded, (window.height, window.width), stride=window.strides
    )[0].T.numpy()
    matrix = np.full(expected.shape, np.nan)
    for step in range(filling.steps):
        assert np.array_equal(~np.isnan(matrix), filling.filled(step))
        taken = filling.at(step)
        read = padded[0][:, np.array(taken.rows) + top][:, :, np.array(taken.columns) + left]
        assert np.array_equal(taken.values, read.numpy())
        cells = list(product(taken.matrix_rows, taken.matrix_columns))
        assert all(np.isnan(matrix[cell]) for cell in cells)
        assert len(cells) == taken.values.size
        for cell in cells:
            matrix[cell] = filling.matrix[cell]
    assert np.array_equal(matrix, expected)
    assert filling.filled(filling.steps).all()


def test_an_assignment_fills_the_cells_with_what_it_copies() -> None:
    network = network_of("three")
    stages = stages_of("three", network)
    by_offset, by_position = (
        filling_of(network, stages, network.first_convolution, order) for order in ORDERS
    )
    taken = by_offset.at(4)
    for channel, column in enumerate(taken.matrix_columns):
        assert np.array_equal(by_offset.matrix[:, column], taken.values[channel].ravel())
    taken = by_position.at(9)
    assert np.array_equal(by_position.matrix[9], taken.values.ravel())
    assert taken.place == divmod(9, 8)


def test_the_strongest_slice_holds_the_most() -> None:
    network = network_of("one")
    filling = filling_of(network, stages_of("one", network), network.first_convolution, "position")
    sums = np.abs(filling.matrix).sum(axis=1)
    assert filling.strongest(Moment(48, 71)) == 48 + sums[48:72].argmax()
