"""The parameters before any training."""

from collections.abc import Sequence
from math import sqrt
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
    generator = np.random.default_rng(seed)
    parameters: dict[str, Array] = {}
    for place, layer in enumerate(layers):
        for name, shape in (layer.parameter_shapes | layer.state_shapes).items():
            if isinstance(layer, Convolution | Affine) and name == layer.weight:
                drawn = deviation_of(layers, place) * generator.standard_normal(shape)
            elif isinstance(layer, BatchNormalization) and name in (layer.scale, layer.variance):
                drawn = np.ones(shape)
            else:
                drawn = np.zeros(shape)
            parameters[name] = drawn.astype(dtype)
    return parameters


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
