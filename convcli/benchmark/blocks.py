"""Work on very many images a block at a time, so that what lies in between takes little memory."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

BLOCK = 100
IN_BLOCKS = f"by {BLOCK}"


def in_blocks(compute: Callable[[Any], Array], inputs: Any, block: int | None = BLOCK) -> Array:
    """What ``compute`` makes of the inputs, put together from blocks of them.

    Args:
        compute: From inputs (N, ...) to an array (N, ...).
        inputs: An array, or anything else that has a length and can be sliced.
        block: Inputs at a time; None for all at once.

    >>> in_blocks(np.negative, np.arange(5), block=2)
    array([ 0, -1, -2, -3, -4])
    """
    if block is None or len(inputs) <= block:
        return compute(inputs)
    first = compute(inputs[:block])
    result = np.empty((len(inputs), *first.shape[1:]), first.dtype)
    result[:block] = first
    for start in range(block, len(inputs), block):
        result[start : start + block] = compute(inputs[start : start + block])
    return result
