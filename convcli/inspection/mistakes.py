"""The images that a network reads wrong, and those that only one of two networks reads."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.network.evaluation import Evaluation

Indices = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Mistake:
    """An image that was read as another class than its label says.

    Attributes:
        index: In the images that were read.
        label: Its class.
        reading: The class that was read.
        probability: Of the reading.
        loss: Minus the logarithm of the label's probability, in nats.
    """

    index: int
    label: int
    reading: int
    probability: float
    loss: float


@dataclass(frozen=True)
class Disagreement:
    """An image that one of two networks reads right, and the other not.

    Attributes:
        index: In the images that were read.
        label: Its class.
        first_reading: What the first network reads.
        first_probability: Of that.
        second_reading: What the second network reads.
        second_probability: Of that.
    """

    index: int
    label: int
    first_reading: int
    first_probability: float
    second_reading: int
    second_probability: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two networks that have read the same images.

    Attributes:
        both: Images that both read right.
        only_first: Those that only the first one does, worst loss of the second first.
        only_second: Those that only the second one does, worst loss of the first first.
        neither: Images that neither reads right.
    """

    both: int
    only_first: tuple[Disagreement, ...]
    only_second: tuple[Disagreement, ...]
    neither: int

    @property
    def p(self) -> float:
        """The exact p of McNemar's test; :func:`mcnemar`."""
        return mcnemar(len(self.only_first), len(self.only_second))


def mistakes(outcome: Evaluation) -> tuple[Mistake, ...]:
    """Every image that was read wrong, the worst loss first.

    >>> from convcli.network.evaluation import evaluate
    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    >>> found = mistakes(evaluate(network, np.zeros((2, 28, 28), np.uint8), np.array([0, 7])))
    >>> [(mistake.index, mistake.label, mistake.reading) for mistake in found]
    [(1, 7, 0)]
    """
    wrong = _worst_first(np.flatnonzero(~outcome.rights), outcome)
    return tuple(
        Mistake(
            index,
            int(outcome.labels[index]),
            int(outcome.readings[index]),
            float(outcome.probabilities[index]),
            float(outcome.losses[index]),
        )
        for index in wrong.tolist()
    )


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """Which images only one of two networks reads.

    Args:
        first: Its outcome.
        second: That of another network, of the same images.

    Raises:
        ValueError: They are not of the same images.
    """
    if not np.array_equal(first.labels, second.labels):
        raise ValueError("two outcomes of other images")
    only_first = np.flatnonzero(first.rights & ~second.rights)
    only_second = np.flatnonzero(second.rights & ~first.rights)
    return Comparison(
        int((first.rights & second.rights).sum()),
        _disagreements(_worst_first(only_first, second), first, second),
        _disagreements(_worst_first(only_second, first), first, second),
        int((~first.rights & ~second.rights).sum()),
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """How likely so uneven a split is, if each image were as likely to be read by only either one.

    Twice the smaller tail of the binomial distribution with a chance of one half, at most 1
    (McNemar, *Note on the sampling error of the difference between correlated proportions or
    percentages*, 1947). It is counted in whole numbers and rounded once.

    >>> mcnemar(1, 3)
    0.625
    """
    number, fewer = only_first + only_second, min(only_first, only_second)
    tail, ways = 0, 1
    for place in range(fewer + 1):
        tail += ways
        ways = ways * (number - place) // (place + 1)
    p: float = 2 * tail / 2**number
    return min(1.0, p)


def _worst_first(indices: Indices, outcome: Evaluation) -> Indices:
    return indices[np.argsort(-outcome.losses[indices], kind="stable")]


def _disagreements(
    indices: Indices, first: Evaluation, second: Evaluation
) -> tuple[Disagreement, ...]:
    return tuple(
        Disagreement(
            index,
            int(first.labels[index]),
            int(first.readings[index]),
            float(first.probabilities[index]),
            int(second.readings[index]),
            float(second.probabilities[index]),
        )
        for index in indices.tolist()
    )
