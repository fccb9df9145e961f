"""A convolution of a network with all that follows it there, up to the next layer with weights."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from convcli.errors import UsageError
from convcli.inspection.operands import bias_origin, filters_of
from convcli.inspection.origins import origin_of
from convcli.inspection.steps import (
    Step,
    average_pooling_steps,
    convolution_steps,
    max_pooling_steps,
)
from convcli.inspection.trace import finite_stages
from convcli.inspection.walkthrough import PIXELS, Stage, Walkthrough, sum_origin
from convcli.network import layers
from convcli.network.layers import Convolution, Layer
from convcli.network.network import INPUT, Network

Array = NDArray[Any]

# What comes out of these can be compared with what goes in.
_KEEPING = (
    layers.MaxPooling,
    layers.AveragePooling,
    layers.GlobalAveragePooling,
    layers.Dropout,
    layers.LeakyReLU,
)
# These leave each channel by itself, so that each of their maps belongs to one filter.
_FOLLOWING = (*_KEEPING, layers.ReLU, layers.Sigmoid, layers.Tanh, layers.BatchNormalization)


def find_convolution(network: Network, name: str) -> Convolution:
    """The convolution of that name.

    Raises:
        UsageError: There is no such layer, or it is none.
    """
    names = ", ".join(convolution.name for convolution in network.convolutions)
    found = [layer for layer in network.layers if layer.name == name]
    if found and isinstance(found[0], Convolution):
        return found[0]
    problem = f"{name} is no convolution, it is {found[0].kind}" if found else f"no layer '{name}'"
    raise UsageError(
        f"{network.title}: {problem}",
        f"the convolutions are {names}" if names else "it has no convolution",
    )


def following(network: Network, convolution: Convolution) -> tuple[Layer, ...]:
    """What follows a convolution before the next layer that mixes channels or flattens them.

    >>> import numpy as np
    >>> from convcli.network.building import build
    >>> arrays = {"W1": np.ones((2, 1, 5, 5)), "b1": np.zeros(2), "W2": np.ones((288, 3)),
    ...     "b2": np.zeros(3)}
    >>> network = build(arrays, "conv1 tanh avgpool2 flatten fc1")
    >>> [layer.name for layer in following(network, network.first_convolution)]
    ['tanh1', 'pool1']
    """
    found = []
    for layer in network.layers[network.place_of(convolution) + 1 :]:
        if not isinstance(layer, _FOLLOWING):
            break
        found.append(layer)
    return tuple(found)


def walk_layer(network: Network, image: Array, name: str, filters: Sequence[int]) -> Walkthrough:
    """One convolution of a network, and what follows it there.

    Args:
        network: Any.
        image: (1, channels, height, width), as the network takes it.
        name: Of a convolution.
        filters: Which of its filters.

    Returns:
        ``input`` (what goes into the convolution, all channels), ``filters``, and then each stage
        under its layer's name, of the chosen filters. All of them are those of
        :meth:`convcli.network.network.Network.stages`. The steps are those of all filters, because
        the layer does not work on some.

    Raises:
        GeometryError: The image has another shape than the network takes.
        ParameterError: The values are so large that a stage is not finite.
        UsageError: There is no convolution of that name.

    >>> import numpy as np
    >>> from convcli.network.building import build
    >>> network = build({"W1": np.ones((2, 1, 5, 5)), "b1": np.zeros(2)}, "conv1 relu maxpool2")
    >>> walked = walk_layer(network, np.ones((1, 1, 28, 28)), "conv1", [1])
    >>> [(stage.name, stage.array.shape) for stage in walked.stages][2:]
    [('conv1', (1, 1, 24, 24)), ('relu1', (1, 1, 24, 24)), ('pool1', (1, 1, 12, 12))]
    """
    convolution = find_convolution(network, name)
    traced = finite_stages(network, image)
    chosen = list(filters)
    weights, bias = filters_of(network, convolution)
    source = network.input_name_of(convolution)
    inputs = traced[source]
    is_pixels = source == INPUT
    origin = str(network.contract) if is_pixels else f"what {source} gives out"
    family = PIXELS if is_pixels else INPUT
    stages = [
        Stage(INPUT, inputs, origin, family, signed=bool(inputs.min() < 0)),
        Stage("filters", weights[chosen], convolution.weight),
        Stage(
            convolution.name,
            traced[convolution.name][:, chosen],
            sum_origin(convolution.window, inputs.shape),
        ),
    ]
    for layer in following(network, convolution):
        stages.append(_stage(network, layer, traced[layer.name][:, chosen], stages[-1]))
    return Walkthrough(
        stages=tuple(stages),
        bias=bias[chosen],
        bias_origin=bias_origin(convolution),
        steps=tuple(_steps(network, convolution, traced)),
    )


def _stage(network: Network, layer: Layer, array: Array, before: Stage) -> Stage:
    origin = origin_of(network, layer)
    if isinstance(layer, _KEEPING):
        return Stage(layer.name, array, origin, before.family, before.signed)
    return Stage(
        layer.name, array, origin, signed=not isinstance(layer, layers.ReLU | layers.Sigmoid)
    )


def _steps(
    network: Network, convolution: Convolution, traced: Mapping[str, Array]
) -> Iterator[Step]:
    inputs, window = traced[network.input_name_of(convolution)], convolution.window
    weights = network.parameters[convolution.weight]
    yield from convolution_steps(convolution.name, inputs.shape, weights.shape, window)
    for layer in following(network, convolution):
        inputs = traced[network.input_name_of(layer)]
        if isinstance(layer, layers.MaxPooling):
            yield from max_pooling_steps(layer.name, inputs.shape, layer.window)
        elif isinstance(layer, layers.AveragePooling):
            yield from average_pooling_steps(layer.name, inputs.shape, layer.window)
