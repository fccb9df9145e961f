"""What can be said of each filter in a number."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError

# The square of a larger one, summed over any filter that fits into memory, could overflow.
LARGEST_WEIGHT = 1e140


@dataclass(frozen=True)
class FilterSummary:
    """One filter in four numbers.

    Attributes:
        index: Its place among the filters, from 0.
        minimum: Its smallest weight.
        maximum: Its largest weight.
        mean: The mean of its weights; far from zero, it looks at brightness, near zero, at edges.
        norm: The root of the sum of its squared weights; small means that the filter does little.
    """

    index: int
    minimum: float
    maximum: float
    mean: float
    norm: float


def summarise(filters: NDArray[Any]) -> tuple[FilterSummary, ...]:
    """Each filter of (FN, C, FH, FW) in four numbers, computed in float64.

    Raises:
        ParameterError: A weight is so large that the norm would not be finite.

    >>> summarise(np.array([[[[3.0, -4.0]]]]))
    (FilterSummary(index=0, minimum=-4.0, maximum=3.0, mean=-0.5, norm=5.0),)
    """
    rows = filters.reshape(len(filters), -1).astype(np.float64)
    if np.abs(rows).max() > LARGEST_WEIGHT:
        raise ParameterError("the filters hold values far too large", "their squares overflow")
    return tuple(
        FilterSummary(
            index,
            minimum=float(row.min()),
            maximum=float(row.max()),
            mean=float(row.mean()),
            norm=float(np.linalg.norm(row)),
        )
        for index, row in enumerate(rows)
    )
