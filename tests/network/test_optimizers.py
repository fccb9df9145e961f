import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from convcli.errors import UsageError
from convcli.network.optimizers import (
    OPTIMIZERS,
    SGD,
    Adam,
    Momentum,
    Optimizer,
    decay,
    find_optimizer,
)

Array = NDArray[Any]
Make = Callable[[float], Any]

AGAINST_TORCH = [
    pytest.param(SGD, lambda p, rate: torch.optim.SGD(p, rate), id="sgd"),
    pytest.param(Momentum, lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9), id="momentum"),
    pytest.param(Adam, lambda p, rate: torch.optim.Adam(p, rate), id="adam"),
    pytest.param(
        lambda rate: Adam(rate, beta1=0.5, beta2=0.9, epsilon=0.1),
        lambda p, rate: torch.optim.Adam(p, rate, betas=(0.5, 0.9), eps=0.1),
        id="adam with other numbers",
    ),
]


def _gradients(random: np.random.Generator, parameters: dict[str, Array]) -> dict[str, Array]:
    # Of very different sizes, and some exactly zero: each says something else about Adam.
    return {
        name: random.normal(size=array.shape)
        * 10.0 ** random.integers(-9, 3, size=array.shape)
        * (random.random(array.shape) > 0.1)
        for name, array in parameters.items()
    }


@pytest.mark.parametrize(("ours", "theirs"), AGAINST_TORCH)
def test_steps_are_those_of_torch(ours: Make, theirs: Callable[..., Any]) -> None:
    random = np.random.default_rng(1)
    parameters: dict[str, Array] = {"W": random.normal(size=(6, 5)), "b": random.normal(size=4)}
    tensors = {name: torch.tensor(array) for name, array in parameters.items()}
    optimizer, reference = ours(0.02), theirs(list(tensors.values()), 0.02)
    for _ in range(50):
        gradients = _gradients(random, parameters)
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(gradients[name])
        optimizer.update(parameters, gradients)
        reference.step()
    for name, tensor in tensors.items():
        np.testing.assert_allclose(parameters[name], tensor.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("ours", "theirs"), [AGAINST_TORCH[0], AGAINST_TORCH[2]])
def test_a_learning_rate_that_changes_on_the_way_counts_from_then_on(
    ours: Make, theirs: Callable[..., Any]
) -> None:
    parameters = {"W": np.array([1.0, -2.0])}
    tensor = torch.tensor(parameters["W"])
    optimizer, reference = ours(0.1), theirs([tensor], 0.1)
    for rate in (0.1, 0.05, 0.0):
        optimizer.learning_rate = reference.param_groups[0]["lr"] = rate
        gradient = np.array([3.0, 0.5]) * rate
        tensor.grad = torch.tensor(gradient)
        optimizer.update(parameters, {"W": gradient})
        reference.step()
    np.testing.assert_allclose(parameters["W"], tensor.numpy(), rtol=1e-12)


def test_decay_with_adam_is_adamw_of_torch_and_leaves_biases_alone() -> None:
    random = np.random.default_rng(2)
    parameters: dict[str, Array] = {"W": random.normal(size=(6, 5)), "b": random.normal(size=4)}
    tensors = {name: torch.tensor(array) for name, array in parameters.items()}
    optimizer = Adam(0.02)
    reference = torch.optim.AdamW(
        [
            {"params": [tensors["W"]], "weight_decay": 0.3},
            {"params": [tensors["b"]], "weight_decay": 0},
        ],
        lr=0.02,
    )
    for rate in np.linspace(0.02, 0.0, 30):
        optimizer.learning_rate = float(rate)
        for group in reference.param_groups:
            group["lr"] = float(rate)
        gradients = _gradients(random, parameters)
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(gradients[name])
        decay(parameters, optimizer.learning_rate * 0.3)
        optimizer.update(parameters, gradients)
        reference.step()
    for name, tensor in tensors.items():
        np.testing.assert_allclose(parameters[name], tensor.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_state_is_all_that_an_optimizer_remembers(make: type[SGD | Momentum | Adam]) -> None:
    random = np.random.default_rng(3)
    whole = {"W": random.normal(size=(6, 5))}
    gradients = [_gradients(random, whole) for _ in range(4)]
    first, second = make(0.1), make(0.1)
    for gradient in gradients[:2]:
        first.update(whole, gradient)
    second.state = first.state.copy()
    resumed = {"W": whole["W"].copy()}
    for optimizer, parameters in ((first, whole), (second, resumed)):
        for gradient in gradients[2:]:
            optimizer.update(parameters, gradient)
    np.testing.assert_array_equal(whole["W"], resumed["W"])


def test_momentum_keeps_its_speed_when_the_learning_rate_falls_to_zero() -> None:
    parameters = {"W": np.array([0.0])}
    optimizer = Momentum(learning_rate=1.0, momentum=0.5)
    optimizer.update(parameters, {"W": np.array([1.0])})
    optimizer.learning_rate = 0.0
    optimizer.update(parameters, {"W": np.array([1.0])})
    assert parameters["W"] == [-1.5]


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_updates_are_in_place_and_leave_the_gradient_alone(
    make: type[SGD | Momentum | Adam], dtype: str
) -> None:
    array = np.ones((2, 3), dtype)
    gradient = np.full((2, 3), 0.5, dtype)
    optimizer: Optimizer = make(0.1)
    for _ in range(2):
        before = array.copy()
        optimizer.update({"W": array}, {"W": gradient})
        assert (array < before).all()
    assert array.dtype == dtype
    assert (gradient == 0.5).all()


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_no_memory_is_taken_after_the_first_update(make: type[SGD | Momentum | Adam]) -> None:
    parameters, gradients = {"W": np.ones(100_000)}, {"W": np.ones(100_000)}
    optimizer: Optimizer = make(0.1)
    optimizer.update(parameters, gradients)
    tracemalloc.start()
    optimizer.update(parameters, gradients)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000


def test_an_unknown_optimizer_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'rmsprop'; choose from sgd, momentum, adam"):
        find_optimizer("rmsprop")
