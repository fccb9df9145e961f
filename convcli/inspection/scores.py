"""A score: the terms that made it, and what the softmax makes of all scores."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import softmax
from convcli.errors import ParameterError
from convcli.inspection.ledger import Ledger, Place, Stages, ledger_of
from convcli.inspection.provenance import check_place
from convcli.inspection.regions import places_in_maps
from convcli.network.layers import Affine, Convolution, Flatten, GlobalAveragePooling
from convcli.network.network import INPUT, Network

Array = NDArray[Any]


class SoftmaxRow(NamedTuple):
    """One class on its way from score to probability.

    Attributes:
        name: Of the class.
        score: What the network gave it.
        below_largest: The score less the largest score.
        exponential: ``exp(below_largest)``.
        probability: The exponential divided by the sum of all of them, as the engine has it.
    """

    name: str
    score: float
    below_largest: float
    exponential: float
    probability: float


@dataclass(frozen=True)
class ScoreExplanation:
    """How one score came about.

    Attributes:
        number: Of the class.
        ledger: Of the layer that adds up; most often its number is the score.
        afterwards: Name and number of each stage between that layer and the score, as where a
            dropout of the book halves it.
        softmax: A row for each class.
        exponential_sum: What the softmax divides by.
    """

    number: int
    ledger: Ledger
    afterwards: tuple[tuple[str, float], ...]
    softmax: tuple[SoftmaxRow, ...]
    exponential_sum: float

    @property
    def chosen(self) -> SoftmaxRow:
        """The row of this class."""
        return self.softmax[self.number]


def explain_score(network: Network, stages: Stages, number: int) -> ScoreExplanation:
    """The terms of a score, and the softmax with its numbers.

    Args:
        network: Ends in scores.
        stages: Its trace of one image.
        number: Of the class.

    Raises:
        UsageError: There is no such class.
        ParameterError: The network gives no scores, or no layer adds them up.

    >>> from convcli.network.building import untrained
    >>> from convcli.network.contract import InputContract
    >>> network = untrained("flatten fc1(100) relu fc2(10)", InputContract(), seed=0)
    >>> stages = network.stages(np.ones((1, 1, 28, 28), np.float32))
    >>> found = explain_score(network, stages, 2)
    >>> found.ledger.layer, len(found.ledger.terms), len(found.softmax)
    ('affine2', 100, 10)
    """
    check_place((number,), (network.classes,), "score")
    last = network.scoring_layers[-1].name if network.scoring_layers else INPUT
    ledger, afterwards = summing(network, stages, last, (number,))
    rows, total = softmax_rows(network, stages[last])
    return ScoreExplanation(number, ledger, afterwards, rows, total)


def softmax_rows(network: Network, scores: Array) -> tuple[tuple[SoftmaxRow, ...], float]:
    """Every class on its way from score to probability, and the sum of all exponentials.

    Args:
        network: Gave the scores.
        scores: (1, classes).
    """
    below = scores[0] - scores[0].max()
    exponentials = np.exp(below)
    rows = zip(
        network.class_names,
        scores[0].tolist(),
        below.tolist(),
        exponentials.tolist(),
        softmax(scores)[0].tolist(),
        strict=True,
    )
    return tuple(SoftmaxRow(*row) for row in rows), float(exponentials.sum())


def summing(
    network: Network, stages: Stages, stage: str, place: Place
) -> tuple[Ledger, tuple[tuple[str, float], ...]]:
    """The terms behind one number of a stage, whatever was done to their sum afterwards.

    Args:
        network: The stage's.
        stages: Its trace of one image.
        stage: ``input`` or the name of a layer.
        place: Of the number there.

    Returns:
        The ledger of the last layer up to there that adds up, and the name and number of each stage
        after it.

    Raises:
        ParameterError: No layer adds this number up.
    """
    afterwards: list[tuple[str, float]] = []
    while stage != INPUT:
        layer = network.layer(stage)
        if isinstance(layer, Convolution | Affine | GlobalAveragePooling):
            return ledger_of(network, stages, layer, place), tuple(reversed(afterwards))
        if layer.reach is not None:
            break
        before = network.input_name_of(layer)
        if isinstance(layer, Flatten):
            place = places_in_maps(layer, network.shapes[before])[place[0]]
        else:
            afterwards.append((stage, float(stages[stage][0][place])))
        stage = before
    raise ParameterError(
        f"no layer of {network.title} adds this number up",
        "give a network that has an affine layer",
    )
