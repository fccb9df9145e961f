"""The book's network of chapter 7 in any size, for tests."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convcli.network.building import layers_of, untrained
from convcli.network.contract import InputContract
from convcli.network.layers import Layer
from convcli.network.network import Network


def described(
    filters: int = 30, height: int = 5, width: int = 5, hidden: int = 100, classes: int = 10
) -> str:
    """Its layers with every size."""
    return (
        f"conv1({filters}@{height}x{width}) relu maxpool2 flatten "
        f"affine1({hidden}) relu affine2({classes})"
    )


def layers(**sizes: int) -> tuple[Layer, ...]:
    """Its layers."""
    return layers_of(described(**sizes), (1, 28, 28))


def shapes(**sizes: int) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter."""
    return {
        name: shape for layer in layers(**sizes) for name, shape in layer.parameter_shapes.items()
    }


def network(seed: int = 0, dtype: DTypeLike = np.float32, **sizes: int) -> Network:
    """The network before any training."""
    return untrained(described(**sizes), InputContract(), seed, dtype)


def parameters(
    seed: int = 0, dtype: DTypeLike = np.float32, **sizes: int
) -> dict[str, NDArray[Any]]:
    """Its parameters before any training."""
    return network(seed, dtype, **sizes).parameters
