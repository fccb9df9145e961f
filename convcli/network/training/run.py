"""Training by mini-batches: it reports after each step, and whoever listens prints or stops."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.digits.augmentation import augment
from convcli.errors import UsageError
from convcli.network.network import Network
from convcli.network.optimizers import Optimizer, OptimizerState, decay, find_optimizer
from convcli.network.plan import Lesson, Plan
from convcli.network.training.images import LabelledPixels
from convcli.network.training.settings import TrainingSettings, cosine_learning_rate
from convcli.network.training.state import (
    BestEpoch,
    Epoch,
    TrainingState,
    check_alike,
    refuse,
)
from convcli.network.training.validation import DivergenceError, validate

Array = NDArray[Any]


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
        measured: The numbers of the epoch.
        parameters: A copy of the parameters as they are now, as a file holds them.
        is_best: Whether it reads more validation images right than any epoch before.
    """

    measured: Epoch
    parameters: dict[str, Array]
    is_best: bool


class Training:
    """A training that may stop after any step, and go on from its state to the same bits.

    Args:
        network: Any that ends in scores. Its parameters are changed in place.
        images: To learn from.
        validation: Images to measure each epoch with; they are never learned from.
        settings: Everything else.
        state: Of the same training, to go on from; None to begin with the network as it is.

    Raises:
        UsageError: The batch is larger than the training set.
        ParameterError: The state is none of this training.

    Attributes:
        steps: Of the whole run.
        history: What was measured in the epochs that have ended.

    >>> from convcli.network.building import build
    >>> def training(state=None):
    ...     network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    ...     digits = LabelledPixels(np.eye(784, dtype=np.uint8)[:4].reshape(4, 28, 28),
    ...         np.array([1, 2, 3, 4]))
    ...     return Training(network, digits, digits, TrainingSettings(epochs=2, batch=2), state)
    >>> whole, begun = training(), training()
    >>> len(list(whole.events())), next(begun.events()).step
    (6, 1)
    >>> resumed = training(begun.state())
    >>> len(list(resumed.events()))
    5
    >>> bool((resumed.best.parameters["W1"] == whole.best.parameters["W1"]).all())
    True
    """

    def __init__(
        self,
        network: Network,
        images: LabelledPixels,
        validation: LabelledPixels,
        settings: TrainingSettings,
        state: TrainingState | None = None,
    ) -> None:
        if settings.batch > len(images):
            raise UsageError(
                f"a batch of {settings.batch} is larger than the {len(images)} training images",
                "take a smaller batch",
            )
        self._network, self._images, self._validation = network, images, validation
        self._settings = settings
        self._plan = Plan(network)
        self._optimizer: Optimizer = find_optimizer(settings.optimizer)(settings.peak_learning_rate)
        self._epoch_steps = math.ceil(len(images) / settings.batch)
        self.steps = settings.epochs * self._epoch_steps
        self.history: list[Epoch] = []
        self._best: BestEpoch | None = None
        self._step = 0
        self._begin_epoch()
        if state is not None:
            self._go_on_from(state)

    @property
    def has_ended(self) -> bool:
        """Whether no step is left, or none that the patience has room for."""
        done, patience = len(self.history), self._settings.patience
        if done == self._settings.epochs:
            return True
        waited = done - self._best.epoch if self._best else 0
        return patience is not None and waited >= patience

    @property
    def best(self) -> BestEpoch:
        """The first epoch that read more validation images right than any before it.

        Raises:
            LookupError: None has ended yet.
        """
        if self._best is None:
            raise LookupError("no epoch has ended")
        return self._best

    def events(self) -> Iterator[StepResult | EpochResult]:
        """Train while this is read.

        Yields:
            A :class:`StepResult` after each step, and after the last step of an epoch an
            :class:`EpochResult`.

        Raises:
            DivergenceError: The loss or a parameter is no longer finite.
        """
        while not self.has_ended:
            for batch in self._batches_left():
                yield self._take_step(batch)
            yield self._end_epoch()

    def state(self) -> TrainingState:
        """Everything that another process has to know to go on from here."""
        return TrainingState(
            step=self._step,
            summed_loss=self._summed_loss,
            right=self._right,
            seconds=self._seconds,
            parameters=self._parameters(),
            optimizer=self._optimizer.state.copy(),
            history=tuple(self.history),
            best=self._best,
        )

    def _parameters(self) -> dict[str, Array]:
        return {name: array.copy(order="K") for name, array in self._network.arrays.items()}

    def _begin_epoch(self) -> None:
        self._summed_loss, self._right, self._carried = 0.0, 0, 0.0
        self._started = time.perf_counter()

    @property
    def _seconds(self) -> float:
        return self._carried + time.perf_counter() - self._started

    def _batches_left(self) -> Iterator[NDArray[np.intp]]:
        """The images of each step that the epoch still has."""
        number, size, epoch = len(self._images), self._settings.batch, len(self.history) + 1
        # The order of an epoch rests on the seed and the epoch alone. Epochs count from 1, and so
        # no order is drawn from the stream of the initial weights, which is that of [seed, 0].
        order = np.random.default_rng([self._settings.seed, epoch]).permutation(number)
        done = self._step - len(self.history) * self._epoch_steps
        for start in range(done * size, number, size):
            yield order[start : start + size]

    def _take_step(self, batch: NDArray[np.intp]) -> StepResult:
        lesson = self._learn(batch)
        self._step += 1
        self._summed_loss += lesson.loss * len(batch)
        self._right += lesson.right
        return StepResult(self._step, self.steps, lesson.loss)

    def _learn(self, batch: NDArray[np.intp]) -> Lesson:
        settings, optimizer, step = self._settings, self._optimizer, self._step
        pixels, labels = self._images.pixels[batch], self._images.labels[batch]
        if settings.augment:
            pixels = augment(pixels, settings.augment, self._chance(2))
        values = self._network.contract.values(pixels)
        optimizer.learning_rate = self._learning_rate(step)
        # What is not finite shows in the loss, which is checked; a warning would only come before.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            lesson = self._plan.lesson(values, labels, self._chance(1))
            if not math.isfinite(lesson.loss):
                raise DivergenceError
            learned = self._network.learned
            if settings.weight_decay:
                decay(learned, optimizer.learning_rate * settings.weight_decay)
            optimizer.update(learned, lesson.gradients)
        return lesson

    def _chance(self, use: int) -> np.random.Generator:
        # Of three numbers, so that it is neither an epoch's order nor the initial weights.
        return np.random.default_rng([self._settings.seed, self._step, use])

    def _learning_rate(self, step: int) -> float:
        return cosine_learning_rate(self._settings.peak_learning_rate, step, self.steps)

    def _end_epoch(self) -> EpochResult:
        outcome = validate(self._plan, self._validation)
        measured = Epoch(
            epoch=len(self.history) + 1,
            loss=self._summed_loss / len(self._images),
            accuracy=self._right / len(self._images),
            validation_loss=outcome.loss,
            validation_accuracy=outcome.right / len(self._validation),
            learning_rate=self._learning_rate(self._step - 1),
            seconds=self._seconds,
        )
        self.history.append(measured)
        parameters, accuracy = self._parameters(), measured.validation_accuracy
        is_best = self._best is None or accuracy > self._best.validation_accuracy
        if is_best:
            self._best = BestEpoch(measured.epoch, accuracy, parameters)
        self._begin_epoch()
        return EpochResult(measured, parameters, is_best)

    def _go_on_from(self, state: TrainingState) -> None:
        self._check(state)
        arrays = self._network.arrays
        for name, array in state.parameters.items():
            arrays[name][...] = array
        self._optimizer.state = state.optimizer.copy()
        self.history, self._best = list(state.history), state.best
        self._step, self._summed_loss, self._right = state.step, state.summed_loss, state.right
        self._carried = state.seconds

    def _check(self, state: TrainingState) -> None:
        whole, step = len(state.history), state.step
        begun = step - whole * self._epoch_steps
        if step > self.steps or not 0 <= begun <= self._epoch_steps:
            refuse(f"step {step} of {self.steps}, with {whole} epochs ended")
        if state.right > begun * self._settings.batch:
            refuse(f"{state.right} images of {begun} steps are read right")
        arrays, learned = self._network.arrays, self._network.learned
        check_alike("parameters", state.parameters, arrays)
        if state.best is not None:
            check_alike("best parameters", state.best.parameters, arrays)
        _check_optimizer(state.optimizer, self._optimizer.state, learned if step else {})


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
        The events of a :class:`Training`, which trains while they are read.

    Raises:
        UsageError: The batch is larger than the training set.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    >>> digits = LabelledPixels(np.zeros((4, 28, 28), np.uint8), np.array([1, 1, 1, 1]))
    >>> events = list(train(network, digits, digits, TrainingSettings(epochs=1, batch=2)))
    >>> [type(event).__name__ for event in events]
    ['StepResult', 'StepResult', 'EpochResult']
    >>> events[-1].measured.validation_accuracy
    1.0
    """
    return Training(network, training, validation, settings).events()


def _check_optimizer(
    found: OptimizerState, fresh: OptimizerState, learned: dict[str, Array]
) -> None:
    if set(found.moments) != set(fresh.moments):
        refuse(f"moments of another optimizer: {', '.join(found.moments) or 'none'}")
    for kind, arrays in found.moments.items():
        check_alike(f"moment {kind}", arrays, learned)
