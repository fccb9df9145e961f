"""The parameters before any training."""

from collections.abc import Iterator, Sequence
from math import prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convcli.network.layers import (
    Affine,
    BatchNormalization,
    Convolution,
    Flatten,
    Layer,
    LeakyReLU,
    MaxPooling,
    ReLU,
)

Array = NDArray[Any]

BOOK_DEVIATION = 0.01
_PIECE = 2**16  # Numbers that are drawn at a time.
_CHAPTER_7 = (Convolution, ReLU, MaxPooling, Flatten, Affine, ReLU, Affine)


def initial_parameters(
    layers: Sequence[Layer], seed: int, dtype: DTypeLike = np.float32
) -> dict[str, Array]:
    """Weights drawn at random, biases zero: where training begins.

    Weights are normal with mean 0 and the standard deviation of :func:`deviation_of`. They are
    drawn in double precision in the order of the layers, so that each dtype begins at the same
    numbers.

    Args:
        layers: Of the network.
        seed: Of ``np.random.default_rng``, at least 0.
        dtype: Of every parameter.

    Returns:
        Name to array, in the shapes that the layers say.

    >>> from convcli.network.building import layers_of
    >>> parameters = initial_parameters(layers_of("conv1(30@5x5) relu", (1, 28, 28)), seed=0)
    >>> parameters["W1"].shape, parameters["W1"].dtype, bool(parameters["b1"].any())
    ((30, 1, 5, 5), dtype('float32'), False)
    """
    return dict(_initial(layers, seed, dtype))


def initial_parameter(
    layers: Sequence[Layer], seed: int, name: str, dtype: DTypeLike = np.float32
) -> Array:
    """One of :func:`initial_parameters`; those after it are not made, those before it not kept.

    >>> from convcli.network.building import layers_of
    >>> layers = layers_of("conv1(30@5x5) relu", (1, 28, 28))
    >>> bool((initial_parameter(layers, 0, "W1") == initial_parameters(layers, 0)["W1"]).all())
    True
    """
    return next(array for made, array in _initial(layers, seed, dtype) if made == name)


def _initial(layers: Sequence[Layer], seed: int, dtype: DTypeLike) -> Iterator[tuple[str, Array]]:
    generator = np.random.default_rng(seed)
    for place, layer in enumerate(layers):
        for name, shape in (layer.parameter_shapes | layer.state_shapes).items():
            if isinstance(layer, Convolution | Affine) and name == layer.weight:
                yield name, _normal(generator, deviation_of(layers, place), shape, dtype)
            elif isinstance(layer, BatchNormalization) and name in (layer.scale, layer.variance):
                yield name, np.ones(shape, dtype)
            else:
                yield name, np.zeros(shape, dtype)


def _normal(
    generator: np.random.Generator, deviation: float, shape: Sequence[int], dtype: DTypeLike
) -> Array:
    drawn = np.empty(prod(shape), dtype)
    # The generator gives the same numbers in pieces, and these take no memory in double precision.
    for start in range(0, drawn.size, _PIECE):
        piece = drawn[start : start + _PIECE]
        piece[:] = deviation * generator.standard_normal(piece.size)
    return drawn.reshape(shape)


def deviation_of(layers: Sequence[Layer], place: int) -> float:
    """The standard deviation of the weights of one layer.

    The book's network of chapter 7 has 0.01 in every layer (*Deep Learning from Scratch*, section
    7.5). Every other network has ``sqrt(2 / inputs)`` before a ReLU (He et al., *Delving deep into
    rectifiers*, 2015) and ``sqrt(1 / inputs)`` before anything else (Glorot and Bengio,
    *Understanding the difficulty of training deep feedforward neural networks*, 2010, as the book
    has it), where ``inputs`` counts the numbers that go into one sum.
    """
    if tuple(map(type, layers)) == _CHAPTER_7:
        return BOOK_DEVIATION
    layer = layers[place]
    if isinstance(layer, Convolution):
        inputs = layer.channels * layer.window.area
    elif isinstance(layer, Affine):
        inputs = layer.features
    else:
        raise TypeError(f"{layer.name} has no weights")
    following = next((after for after in layers[place + 1 :] if not _passes_on(after)), None)
    return sqrt((2 if isinstance(following, ReLU | LeakyReLU) else 1) / inputs)


def _passes_on(layer: Layer) -> bool:
    return isinstance(layer, BatchNormalization | MaxPooling)
