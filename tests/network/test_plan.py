"""A plan has the results of its network, but for rounding."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine.fast import threads
from convcli.errors import GeometryError, ParameterError, UsageError
from convcli.network import plan as plans
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.network import Network
from convcli.network.plan import LEARNED_BLOCK, Plan
from convcli.network.steps import FusedStep, steps_of
from tests import chapter_7
from tests.network.twins import Twin, networks

Array = NDArray[Any]

# Around the blocks that a core learns from (25) and predicts (100) at once.
NUMBERS = st.sampled_from([1, 24, 25, 26, 101])
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}
DTYPES = ("float32", "float64")

LENET = "conv1(6@5x5,pad=2) relu maxpool2 conv2(16@5x5) relu maxpool2 flatten fc1(20) relu fc2(10)"
DEEP = "conv1(3@3x3) relu conv2(4@3x3,pad=1) relu maxpool2 dropout(0.5,book) flatten fc1(10)"
WHOLE_BATCH = "conv1(3@3x3) bn1 relu maxpool2 dropout(0.25) flatten fc1(10)"


def _close(found: Array, expected: Array) -> None:
    """Equal to rounding, measured by the largest number there is."""
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    tolerance = TOLERANCE[str(expected.dtype)] * scale
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let it look as if there were so many cores."""

    def set_cores(number: int) -> None:
        for module in (threads, plans):
            monkeypatch.setattr(module, "usable_cores", lambda: number)

    return set_cores


@settings(deadline=None, max_examples=120)
@given(twin=networks(dtypes=DTYPES, gentle=True), number=NUMBERS)
def test_scores_are_the_network_s(twin: Twin, number: int) -> None:
    network, images = twin.network(), twin.images(number)
    _close(Plan(network).scores(images), network.scores(images))


@settings(deadline=None, max_examples=60)
@given(
    twin=networks(dtypes=DTYPES, gentle=True),
    number=NUMBERS,
    mean=st.sampled_from([0.0, 0.5]),
    scale=st.sampled_from([255.0, 51.0]),
)
def test_scores_of_pixels_are_those_of_the_values_they_stand_for(
    twin: Twin, number: int, mean: float, scale: float
) -> None:
    channels, height, width = twin.contract.shape
    network = twin.network()
    contract = InputContract(
        channels, height, width, scale, mean=(mean,), standard_deviation=(0.5,)
    )
    network = Network(network.layers, network.parameters, contract)
    random = np.random.default_rng(twin.seed)
    pixels = random.integers(0, 256, (number, channels, height, width), np.uint8)
    expected = network.scores(contract.values(pixels))
    _close(Plan(network).scores_of_pixels(pixels), expected)
    if channels == 1:
        _close(Plan(network).scores_of_pixels(pixels[:, 0]), expected)


def _plain(network: Network, images: Array, labels: Array, seed: int) -> tuple[float, Any]:
    """What the network itself learns, with the chances that a plan gives to each block."""
    if not Plan(network).learns_in_blocks:
        return network.loss_and_gradients(images, labels, np.random.default_rng(seed))
    starts = range(0, len(images), LEARNED_BLOCK)
    seeds = np.random.default_rng(seed).integers(2**63, size=len(starts))
    loss, total = 0.0, {name: np.zeros_like(array) for name, array in network.learned.items()}
    for start, block_seed in zip(starts, seeds, strict=True):
        block = slice(start, start + LEARNED_BLOCK)
        share = len(images[block]) / len(images)
        part, gradients = network.loss_and_gradients(
            images[block], labels[block], np.random.default_rng(block_seed)
        )
        loss += share * part
        for name, gradient in gradients.items():
            total[name] += np.asarray(share * gradient, gradient.dtype)
    return loss, total


@settings(deadline=None, max_examples=100)
@given(twin=networks(dtypes=DTYPES, gentle=True), number=NUMBERS)
def test_loss_and_gradients_are_the_network_s(twin: Twin, number: int) -> None:
    images, labels = twin.images(number), twin.labels(number)
    network, fast = twin.network(), twin.network()
    expected_loss, expected = _plain(network, images, labels, twin.seed)
    chance = np.random.default_rng(twin.seed)
    loss, gradients = Plan(fast).loss_and_gradients(images, labels, chance)
    tolerance = TOLERANCE[twin.dtype]
    assert loss == pytest.approx(expected_loss, rel=tolerance, abs=tolerance)
    assert list(gradients) == list(network.learned)
    for name, gradient in gradients.items():
        _close(gradient, expected[name])
    # Batch normalization has moved its running statistics, in both alike.
    for name, array in network.parameters.items():
        _close(fast.parameters[name], array)


@pytest.mark.parametrize("text", [LENET, DEEP, WHOLE_BATCH, chapter_7.described()])
@pytest.mark.parametrize("number", [1, 26, 101])
def test_a_second_run_has_the_same_bits(text: str, number: int) -> None:
    random = np.random.default_rng(0)
    images = random.random((number, 1, 28, 28), np.float32)
    labels = random.integers(10, size=number)
    results = []
    for _ in range(2):
        plan = Plan(untrained(text, InputContract(), seed=1))
        # The plan's buffers are used again by the second call.
        for seed in (5, 6):
            scores = plan.scores(images)
            chance = np.random.default_rng(seed)
            results.append((scores, *plan.loss_and_gradients(images, labels, chance)))
    for (scores, loss, gradients), (scores_2, loss_2, gradients_2) in (
        (results[0], results[2]),
        (results[1], results[3]),
    ):
        np.testing.assert_array_equal(scores, scores_2)
        assert loss == loss_2
        for name, gradient in gradients.items():
            np.testing.assert_array_equal(gradient, gradients_2[name])


@pytest.mark.parametrize("text", [LENET, DEEP])
def test_what_is_learned_in_blocks_has_the_same_bits_on_any_number_of_cores(
    text: str, cores: Callable[[int], None]
) -> None:
    random = np.random.default_rng(0)
    images = random.random((101, 1, 28, 28), np.float32)
    labels = random.integers(10, size=101)
    found = []
    for number in (1, 2):
        cores(number)
        plan = Plan(untrained(text, InputContract(), seed=1))
        assert plan.learns_in_blocks
        found.append(plan.loss_and_gradients(images, labels, np.random.default_rng(3)))
    (loss, gradients), (loss_2, gradients_2) = found
    assert loss == loss_2
    for name, gradient in gradients.items():
        np.testing.assert_array_equal(gradient, gradients_2[name])


@pytest.mark.parametrize("text", [LENET, DEEP, WHOLE_BATCH, chapter_7.described()])
@pytest.mark.parametrize("number", [1, 2, 26, 101])
def test_any_number_of_cores_gives_the_same_scores(
    text: str, number: int, cores: Callable[[int], None]
) -> None:
    network = untrained(text, InputContract(), seed=1)
    images = np.random.default_rng(0).random((number, 1, 28, 28), np.float32)
    expected = network.scores(images)
    for count in (1, 2):
        cores(count)
        _close(Plan(network).scores(images), expected)


def test_blocks_have_chances_of_their_own() -> None:
    """Two blocks of the same images lose different numbers; one seed gives the same again."""
    network = untrained("conv1(2@3x3) relu flatten dropout(0.5) fc1(10)", InputContract(), 0)
    images = np.random.default_rng(0).random((LEARNED_BLOCK, 1, 28, 28), np.float32)
    labels = np.arange(LEARNED_BLOCK) % 10
    plan = Plan(network)

    def loss(images: Array, labels: Array, seed: int) -> float:
        return plan.loss_and_gradients(images, labels, np.random.default_rng(seed))[0]

    doubled = np.concatenate([images, images]), np.concatenate([labels, labels])
    assert loss(images, labels, 1) == loss(images, labels, 1)
    assert loss(images, labels, 1) != loss(images, labels, 2)
    assert loss(*doubled, 1) != pytest.approx(loss(images, labels, 1), rel=1e-9)


def test_parameters_are_read_anew_by_every_call() -> None:
    network = untrained(LENET, InputContract(), seed=1)
    images = np.random.default_rng(0).random((30, 1, 28, 28), np.float32)
    plan = Plan(network)
    before = plan.scores(images)
    for array in network.parameters.values():
        array += np.float32(0.01)
    after = plan.scores(images)
    assert (before != after).all()
    _close(after, network.scores(images))


@pytest.mark.parametrize(
    ("text", "fused"),
    [
        (LENET, [0, 1]),
        (chapter_7.described(), [0]),
        ("conv1(2@3x3) relu conv2(2@3x3) relu maxpool2 flatten fc1(10)", [2]),
        ("conv1(2@3x3,stride=2) relu maxpool2 flatten fc1(10)", []),
        ("conv1(2@3x3) leakyrelu maxpool2 flatten fc1(10)", []),
        ("conv1(2@3x3) relu maxpool3(stride=2) flatten fc1(10)", []),
    ],
)
def test_which_layers_become_one_step(text: str, fused: list[int]) -> None:
    steps = list(steps_of(untrained(text, InputContract(), 0)))
    assert [place for place, step in enumerate(steps) if isinstance(step, FusedStep)] == fused


def test_what_does_not_fit_is_refused_as_the_network_refuses_it() -> None:
    chance = np.random.default_rng(0)
    plan = Plan(untrained(LENET, InputContract(), 0))
    images = np.zeros((2, 1, 28, 28), np.float32)
    with pytest.raises(GeometryError, match=r"cannot take images of shape \(2, 3, 28, 28\)"):
        plan.scores(np.zeros((2, 3, 28, 28)))
    with pytest.raises(GeometryError, match="with N at least 1"):
        plan.scores_of_pixels(np.zeros((0, 28, 28), np.uint8))
    with pytest.raises(GeometryError, match="for 2 images"):
        plan.loss_and_gradients(images, np.array([1]), chance)
    with pytest.raises(UsageError, match="label 10 is no class"):
        plan.loss_and_gradients(images, np.array([1, 10]), chance)
    with pytest.raises(ParameterError, match="scores are one row"):
        Plan(untrained("conv1(2@3x3)", InputContract(), 0))
