"""One layer of a network with what follows it: the numbers of the one trace, and those of torch."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from convcli.errors import GeometryError, ParameterError, UsageError
from convcli.inspection.layer_walk import find_convolution, walk_layer
from convcli.network.building import build
from convcli.network.contract import InputContract
from convcli.network.network import Network

DESCRIBED = (
    "conv1(stride=1,pad=0/1/0/1) batchnorm1 tanh maxpool2 "
    "conv2(stride=2/1,pad=1) dropout(0.5,book) avgpool3x2(stride=1,pad=1) sigmoid flatten fc1"
)


def _network() -> Network:
    random = np.random.default_rng(3)
    arrays = {
        "conv1.weight": random.normal(size=(4, 3, 2, 2)),
        "conv1.bias": random.normal(size=4),
        "batchnorm1.weight": random.normal(size=4),
        "batchnorm1.bias": random.normal(size=4),
        "batchnorm1.running_mean": random.normal(size=4),
        "batchnorm1.running_var": random.random(4) + 0.5,
        "conv2.weight": random.normal(size=(5, 4, 3, 3)),
        "fc1.weight": random.normal(size=(2, 5 * 3 * 7)),
    }
    return build(arrays, DESCRIBED, InputContract(3, 12, 12))


def _image() -> NDArray[Any]:
    return np.random.default_rng(4).random((1, 3, 12, 12))


@pytest.mark.parametrize("name", ["conv1", "conv2"])
@pytest.mark.parametrize("filters", [[0], [3, 1], [0, 1, 2, 3]])
def test_the_stages_are_those_of_the_one_trace(name: str, filters: list[int]) -> None:
    network, image = _network(), _image()
    walked, traced = walk_layer(network, image, name, filters), network.stages(image)
    names = {"conv1": ["batchnorm1", "tanh1", "pool1"], "conv2": ["dropout1", "pool2", "sigmoid1"]}
    assert list(walked.arrays) == ["input", "filters", "bias", name, *names[name]]
    for stage in walked.stages[2:]:
        np.testing.assert_array_equal(stage.array, traced[stage.name][:, filters])
    source = {"conv1": "input", "conv2": "pool1"}[name]
    np.testing.assert_array_equal(walked.arrays["input"], traced[source])
    weights = network.parameters[f"{name}.weight"]
    np.testing.assert_array_equal(walked.arrays["filters"], weights[filters])


def test_they_can_be_computed_again_from_what_is_saved() -> None:
    arrays = walk_layer(_network(), _image(), "conv2", [4, 2]).arrays
    tensors = {name: torch.tensor(array) for name, array in arrays.items()}
    assert arrays["bias"].tolist() == [0, 0]
    convolution = functional.conv2d(
        tensors["input"], tensors["filters"], tensors["bias"], stride=(2, 1), padding=1
    )
    np.testing.assert_allclose(arrays["conv2"], convolution, atol=1e-12)
    np.testing.assert_allclose(arrays["dropout1"], convolution * 0.5, atol=1e-12)
    pooled = functional.avg_pool2d(convolution * 0.5, (3, 2), stride=1, padding=1)
    np.testing.assert_allclose(arrays["pool2"], pooled, atol=1e-12)
    np.testing.assert_allclose(arrays["sigmoid1"], pooled.sigmoid(), atol=1e-12)


def test_what_can_be_compared_is_one_family_and_no_sign_is_made_up() -> None:
    walked = walk_layer(_network(), _image(), "conv1", [0])
    assert [(stage.family, stage.signed) for stage in walked.stages] == [
        ("pixels", False),
        ("filters", True),
        ("conv1", True),
        ("batchnorm1", True),
        ("tanh1", True),
        ("tanh1", True),
    ]
    walked = walk_layer(_network(), _image(), "conv2", [0])
    assert [(stage.family, stage.signed) for stage in walked.stages] == [
        ("input", True),
        ("filters", True),
        ("conv2", True),
        ("conv2", True),
        ("conv2", True),
        ("sigmoid1", False),
    ]


def test_origins_name_the_channels_and_where_the_input_is_from() -> None:
    walked = walk_layer(_network(), _image(), "conv2", [0])
    origins = {stage.name: stage.origin for stage in walked.operands}
    assert origins["input"] == "what pool1 gives out"
    assert origins["filters"] == "conv2.weight"
    assert origins["bias"] == "none in this layer, so zero"
    assert origins["conv2"].startswith("sum over 4 channels; floor((6 + 2*1 - 3) / 2) + 1 = 3")
    assert walk_layer(_network(), _image(), "conv1", [0]).stages[0].origin == "pixels / 255"


def test_the_steps_are_those_of_all_filters() -> None:
    steps = walk_layer(_network(), _image(), "conv2", [0]).steps
    assert [(step.stage, step.number, step.name, step.shape) for step in steps] == [
        ("conv2", 1, "im2col", (18, 36)),
        ("conv2", 2, "filters", (36, 5)),
        ("conv2", 3, "product", (18, 5)),
        ("conv2", 4, "output", (1, 5, 3, 6)),
        ("pool2", 1, "im2col", (21, 30)),
        ("pool2", 2, "rows", (105, 6)),
        ("pool2", 3, "mean", (105,)),
        ("pool2", 4, "output", (1, 5, 3, 7)),
    ]
    steps = walk_layer(_network(), _image(), "conv1", [0]).steps
    assert [step.name for step in steps if step.stage == "pool1"] == [
        *("im2col", "rows", "argmax", "max", "output")
    ]


def test_another_layer_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(
        UsageError, match=r"tanh1 is no convolution, it is tanh; the convolutions are conv1, conv2$"
    ):
        find_convolution(_network(), "tanh1")
    with pytest.raises(UsageError, match="no layer 'conv3'; the convolutions are conv1, conv2"):
        find_convolution(_network(), "conv3")
    plain = build({"W1": np.ones((784, 2)), "b1": np.ones(2)}, "flatten fc1")
    with pytest.raises(UsageError, match=r"no layer 'fc1'; it has no convolution"):
        find_convolution(plain, "fc1")


def test_a_picture_of_another_size_and_huge_filters_are_refused() -> None:
    with pytest.raises(GeometryError, match=r"cannot take images of shape \(1, 1, 28, 28\)"):
        walk_layer(_network(), np.ones((1, 1, 28, 28)), "conv1", [0])
    huge = build({"W1": np.full((1, 1, 5, 5), 1e308), "b1": np.zeros(1)})
    with pytest.raises(ParameterError, match="conv1 is not finite"):
        walk_layer(huge, np.ones((1, 1, 28, 28)), "conv1", [0])
