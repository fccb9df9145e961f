"""How well a network reads images whose labels are known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError
from convcli.network.calibration import CalibrationBin, calibration_bins
from convcli.network.network import Labels, Network, check_labels
from convcli.network.plan import Plan
from convcli.network.proportions import Interval, f1_interval, wilson_interval

Array = NDArray[Any]

# Images between two reports of progress.
PART = 1_000


@dataclass(frozen=True)
class ClassScore:
    """One of the shares by which a class is judged.

    Attributes:
        value: 0..1; None where nothing was counted.
        interval: Its 95 % interval; None likewise.
    """

    value: float | None
    interval: Interval | None


@dataclass(frozen=True, eq=False)
class Counts:
    """Which label was read as what, how often.

    Attributes:
        confusion: Counts, (classes, classes): the row is the label, the column what was read.

    >>> outcome = Counts(np.array([[8, 2], [0, 10]]))
    >>> outcome.right, outcome.total, outcome.accuracy, outcome.class_accuracies
    (18, 20, 0.9, (0.8, 1.0))
    """

    confusion: NDArray[np.integer[Any]]

    @property
    def right(self) -> int:
        """Images that were read right."""
        return int(np.trace(self.confusion))

    @property
    def total(self) -> int:
        """Images that were read."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of the images that were read right, 0..1."""
        return self.right / self.total

    @property
    def interval(self) -> Interval:
        """The Wilson 95 % interval of the accuracy."""
        return wilson_interval(self.right, self.total)

    @property
    def class_totals(self) -> tuple[int, ...]:
        """Images of each label."""
        return tuple(map(int, self.confusion.sum(axis=1)))

    @property
    def class_readings(self) -> tuple[int, ...]:
        """Images that were read as each class."""
        return tuple(map(int, self.confusion.sum(axis=0)))

    @property
    def class_rights(self) -> tuple[int, ...]:
        """Images of each label that were read right."""
        return tuple(map(int, np.diag(self.confusion)))

    @property
    def class_accuracies(self) -> tuple[float | None, ...]:
        """The share of the images of each label; None for a label that no image has."""
        return tuple(score.value for score in self.recalls)

    @property
    def precisions(self) -> tuple[ClassScore, ...]:
        """Of what was read as a class, how much was it."""
        return _shares(self.class_rights, self.class_readings)

    @property
    def recalls(self) -> tuple[ClassScore, ...]:
        """Of the images of a class, how many were read as it."""
        return _shares(self.class_rights, self.class_totals)

    @property
    def f1s(self) -> tuple[ClassScore, ...]:
        """``2 right / (2 right + wrong)``, the harmonic mean of precision and recall."""
        found = []
        for right, total, read in zip(
            self.class_rights, self.class_totals, self.class_readings, strict=True
        ):
            wrong = total + read - 2 * right
            if right + wrong:
                value = 2 * right / (total + read)
                found.append(ClassScore(value, f1_interval(right, wrong)))
            else:
                found.append(ClassScore(None, None))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class Evaluation(Counts):
    """The outcome of reading a set of labelled images.

    Attributes:
        labels: (N,), the classes that are shown.
        readings: (N,), the classes that were read.
        probabilities: float64, (N,), of what was read.
        losses: float64, (N,), minus the logarithm of the label's probability, in nats.
    """

    labels: Labels
    readings: Labels
    probabilities: Array
    losses: Array

    @property
    def rights(self) -> NDArray[np.bool_]:
        """Whether each image was read right: (N,)."""
        return np.equal(self.readings, self.labels)

    @property
    def negative_log_likelihood(self) -> float:
        """Mean of the losses, in nats."""
        return float(self.losses.mean())

    @cached_property
    def bins(self) -> tuple[CalibrationBin, ...]:
        """The images sorted by how sure the network was."""
        return calibration_bins(self.probabilities, self.rights)


def evaluate(
    network: Network,
    pixels: NDArray[np.uint8],
    labels: Labels,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Read every image, in blocks, and count what was read for which label.

    Args:
        network: Any network that ends in scores; of equal scores the lowest class is read.
        pixels: uint8, (N, height, width), or (N, channels, height, width).
        labels: (N,), 0 .. classes - 1.
        progress: Is told now and then how many images have been read.

    Raises:
        GeometryError: The shapes do not fit.
        UsageError: A label is no class of the network.
        ParameterError: The network does not end in scores, or they are not finite.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    >>> outcome = evaluate(network, np.zeros((2, 28, 28), np.uint8), np.array([3, 7]))
    >>> outcome.total, outcome.readings.tolist(), outcome.probabilities.round(4).tolist()
    (2, [0, 0], [0.1, 0.1])
    """
    classes = network.classes
    check_labels(labels, len(pixels), classes)
    plan = Plan(network)
    readings = np.empty(len(pixels), np.intp)
    probabilities, losses = np.empty((2, len(pixels)))
    for start in range(0, len(pixels), PART):
        part = slice(start, start + PART)
        with np.errstate(over="ignore", invalid="ignore"):
            scores = plan.scores_of_pixels(pixels[part])
        if not np.isfinite(scores).all():
            raise ParameterError(
                "the scores are not finite", "the parameters hold values far too large"
            )
        readings[part] = scores.argmax(axis=1)
        probabilities[part], losses[part] = _sureness(scores, labels[part])
        if progress is not None:
            progress(min(start + PART, len(pixels)))
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, readings), 1)
    return Evaluation(confusion, labels, readings, probabilities, losses)


def _sureness(scores: Array, labels: Labels) -> tuple[Array, Array]:
    """The probability of what was read and the loss of each image, in double precision."""
    shifted = scores.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    sums = np.exp(shifted).sum(axis=1)
    return 1 / sums, np.log(sums) - shifted[np.arange(len(labels)), labels]


def _shares(rights: Sequence[int], totals: Sequence[int]) -> tuple[ClassScore, ...]:
    return tuple(
        ClassScore(right / total, wilson_interval(right, total))
        if total
        else ClassScore(None, None)
        for right, total in zip(rights, totals, strict=True)
    )
