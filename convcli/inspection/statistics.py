"""An array in five numbers, in float64 and in little memory whatever its size and layout."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHUNK_ITEMS = 2**16


@dataclass(frozen=True)
class ArrayStatistics:
    """What the values of an array are like; all but ``share_of_zeros`` are None if it is empty.

    Attributes:
        minimum: The smallest value, exactly.
        maximum: The largest value, exactly.
        mean: The mean.
        standard_deviation: Root of the mean squared distance from the mean (divided by their
            number, not by one less).
        share_of_zeros: How many of the values are exactly zero, 0..1; 0 if the array is empty.
    """

    minimum: float | int | None
    maximum: float | int | None
    mean: float | None
    standard_deviation: float | None
    share_of_zeros: float


def statistics_of(array: NDArray[Any]) -> ArrayStatistics:
    """The statistics of an array of finite numbers, of any shape and size.

    Finite numbers have a finite mean and standard deviation, also where their sum or the sum of
    their squares is too large for float64.

    >>> statistics_of(np.array([[0, 1], [2, 5]]))  # doctest: +NORMALIZE_WHITESPACE
    ArrayStatistics(minimum=0, maximum=5, mean=2.0, standard_deviation=1.8708286933869707,
                    share_of_zeros=0.25)
    """
    if array.size == 0:
        return ArrayStatistics(None, None, None, None, 0.0)
    minimum, maximum = array.min().item(), array.max().item()
    # A power of two changes no digit, and no value is larger than one after this.
    exponent = math.frexp(max(abs(minimum), abs(maximum)))[1]
    mean = math.fsum(float(chunk.sum()) for chunk in _scaled(array, exponent)) / array.size
    variance = (
        math.fsum(float(np.square(chunk - mean).sum()) for chunk in _scaled(array, exponent))
        / array.size
    )
    return ArrayStatistics(
        minimum,
        maximum,
        math.ldexp(mean, exponent),
        math.ldexp(math.sqrt(variance), exponent),
        (array.size - int(np.count_nonzero(array))) / array.size,
    )


def _scaled(array: NDArray[Any], exponent: int) -> Iterator[NDArray[np.float64]]:
    """The values divided by two to the power of ``exponent``, some thousand at a time."""
    chunks = np.nditer(
        array,
        flags=["external_loop", "buffered"],
        op_dtypes=[np.float64],
        casting="same_kind",
        buffersize=_CHUNK_ITEMS,
    )
    for chunk in chunks:
        yield np.ldexp(chunk, -exponent)
