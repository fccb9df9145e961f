"""Regions through many layers, against the support of the network's gradient."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine.geometry import Window
from convcli.errors import UsageError
from convcli.inspection.receptive_field import receptive_fields
from convcli.inspection.regions import Region, regions_behind, regions_reached
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.network import INPUT, Network
from tests import chapter_7

# Max pooling lets only the winner through and ReLU only what is above zero, so the gradient is
# asked of layers of the same reach that let everything through.
CHAINS = [
    "conv1(2@3) tanh avgpool2 conv2(3@3x2,stride=2/1,pad=1/0/2/1) sigmoid",
    "conv1(2@2,stride=3) avgpool3(stride=2,pad=1) conv2(2@1) bn1",
    "avgpool3x2(stride=2,ceil) conv1(2@3x3,pad=1)",
    "avgpool2(stride=3) leakyrelu(0.1)",
    "conv1(3@3,pad=2) globalavgpool conv2(2@1,pad=1)",
    "conv1(2@3) tanh avgpool2 flatten fc1(4) sigmoid fc2(3) softmax",
    "avgpool2 flatten tanh dropout",
]


def smooth(described: str, height: int, width: int) -> Network:
    network = untrained(described, InputContract(2, height, width), seed=3, dtype=np.float64)
    random = np.random.default_rng(5)
    for array in network.parameters.values():
        array[...] = np.abs(random.normal(size=array.shape)) + 0.1
    return network


def support(network: Network, stage: str, place: tuple[int, ...]) -> set[tuple[int, ...]]:
    """The inputs by which the gradient of one number is not zero."""
    stages = network.stages(np.random.default_rng(6).normal(size=(1, *network.contract.shape)) / 4)
    gradient = np.zeros_like(stages[stage])
    gradient[(0, *place)] = 1
    end = network.place_of(network.layer(stage)) + 1
    for layer in reversed(network.layers[:end]):
        inputs = stages[network.input_name_of(layer)]
        gradient, _ = layer.backward(gradient, inputs, network.parameters)
    return {tuple(found) for found in np.argwhere(gradient[0]).tolist()}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CHAINS), st.integers(9, 13), st.integers(9, 13), st.data())
def test_what_lies_behind_an_output_is_the_support_of_its_gradient(
    described: str, height: int, width: int, data: st.DataObject
) -> None:
    network = smooth(described, height, width)
    stage = data.draw(st.sampled_from([layer.name for layer in network.layers]))
    place = tuple(data.draw(st.integers(0, size - 1)) for size in network.shapes[stage])
    behind = regions_behind(network, stage, place)
    assert set(behind[INPUT]) == support(network, stage, place)
    assert list(behind)[-1] == INPUT


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(CHAINS), st.data())
def test_a_position_reaches_what_it_lies_behind(described: str, data: st.DataObject) -> None:
    network = smooth(described, 9, 10)
    stage = network.layers[-1].name
    place = tuple(data.draw(st.integers(0, size - 1)) for size in network.contract.shape)
    expected = {
        output
        for output in product(*map(range, network.shapes[stage]))
        if place in regions_behind(network, stage, output)[INPUT]
    }
    assert set(regions_reached(network, INPUT, place)[stage]) == expected


def test_a_pooled_value_of_the_book_by_hand() -> None:
    network = chapter_7.network()
    behind = regions_behind(network, "pool1", (0, 6, 3))
    assert behind["conv1"] == Region(((0,), (12, 13), (6, 7)))
    assert behind[INPUT] == Region(((0,), tuple(range(12, 18)), tuple(range(6, 12))))
    reached = regions_reached(network, INPUT, (0, 14, 9))
    assert reached["conv1"].axes[1:] == (tuple(range(10, 15)), tuple(range(5, 10)))
    assert reached["pool1"].axes[1:] == ((5, 6, 7), (2, 3, 4))
    assert len(reached["affine2"]) == 10


def test_in_the_middle_the_region_is_the_receptive_field() -> None:
    network = untrained(
        "conv1(2@3,pad=1) relu conv2(2@3,pad=1) relu maxpool2 conv3(2@3,pad=1) relu",
        InputContract(), 0,
    )  # fmt: skip
    region = regions_behind(network, "conv3", (0, 7, 7))[INPUT]
    field = receptive_fields(network)["conv3"]
    assert (len(region.axes[1]), len(region.axes[2])) == (field.height, field.width) == (10, 10)
    corner = regions_behind(network, "conv3", (0, 0, 0))[INPUT]
    # Pads cut the field off: (0, 0) reads pooled rows 0 and 1, conv2 rows 0..3, pixels 0..5.
    assert corner.axes[1] == tuple(range(6))


def test_an_output_that_reads_padding_alone_has_nothing_behind_it() -> None:
    network = smooth("conv1(1@2,pad=3)", 9, 9)
    assert network.shapes["conv1"] == (1, 14, 14)
    assert len(regions_behind(network, "conv1", (0, 0, 5))[INPUT]) == 0
    assert Window(2, 2, pad=3).output_size(9, 9) == (14, 14)


@pytest.mark.parametrize("place", [(0, 12, 0), (30, 0, 0), (0, 0)])
def test_a_position_that_is_not_there_is_refused(place: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match=r"position of pool1 [\d,]+ (is out of range|has 2)"):
        regions_behind(chapter_7.network(), "pool1", place)
