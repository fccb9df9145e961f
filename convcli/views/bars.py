"""Which classes have a bar, and how a probability is written: in figures and in the terminal."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_BARS = 30


def bars_of(probabilities: NDArray[Any], label: int | None) -> list[int]:
    """Which classes have a bar, in the order of their numbers.

    Of many classes these are the most probable ones, and the label.

    Raises:
        ValueError: A probability is outside 0..1 or not a number.
    """
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("a probability lies outside 0 … 1")
    most_probable = np.argsort(-probabilities, kind="stable")[:MOST_BARS].tolist()
    return sorted({*most_probable, *([] if label is None else [label])})


def probability_text(probability: float) -> str:
    """A probability in four digits; rounding makes no certainty of it.

    >>> probability_text(0.123456), probability_text(0.99999)
    ('0.1235', '>0.9999')
    """
    text = f"{probability:.4g}"
    return ">0.9999" if text == "1" else text
