"""The layers that learn weights, and the flattening that stands between the two kinds."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from convcli.engine.convolution import convolution_gradients
from convcli.engine.dense import affine, affine_gradients
from convcli.engine.geometry import Window
from convcli.engine.strips import convolve_in_strips
from convcli.errors import GeometryError
from convcli.network.layers.base import (
    Array,
    Gradients,
    Layer,
    Parameters,
    Shape,
    require_maps,
    require_row,
)


@dataclass(frozen=True)
class Convolution(Layer):
    """Slides every filter over every image; :func:`convcli.engine.convolution.convolve`.

    Attributes:
        weight: Name of the filters (filters, channels, height, width).
        bias: Name of the bias (filters,); None where there is none.
        filters: Number of filters, the channels of the output.
        channels: Channels of the input.
        window: Size, stride and pad.

    >>> import numpy as np
    >>> layer = Convolution("conv1", "W1", "b1", 30, 1, Window(5, 5))
    >>> layer.output_shape((1, 28, 28)), layer.multiply_adds((1, 28, 28))
    ((30, 24, 24), 432000)
    >>> parameters = {"W1": np.ones((30, 1, 5, 5)), "b1": np.zeros(30)}
    >>> layer.forward(np.ones((2, 1, 28, 28)), parameters)[0, 0, 0, 0].item()
    25.0
    """

    kind: ClassVar[str] = "convolution"
    weight: str
    bias: str | None
    filters: int
    channels: int
    window: Window

    @property
    def parameter_shapes(self) -> dict[str, Shape]:
        """The filters, and the bias where there is one."""
        shapes: dict[str, Shape] = {
            self.weight: (self.filters, self.channels, self.window.height, self.window.width)
        }
        return shapes | ({self.bias: (self.filters,)} if self.bias else {})

    @property
    def reach(self) -> Window:
        """The window."""
        return self.window

    def output_shape(self, input_shape: Shape) -> Shape:
        """(filters, output height, output width)."""
        channels, height, width = require_maps(self.name, input_shape)
        if channels != self.channels:
            raise GeometryError(
                f"{self.name} has filters of {self.channels} channels and is given {channels}",
                "both need the same number",
            )
        return (self.filters, *self.window.output_size(height, width))

    def multiply_adds(self, input_shape: Shape) -> int:
        """Every weight once for every output position."""
        return prod(self.output_shape(input_shape)) * self.channels * self.window.area

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """``output = filters * inputs + bias``: (N, filters, output height, output width)."""
        filters, bias = parameters[self.weight], parameters[self.bias] if self.bias else None
        window = self.window
        return convolve_in_strips(inputs, filters, bias, stride=window.stride, pad=window.pad)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """:func:`convcli.engine.convolution.convolution_gradients`."""
        found = convolution_gradients(
            output_gradient,
            inputs,
            parameters[self.weight],
            stride=self.window.stride,
            pad=self.window.pad,
        )
        gradients = {self.weight: found.filters}
        return found.images, gradients | ({self.bias: found.bias} if self.bias else {})


@dataclass(frozen=True)
class Affine(Layer):
    """``inputs @ weights + bias``; :func:`convcli.engine.dense.affine`.

    Attributes:
        weight: Name of the weights (features, outputs).
        bias: Name of the bias (outputs,); None where there is none.
        features: Numbers that come in.
        outputs: Numbers that go out.
        turned: Whether the file holds the weights as (outputs, features), as PyTorch does.

    >>> import numpy as np
    >>> layer = Affine("affine1", "W2", "b2", 4320, 100)
    >>> layer.output_shape((4320,)), layer.multiply_adds((4320,))
    ((100,), 432000)
    >>> parameters = {"W2": np.ones((4320, 100)), "b2": np.ones(100)}
    >>> layer.forward(np.ones((1, 4320)), parameters)[0, 0].item()
    4321.0
    """

    kind: ClassVar[str] = "affine"
    weight: str
    bias: str | None
    features: int
    outputs: int
    turned: bool = False

    @property
    def parameter_shapes(self) -> dict[str, Shape]:
        """The weights, and the bias where there is one."""
        shapes: dict[str, Shape] = {self.weight: (self.features, self.outputs)}
        return shapes | ({self.bias: (self.outputs,)} if self.bias else {})

    def output_shape(self, input_shape: Shape) -> Shape:
        """(outputs,)."""
        features = require_row(self.name, input_shape)
        if features != self.features:
            raise GeometryError(
                f"{self.name} takes {self.features} numbers and is given {features}",
                "both need the same number",
            )
        return (self.outputs,)

    def multiply_adds(self, input_shape: Shape) -> int:
        """Every weight once."""
        del input_shape
        return self.features * self.outputs

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """(N, outputs)."""
        bias = parameters[self.bias] if self.bias else None
        return affine(inputs, parameters[self.weight], bias)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """:func:`convcli.engine.dense.affine_gradients`."""
        found = affine_gradients(output_gradient, inputs, parameters[self.weight])
        gradients = {self.weight: found.weights}
        return found.inputs, gradients | ({self.bias: found.bias} if self.bias else {})


@dataclass(frozen=True)
class Flatten(Layer):
    """The feature maps of an image as one row of numbers.

    Attributes:
        channels_last: Whether the row is in the order (row, column, channel), as networks have it
            that think channels-last; else it is (channel, row, column).

    >>> import numpy as np
    >>> maps = np.arange(8).reshape(1, 2, 2, 2)
    >>> Flatten("flatten1").forward(maps, {})
    array([[0, 1, 2, 3, 4, 5, 6, 7]])
    >>> Flatten("flatten1", channels_last=True).forward(maps, {})
    array([[0, 4, 1, 5, 2, 6, 3, 7]])
    """

    kind: ClassVar[str] = "flatten"
    channels_last: bool = False

    def output_shape(self, input_shape: Shape) -> Shape:
        """All numbers of the input, one behind the other."""
        return (prod(input_shape),)

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """(N, C * H * W)."""
        del parameters
        ordered = inputs.transpose(0, 2, 3, 1) if self._turns(inputs) else inputs
        return ordered.reshape(len(inputs), -1)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """Each number back to its place."""
        del parameters
        if not self._turns(inputs):
            return output_gradient.reshape(inputs.shape), {}
        number, channels, height, width = inputs.shape
        turned = output_gradient.reshape(number, height, width, channels)
        return turned.transpose(0, 3, 1, 2), {}

    def _turns(self, inputs: Array) -> bool:
        return self.channels_last and inputs.ndim == 4
