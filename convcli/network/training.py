"""Training by mini-batches, as a generator: it reports, and whoever listens prints or stops."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ConvcliError, ParameterError, UsageError
from convcli.network.evaluation import evaluate
from convcli.network.network import Labels, Network
from convcli.network.optimizers import Optimizer, find_optimizer
from convcli.network.plan import Plan

Array = NDArray[Any]

# One image in twelve is kept for validation unless told otherwise: 5,000 of MNIST's 60,000.
VALIDATION_SHARE = 12


class DivergenceError(ConvcliError):
    """The loss or a parameter has grown past every number; more training cannot mend it."""


@dataclass(frozen=True)
class TrainingSettings:
    """What a training run depends on, besides its images.

    Args:
        epochs: How often every training image is seen, at least 1.
        batch: Images a step, at least 1.
        learning_rate: Of the first step; the optimizer's usual one where it is None. It falls to
            zero along half a cosine.
        optimizer: A name of :data:`convcli.network.optimizers.OPTIMIZERS`.
        seed: Of the order of the images and of dropout, at least 0.

    Raises:
        UsageError: One of them cannot be.

    >>> TrainingSettings(optimizer="sgd").peak_learning_rate
    0.1
    """

    epochs: int = 8
    batch: int = 100
    learning_rate: float | None = None
    optimizer: str = "adam"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch", 1), ("seed", 0)):
            value = getattr(self, name)
            if value < least:
                raise UsageError(f"{name} is {value}", f"it must be at least {least}")
        if not 0 < self.peak_learning_rate < math.inf:
            raise UsageError(
                f"the learning rate is {self.learning_rate}", "it must be a number above 0"
            )

    @property
    def peak_learning_rate(self) -> float:
        """The learning rate of the first step."""
        usual = find_optimizer(self.optimizer).usual_learning_rate
        return usual if self.learning_rate is None else self.learning_rate


@dataclass(frozen=True)
class LabelledPixels:
    """Images with their labels.

    Attributes:
        pixels: uint8, (N, 28, 28).
        labels: (N,), 0..9.
    """

    pixels: NDArray[np.uint8]
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class StepResult:
    """One mini-batch was learned.

    Attributes:
        step: Its number in the whole run, from 1.
        steps: How many the whole run has.
        loss: Mean cross-entropy of the batch before the step, in nats.
    """

    step: int
    steps: int
    loss: float


@dataclass(frozen=True)
class EpochResult:
    """Every training image was seen once more.

    Attributes:
        epoch: Its number, from 1.
        loss: Mean over the images of the loss that each had when its turn came, in nats.
        validation_accuracy: Share of the validation images that are read right, 0..1.
        seconds: What the epoch took, validation included.
        parameters: A copy of the parameters as they are now, as a file holds them.
    """

    epoch: int
    loss: float
    validation_accuracy: float
    seconds: float
    parameters: dict[str, Array]


def hold_out(
    images: LabelledPixels, validation: int | None = None
) -> tuple[LabelledPixels, LabelledPixels]:
    """Part images into those to learn from and, from the end, those to validate with.

    The last images are taken, so that runs with different seeds are measured by the same ones.

    Args:
        images: All of them.
        validation: How many to keep out; one in twelve where it is None.

    Returns:
        Training and validation images, both views.

    Raises:
        UsageError: Nothing would be left to learn from or to validate with.

    >>> digits = LabelledPixels(np.zeros((60, 28, 28), np.uint8), np.zeros(60, np.uint8))
    >>> [len(part) for part in hold_out(digits)]
    [55, 5]
    """
    kept = len(images) // VALIDATION_SHARE if validation is None else validation
    if not 1 <= kept < len(images):
        raise UsageError(
            f"{kept} of {len(images)} images cannot be kept for validation",
            f"it must be 1 to {len(images) - 1}",
        )
    learned = len(images) - kept
    return (
        LabelledPixels(images.pixels[:learned], images.labels[:learned]),
        LabelledPixels(images.pixels[learned:], images.labels[learned:]),
    )


def train(
    network: Network,
    training: LabelledPixels,
    validation: LabelledPixels,
    settings: TrainingSettings,
) -> Iterator[StepResult | EpochResult]:
    """Train a network from the parameters that it has, which are changed in place.

    The same network, images and settings give the same parameters bit for bit, as long as NumPy,
    its BLAS, the number of threads and the processor are the same. Pixels stay bytes; a batch
    becomes numbers when its turn comes.

    Args:
        network: Any that ends in scores.
        training: Images to learn from.
        validation: Images to measure each epoch with; they are never learned from.
        settings: Everything else.

    Returns:
        An iterator that trains while it is read: a :class:`StepResult` after each step, and after
        the last step of an epoch an :class:`EpochResult`. It raises :class:`DivergenceError` when
        the loss or a parameter is no longer finite.

    Raises:
        UsageError: The batch is larger than the training set.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    >>> digits = LabelledPixels(np.zeros((4, 28, 28), np.uint8), np.array([1, 1, 1, 1]))
    >>> events = list(train(network, digits, digits, TrainingSettings(epochs=1, batch=2)))
    >>> [type(event).__name__ for event in events]
    ['StepResult', 'StepResult', 'EpochResult']
    >>> events[-1].validation_accuracy
    1.0
    """
    if settings.batch > len(training):
        raise UsageError(
            f"a batch of {settings.batch} is larger than the {len(training)} training images",
            "take a smaller batch",
        )
    return _events(network, training, validation, settings)


def cosine_learning_rate(peak: float, step: int, steps: int) -> float:
    """The learning rate of a step: from the peak at step 0 down to zero at the end.

    ``peak * (1 + cos(pi * step / steps)) / 2`` (Loshchilov and Hutter, *SGDR: stochastic gradient
    descent with warm restarts*, 2017, equation 5, without a restart).

    >>> [round(cosine_learning_rate(0.001, step, steps=4), 6) for step in (0, 2, 4)]
    [0.001, 0.0005, 0.0]
    """
    return peak * (1 + math.cos(math.pi * step / steps)) / 2


def _events(
    network: Network,
    training: LabelledPixels,
    validation: LabelledPixels,
    settings: TrainingSettings,
) -> Iterator[StepResult | EpochResult]:
    optimizer = find_optimizer(settings.optimizer)(settings.peak_learning_rate)
    plan = Plan(network)
    steps_per_epoch = math.ceil(len(training) / settings.batch)
    steps = settings.epochs * steps_per_epoch
    for epoch in range(1, settings.epochs + 1):
        started = time.perf_counter()
        summed_loss = 0.0
        done = (epoch - 1) * steps_per_epoch
        for step, batch in enumerate(_batches(len(training), settings, epoch), done):
            optimizer.learning_rate = cosine_learning_rate(settings.peak_learning_rate, step, steps)
            # Of three numbers, so that it is neither an epoch's order nor the initial weights.
            chance = np.random.default_rng([settings.seed, step, 1])
            loss = _learn(plan, optimizer, training, batch, chance)
            summed_loss += loss * len(batch)
            yield StepResult(step + 1, steps, loss)
        yield EpochResult(
            epoch=epoch,
            loss=summed_loss / len(training),
            validation_accuracy=_validate(network, validation),
            seconds=time.perf_counter() - started,
            parameters={name: array.copy() for name, array in network.arrays.items()},
        )


def _batches(number: int, settings: TrainingSettings, epoch: int) -> Iterator[NDArray[np.intp]]:
    # The order of an epoch rests on the seed and the epoch alone. Epochs count from 1, and so no
    # order is drawn from the stream of the initial weights, which is that of [seed, 0].
    order = np.random.default_rng([settings.seed, epoch]).permutation(number)
    for start in range(0, number, settings.batch):
        yield order[start : start + settings.batch]


def _learn(
    plan: Plan,
    optimizer: Optimizer,
    training: LabelledPixels,
    batch: NDArray[np.intp],
    chance: "np.random.Generator",
) -> float:
    network = plan.network
    images, labels = network.contract.values(training.pixels[batch]), training.labels[batch]
    # What is not finite shows in the loss, which is checked; a warning would only come before it.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        loss, gradients = plan.loss_and_gradients(images, labels, chance)
        if not math.isfinite(loss):
            raise _divergence()
        optimizer.update(network.learned, gradients)
    return loss


def _validate(network: Network, validation: LabelledPixels) -> float:
    if not all(np.isfinite(array).all() for array in network.parameters.values()):
        raise _divergence()
    try:
        return evaluate(network, validation.pixels, validation.labels).accuracy
    except ParameterError as error:
        raise _divergence() from error


def _divergence() -> DivergenceError:
    return DivergenceError(
        "training diverged: the loss is no longer finite", "take a smaller learning rate"
    )
