"""How what a layer gives out comes about, in a clause with the numbers in it."""

from convcli.network import layers
from convcli.network.layers import Layer, Shape
from convcli.network.network import Network


def origin_of(network: Network, layer: Layer) -> str:
    """The arithmetic of one layer of a network.

    >>> import numpy as np
    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((30, 1, 5, 5)), "b1": np.zeros(30)}, "conv1 relu maxpool2")
    >>> for layer in network.layers:
    ...     print(layer.name, "=", origin_of(network, layer))
    conv1 = 30 filters of 1x5x5; floor((28 + 2*0 - 5) / 1) + 1 = 24
    relu1 = max(value, 0)
    pool1 = largest of 2x2; floor((24 + 2*0 - 2) / 2) + 1 = 12
    """
    shape = network.shapes[network.input_name_of(layer)]
    match layer:
        case layers.Convolution(window=window):
            size = f"{layer.channels}x{window.height}x{window.width}"
            filters = "filter" if layer.filters == 1 else "filters"
            return f"{layer.filters} {filters} of {size}; {window.formula(*shape[1:])}"
        case layers.MaxPooling(window=window):
            size = f"{window.height}x{window.width}"
            return f"largest of {size}; {window.formula(*shape[1:])}"
        case layers.AveragePooling(window=window):
            size = f"{window.height}x{window.width}"
            padding = "" if layer.count_include_pad or not any(window.pads) else " without padding"
            return f"mean of {size}{padding}; {window.formula(*shape[1:])}"
        case _:
            return _FIXED.get(type(layer)) or _without_window(layer, shape)


def _without_window(layer: Layer, shape: Shape) -> str:
    match layer:
        case layers.GlobalAveragePooling():
            return f"mean of each map of {shape[1]}x{shape[2]}"
        case layers.LeakyReLU():
            return f"value above 0, {layer.slope:g} * value below"
        case layers.Affine():
            # As the file holds them.
            weights = f"{layer.weight}.T" if layer.turned else layer.weight
            return f"values @ {weights}" + (f" + {layer.bias}" if layer.bias else "")
        case layers.BatchNormalization():
            return f"(value - mean) / sqrt(variance + {layer.epsilon:g}) * scale + shift"
        case layers.Dropout():
            factor = f"value * {1 - layer.rate:g}"
            return factor if layer.scales_prediction else "unchanged; only training drops values"
        case layers.Flatten():
            order = "row, column, channel" if layer.channels_last else "channel, row, column"
            return f"one row of numbers, in the order {order}"
        case _:
            return layer.kind


_FIXED: dict[type[Layer], str] = {
    layers.ReLU: "max(value, 0)",
    layers.Sigmoid: "1 / (1 + exp(-value))",
    layers.Tanh: "tanh(value)",
    layers.Softmax: "exp(value) / sum of exp(values)",
    layers.LogSoftmax: "value - log of the sum of exp(values)",
}
