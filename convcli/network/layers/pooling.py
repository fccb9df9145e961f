"""The layers that make feature maps smaller."""

from dataclasses import dataclass
from typing import ClassVar

from convcli.engine.average_pooling import (
    average_pool,
    average_pool_gradient,
    global_average_pool,
    global_average_pool_gradient,
)
from convcli.engine.geometry import Window
from convcli.engine.pooling import check_pooling_pad, max_pool_gradient
from convcli.engine.strips import max_pool_in_strips
from convcli.network.layers.base import (
    Array,
    Gradients,
    Layer,
    Parameters,
    Shape,
    require_maps,
)


@dataclass(frozen=True)
class _Pooling(Layer):
    """A window that moves over each channel by itself.

    Attributes:
        window: Size, stride, pad, and whether its number of places is rounded up.
    """

    window: Window

    @property
    def reach(self) -> Window:
        """The window."""
        return self.window

    def output_shape(self, input_shape: Shape) -> Shape:
        """(channels, output height, output width)."""
        channels, height, width = require_maps(self.name, input_shape)
        check_pooling_pad(self.window)
        return (channels, *self.window.output_size(height, width))


class MaxPooling(_Pooling):
    """The largest value under each place of the window; :func:`convcli.engine.pooling.max_pool`.

    >>> import numpy as np
    >>> layer = MaxPooling("pool1", Window(2, 2, stride=2))
    >>> layer.forward(np.arange(16.0).reshape(1, 1, 4, 4), {})[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """

    kind: ClassVar[str] = "max pooling"

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """(N, C, output height, output width)."""
        del parameters
        return max_pool_in_strips(inputs, self.window)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """Each gradient to the pixel that won."""
        del parameters
        return max_pool_gradient(output_gradient, inputs, self.window), {}


@dataclass(frozen=True)
class AveragePooling(_Pooling):
    """The mean under each place of the window; :func:`convcli.engine.pooling.average_pool`.

    Attributes:
        count_include_pad: Whether padding counts as zeros; else the mean is over pixels alone.

    >>> import numpy as np
    >>> layer = AveragePooling("pool1", Window(2, 2, stride=2))
    >>> layer.forward(np.arange(16.0).reshape(1, 1, 4, 4), {})[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """

    kind: ClassVar[str] = "average pooling"
    count_include_pad: bool = True

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """(N, C, output height, output width)."""
        del parameters
        return average_pool(inputs, self.window, self.count_include_pad)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """Each gradient in equal shares to the pixels under its window."""
        del parameters
        gradient = average_pool_gradient(
            output_gradient, inputs.shape, self.window, self.count_include_pad
        )
        return gradient, {}


class GlobalAveragePooling(Layer):
    """The mean of each feature map; :func:`convcli.engine.pooling.global_average_pool`.

    >>> import numpy as np
    >>> layer = GlobalAveragePooling("pool1")
    >>> layer.output_shape((64, 7, 7))
    (64, 1, 1)
    >>> layer.forward(np.arange(4.0).reshape(1, 1, 2, 2), {})
    array([[[[1.5]]]])
    """

    kind: ClassVar[str] = "global average pooling"

    def output_shape(self, input_shape: Shape) -> Shape:
        """(channels, 1, 1)."""
        channels, _, _ = require_maps(self.name, input_shape)
        return (channels, 1, 1)

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """(N, C, 1, 1)."""
        del parameters
        return global_average_pool(inputs)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """Each gradient in equal shares to its map."""
        del parameters
        return global_average_pool_gradient(output_gradient, inputs.shape), {}
