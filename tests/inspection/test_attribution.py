"""The maps of what counts for a score, against PyTorch's gradients and by hand."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr
from torch.nn import functional

from convcli.engine.activations import softmax
from convcli.errors import ParameterError, UsageError
from convcli.inspection.attribution import (
    METHODS,
    attribute,
    control_of,
    last_feature_maps,
    rank_correlation,
    score_gradients,
)
from convcli.inspection.occlusion import background, occlude
from convcli.network.building import build, untrained
from convcli.network.contract import InputContract
from convcli.network.network import Network
from tests.inspection.networks import DESCRIBED, book_network, image

PADS = {"conv4": 2}


def torch_stages(network: Network, pixels: NDArray[np.float64]) -> dict[str, torch.Tensor]:
    """Every stage by PyTorch, with the way back to the input."""
    parameters = {name: torch.tensor(array) for name, array in network.parameters.items()}
    values = torch.tensor(pixels, requires_grad=True)
    stages = {"input": values}
    number = 0
    for layer in network.layers:
        match layer.kind:
            case "convolution":
                number += 1
                pad = 0 if len(network.convolutions) == 1 else PADS.get(layer.name, 1)
                values = functional.conv2d(
                    values, parameters[f"W{number}"], parameters[f"b{number}"], padding=pad
                )
            case "affine":
                number += 1
                values = values @ parameters[f"W{number}"] + parameters[f"b{number}"]
            case "ReLU":
                values = functional.relu(values)
            case "sigmoid":
                values = torch.sigmoid(values)
            case "max pooling":
                values = functional.max_pool2d(values, 2)
            case "flatten":
                values = values.flatten(1)
            case "dropout":
                values = values * 0.5
            case other:
                raise AssertionError(other)
        values.retain_grad()
        stages[layer.name] = values
    return stages


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_gradient_is_pytorch_s(name: str) -> None:
    network, pixels = book_network(name), image()
    stages = torch_stages(network, pixels)
    list(stages.values())[-1][0, 3].backward()
    expected = stages["input"].grad
    assert expected is not None
    found = attribute(network, pixels, 3, "gradient").values
    assert found.any()
    np.testing.assert_allclose(found, expected[0].numpy(), rtol=0, atol=1e-10)
    times = attribute(network, pixels, 3, "gradient-x-input").values
    np.testing.assert_allclose(times, (expected[0].numpy() * pixels[0]), rtol=0, atol=1e-10)


@pytest.mark.parametrize(("name", "layer"), [("chapter 7", "relu1"), ("chapter 8", "relu6")])
def test_grad_cam_is_made_of_pytorch_s_gradients(name: str, layer: str) -> None:
    network, pixels = book_network(name), image()
    stages = torch_stages(network, pixels)
    number = 2
    list(stages.values())[-1][0, number].backward()
    maps, gradient = stages[layer][0].detach(), stages[layer].grad
    assert gradient is not None
    weighed = torch.relu((gradient[0].mean(dim=(1, 2))[:, None, None] * maps).sum(dim=0))
    # PyTorch's "nearest" begins each pixel where ours does: floor(row * own / size).
    expected = functional.interpolate(weighed[None, None], size=(28, 28), mode="nearest")[0]
    found = attribute(network, pixels, number, "grad-cam")
    assert found.layer == last_feature_maps(network) == layer
    assert found.values.any()
    np.testing.assert_allclose(found.values, expected.numpy(), rtol=0, atol=1e-10)


def test_grad_cam_of_another_layer_and_of_none() -> None:
    network = book_network("chapter 8")
    assert attribute(network, image(), 0, "grad-cam", layer="pool2").layer == "pool2"
    with pytest.raises(UsageError, match="affine1 gives out no feature maps"):
        attribute(network, image(), 0, "grad-cam", layer="affine1")
    with pytest.raises(ParameterError, match="no convolution"):
        attribute(book_network("chapter 3"), image(), 0, "grad-cam")


def test_occlusion_is_what_is_read_without_each_patch() -> None:
    network, pixels = book_network("chapter 7"), image()
    found = occlude(network, pixels, 4, size=9, step=6)
    assert found.rows == found.columns == (0, 6, 12, 18)
    for down, row in enumerate(found.rows):
        for across, column in enumerate(found.columns):
            covered = pixels.copy()
            covered[0, 0, row : row + 9, column : column + 9] = np.median(
                [
                    *pixels[0, 0, 0],
                    *pixels[0, 0, -1],
                    *pixels[0, 0, 1:-1, 0],
                    *pixels[0, 0, 1:-1, -1],
                ]
            )
            expected = softmax(network.scores(covered))[0]
            assert found.probabilities[down, across] == pytest.approx(expected[4], rel=1e-9)
            assert found.readings[down, across] == expected.argmax()
    # A pixel under one patch, one under two and one under four.
    drops = found.whole - found.probabilities
    assert found.mean_drops[0, 0, 0] == drops[0, 0]
    assert found.mean_drops[0, 0, 7] == pytest.approx((drops[0, 0] + drops[0, 1]) / 2)
    assert found.mean_drops[0, 7, 7] == pytest.approx(drops[:2, :2].mean())
    assert not found.mean_drops[0, 27].any()
    row, column = found.strongest
    assert found.probabilities[row // 6, column // 6] == found.least == found.probabilities.min()


def test_a_patch_larger_than_the_image_is_refused() -> None:
    with pytest.raises(UsageError, match="a patch of 29x29 on an image of 28x28"):
        occlude(book_network("chapter 3"), image(), 0, size=29)


def test_the_background_is_the_median_of_the_border_of_each_channel() -> None:
    pixels = np.zeros((2, 3, 3), np.float32)
    pixels[0], pixels[1] = 0.25, 0.5
    pixels[:, 1, 1] = 9
    pixels[:, 0, 0] = 7
    assert background(pixels).tolist() == [0.25, 0.5]


@pytest.mark.parametrize("method", METHODS)
def test_three_channels_and_one_class(method: str) -> None:
    contract = InputContract(3, 8, 9)
    network = untrained("conv1(4@3) relu flatten fc1(3)", contract, 0, np.float64)
    pixels = np.random.default_rng(0).random((1, 3, 8, 9))
    found = attribute(network, pixels, 2, method, size=3)
    assert found.values.shape == (3, 8, 9)
    assert np.isfinite(found.values).all()
    assert abs(found.at_strongest) == np.abs(found.values).max()


def test_the_gradient_times_the_input_adds_up_to_the_score_of_a_straight_line() -> None:
    weights = np.random.default_rng(1).normal(size=(784, 10))
    network = build({"W1": weights, "b1": np.zeros(10)}, "flatten fc1")
    found = attribute(network, image(), 6, "gradient-x-input")
    assert found.values.sum() == pytest.approx(network.scores(image())[0, 6], abs=1e-9)


def test_a_softmax_at_the_end_is_not_part_of_the_score() -> None:
    arrays = {"W1": np.array([[1.0, 2.0], [3.0, 4.0]]), "b1": np.zeros(2)}
    network = build(arrays, "flatten fc1 softmax", InputContract(1, 1, 2))
    stages = network.stages(np.array([[[[1.0, 1.0]]]]))
    assert score_gradients(network, stages, 1)["input"].tolist() == [[[[2.0, 4.0]]]]


def test_the_control_holds_the_same_numbers_in_another_order() -> None:
    network = book_network("chapter 7")
    control, other = control_of(network, 0), control_of(network, 1)
    for name, array in network.parameters.items():
        assert np.array_equal(np.sort(control.parameters[name], None), np.sort(array, None))
        assert not np.array_equal(control.parameters[name], array)
        assert not np.array_equal(control.parameters[name], other.parameters[name])
    again = control_of(network, 0)
    assert all(np.array_equal(again.parameters[n], control.parameters[n]) for n in again.parameters)


@pytest.mark.parametrize("seed", range(5))
def test_the_correlation_of_ranks_is_scipy_s(seed: int) -> None:
    random = np.random.default_rng(seed)
    first, second = random.integers(-5, 6, (2, 1, 7, 6)).astype(float)
    expected = spearmanr(np.abs(first).ravel(), np.abs(second).ravel()).statistic
    assert rank_correlation(first, second) == pytest.approx(expected, abs=1e-12)


def test_a_map_that_is_the_same_everywhere_has_no_order() -> None:
    assert rank_correlation(np.zeros(4), np.arange(4.0)) is None


def test_a_class_and_a_method_that_are_not_there_are_refused() -> None:
    with pytest.raises(UsageError, match="class 10 is out of range"):
        attribute(book_network("chapter 3"), image(), 10, "gradient")
    with pytest.raises(UsageError, match="no method 'guess'"):
        attribute(book_network("chapter 3"), image(), 1, "guess")


def test_weights_far_too_large_are_an_error_and_no_picture() -> None:
    arrays = {"W1": np.full((4, 2), 1e300), "b1": np.zeros(2), "W2": np.full((2, 2), 1e300),
              "b2": np.zeros(2)}  # fmt: skip
    network = build(arrays, "flatten fc1 fc2", InputContract(1, 2, 2))
    with pytest.raises(ParameterError, match="gradient by flatten1 is not finite"):
        attribute(network, np.zeros((1, 1, 2, 2)), 0, "gradient")
