"""The parameters before any training."""

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convcli.network.architecture import Architecture

WEIGHT_DEVIATION = 0.01


def initial_parameters(
    seed: int, architecture: Architecture | None = None, dtype: DTypeLike = np.float32
) -> dict[str, NDArray[np.floating]]:
    """Weights drawn at random, biases zero: where training begins.

    Weights are normal with mean 0 and standard deviation 0.01 (the rule of Saito, *Deep Learning
    from Scratch*, section 7.5). They are drawn in double precision in the order W1, W2, W3, so that
    each dtype begins at the same numbers, and a network of any size with the same filters.

    Args:
        seed: Of ``np.random.default_rng``, at least 0.
        architecture: The sizes; the book's network where it is left out.
        dtype: Of every parameter.

    Returns:
        W1, b1, W2, b2, W3, b3, each with the shape that the architecture gives it.

    >>> parameters = initial_parameters(seed=0)
    >>> parameters["W1"].shape, parameters["W1"].dtype
    ((30, 1, 5, 5), dtype('float32'))
    >>> bool(parameters["b1"].any())
    False
    """
    generator = np.random.default_rng(seed)
    return {
        name: (
            WEIGHT_DEVIATION * generator.standard_normal(shape)
            if name.startswith("W")
            else np.zeros(shape)
        ).astype(dtype)
        for name, shape in (architecture or Architecture()).shapes.items()
    }


def initial_filters(
    seed: int, shape: tuple[int, ...], dtype: DTypeLike = np.float32
) -> NDArray[np.floating]:
    """The W1 of :func:`initial_parameters`, for filters of any shape (FN, C, FH, FW).

    >>> bool((initial_filters(0, (30, 1, 5, 5)) == initial_parameters(0)["W1"]).all())
    True
    """
    drawn = np.random.default_rng(seed).standard_normal(shape)
    filters: NDArray[np.floating] = (WEIGHT_DEVIATION * drawn).astype(dtype)
    return filters
