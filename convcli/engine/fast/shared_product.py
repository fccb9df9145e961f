"""A matrix product of which each core makes a share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.fast.threads import Work, share_blocks, usable_cores

Array = NDArray[Any]


def shared_product(left: Array, right: Array) -> Array:
    """``left @ right``, each core making its share of the rows; for millions of multiply-adds.

    BLAS shares such a product by itself. But its threads stay awake when they are done, waiting for
    the next one, and meanwhile keep a core from whatever comes in between. Not for use within
    :func:`convcli.engine.fast.threads.share_blocks`.

    Args:
        left: (rows, inner).
        right: (inner, columns).

    >>> shared_product(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [10.0]]))
    array([[21.],
           [43.]])
    """
    product = np.empty((len(left), right.shape[1]), np.result_type(left, right))

    def prepare(_core: int) -> Work:
        def multiply(start: int, stop: int) -> None:
            np.matmul(left[start:stop], right, out=product[start:stop])

        return multiply

    share_blocks(prepare, len(left), -(-len(left) // usable_cores()))
    return product
