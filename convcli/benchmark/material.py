"""What the contenders work on: the same images and the same parameters for all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.digits.pixels import scale_pixels
from convcli.engine.geometry import Window
from convcli.network.building import build
from convcli.network.network import Network

Array = NDArray[Any]

BATCHES = 10
PARAMETER_NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
POOL = Window(2, 2, stride=2)


@dataclass(frozen=True)
class Material:
    """Images with their labels, and the parameters of the book's network of chapter 7.

    Attributes:
        pixels: uint8, (N, 28, 28).
        labels: (N,).
        parameters: W1, b1, W2, b2, W3, b3, float32.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.integer[Any]]
    parameters: dict[str, Array]

    @property
    def images(self) -> NDArray[np.float32]:
        """The pixels as a network takes them: (N, 1, 28, 28), 0..1."""
        return scale_pixels(self.pixels)

    def network(self, dtype: type[np.floating[Any]]) -> Network:
        """The network with a copy of the parameters in that dtype, which may be changed."""
        return build({name: array.astype(dtype) for name, array in self.parameters.items()})

    def first(self, number: int) -> "Material":
        """The same with so many images: the first ones, and from the first again after the last.

        >>> digits = np.zeros((3, 28, 28), np.uint8)
        >>> Material(digits, np.array([1, 2, 3]), {}).first(5).labels
        array([1, 2, 3, 1, 2])
        """
        if number <= len(self.labels):
            return Material(self.pixels[:number], self.labels[:number], self.parameters)
        chosen = np.arange(number) % len(self.labels)
        return Material(self.pixels[chosen], self.labels[chosen], self.parameters)

    def batches(self) -> list[tuple[Array, Array]]:
        """Images and labels in ten equal batches, for steps that should not all see the same ones.

        >>> digits = Material(np.zeros((20, 28, 28), np.uint8), np.arange(20), {})
        >>> [len(images) for images, labels in digits.batches()]
        [2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
        """
        return list(
            zip(np.split(self.images, BATCHES), np.split(self.labels, BATCHES), strict=True)
        )
