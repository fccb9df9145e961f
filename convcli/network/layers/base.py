"""What every layer can do."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.errors import GeometryError

Array = NDArray[Any]
Shape = tuple[int, ...]
Parameters = Mapping[str, Array]
Gradients = dict[str, Array]
Backward = Callable[[Array], tuple[Array, Gradients]]
"""From the gradient of the loss by a layer's output to those by its input and its parameters."""


@dataclass(frozen=True)
class Layer(ABC):
    """One layer. It holds sizes and the names of its parameters; the network holds their arrays.

    A kind of layer that adds no field is a dataclass by its parent: a decorator of its own would
    take half a millisecond of every command.

    Attributes:
        name: What it is called in its network, such as ``conv1``.
        kind: What it is, in a word or two.
    """

    name: str
    kind: ClassVar[str]

    @property
    def parameter_shapes(self) -> dict[str, Shape]:
        """Name and shape of every parameter that a gradient changes."""
        return {}

    @property
    def state_shapes(self) -> dict[str, Shape]:
        """Name and shape of every array that training changes without a gradient."""
        return {}

    @property
    def reach(self) -> Window | None:
        """The window through which an output sees the input: None where it sees one pixel."""
        return None

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of the output for one image, from that of the input.

        Raises:
            GeometryError: The layer cannot take such an input.
        """

    @abstractmethod
    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """The output for inputs (N, ...), as it is when the network predicts."""

    @abstractmethod
    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """The gradients of :meth:`forward`: by the inputs, and by each parameter."""

    def learn(
        self, inputs: Array, parameters: Parameters, chance: "np.random.Generator"
    ) -> tuple[Array, Backward]:
        """The output as it is in training, and the way back; most layers do as they predict."""
        del chance
        output = self.forward(inputs, parameters)
        return output, lambda gradient: self.backward(gradient, inputs, parameters)

    def multiply_adds(self, input_shape: Shape) -> int:
        """Products with a weight that are added up for one image; the bias is not counted."""
        del input_shape
        return 0


class ElementwiseLayer(Layer):
    """A layer that changes every number by itself, so that the shape stays."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of the input."""
        return input_shape


def require_row(name: str, input_shape: Shape) -> int:
    """How many numbers come in, which must be one row of them.

    Raises:
        GeometryError: It has another number of axes.

    >>> require_row("affine1", (4320,))
    4320
    """
    if len(input_shape) != 1:
        raise GeometryError(
            f"{name} takes one row of numbers and is given {input_shape}",
            "put a flatten before it",
        )
    return input_shape[0]


def require_maps(name: str, input_shape: Shape) -> tuple[int, int, int]:
    """Channels, height and width of an input that must be feature maps.

    Raises:
        GeometryError: It has another number of axes.

    >>> require_maps("conv1", (1, 28, 28))
    (1, 28, 28)
    """
    if len(input_shape) != 3:
        raise GeometryError(
            f"{name} takes feature maps (channels, height, width) and is given {input_shape}",
            "put it before the layers that flatten",
        )
    channels, height, width = input_shape
    return channels, height, width
