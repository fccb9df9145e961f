"""The examples of the guided tour are the strongest, and its sentences hold their numbers."""

import re

import numpy as np
import pytest

from convcli.inspection.guided_tour import GuidedTour, guided_tour
from convcli.network.network import Network
from convcli.views.sentences.numbers import exact_text, number_text
from convcli.views.sentences.tour import first_selection, tour_stops
from tests.inspection.networks import DESCRIBED, book_network, image


def toured(name: str, layer: str | None = None) -> tuple[Network, GuidedTour]:
    network = book_network(name)
    chosen = next((one for one in network.convolutions if layer in (None, one.name)), None)
    return network, guided_tour(network, network.stages(image()), chosen)


@pytest.mark.parametrize("layer", ["conv1", "conv4", "conv6"])
def test_the_example_is_the_strongest_output(layer: str) -> None:
    network, tour = toured("chapter 8", layer)
    outputs = network.stages(image())[layer][0]
    found = tour.convolution
    assert found is not None
    assert found.ledger.engine == outputs.max() == outputs[found.ledger.place]
    assert abs(found.term.product) == max(abs(term.product) for term in found.ledger.terms)
    assert found.cell.value == found.term.value
    assert found.cell.weight == found.term.weight
    assert found.activation is not None
    assert found.activation.before == found.ledger.engine
    assert found.activation.negative == (outputs < 0).sum()


def test_the_strongest_output_wins_the_pooling_after_it() -> None:
    _, tour = toured("chapter 7")
    assert tour.convolution is not None
    assert tour.convolution.pooled is not None
    assert tour.convolution.pooled.engine == tour.convolution.ledger.engine


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_stop_says_its_numbers(name: str) -> None:
    network, tour = toured(name)
    stops = tour_stops(tour, network, "an image")
    titles = [stop.title for stop in stops]
    assert len(set(titles)) == len(titles)
    said = " ".join(line for stop in stops for line in stop.lines)
    assert tour.score is not None
    assert exact_text(tour.score.chosen.probability) in said
    assert exact_text(tour.score.exponential_sum) in said
    if name == "chapter 3":
        assert titles == ["Hidden units", "Scores", "Softmax"]
        assert first_selection(tour, network)["stage"] == "affine3"
        return
    assert tour.convolution is not None
    ledger = tour.convolution.ledger
    for number in (ledger.bias, ledger.sum, ledger.terms[-1].running_sum):
        assert number_text(number) in said
    assert first_selection(tour, network)["cell"] == tour.convolution.term.k


def test_the_products_of_a_stop_can_be_checked_by_hand() -> None:
    network, tour = toured("chapter 7")
    stops = {stop.title: " ".join(stop.lines) for stop in tour_stops(tour, network, "it")}
    found = re.search(r"product is (\S+) \* (\S+) = (\S+)\.", stops["Convolution"])
    assert found is not None
    value, weight, product = map(float, found.groups())
    assert value * weight == pytest.approx(product, abs=1e-6)
    assert "576 rows, 25 columns" in stops["im2col"]
    assert "14,400 cells hold 784 numbers" in stops["im2col"]
    assert "transpose(0,4,5,1,2,3)" in stops["25 slices"]


def test_a_network_that_is_a_convolution_alone() -> None:
    network = book_network("chapter 7")
    alone = Network(network.layers[:1], network.parameters)
    tour = guided_tour(alone, alone.stages(image()), alone.first_convolution)
    assert (tour.score, tour.reading, tour.hidden) == (None, None, ())
    titles = [stop.title for stop in tour_stops(tour, alone, "it")]
    assert titles[-2:] == ["25 slices", "576 slices"]


def test_the_reading_is_the_one_of_the_whole_network() -> None:
    network, tour = toured("chapter 3")
    assert tour.reading is not None
    np.testing.assert_array_equal(tour.reading.probabilities, network.probabilities(image())[0])
