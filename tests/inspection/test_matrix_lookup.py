"""A cell and a pixel of the im2col matrix of a layer, against the matrix itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine.im2col import im2col
from convcli.errors import UsageError
from convcli.inspection.matrix_lookup import Coverage, coverage, explain_cell, explain_pixel
from convcli.inspection.provenance import Direction
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from tests.inspection.networks import book_network, image


def test_the_article_s_cell() -> None:
    network = book_network("chapter 7")
    stages = network.stages(image())
    found = explain_cell(network, stages, network.first_convolution, 295, 13, number=4)
    assert (found.pixel, found.output, found.weight_index) == ((14, 10), (12, 7), (0, 2, 3))
    assert found.value == im2col(image(), network.first_convolution.window)[295, 13]
    assert found.weight == network.parameters["W1"][4, 0, 2, 3]
    assert (found.offset.number, found.position.number) == (13, 295)


def test_a_cell_of_a_deeper_layer_with_padding() -> None:
    network = book_network("chapter 8")
    stages = network.stages(image())
    layer = network.convolutions[3]
    assert layer.window.pad == 2
    matrix = im2col(stages["relu3"], layer.window)
    for row, column in [(0, 0), (17, 40), (255, 287), (120, 100)]:
        found = explain_cell(network, stages, layer, row, column)
        assert found.value == matrix[row, column]
        assert found.source == "relu3"
    assert explain_cell(network, stages, layer, 0, 0).is_padding


def test_a_pixel_inside_and_at_the_edge_by_hand() -> None:
    network = book_network("chapter 7")
    layer, stages = network.first_convolution, network.stages(image())
    inside = explain_pixel(network, stages, layer, 14, 9)
    assert len(inside.cells) == len(inside.outputs) == 25
    # Output (10, 5) sees it at the last place of the window, output (14, 9) at the first.
    assert (inside.cells[0], inside.cells[-1]) == ((10 * 24 + 5, 24), (14 * 24 + 9, 0))
    assert inside.rows == sorted({row for row, _ in inside.cells})
    assert (inside.pooling, len(inside.pooled)) == ("pool1", 9)
    assert inside.down == Coverage(5, 5, 0, 0, 0)
    corner = explain_pixel(network, stages, layer, 0, 27)
    assert corner.cells == ((23, 4),)
    assert corner.down == Coverage(5, 1, 4, 0, 0)
    assert corner.across == Coverage(5, 1, 0, 4, 0)


def test_the_pooled_values_of_a_deeper_network_are_those_that_change() -> None:
    network = book_network("chapter 8")
    stages = network.stages(image())
    found = explain_pixel(network, stages, network.first_convolution, 0, 5)
    assert found.pooling == "pool1"
    changed = image()
    changed[0, 0, 0, 5] += 1e6
    other = network.stages(changed)["pool1"]
    moved = {
        tuple(place) for place in np.argwhere((other != stages["pool1"])[0].any(axis=0)).tolist()
    }
    assert moved == set(found.pooled)


def test_a_pixel_of_many_channels_has_cells_in_each() -> None:
    network = book_network("chapter 8")
    stages = network.stages(image())
    found = explain_pixel(network, stages, network.convolutions[1], 10, 10)
    marked = np.zeros_like(stages["relu1"])
    marked[0, :, 10, 10] = 1
    expected = np.argwhere(im2col(marked, network.convolutions[1].window)).tolist()
    assert [list(cell) for cell in found.cells] == expected
    assert len(found.cells) == 9 * 16
    assert found.values == tuple(stages["relu1"][0, :, 10, 10].tolist())


def test_without_a_pooling_nothing_is_won() -> None:
    network = untrained("conv1(2@3)", InputContract(), 0)
    found = explain_pixel(network, network.stages(image()), network.first_convolution, 3, 3)
    assert (found.pooling, found.pooled) == (None, ())


@given(
    st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 3), st.integers(1, 9),
    st.data(),
)  # fmt: skip
def test_every_time_that_is_missing_has_its_reason(
    size: int, extent: int, stride: int, before: int, places: int, data: st.DataObject
) -> None:
    direction = Direction(size, extent, stride, before, places)
    position = data.draw(st.integers(0, size - 1))
    starts = range(position - extent + 1, position + 1)
    inside = [start for start in starts if (start + before) % stride == 0]
    found = coverage(direction, position)
    assert found == Coverage(
        extent,
        times=sum(0 <= (start + before) // stride < places for start in inside),
        before=sum(start + before < 0 for start in inside),
        after=sum((start + before) // stride >= places for start in inside),
        stepped_over=extent - len(inside),
    )
    assert sum(found[1:]) == extent


def test_what_is_not_there_is_refused() -> None:
    network = book_network("chapter 7")
    layer, stages = network.first_convolution, network.stages(image())
    with pytest.raises(UsageError, match=r"cell of conv1 576,0 is out of range; .* to 575,24"):
        explain_cell(network, stages, layer, 576, 0)
    with pytest.raises(UsageError, match="filter of conv1 30 is out of range"):
        explain_cell(network, stages, layer, 0, 0, number=30)
    with pytest.raises(UsageError, match=r"pixel of input 28,0 is out of range; .* to 27,27"):
        explain_pixel(network, stages, layer, 28, 0)
