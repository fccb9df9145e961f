"""How well a network reads images whose labels are known."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError
from convcli.network.network import Labels, Network, check_labels
from convcli.network.plan import Plan

# Images between two reports of progress.
PART = 1_000
# Of the standard normal distribution: 95 % lie between minus and plus this.
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class Evaluation:
    """The outcome of reading a set of labelled images.

    Attributes:
        confusion: Counts, (classes, classes): the row is the label, the column what was read.

    >>> outcome = Evaluation(np.array([[8, 2], [0, 10]]))
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
    def interval(self) -> tuple[float, float]:
        """The Wilson 95 % interval of the accuracy."""
        return wilson_interval(self.right, self.total)

    @property
    def class_totals(self) -> tuple[int, ...]:
        """Images of each label."""
        return tuple(map(int, self.confusion.sum(axis=1)))

    @property
    def class_rights(self) -> tuple[int, ...]:
        """Images of each label that were read right."""
        return tuple(map(int, np.diag(self.confusion)))

    @property
    def class_accuracies(self) -> tuple[float | None, ...]:
        """The share of the images of each label; None for a label that no image has."""
        return tuple(
            right / total if total else None
            for right, total in zip(self.class_rights, self.class_totals, strict=True)
        )


def wilson_interval(right: int, total: int) -> tuple[float, float]:
    """Between which shares the true one lies with a confidence of 95 %.

    With ``p = right / total`` and ``z = 1.96``: ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) /
    (1 + z²/n)`` (Wilson, *Probable inference, the law of succession, and statistical inference*,
    1927).

    >>> tuple(round(end, 5) for end in wilson_interval(9_891, 10_000))
    (0.98687, 0.99096)
    """
    share, squared = right / total, NORMAL_95**2 / total
    middle = share + squared / 2
    half = NORMAL_95 * sqrt(share * (1 - share) / total + squared / (4 * total))
    # Rounding may lead a hair out of 0..1 where all or none are right.
    low, high = (middle - half) / (1 + squared), (middle + half) / (1 + squared)
    return max(0.0, low), min(1.0, high)


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
    >>> evaluate(network, np.zeros((2, 28, 28), np.uint8), np.array([3, 7])).total
    2
    """
    classes = network.classes
    check_labels(labels, len(pixels), classes)
    plan = Plan(network)
    confusion = np.zeros((classes, classes), np.int64)
    for start in range(0, len(pixels), PART):
        part = slice(start, start + PART)
        with np.errstate(over="ignore", invalid="ignore"):
            scores = plan.scores_of_pixels(pixels[part])
        if not np.isfinite(scores).all():
            raise ParameterError(
                "the scores are not finite", "the parameters hold values far too large"
            )
        np.add.at(confusion, (labels[part], scores.argmax(axis=1)), 1)
        if progress is not None:
            progress(min(start + PART, len(pixels)))
    return Evaluation(confusion)
