"""What a network reads on an image."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import softmax
from convcli.errors import ParameterError
from convcli.network.network import INPUT, Network

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Reading:
    """What a network makes of one image.

    Attributes:
        probabilities: Of each class, (classes,); they sum to 1.
        names: Of each class.
    """

    probabilities: Array
    names: tuple[str, ...]

    @property
    def place(self) -> int:
        """The number of the class with the highest probability; of equal ones the first."""
        return int(self.probabilities.argmax())

    @property
    def name(self) -> str:
        """The name of that class."""
        return self.names[self.place]

    @property
    def probability(self) -> float:
        """The probability of that class."""
        return float(self.probabilities[self.place])


def read(network: Network, image: Array) -> Reading:
    """What the network reads.

    Args:
        network: Ends in scores.
        image: (1, channels, height, width), as the network takes it.

    Raises:
        ParameterError: The network gives no scores, or they are not finite.
        GeometryError: The image has another shape.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    >>> reading = read(network, np.zeros((1, 1, 28, 28)))
    >>> reading.name, reading.probability
    ('0', 0.1)
    """
    with np.errstate(over="ignore", invalid="ignore"):
        scores = network.scores(image)
    if not np.isfinite(scores).all():
        raise ParameterError(
            "the scores are not finite", "the parameters hold values far too large"
        )
    return Reading(softmax(scores)[0], network.class_names)


def reading_of(network: Network, stages: Mapping[str, Array]) -> Reading:
    """What the network has read, from its trace of one image, whose every value is a number.

    Raises:
        ParameterError: The network gives no scores.
    """
    last = network.scoring_layers[-1].name if network.scoring_layers else INPUT
    return Reading(softmax(stages[last])[0], network.class_names)
