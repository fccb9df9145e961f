"""What excites a filter: bars and pictures against arithmetic by hand and PyTorch."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from convcli.errors import UsageError
from convcli.inspection.excitation import (
    DIRECTIONS,
    bar,
    most_exciting,
    outputs_of,
    picture_for,
    responses_to_bars,
    responses_to_image,
)
from convcli.network.building import build, untrained
from convcli.network.contract import InputContract
from tests.inspection.networks import book_network, image


def test_a_standing_bar_is_a_lying_one_turned() -> None:
    lying, standing = bar(InputContract(), 0)[0], bar(InputContract(), 90)[0]
    # cos(90°) is a hair beside zero, so that a half may be rounded the other way.
    assert np.abs(np.rot90(lying).astype(int) - standing).max() <= 1
    # Three pixels wide around the middle between rows 13 and 14.
    assert lying[:, 0].tolist() == [*[0] * 12, 128, 255, 255, 128, *[0] * 12]


def test_45_degrees_rise_to_the_right() -> None:
    pixels = bar(InputContract(1, 9, 9), 45, width=1)[0]
    assert [pixels[8 - n, n] for n in range(9)] == [255] * 9
    assert pixels[0, 0] == 0
    assert np.array_equal(bar(InputContract(1, 9, 9), 135, width=1)[0], pixels[:, ::-1])


def test_every_channel_has_the_bar() -> None:
    pixels = bar(InputContract(3, 6, 4), 30)
    assert pixels.shape == (3, 6, 4)
    assert np.array_equal(pixels[0], pixels[2])


def test_a_filter_for_standing_strokes_likes_standing_bars() -> None:
    edge = np.zeros((2, 1, 5, 5))
    edge[0, 0, :, 1:4], edge[0, 0, :, [0, 4]] = 1, -1.5
    edge[1] = edge[0].transpose(0, 2, 1)
    contract = InputContract(1, 27, 27)
    network = build({"W1": edge, "b1": np.zeros(2)}, "conv1", contract)
    found = responses_to_bars(network, network.first_convolution)
    assert found.shape == (2, len(DIRECTIONS))
    assert [DIRECTIONS[place] for place in found.argmax(axis=1)] == [90, 0]
    expected = functional.conv2d(
        torch.tensor(np.stack([bar(contract, d) for d in DIRECTIONS]) / 255),
        torch.tensor(edge),
    )
    np.testing.assert_allclose(found.T, expected.amax(dim=(2, 3)).numpy(), atol=1e-5)


def test_the_order_of_the_filters_is_that_of_their_largest_outputs() -> None:
    network = book_network("chapter 8")
    layer = network.layer("conv4")
    maps = network.stages(image())["conv4"][0]
    found = responses_to_image(network, layer, image())  # type: ignore[arg-type]
    assert sorted(one.number for one in found) == list(range(len(maps)))
    assert [one.response for one in found] == sorted(maps.max(axis=(1, 2)).tolist(), reverse=True)
    for one in found:
        assert maps[one.number][one.place] == one.response


def test_the_most_exciting_images_and_of_equal_ones_the_first() -> None:
    network = book_network("chapter 7")
    layer = network.first_convolution
    images = np.concatenate([image(seed) for seed in range(12)])
    images[9] = images[2]
    told: list[int] = []
    blocks = iter(np.split(images, 4))
    found = most_exciting(network, layer, 5, blocks, 12, told.append)
    largest = outputs_of(network, layer, images)[:, 5].max(axis=(1, 2))
    expected = sorted(range(12), key=lambda number: (-largest[number], number))
    assert [one.number for one in found] == expected
    assert expected.index(9) == expected.index(2) + 1
    assert told == [3, 6, 9, 12]
    few = most_exciting(network, layer, 5, iter(np.split(images, 2)), 3)
    assert few == found[:3]


def test_the_picture_for_a_first_layer_is_the_best_there_is() -> None:
    network = book_network("chapter 7")
    layer = network.first_convolution
    for number in range(layer.filters):
        weights = network.parameters["W1"][number]
        made = picture_for(network, layer, number)
        assert np.array_equal(made.pixels, weights > 0)
        best = weights.clip(0).sum() + network.parameters["b1"][number]
        assert made.response == pytest.approx(best, rel=1e-12)
        middle = weights.sum() / 2 + network.parameters["b1"][number]
        assert made.before == pytest.approx(middle, rel=1e-9)


def test_pixels_stay_in_the_range_of_the_contract() -> None:
    contract = InputContract(3, 12, 12, mean=(0.5, 0.2, 0.1), standard_deviation=(0.5,))
    network = untrained("conv1(4@3) relu conv2(5@3) relu flatten fc1(2)", contract, 0, np.float64)
    made = picture_for(network, network.convolutions[1], 3)
    low, high = (0 - np.array([0.5, 0.2, 0.1])) / 0.5, (1 - np.array([0.5, 0.2, 0.1])) / 0.5
    assert made.pixels.shape == (3, 5, 5)
    assert (made.pixels >= low[:, None, None] - 1e-6).all()
    assert (made.pixels <= high[:, None, None] + 1e-6).all()
    assert made.response > made.before


def test_a_filter_that_is_not_there_is_refused() -> None:
    network = book_network("chapter 7")
    with pytest.raises(UsageError, match="filter of conv1 30 is out of range"):
        picture_for(network, network.first_convolution, 30)
    with pytest.raises(UsageError, match="filter of conv1 30 is out of range"):
        most_exciting(network, network.first_convolution, 30, iter([image()]), 9)
