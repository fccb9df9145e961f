"""A training that is gone on with in another process ends in the same bits."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

from convcli.errors import ParameterError
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.network import Network
from convcli.network.optimizers import OptimizerState
from convcli.network.training import (
    Epoch,
    LabelledPixels,
    Training,
    TrainingSettings,
    TrainingState,
    hold_out,
)

EVERY_KIND = (
    "conv1(2@5x5,stride=3) batchnorm1 relu maxpool2 flatten fc1(6) relu dropout(0.3) fc2(10)"
)
LINEAR = "flatten fc1(10)"
EPOCHS, STEPS = 3, 4  # Steps of an epoch.


def _digits() -> LabelledPixels:
    random = np.random.default_rng(0)
    return LabelledPixels(
        random.integers(0, 256, (38, 28, 28), np.uint8), random.integers(0, 10, 38)
    )


def _network(layers: str = LINEAR, dtype: str = "float32") -> Network:
    return untrained(layers, InputContract(), seed=1, dtype=dtype)


def _training(
    network: Network, settings: TrainingSettings, state: TrainingState | None = None
) -> Training:
    return Training(network, *hold_out(_digits(), 8), settings, state)


def _settings(**others: Any) -> TrainingSettings:
    return replace(TrainingSettings(epochs=EPOCHS, batch=8, seed=7), **others)


def _equal(one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    return one.keys() == two.keys() and all(
        one[name].dtype == two[name].dtype and one[name].tobytes() == two[name].tobytes()
        for name in one
    )


def _timeless(history: list[Epoch]) -> list[Epoch]:
    return [replace(epoch, seconds=0) for epoch in history]


@pytest.mark.parametrize(
    ("layers", "dtype", "others"),
    [
        (EVERY_KIND, "float32", {"augment": ("shift", "rotate"), "weight_decay": 0.1}),
        (LINEAR, "float64", {"optimizer": "momentum", "patience": 2}),
        (LINEAR, "float32", {"optimizer": "sgd", "learning_rate": 0.7}),
    ],
)
def test_from_every_event_on_the_same_bits_come_out(
    layers: str, dtype: str, others: dict[str, Any]
) -> None:
    settings = _settings(**others)
    network = _network(layers, dtype)
    whole = _training(network, settings)
    number = len(list(whole.events()))
    assert number <= EPOCHS * (STEPS + 1)
    for events in range(number + 1):
        begun = _training(_network(layers, dtype), settings)
        assert len(list(islice(begun.events(), events))) == events
        state = begun.state()
        if events:
            # As a file brings it back.
            groups = {name: arrays for name, arrays in state.groups.items() if arrays}
            state = TrainingState.from_file(groups, state.json)
        other = _network(layers, dtype)
        resumed = _training(other, settings, state)
        assert len(list(resumed.events())) == number - events
        assert _equal(other.parameters, network.parameters)
        assert _timeless(resumed.history) == _timeless(whole.history)
        assert resumed.best.epoch == whole.best.epoch
        assert _equal(resumed.best.parameters, whole.best.parameters)


def test_the_time_of_an_epoch_goes_on() -> None:
    begun = _training(_network(), _settings())
    next(begun.events())
    state = replace(begun.state(), seconds=1000.0)
    resumed = _training(_network(), _settings(), state)
    list(resumed.events())
    first, second, *_ = resumed.history
    assert 1000 < first.seconds < 1100
    assert second.seconds < 100


def test_a_state_is_not_changed_by_what_follows() -> None:
    training = _training(_network(), _settings())
    events = training.events()
    list(islice(events, STEPS + 2))
    state = training.state()
    kept = {
        group: {name: array.copy() for name, array in arrays.items()}
        for group, arrays in state.groups.items()
    }
    list(events)
    list(_training(_network(), _settings(), state).events())
    assert all(_equal(kept[group], arrays) for group, arrays in state.groups.items())


def test_what_an_epoch_measures_is_what_arithmetic_by_hand_says() -> None:
    network = _network()
    learned, held_out = hold_out(_digits(), 8)
    training = Training(network, learned, held_out, _settings(epochs=1, batch=30))
    list(training.events())
    (epoch,) = training.history
    before = _network()
    scores = before.scores(learned.pixels[:, None].astype("float32") / np.float32(255))
    assert epoch.accuracy == (scores.argmax(axis=1) == learned.labels).mean()
    scores = network.scores(held_out.pixels[:, None].astype("float32") / np.float32(255))
    shares = np.exp(scores.astype(float)) / np.exp(scores.astype(float)).sum(axis=1)[:, None]
    expected = -np.log(shares[np.arange(8), held_out.labels]).mean()
    assert epoch.validation_loss == pytest.approx(expected, rel=1e-5)
    assert epoch.learning_rate == 0.002


@pytest.mark.parametrize("patience", [1, 2])
def test_patience_ends_a_training_that_gets_no_better(patience: int) -> None:
    # So slow that no image is read otherwise than before.
    settings = _settings(epochs=9, optimizer="sgd", learning_rate=1e-30, patience=patience)
    training = _training(_network(), settings)
    list(training.events())
    assert training.best.epoch == 1
    assert len(training.history) == 1 + patience
    assert training.has_ended
    longer = replace(settings, patience=patience + 1)
    resumed = _training(_network(), longer, training.state())
    list(resumed.events())
    assert len(resumed.history) == 2 + patience


def _state() -> TrainingState:
    training = _training(_network(), _settings())
    list(islice(training.events(), STEPS + 3))
    return training.state()


def _array(length: int) -> dict[str, Any]:
    return {"b1": np.zeros(length, "float32")}


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"step": 3}, r"step 3 of 12, with 1 epochs ended"),
        ({"step": 9}, r"step 9 of 12, with 1 epochs ended"),
        ({"history": ()}, r"step 6 of 12, with 0 epochs ended"),
        ({"right": 17}, r"17 images of 2 steps are read right"),
        ({"parameters": {}}, r"W1 of the parameters is missing or left over"),
        ({"parameters": {**_state().parameters, "x": np.zeros(1)}}, r"x of the .* left over"),
        ({"parameters": {**_state().parameters, **_array(9)}}, r"b1 .* float32 \(9,\) in place of"),
        ({"optimizer": OptimizerState()}, r"moments of another optimizer: none"),
        ({"optimizer": OptimizerState(1, {"mean": {}, "square_mean": {}})}, r"W1 of the moment"),
    ],
)
def test_the_state_of_another_training_is_refused(others: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        _training(_network(), _settings(), replace(_state(), **others))


def test_a_training_without_an_epoch_has_no_best_one() -> None:
    with pytest.raises(LookupError, match="no epoch has ended"):
        _ = _training(_network(), _settings()).best
