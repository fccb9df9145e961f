"""A sliding window, step by step, against PyTorch."""

import numpy as np
import pytest
import torch

from convcli.errors import UsageError
from convcli.inspection.schedule import Moment
from convcli.inspection.sliding import slide_filter, slide_pooling
from convcli.network.layers import AveragePooling, Convolution, MaxPooling
from tests.inspection.motions import LAYERS, network_of, stages_of


@pytest.mark.parametrize("name", LAYERS)
def test_every_step_of_a_filter_adds_up_to_pytorch_s_output(name: str) -> None:
    network = network_of(name)
    stages = stages_of(name, network)
    layer = network.first_convolution
    slide = slide_filter(network, stages, layer, 1)
    top, bottom, left, right = layer.window.padding(*stages["input"].shape[2:])
    padded = torch.nn.functional.pad(torch.tensor(stages["input"]), (left, right, top, bottom))
    weights, bias = (torch.tensor(network.parameters[key]) for key in ("W1", "b1"))
    expected = torch.nn.functional.conv2d(padded, weights, bias, layer.window.strides)[0, 1]
    assert slide.steps == expected.numel()
    for step, value in enumerate(expected.flatten().tolist()):
        made = slide.at(step)
        assert made.engine == pytest.approx(value)
        assert made.total == pytest.approx(value)
        assert np.array_equal(made.products, made.patch * network.parameters["W1"][1])
        assert made.channel_sums.sum() + made.bias == pytest.approx(value)
        rows, columns = slide.under(step)
        patch = padded[0, :, rows[0] + top : rows[-1] + top + 1,
                       columns[0] + left : columns[-1] + left + 1]  # fmt: skip
        assert np.array_equal(made.patch, patch.numpy())
        assert not made.patch[:, made.padding].any()


@pytest.mark.parametrize("name", LAYERS)
def test_every_step_of_a_max_pooling_has_pytorch_s_winner(name: str) -> None:
    network = network_of(name)
    stages = stages_of(name, network)
    layer = next(one for one in network.layers if isinstance(one, MaxPooling))
    slide = slide_pooling(network, stages, layer, 1)
    source = stages[network.input_name_of(layer)]
    values, indices = torch.nn.functional.max_pool2d(
        torch.tensor(source), (layer.window.height, layer.window.width), layer.window.strides,
        layer.window.pads[0], ceil_mode=layer.window.ceil, return_indices=True,
    )  # fmt: skip
    for step in range(slide.steps):
        made = slide.at(step)
        row, column = slide.place(step)
        assert made.winner is not None
        assert made.engine == values[0, 1, row, column]
        assert made.values[made.winner] == made.engine
        y, x = made.places[made.winner]
        assert y * source.shape[3] + x == indices[0, 1, row, column]
        assert len(made.winners) == made.tied
        assert all(made.values[place] == made.engine for place in made.winners)


def test_an_average_has_no_winner() -> None:
    network = network_of("three")
    layer = next(one for one in network.layers if isinstance(one, AveragePooling))
    slide = slide_pooling(network, stages_of("three", network), layer, 0)
    made = slide.at(0)
    assert (made.winner, made.tied, made.winners) == (None, None, ())
    assert made.engine == pytest.approx(np.mean(np.array(made.values, np.float64)))


def test_the_strongest_of_some_steps_is_farthest_from_the_bias() -> None:
    network = network_of("one")
    slide = slide_filter(network, stages_of("one", network), network.first_convolution, 0)
    bias = float(network.parameters["b1"][0])
    chosen = slide.strongest(Moment(24, 47))
    distances = [abs(slide.at(step).engine - bias) for step in range(24, 48)]
    assert distances[chosen - 24] == max(distances)
    assert slide.strongest(Moment(5, 5)) == 5


def test_of_equally_strong_steps_the_last_is_shown() -> None:
    network = network_of("one")
    stages = network.stages(np.zeros((1, 1, 28, 28)))
    slide = slide_filter(network, stages, network.first_convolution, 0)
    assert slide.strongest(Moment(0, 23)) == 23


def test_a_filter_or_a_channel_that_is_not_there_is_refused() -> None:
    network = network_of("one")
    stages = stages_of("one", network)
    conv, _, pool = network.layers
    assert isinstance(conv, Convolution)
    assert isinstance(pool, MaxPooling)
    with pytest.raises(UsageError, match="filter of conv1 2 is out of range; they run from 0 to 1"):
        slide_filter(network, stages, conv, 2)
    with pytest.raises(UsageError, match="channel of pool1 2 is out of range"):
        slide_pooling(network, stages, pool, 2)
