"""How well a network reads images whose labels are known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.network.convnet import Labels, SimpleConvNet, check_labels


@dataclass(frozen=True)
class Evaluation:
    """The outcome of reading a set of labelled images.

    Attributes:
        confusion: Counts, (classes, classes): the row is the label, the column what was read.

    >>> outcome = Evaluation(np.array([[8, 2], [0, 10]]))
    >>> outcome.correct, outcome.total, outcome.accuracy, outcome.class_accuracies
    (18, 20, 0.9, (0.8, 1.0))
    """

    confusion: NDArray[np.integer[Any]]

    @property
    def correct(self) -> int:
        """Images that were read right."""
        return int(np.trace(self.confusion))

    @property
    def total(self) -> int:
        """Images that were read."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of the images that were read right, 0..1."""
        return self.correct / self.total

    @property
    def class_accuracies(self) -> tuple[float | None, ...]:
        """The same for each label; None for a label that no image has."""
        return tuple(
            int(self.confusion[label, label]) / int(count) if count else None
            for label, count in enumerate(self.confusion.sum(axis=1))
        )


def evaluate(network: SimpleConvNet, pixels: NDArray[np.uint8], labels: Labels) -> Evaluation:
    """Read every image, in blocks, and count what was read for which label.

    Args:
        network: Any network; of equal scores the lowest class is read.
        pixels: uint8, (N, 28, 28).
        labels: (N,), 0 .. classes - 1.

    Raises:
        GeometryError: The shapes do not fit.
        UsageError: A label is no class of the network.

    >>> from convcli.network.initialization import initial_parameters
    >>> network = SimpleConvNet(initial_parameters(seed=0))
    >>> evaluate(network, np.zeros((2, 28, 28), np.uint8), np.array([3, 7])).total
    2
    """
    classes = network.architecture.classes
    check_labels(labels, len(pixels), classes)
    readings = network.predict_pixels(pixels).argmax(axis=1)
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, readings), 1)
    return Evaluation(confusion)
