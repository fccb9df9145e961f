"""Right gradients pass, one that is wrong by 0.1 % is found where it is wrong, and nowhere else."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.engine.losses import cross_entropy_gradient
from convcli.errors import ParameterError, UsageError
from convcli.network.building import build, untrained
from convcli.network.central_differences import Verdict
from convcli.network.contract import InputContract
from convcli.network.gradient_check import check_gradients, count_gradients, prepared
from convcli.network.gradient_round import CheckedGradient
from convcli.network.gradient_sweep import STEPS, sweep
from convcli.network.kinks import crossing
from convcli.network.layers import (
    Affine,
    AveragePooling,
    BatchNormalization,
    Convolution,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LeakyReLU,
    LogSoftmax,
    MaxPooling,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from convcli.network.network import Network
from tests import chapter_7

Array = NDArray[Any]

EVERY_KIND = (
    "conv1(4@3x3,pad=1) bn1 relu maxpool2 conv2(5@3x3) leakyrelu(0.1) avgpool2 dropout(0.3) "
    "conv3(6@2x2) tanh globalavgpool flatten fc1(8) bn2 sigmoid dropout(0.4,book) fc2(6) "
    "logsoftmax fc3(4) softmax"
)
SIZE = InputContract(1, 14, 14)
# The mean of the batch takes a bias in front of it away again.
WITHOUT_EFFECT = {("conv1", "b1"), ("affine1", "b5")}
LAYERS = [layer.name for layer in untrained(EVERY_KIND, SIZE, 0).layers]


def batch(network: Network, count: int = 4, seed: int = 1) -> tuple[Array, NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    images = random.random((count, *network.contract.shape))
    return images, random.integers(network.classes, size=count)


def checked(network: Network, **chosen: Any) -> tuple[CheckedGradient, ...]:
    return check_gradients(network, *batch(network), **chosen)


def of_every_kind() -> Network:
    return prepared(untrained(EVERY_KIND, SIZE, 0), jitter=0.1)


def failing(found: tuple[CheckedGradient, ...]) -> set[tuple[str, str]]:
    return {(gradient.layer, gradient.by) for gradient in found if gradient.failed}


def break_backward(monkeypatch: pytest.MonkeyPatch, kind: type[Layer], name: str, by: str) -> None:
    """Make one gradient of one layer too large by 0.1 %, however the layer is asked for it."""

    def spoil(layer: Layer, found: tuple[Array, dict[str, Array]]) -> Any:
        values, gradients = found
        if layer.name != name:
            return found
        if by == "input":
            return values * 1.001, gradients
        return values, gradients | {by: gradients[by] * 1.001}

    backward, learn = kind.backward, kind.learn

    def spoiled_backward(self: Layer, *arguments: Any) -> Any:
        return spoil(self, backward(self, *arguments))

    def spoiled_learn(self: Layer, *arguments: Any) -> Any:
        output, way_back = learn(self, *arguments)
        return output, lambda gradient: spoil(self, way_back(gradient))

    monkeypatch.setattr(kind, "backward", spoiled_backward)
    if "learn" in vars(kind):
        # The others learn by way of backward.
        monkeypatch.setattr(kind, "learn", spoiled_learn)


def test_the_network_of_these_tests_has_every_kind_of_layer() -> None:
    kinds = {
        *(Convolution, BatchNormalization, ReLU, LeakyReLU, MaxPooling, AveragePooling, Dropout),
        *(GlobalAveragePooling, Flatten, Affine, Sigmoid, Tanh, Softmax, LogSoftmax),
    }
    assert {type(layer) for layer in of_every_kind().layers} == kinds


def test_right_gradients_pass() -> None:
    found = checked(of_every_kind())
    assert failing(found) == set()
    assert {gradient.layer for gradient in found} == {*LAYERS, "loss"}
    assert {(g.layer, g.by) for g in found if not g.passed} == WITHOUT_EFFECT
    assert sum(gradient.on_kink for gradient in found) < sum(g.passed for g in found) / 20
    assert max(gradient.worst_relative_error or 0 for gradient in found) < 1e-4


@pytest.mark.parametrize(
    ("kind", "name", "by"),
    [
        (type(layer), layer.name, by)
        for layer in untrained(EVERY_KIND, SIZE, 0).layers
        for by in ("input", *layer.parameter_shapes)
        if (layer.name, by) not in WITHOUT_EFFECT
    ],
)
def test_a_gradient_wrong_by_a_thousandth_is_found_there_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, kind: type[Layer], name: str, by: str
) -> None:
    network = of_every_kind()
    break_backward(monkeypatch, kind, name, by)
    found = checked(network, samples=12)
    assert failing(found) == {(name, by)}
    (spoiled,) = (gradient for gradient in found if (gradient.layer, gradient.by) == (name, by))
    assert spoiled.worst_relative_error == pytest.approx(1e-3 / 1.001, rel=0.05)


@pytest.mark.parametrize("by", ["W1", "b1"])
def test_a_wrong_gradient_is_found_on_kinks_too(monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    network = prepared(chapter_7.network(filters=4, hidden=10))
    images, labels = batch(network)
    images[:, :, :, :14] = 0
    break_backward(monkeypatch, Convolution, "conv1", by)
    assert failing(check_gradients(network, images, labels)) == {("conv1", by)}


def test_the_gradient_of_the_loss_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("network", "recorded_pass"):
        monkeypatch.setattr(
            f"convcli.network.{module}.cross_entropy_gradient",
            lambda *given: cross_entropy_gradient(*given) * 1.001,
        )
    assert failing(checked(of_every_kind())) == {("loss", "scores")}


def test_a_network_that_puts_its_layers_together_wrongly_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each layer is right by itself, and the loss disagrees."""
    network = of_every_kind()
    right = Network.loss_and_gradients

    def doubled(self: Network, *given: Any) -> Any:
        loss, gradients = right(self, *given)
        return loss, {name: 2 * array for name, array in gradients.items()}

    monkeypatch.setattr(Network, "loss_and_gradients", doubled)
    found = failing(checked(network))
    assert {by for _, by in found} >= {"W1", "b3", "gamma2", "W4"}


def test_backward_and_differences_are_those_of_torch() -> None:
    network = prepared(chapter_7.network(filters=3, hidden=7), jitter=0.05)
    images, labels = batch(network)
    found = check_gradients(network, images, labels)
    tensors = {
        name: torch.tensor(array, requires_grad=True) for name, array in network.parameters.items()
    }
    values = torch.conv2d(torch.tensor(images), tensors["W1"], tensors["b1"]).relu()
    values = torch.max_pool2d(values, 2).flatten(1)
    values = (values @ tensors["W2"] + tensors["b2"]).relu() @ tensors["W3"] + tensors["b3"]
    torch.nn.functional.cross_entropy(values, torch.tensor(labels)).backward()
    compared = 0
    for gradient in found:
        if not gradient.is_of_parameter:
            continue
        expected = tensors[gradient.by].grad
        assert expected is not None
        for sample in gradient.samples:
            if sample.verdict == Verdict.PASSED:
                truth = expected[sample.index].item()
                assert sample.backward == pytest.approx(truth, rel=1e-9)
                assert sample.difference == pytest.approx(truth, rel=1e-4)
                compared += 1
    assert compared > 60


def test_before_any_training_the_bias_is_on_kinks_and_jitter_mends_that() -> None:
    def bias(jitter: float, step: float = 1e-5) -> CheckedGradient:
        network = prepared(chapter_7.network(), untrained=True, jitter=jitter)
        images, labels = batch(network, 2)
        # A black background with a digit of noise in the middle.
        images[:, :, :8] = images[:, :, 20:] = images[..., :8] = images[..., 20:] = 0
        found = check_gradients(network, images, labels, step=step, layer="conv1")
        return next(gradient for gradient in found if gradient.by == "b1")

    # No step is small enough.
    for step in (1e-4, 1e-5, 1e-6):
        stuck = bias(0, step)
        assert (stuck.on_kink, stuck.passed, stuck.failed) == (30, 0, 0)
        assert {crossing.nearest.layer for _, crossing in stuck.crossings} == {"relu1"}
        assert {crossing.nearest.gap for _, crossing in stuck.crossings} == {0}
    mended = bias(0.01)
    assert mended.failed == 0
    assert mended.passed >= 27


def test_zeros_in_front_of_a_relu_are_counted(mnist_directory: object) -> None:
    from convcli.storage.mnist.dataset import open_dataset

    pixels = open_dataset("train", mnist_directory).images(0, 5)  # type: ignore[arg-type]
    network = prepared(chapter_7.network(), untrained=True)
    images = network.contract.values(pixels).astype(np.float64)
    found = check_gradients(network, images, np.arange(5), samples=2, layer="relu1")
    # In every filter alike: where a 5x5 patch is black.
    patches = np.lib.stride_tricks.sliding_window_view(pixels, (5, 5), axis=(1, 2))
    black = (patches.max(axis=(3, 4)) == 0).mean()
    assert found[0].at_zero == pytest.approx(black)
    assert black == pytest.approx(0.43, abs=0.01)


def test_what_does_nothing_is_inactive() -> None:
    network = prepared(build({"W1": np.ones((4, 3)), "b1": np.zeros(3)}, "flatten fc1",
                             input_size=(2, 2)))  # fmt: skip
    images, labels = np.zeros((2, 1, 2, 2)), np.array([0, 1])
    images[:, 0, 0, 0] = 1
    found = {gradient.by: gradient for gradient in check_gradients(network, images, labels)}
    assert (found["W1"].passed, found["W1"].inactive) == (3, 9)
    assert found["b1"].passed == 3


TWOFOLD = "flatten fc1(6) bn1 relu dropout(0.5,book) fc2(3)"


def test_dropout_and_batch_normalization_are_counted_twice() -> None:
    network = prepared(untrained(TWOFOLD, InputContract(1, 4, 4), 0), jitter=0.1)
    reported: list[int] = []
    assert failing(checked(network, progress=reported.append)) == set()
    # flatten, fc1, bn1 twice, relu, dropout twice, fc2, the loss.
    assert reported == list(range(1, 1 + 1 + 3 + 2 * 3 + 1 + 2 * 1 + 3 + 1))
    assert count_gradients(network) == reported[-1]


@pytest.mark.parametrize(
    ("kind", "name"), [(BatchNormalization, "batchnorm1"), (Dropout, "dropout1")]
)
@pytest.mark.parametrize("method", ["backward", "learn"])
def test_each_way_is_checked_by_itself(
    monkeypatch: pytest.MonkeyPatch, kind: type[Layer], name: str, method: str
) -> None:
    """Prediction alone is wrong, then training alone."""
    network = prepared(untrained(TWOFOLD, InputContract(1, 4, 4), 0), jitter=0.1)
    kept = getattr(kind, "learn" if method == "backward" else "backward")
    break_backward(monkeypatch, kind, name, "input")
    monkeypatch.setattr(kind, kept.__name__, kept)
    assert failing(checked(network)) == {(name, "input")}


def test_the_parameters_are_as_before() -> None:
    network = prepared(chapter_7.network(filters=2, hidden=5))
    before = {name: array.copy() for name, array in network.parameters.items()}
    checked(network)
    for name, array in before.items():
        np.testing.assert_array_equal(network.parameters[name], array)


def test_the_error_by_the_step_is_a_v() -> None:
    network = prepared(chapter_7.network(filters=2, hidden=5), jitter=0.1)
    given = batch(network)
    points = list(sweep(network, *given, check_gradients(network, *given)))
    assert tuple(point.step for point in points) == STEPS
    medians = [point.median for point in points]
    least = int(np.argmin(medians))
    assert STEPS[least] in (1e-4, 1e-5, 1e-6)
    assert medians[0] > 1e4 * medians[least]
    assert medians[-1] > 1e3 * medians[least]
    assert set(points[0].by_parameter) == {"W1", "b1", "W2", "b2", "W3", "b3"}
    assert all(point.worst >= point.median for point in points)


def test_without_a_sample_that_passed_there_is_no_curve() -> None:
    network = prepared(chapter_7.network(filters=2, hidden=5))
    given = batch(network)
    assert list(sweep(network, *given, check_gradients(network, *given, layer="relu1"))) == []


def test_bends_of_a_pooling_by_hand() -> None:
    layer = MaxPooling("pool1", Window(2, 2, stride=2))
    middle = np.array([[[[1.0, 1.0], [0.0, 0.0]]]])
    below, above = middle.copy(), middle.copy()
    below[..., 0, 0] -= 0.5
    above[..., 0, 0] += 0.5
    found = crossing(layer, below, middle, above)
    assert found is not None
    assert (found.count, found.nearest.place, found.nearest.gap) == (1, (0, 0, 0), 0)
    # What moves together stays tied, and no bend is passed.
    assert crossing(layer, middle - 0.5, middle, middle + 0.5) is None
    assert crossing(Sigmoid("sigmoid1"), below, middle, above) is None


@pytest.mark.parametrize(
    ("largest", "layer", "kind", "message"),
    [
        (1e308, None, ParameterError, "the scores are not finite"),
        (1e30, None, ParameterError, "a step is lost beside a value of .*e\\+6"),
        (1.0, "conv9", UsageError, "there is no layer 'conv9'"),
    ],
)
def test_what_cannot_be_checked_is_refused(
    largest: float, layer: str | None, kind: type[Exception], message: str
) -> None:
    network = prepared(chapter_7.network(filters=2, hidden=5), jitter=0.1)
    for name in ("W2", "W3"):
        network.parameters[name].fill(largest)
    with pytest.raises(kind, match=message):
        checked(network, layer=layer)
