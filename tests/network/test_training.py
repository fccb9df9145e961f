from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.errors import UsageError
from convcli.network.contract import InputContract
from convcli.network.optimizers import SGD
from convcli.network.training import (
    DivergenceError,
    EpochResult,
    LabelledPixels,
    StepResult,
    TrainingSettings,
    cosine_learning_rate,
    hold_out,
    train,
)
from tests import chapter_7


def _stripes(number: int, seed: int = 0) -> LabelledPixels:
    """Noise with one bright stripe whose place is the label: easy, and not learned by chance."""
    random = np.random.default_rng(seed)
    labels = random.integers(10, size=number).astype(np.uint8)
    pixels = random.integers(60, size=(number, 28, 28), dtype=np.uint8)
    pixels[np.arange(number), 2 * labels + 4] = 250
    return LabelledPixels(pixels, labels)


def _train(
    training: LabelledPixels, validation: LabelledPixels, settings: TrainingSettings
) -> Iterator[StepResult | EpochResult]:
    return train(chapter_7.network(settings.seed), training, validation, settings)


def _epochs(
    digits: LabelledPixels, settings: TrainingSettings, dtype: str = "float32"
) -> list[EpochResult]:
    network = chapter_7.network(settings.seed, dtype)
    events = list(train(network, *hold_out(digits, 20), settings))
    return [event for event in events if isinstance(event, EpochResult)]


def test_events_come_in_order_and_count_every_step() -> None:
    settings = TrainingSettings(epochs=2, batch=16)
    events = list(_train(*hold_out(_stripes(60), 20), settings))
    kinds = [type(event) for event in events]
    assert kinds == 2 * ([StepResult] * 3 + [EpochResult])
    steps = [event for event in events if isinstance(event, StepResult)]
    assert [(step.step, step.steps) for step in steps] == [(number, 6) for number in range(1, 7)]
    epochs = [event for event in events if isinstance(event, EpochResult)]
    assert [epoch.measured.epoch for epoch in epochs] == [1, 2]
    # 40 images in batches of 16, 16 and 8: the loss is the mean of the images, not of the batches.
    losses = np.array([step.loss for step in steps]).reshape(2, 3)
    expected = losses @ [16, 16, 8] / 40
    assert [epoch.measured.loss for epoch in epochs] == pytest.approx(expected.tolist(), rel=1e-12)


def test_it_learns() -> None:
    last = _epochs(_stripes(420), TrainingSettings(epochs=8, batch=20))[-1]
    assert last.measured.validation_accuracy >= 0.9


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(dtype: str) -> None:
    digits = _stripes(100)
    first, again, other = (
        _epochs(digits, TrainingSettings(epochs=2, batch=16, seed=seed), dtype)
        for seed in (4, 4, 5)
    )
    assert len(first) == len(again) == len(other) == 2
    for one, two, three in zip(first, again, other, strict=True):
        assert replace(one.measured, seconds=0) == replace(two.measured, seconds=0)
        for name, array in one.parameters.items():
            assert array.dtype == dtype
            np.testing.assert_array_equal(array, two.parameters[name])
            assert (array != three.parameters[name]).any()


def test_the_first_step_is_one_update_of_the_initial_parameters() -> None:
    training, validation = hold_out(_stripes(40), 8)
    settings = TrainingSettings(epochs=1, batch=32, learning_rate=0.5, optimizer="sgd", seed=3)
    step, epoch = train(chapter_7.network(3, "float64"), training, validation, settings)
    assert isinstance(step, StepResult)
    assert isinstance(epoch, EpochResult)
    network = chapter_7.network(3, "float64")
    images = training.pixels[:, None].astype(np.float32) / np.float32(255)
    loss, gradients = network.loss_and_gradients(images, training.labels)
    assert step.loss == pytest.approx(loss, rel=1e-12)
    SGD(0.5).update(network.parameters, gradients)
    for name, array in network.parameters.items():
        np.testing.assert_allclose(epoch.parameters[name], array, rtol=1e-9, atol=1e-12)


def test_the_parameters_of_an_epoch_are_not_changed_by_the_next() -> None:
    events = train(
        chapter_7.network(), *hold_out(_stripes(60), 20), TrainingSettings(epochs=2, batch=40)
    )
    first = next(event for event in events if isinstance(event, EpochResult))
    kept = {name: array.copy() for name, array in first.parameters.items()}
    assert len(list(events)) == 2
    for name, array in kept.items():
        np.testing.assert_array_equal(first.parameters[name], array)


def test_every_epoch_sees_every_training_image_once_in_another_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    plain = InputContract.values

    def watch(contract: InputContract, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        if len(pixels) in (8, 16):
            seen.extend(pixels[:, 0, 0].tolist())
        return plain(contract, pixels)

    monkeypatch.setattr(InputContract, "values", watch)
    digits = _stripes(60)
    digits.pixels[:, 0, 0] = np.arange(60)
    assert _epochs(digits, TrainingSettings(epochs=2, batch=16))
    first, second = seen[:40], seen[40:]
    assert sorted(first) == sorted(second) == list(range(40))
    assert first != second
    assert first != sorted(first)


def test_whoever_listens_may_stop_after_any_step() -> None:
    events = train(
        chapter_7.network(), *hold_out(_stripes(60), 20), TrainingSettings(epochs=1000, batch=8)
    )
    assert len(list(islice(events, 3))) == 3


def test_validation_images_are_the_last_ones() -> None:
    digits = _stripes(60)
    training, validation = hold_out(digits, 7)
    np.testing.assert_array_equal(training.pixels, digits.pixels[:53])
    np.testing.assert_array_equal(validation.labels, digits.labels[53:])
    assert len(hold_out(LabelledPixels(digits.pixels[:24], digits.labels[:24]))[1]) == 2


@pytest.mark.parametrize("kept", [0, -1, 60, 61])
def test_validation_that_leaves_one_side_empty_is_refused(kept: int) -> None:
    with pytest.raises(UsageError, match=rf"{kept} of 60 images .* must be 1 to 59"):
        hold_out(_stripes(60), kept)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"epochs": 0}, "epochs is 0; it must be at least 1"),
        ({"batch": -2}, "batch is -2"),
        ({"seed": -1}, "seed is -1; it must be at least 0"),
        ({"learning_rate": 0.0}, "learning rate is 0.0; it must be a number above 0"),
        ({"learning_rate": float("nan")}, "learning rate is nan"),
        ({"learning_rate": float("inf")}, "learning rate is inf"),
        ({"optimizer": "lion"}, "no optimizer 'lion'"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        TrainingSettings(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_a_batch_larger_than_the_training_set_is_refused() -> None:
    with pytest.raises(UsageError, match="batch of 41 is larger than the 40 training images"):
        next(_train(*hold_out(_stripes(60), 20), TrainingSettings(batch=41)))


@pytest.mark.parametrize("batch", [8, 40])
def test_a_learning_rate_that_is_far_too_large_ends_in_an_explanation(batch: int) -> None:
    # In batches of 8 the second loss tells; with one batch an epoch, only the parameters do.
    settings = TrainingSettings(epochs=1, batch=batch, learning_rate=1e39, optimizer="sgd")
    with pytest.raises(DivergenceError, match=r"diverged.*smaller learning rate"):
        list(_train(*hold_out(_stripes(60), 20), settings))


def test_the_learning_rate_falls_along_half_a_cosine() -> None:
    rates = [cosine_learning_rate(2.0, step, 100) for step in range(101)]
    assert rates[0] == 2.0
    assert rates[50] == pytest.approx(1.0)
    assert rates[100] == 0.0
    assert rates == sorted(rates, reverse=True)
    # A quarter of the way it is 2 * (1 + cos 45 degrees) / 2.
    assert rates[25] == pytest.approx(1 + 2**-0.5)
