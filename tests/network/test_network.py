import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine.activations import softmax
from convcli.errors import GeometryError, ParameterError, UsageError
from convcli.network.building import build, untrained
from convcli.network.contract import InputContract
from tests.network.twins import Twin, in_layout_of, networks

Array = NDArray[Any]

TOLERANCE = 1e-10
SMALL = "conv1(2@3x3) relu conv2(3@3x3) relu maxpool2 flatten fc1(5) relu fc2(4)"


def _close(ours: Array, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=TOLERANCE, rtol=TOLERANCE)


@settings(deadline=None, max_examples=80)
@given(twin=networks(), number=st.integers(1, 4))
def test_stages_and_scores_are_those_of_torch(twin: Twin, number: int) -> None:
    network, images = twin.network(), twin.images(number)
    stages = network.stages(images)
    tensors, expected = twin.tensors(), torch.tensor(images)
    assert list(stages) == ["input", *(layer.name for layer in network.layers)]
    for (name, stage), theirs in zip(stages.items(), twin.stages(expected, tensors), strict=True):
        assert stage.shape[1:] == network.shapes[name]
        _close(stage, theirs)
    scores = twin.scores(expected, tensors)
    _close(network.scores(images), scores)
    _close(network.probabilities(images), torch.softmax(scores, dim=1))


@pytest.mark.parametrize("training", [False, True], ids=["predicting", "training"])
@settings(deadline=None, max_examples=80)
@given(twin=networks(), number=st.integers(2, 5))
def test_loss_and_gradients_are_those_of_torch(training: bool, twin: Twin, number: int) -> None:
    network, images, labels = twin.network(), twin.images(number), twin.labels(number)
    tensors = twin.tensors()
    # The same seed for both: dropout draws the same numbers.
    chances = [np.random.default_rng(twin.seed) if training else None for _ in range(2)]
    scores = twin.scores(torch.tensor(images), tensors, chances[0])
    expected = torch.nn.functional.cross_entropy(scores, torch.tensor(labels))
    expected.backward()
    loss, gradients = network.loss_and_gradients(images, labels, chances[1])
    assert loss == pytest.approx(expected.item(), abs=TOLERANCE, rel=TOLERANCE)
    assert list(gradients) == [name for name in network.parameters if name in network.learned]
    for name, gradient in gradients.items():
        assert gradient.shape == network.parameters[name].shape
        theirs = tensors[name].grad
        # PyTorch gives none to what the scores do not depend on.
        theirs = torch.zeros_like(tensors[name]) if theirs is None else theirs
        _close(in_layout_of(network, gradients, name), theirs)
    for name in set(network.parameters) - set(network.learned):
        _close(network.parameters[name], tensors[name])


def test_without_chance_the_loss_is_that_of_a_network_that_predicts() -> None:
    network = untrained("flatten fc1(3) bn1 dropout(0.5)", InputContract(1, 2, 2), 0, "float64")
    images, labels = np.random.default_rng(0).normal(size=(4, 1, 2, 2)), np.array([0, 1, 2, 0])
    before = {name: array.copy() for name, array in network.parameters.items()}
    loss, _ = network.loss_and_gradients(images, labels)
    probabilities = softmax(network.scores(images))
    assert loss == pytest.approx(-np.log(probabilities[np.arange(4), labels]).mean(), rel=1e-12)
    for name, array in before.items():
        np.testing.assert_array_equal(network.parameters[name], array)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_stage_and_gradient_keeps_the_dtype(dtype: str) -> None:
    network = untrained(
        "conv1(2@3x3) bn1 leakyrelu avgpool2 tanh dropout(0.25) maxpool2 sigmoid globalavgpool "
        "flatten fc1(3) dropout(0.5,book) logsoftmax",
        InputContract(1, 9, 9),
        0,
        dtype,
    )
    images = np.random.default_rng(0).normal(size=(3, 1, 9, 9)).astype(dtype)
    for stage in network.stages(images).values():
        assert stage.dtype == dtype
    for chance in (None, np.random.default_rng(0)):
        _, gradients = network.loss_and_gradients(images, np.array([0, 1, 2]), chance)
        for name, gradient in gradients.items():
            assert gradient.dtype == dtype, name
    for name, array in network.parameters.items():
        assert array.dtype == dtype, name


def test_a_last_softmax_is_left_to_the_loss() -> None:
    images = np.random.default_rng(0).normal(size=(2, 1, 2, 2))
    plain, with_softmax, with_log = (
        untrained(f"flatten fc1(3){end}", InputContract(1, 2, 2), 0, "float64")
        for end in ("", " softmax", " logsoftmax")
    )
    scores = plain.scores(images)
    np.testing.assert_array_equal(with_softmax.scores(images), scores)
    np.testing.assert_array_equal(with_log.scores(images), scores)
    last = list(with_log.stages(images).values())[-1]
    np.testing.assert_allclose(np.exp(last), with_log.probabilities(images), rtol=1e-12)


def test_parameters_are_shared_and_may_be_changed_in_place() -> None:
    weights = np.zeros((4, 2))
    network = build({"W1": weights, "b1": np.zeros(2)}, "flatten fc1", InputContract(1, 2, 2))
    weights[:] = 1
    assert network.scores(np.ones((1, 1, 2, 2))).tolist() == [[4, 4]]
    assert network.parameters["W1"] is weights
    assert network.arrays["W1"] is weights


def test_turned_weights_are_shared_too() -> None:
    weights = np.zeros((2, 4))
    arrays = {"fc1.weight": weights, "fc1.bias": np.zeros(2)}
    network = build(arrays, "flatten fc1", InputContract(1, 2, 2))
    network.parameters["fc1.weight"][0, 1] = 7
    assert weights[1, 0] == 7
    assert network.arrays["fc1.weight"].shape == (2, 4)
    assert np.shares_memory(network.arrays["fc1.weight"], weights)


def test_names_shapes_and_places() -> None:
    network = untrained(SMALL, InputContract(1, 8, 8), 0)
    assert network.shapes == {
        "input": (1, 8, 8),
        "conv1": (2, 6, 6),
        "relu1": (2, 6, 6),
        "conv2": (3, 4, 4),
        "relu2": (3, 4, 4),
        "pool1": (3, 2, 2),
        "flatten1": (12,),
        "affine1": (5,),
        "relu3": (5,),
        "affine2": (4,),
    }
    assert network.output_shape == (4,)
    assert network.classes == 4
    assert network.class_names == ("0", "1", "2", "3")
    assert network.layer("fc2") is network.layer("affine2")
    assert [layer.name for layer in network.convolutions] == ["conv1", "conv2"]
    assert network.first_convolution.name == "conv1"
    places = [network.place_of(layer) for layer in network.layers]
    assert places == list(range(9))
    assert network.input_name_of(network.layer("conv1")) == "input"
    assert network.input_name_of(network.layer("conv2")) == "relu1"
    assert list(network.learned) == ["W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4"]


def test_learned_is_what_a_gradient_changes() -> None:
    network = untrained("flatten bn1 fc1(3)", InputContract(1, 2, 2), 0)
    assert set(network.parameters) - set(network.learned) == {"mean1", "variance1"}
    assert set(network.arrays) == set(network.parameters)


def test_a_layer_that_is_not_there_is_said_with_those_that_are() -> None:
    network = untrained("flatten fc1(3) relu", InputContract(1, 2, 2), 0)
    with pytest.raises(UsageError, match="no layer 'conv1'; choose from flatten1, affine1, relu1"):
        network.layer("conv1")
    with pytest.raises(UsageError, match="no layer 'fc2'"):
        network.layer("fc2")


def test_images_of_another_shape_are_refused() -> None:
    network = untrained(SMALL, InputContract(1, 8, 8), 0)
    labels = np.zeros(2, int)
    for shape in ((2, 3, 8, 8), (2, 1, 8, 9), (8, 8), (0, 1, 8, 8)):
        said = re.escape(f"cannot take images of shape {shape}; it needs (N, 1, 8, 8)")
        with pytest.raises(GeometryError, match=said):
            network.stages(np.zeros(shape))
        with pytest.raises(GeometryError, match=said):
            network.scores(np.zeros(shape))
        with pytest.raises(GeometryError, match=said):
            network.loss_and_gradients(np.zeros(shape), labels)


def test_labels_that_do_not_fit_are_refused() -> None:
    network, images = untrained(SMALL, InputContract(1, 8, 8), 0), np.zeros((2, 1, 8, 8))
    with pytest.raises(GeometryError, match=r"labels of shape \(1,\) for 2 images"):
        network.loss_and_gradients(images, np.array([0]))
    for wrong in (-1, 4):
        with pytest.raises(UsageError, match=f"label {wrong} is no class .* run from 0 to 3"):
            network.loss_and_gradients(images, np.array([0, wrong]))


def test_maps_are_no_scores() -> None:
    network = untrained("conv1(2@3x3) relu", InputContract(1, 8, 8), 0)
    images = np.zeros((1, 1, 8, 8), np.float32)
    assert not network.reads_classes
    assert network.stages(images)["relu1"].shape == (1, 2, 6, 6)
    for ask in (network.scores, network.probabilities):
        with pytest.raises(ParameterError, match=r"ends in relu1 of shape \(2, 6, 6\)"):
            ask(images)
    with pytest.raises(ParameterError, match="scores are one row"):
        network.loss_and_gradients(images, np.array([0]))


def test_a_network_without_convolution_says_so() -> None:
    network = untrained("flatten fc1(3)", InputContract(1, 2, 2), 0)
    assert network.convolutions == ()
    with pytest.raises(ParameterError, match="has no convolution"):
        _ = network.first_convolution
