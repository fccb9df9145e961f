"""Central differences, and what they say of a number of a gradient."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError
from convcli.network.kinks import Crossing
from convcli.network.recorded_pass import RecordedPass

Array = NDArray[Any]
Index = tuple[int, ...]

TOLERANCE = 1e-4
"""The largest relative error of a gradient that is right: a tenth of what has to be found."""

# Roundings that add up in a sum of many terms; the bound on what they may be counts as many.
ROUNDINGS = 16 * float(np.finfo(np.float64).eps)


class Verdict(IntEnum):
    """What was found of one number of a gradient; the larger, the more it matters."""

    INACTIVE = 0
    PASSED = 1
    ON_KINK = 2
    FAILED = 3


@dataclass(frozen=True)
class Sample:
    """One number of a gradient.

    Attributes:
        index: Where it is in the array that the gradient is by.
        backward: What the backward pass says.
        difference: What central differences say.
        relative_error: ``|backward - difference| / max(|backward|, |difference|)``; None where both
            are zero, or so small that rounding hides them.
        verdict: What that means.
        crossing: The bends between the two points, of a sample on a kink.
    """

    index: Index
    backward: float
    difference: float
    relative_error: float | None
    verdict: Verdict
    crossing: Crossing | None = None


def judged(index: Index, backward: float, difference: float, rounding: float) -> Sample:
    """One number of a gradient held against its central difference.

    Args:
        index: Where it is.
        backward: From the backward pass.
        difference: From central differences.
        rounding: How far rounding may have led the difference astray.

    >>> judged((0,), backward=1.001, difference=1.0, rounding=1e-9).verdict.name
    'FAILED'
    >>> judged((0,), backward=1e-9, difference=0.0, rounding=1e-9).verdict.name
    'INACTIVE'
    """
    larger = max(abs(backward), abs(difference))
    if larger * TOLERANCE <= rounding:
        return Sample(index, backward, difference, None, Verdict.INACTIVE)
    distance = abs(backward - difference)
    is_right = distance <= TOLERANCE * larger + rounding
    verdict = Verdict.PASSED if is_right else Verdict.FAILED
    return Sample(index, backward, difference, distance / larger, verdict)


def moved(values: Array, index: Index, step: float) -> tuple[Array, Array, float]:
    """Values with one of them below and above where it is, and the distance between the two.

    Raises:
        ParameterError: A value is so large that the step does not change it.

    >>> below, above, width = moved(np.array([1.0, 2.0]), (1,), 0.5)
    >>> below.tolist(), above.tolist(), width
    ([1.0, 1.5], [1.0, 2.5], 1.0)
    """
    below, above = values.copy(), values.copy()
    below[index] -= step
    above[index] += step
    return below, above, _width(below[index], above[index])


def outputs_beside(
    done: RecordedPass, place: int, name: str, index: Index, step: float
) -> tuple[Array, Array, float]:
    """What a layer gives out when one of its parameters is below and above where it is.

    Returns:
        Both outputs, and the distance between the two values of the parameter.

    Raises:
        ParameterError: It is so large that the step does not change it.
    """
    values, inputs = done.network.parameters[name], done.layers[place].inputs
    here = values[index]
    try:
        values[index] = low = here - step
        below = done.output_of(place, inputs)
        values[index] = high = here + step
        above = done.output_of(place, inputs)
    finally:
        values[index] = here
    return below, above, _width(low, high)


def weighted_change(
    weights: Array, below: Array, above: Array, width: float
) -> tuple[float, float]:
    """How fast the sum of outputs, each times its weight, changes; and what rounding may do to it.

    >>> weighted_change(np.array([2.0, 5.0]), np.array([1.0, 7.0]), np.array([1.5, 7.0]), 0.5)[0]
    2.0
    """
    change = above - below
    size = np.maximum(np.abs(below), np.abs(above))
    rounding = ROUNDINGS * float(np.sum(np.abs(weights) * size, where=change != 0)) / width
    return float(np.sum(weights * change)) / width, rounding


def _width(low: float, high: float) -> float:
    if low == high:
        raise ParameterError(
            f"a step is lost beside a value of {low:.3g}",
            "the parameters hold values far too large",
        )
    return float(high - low)
