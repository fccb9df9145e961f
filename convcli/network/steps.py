"""The steps of a plan: a layer as it is, an affine layer shared among cores, or three in one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.fast.frames import PreparedConvolution
from convcli.engine.fast.fused import can_fuse, pool_into
from convcli.engine.fast.fused_gradients import LARGEST_AREA, differentiable_features
from convcli.engine.fast.shared_product import shared_product
from convcli.network.layers import (
    Affine,
    AveragePooling,
    Backward,
    Convolution,
    Gradients,
    Layer,
    MaxPooling,
    ReLU,
)
from convcli.network.network import Network

Array = NDArray[Any]
Run = Callable[[Array], Array]

# Multiply-adds of a product that is worth a share for each core.
SHARED_PRODUCT = 10_000_000


class Step(ABC):
    """One step of a plan."""

    @abstractmethod
    def output_dtype(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """The dtype of what comes out, from that of what goes in."""

    @abstractmethod
    def prepare(self, core: int, block: int, dtype: np.dtype[Any]) -> Run:
        """What one core does with a block of at most so many images of this dtype."""

    @abstractmethod
    def learn(
        self, inputs: Array, chance: "np.random.Generator", *, first: bool
    ) -> tuple[Array, Backward]:
        """The output in training, and the way back; the first step needs no gradient by images."""

    @abstractmethod
    def learns_at_once(self, *, first: bool) -> bool:
        """Whether a whole batch is learned at least as fast at once as in blocks."""


class PlainStep(Step):
    """A layer as it is.

    Args:
        layer: Any.
        network: Whose layer it is.
    """

    def __init__(self, layer: Layer, network: Network) -> None:
        self._layer = layer
        self._parameters = network.parameters

    def output_dtype(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """The layer's weights and what goes in decide."""
        weights = next(iter(self._layer.parameter_shapes), None)
        return np.result_type(dtype, self._parameters[weights]) if weights else dtype

    def prepare(self, core: int, block: int, dtype: np.dtype[Any]) -> Run:
        """The layer's forward pass."""
        del core, block, dtype
        layer, parameters = self._layer, self._parameters
        return lambda values: layer.forward(values, parameters)

    def learn(
        self, inputs: Array, chance: "np.random.Generator", *, first: bool
    ) -> tuple[Array, Backward]:
        """As the layer learns; a large affine layer in shares."""
        del first
        layer = self._layer
        if isinstance(layer, Affine) and len(inputs) * layer.multiply_adds(()) > SHARED_PRODUCT:
            return _learn_in_shares(layer, inputs, self._parameters)
        return layer.learn(inputs, self._parameters, chance)

    def learns_at_once(self, *, first: bool) -> bool:
        """Everything but what works on large feature maps."""
        del first
        return not isinstance(self._layer, Convolution | MaxPooling | AveragePooling)


class FusedStep(Step):
    """Convolution, ReLU and max pooling as one, with buffers that are kept for each core.

    Args:
        convolution: Moves pixel by pixel.
        pooling: Moves by its own size; :func:`convcli.engine.fast.fused.can_fuse` says which.
        network: Whose layers they are.
    """

    def __init__(self, convolution: Convolution, pooling: MaxPooling, network: Network) -> None:
        self._convolution = convolution
        self._pooling = pooling
        self._network = network
        self._kernels: dict[tuple[int, np.dtype[Any]], PreparedConvolution] = {}

    def output_dtype(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """The filters and what goes in decide."""
        return np.result_type(dtype, self._filters)

    def prepare(self, core: int, block: int, dtype: np.dtype[Any]) -> Run:
        """The filters are loaded anew, for they may have changed."""
        kind = self.output_dtype(dtype)
        kernel = self._kernel(core, kind)
        kernel.load(self._filters, self._bias)
        pooled = np.empty((block, *self._network.shapes[self._pooling.name]), kind)

        def run(images: Array) -> Array:
            maps = pooled[: len(images)]
            pool_into(maps, images, kernel)
            return maps

        return run

    def learn(
        self, inputs: Array, chance: "np.random.Generator", *, first: bool
    ) -> tuple[Array, Backward]:
        """As the first step on the fast path; anywhere else layer by layer."""
        if not self.learns_at_once(first=first):
            return self._learn_plainly(inputs, chance)
        filters, bias = self._filters, self._bias
        stand_in = np.zeros(len(filters), filters.dtype) if bias is None else bias
        pooled, features_backward = differentiable_features(
            inputs,
            filters,
            stand_in,
            self._pooling.window,
            stride=self._convolution.window.stride,
            pad=self._convolution.window.pad,
        )

        def backward(gradient: Array) -> tuple[Array, Gradients]:
            found = features_backward(gradient)
            gradients = {self._convolution.weight: found.filters}
            if self._convolution.bias:
                gradients[self._convolution.bias] = found.bias
            # Nothing lies before the first step that could learn from it.
            return gradient, gradients

        return pooled, backward

    def _learn_plainly(
        self, inputs: Array, chance: "np.random.Generator"
    ) -> tuple[Array, Backward]:
        values, ways = inputs, []
        for layer in (self._convolution, ReLU("relu"), self._pooling):
            values, way = layer.learn(values, self._network.parameters, chance)
            ways.append(way)

        def backward(gradient: Array) -> tuple[Array, Gradients]:
            gradients: Gradients = {}
            for way in reversed(ways):
                gradient, found = way(gradient)
                gradients |= found
            return gradient, gradients

        return values, backward

    def learns_at_once(self, *, first: bool) -> bool:
        """Where nothing before it asks for a gradient, which the fast path does not give."""
        return first and self._pooling.window.area <= LARGEST_AREA

    @property
    def _filters(self) -> Array:
        return self._network.parameters[self._convolution.weight]

    @property
    def _bias(self) -> Array | None:
        name = self._convolution.bias
        return self._network.parameters[name] if name else None

    def _kernel(self, core: int, dtype: np.dtype[Any]) -> PreparedConvolution:
        key = core, dtype
        if key not in self._kernels:
            image_shape = self._network.shapes[self._network.input_name_of(self._convolution)]
            channels, height, width = image_shape
            self._kernels[key] = PreparedConvolution(
                (channels, height, width),
                self._filters.shape,
                self._pooling.window,
                self._convolution.window.pad,
                dtype,
            )
        return self._kernels[key]


def steps_of(network: Network) -> Iterator[Step]:
    """The scoring layers of a network, three in one wherever the fast path takes them."""
    layers = network.scoring_layers
    place = 0
    while place < len(layers):
        match layers[place : place + 3]:
            case (Convolution() as convolution, ReLU(), MaxPooling() as pooling) if _can_fuse(
                convolution, pooling, network
            ):
                yield FusedStep(convolution, pooling, network)
                place += 3
            case _:
                yield PlainStep(layers[place], network)
                place += 1


def _can_fuse(convolution: Convolution, pooling: MaxPooling, network: Network) -> bool:
    # Images are float32 or wider, so the filters alone decide.
    dtype = np.result_type(np.float32, network.parameters[convolution.weight])
    return can_fuse(convolution.window, pooling.window, dtype)


def _learn_in_shares(
    layer: Affine, inputs: Array, parameters: dict[str, Array]
) -> tuple[Array, Backward]:
    weights = parameters[layer.weight]
    output = shared_product(inputs, weights)
    if layer.bias:
        output += parameters[layer.bias]

    def backward(gradient: Array) -> tuple[Array, Gradients]:
        gradients = {layer.weight: shared_product(inputs.T, gradient)}
        if layer.bias:
            gradients[layer.bias] = gradient.sum(axis=0)
        return shared_product(gradient, weights.T), gradients

    return output, backward
