"""What can be said of each filter in a number."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum, hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError

# The square of a larger one, summed over any filter that fits into memory, could overflow.
LARGEST_WEIGHT = 1e140

_PIECE = 2**16


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
    return tuple(_summary(index, weights) for index, weights in enumerate(filters))


def _summary(index: int, weights: NDArray[Any]) -> FilterSummary:
    minimum, maximum = float(weights.min()), float(weights.max())
    if max(-minimum, maximum) > LARGEST_WEIGHT:
        raise ParameterError("the filters hold values far too large", "their squares overflow")
    sums, norms = zip(
        *((piece.sum(), np.linalg.norm(piece)) for piece in _pieces(weights)), strict=True
    )
    return FilterSummary(
        index, minimum, maximum, mean=fsum(sums) / weights.size, norm=hypot(*norms)
    )


def _pieces(weights: NDArray[Any]) -> Iterator[NDArray[np.float64]]:
    """The weights in float64, some thousand at a time: a single filter may have millions."""
    pieces = np.nditer(
        weights,
        flags=["external_loop", "buffered"],
        op_dtypes=[np.float64],
        casting="same_kind",
        order="C",
        buffersize=_PIECE,
    )
    for piece in pieces:
        yield np.asarray(piece)
