"""The panels of an explanation: every cell has its colour, what is spoken of is outlined."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from convcli.inspection.ledger import ledger_of
from convcli.inspection.matrix_lookup import explain_cell, explain_pixel, slices_of
from convcli.inspection.pooling_winners import Pooling, explain_pooled
from convcli.views.explanation_panels import (
    Panel,
    cell_panels,
    pixel_panels,
    pooling_panels,
    sum_panels,
    terminal_rows,
)
from convcli.views.figures.explanation import BOX, draw
from convcli.views.palette import PIXELS, colours, own_scale
from convcli.views.themes import COLOUR
from tests.inspection.networks import book_network, image


def pixels(title: str, panels: list[Panel], facts: list[str]) -> NDArray[np.uint8]:
    file = BytesIO()
    draw(title, panels, facts).save(file)
    with Image.open(file) as picture:
        return np.asarray(picture)


def is_outline(drawn: NDArray[np.uint8]) -> NDArray[np.bool_]:
    outlined: NDArray[np.bool_] = (drawn == COLOUR.outlines[0]).all(axis=2)
    return outlined


def test_a_block_that_is_marked_has_one_outline_around_it() -> None:
    marked = [(row, column) for row in (14, 15) for column in (9, 10, 11)]
    drawn = pixels("pixels", [Panel("input", np.zeros((1, 28, 28)), PIXELS, marked)], [])
    rows, columns = np.nonzero(is_outline(drawn))
    cell = BOX // 28
    assert rows.max() - rows.min() + 1 == 2 * cell
    assert columns.max() - columns.min() + 1 == 3 * cell
    # Hollow: the middle of each cell keeps its colour.
    middle = drawn[rows.min() + cell // 2, columns.min() + cell // 2]
    assert middle.tolist() == [0, 0, 0]
    assert not is_outline(drawn)[rows.min() + cell, columns.min() + cell + cell // 2]


def test_every_value_is_drawn_in_its_colour() -> None:
    values = np.linspace(-1, 1, 100).reshape(1, 10, 10)
    drawn = pixels("values", [Panel("values", values, own_scale(values))], [])
    found = {tuple(pixel) for pixel in drawn.reshape(-1, 3).tolist()}
    assert {
        tuple(pixel) for pixel in colours(values, own_scale(values)).reshape(-1, 3).tolist()
    } <= found


@pytest.mark.parametrize(("count", "side"), [(1, 1000), (64, 112), (700, 1)])
def test_what_is_too_large_is_drawn_in_part_and_fits(count: int, side: int) -> None:
    panel = Panel("maps", np.zeros((count, side, side)), PIXELS, [(side - 1, side - 1)])
    drawn = pixels("large", [panel], [])
    assert is_outline(drawn).any()
    # Nothing but paper right of the panel's box, below the title.
    assert (drawn[150:, 48 + BOX + 2 :] == 255).all()


def test_a_convolution_shows_patch_filter_and_products() -> None:
    network = book_network("chapter 7")
    stages = network.stages(image())
    ledger = ledger_of(network, stages, network.layer("conv1"), (3, 12, 7))
    panels = sum_panels(ledger.largest_first(), stages)
    patch, weights, products, before, after = panels
    np.testing.assert_array_equal(patch.tiles[0], image()[0, 0, 12:17, 7:12])
    np.testing.assert_array_equal(weights.tiles[0], network.parameters["W1"][3, 0])
    np.testing.assert_array_equal(products.tiles, patch.tiles * weights.tiles)
    assert list(before.marked) == [
        (row, column) for row in range(12, 17) for column in range(7, 12)
    ]
    assert list(after.marked) == [(12, 7)]
    rows, legends = terminal_rows(panels)
    assert [[picture.caption for picture in row.pictures] for row in rows] == [
        [("patch",), ("filter 3",), ("products",)]
    ]
    assert [legend.subject for legend in legends] == ["patch", "filter 3", "products"]


def test_many_channels_have_a_row_each_in_the_terminal() -> None:
    network = book_network("chapter 8")
    stages = network.stages(image())
    ledger = ledger_of(network, stages, network.layer("conv2"), (0, 0, 0))
    panels = sum_panels(ledger, stages)
    assert panels[1].tiles.shape == (16, 3, 3)
    np.testing.assert_array_equal(panels[1].tiles, network.parameters["W2"][0])
    assert [len(row.pictures) for row in terminal_rows(panels)[0]] == [16, 16, 16]
    # Padding is no pixel of the map.
    assert list(panels[3].marked) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_unit_behind_maps_shows_the_maps() -> None:
    network = book_network("chapter 7")
    stages = network.stages(image())
    values, weights, products = sum_panels(
        ledger_of(network, stages, network.layer("affine1"), (17,)), stages
    )
    np.testing.assert_array_equal(values.tiles, stages["pool1"][0])
    np.testing.assert_array_equal(weights.tiles.ravel(), network.parameters["W2"][:, 17])
    assert products.tiles.shape == (30, 12, 12)
    vector = sum_panels(ledger_of(network, stages, network.layer("affine2"), (2,)), stages)
    assert vector[0].tiles.shape == (100, 1, 1)
    assert terminal_rows(vector)[1] == []


def test_cell_pixel_and_pooling_mark_what_they_speak_of() -> None:
    network = book_network("chapter 7")
    stages = network.stages(image())
    layer = network.first_convolution
    cell = explain_cell(network, stages, layer, 295, 13)
    slices = slices_of(stages, cell)
    np.testing.assert_array_equal(slices["offset"], image()[0, 0, 2:26, 3:27])
    np.testing.assert_array_equal(slices["position"], image()[0, 0, 12:17, 7:12])
    marked = [list(panel.marked) for panel in cell_panels(cell, stages, slices)]
    assert marked == [[(14, 10)], [(12, 7)], [(2, 3)], [(12, 7)]]
    pixel = pixel_panels(explain_pixel(network, stages, layer, 14, 9), stages)
    assert [len(panel.marked) for panel in pixel] == [1, 25, 9]
    pooling = network.layer("pool1")
    assert isinstance(pooling, Pooling)
    pooled = pooling_panels(explain_pooled(network, stages, pooling, 4, 6, 3), stages)
    assert [len(panel.marked) for panel in pooled] == [36, 4, 1, 1]
    for panels in (pixel, pooled):
        assert pixels("drawn", panels, ["a fact"]).shape[2] == 3
