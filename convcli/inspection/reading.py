"""What a whole network reads on an image."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import softmax
from convcli.network.convnet import SimpleConvNet


@dataclass(frozen=True)
class Reading:
    """The class with the highest score.

    Attributes:
        digit: Its number, from 0.
        probability: What the network makes of its score, 0..1.
    """

    digit: int
    probability: float


def read_digit(parameters: Mapping[str, NDArray[Any]], image: NDArray[Any]) -> Reading | None:
    """The digit that the network reads; None where its scores are not finite.

    Args:
        parameters: All of a network's.
        image: (1, 1, 28, 28), values 0..1.

    Raises:
        ParameterError: The parameters are no whole network.
        GeometryError: The image has another shape.

    >>> from convcli.network.initialization import initial_parameters
    >>> reading = read_digit(initial_parameters(seed=0), np.zeros((1, 1, 28, 28)))
    >>> reading.digit, round(reading.probability, 4)
    (0, 0.1)
    """
    with np.errstate(over="ignore", invalid="ignore"):
        scores = SimpleConvNet(dict(parameters)).predict(image)
    if not np.isfinite(scores).all():
        return None
    probabilities = softmax(scores)[0]
    digit = int(probabilities.argmax())
    return Reading(digit, float(probabilities[digit]))
