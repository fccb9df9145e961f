"""A network as a table: what each layer gives out, holds, computes and sees."""

from dataclasses import dataclass
from math import prod

from convcli.inspection.receptive_field import ReceptiveField, receptive_fields
from convcli.network.layers import Layer, Shape
from convcli.network.network import Network


@dataclass(frozen=True)
class LayerSummary:
    """One layer, for one image.

    Attributes:
        layer: The layer itself.
        output_shape: Without the axis of images.
        parameters: Numbers that it has learned, or keeps, as batch normalization does.
        multiply_adds: Products with a weight that are added up, one multiply-add counted as one;
            adding the bias is not counted.
        field: What one output sees of the input.
    """

    layer: Layer
    output_shape: Shape
    parameters: int
    multiply_adds: int
    field: ReceptiveField


@dataclass(frozen=True)
class NetworkSummary:
    """All layers in the order in which an image passes them, and their totals."""

    layers: tuple[LayerSummary, ...]

    @property
    def parameters(self) -> int:
        """Of all layers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """Of all layers, for one image."""
        return sum(layer.multiply_adds for layer in self.layers)


def summarise(network: Network) -> NetworkSummary:
    """The table of a network.

    >>> import numpy as np
    >>> from convcli.network.building import build
    >>> arrays = {"W1": np.zeros((30, 1, 5, 5)), "b1": np.zeros(30), "W2": np.zeros((4320, 100)),
    ...     "b2": np.zeros(100), "W3": np.zeros((100, 10)), "b3": np.zeros(10)}
    >>> for row in summarise(build(arrays)).layers:
    ...     print(row.layer.name, row.output_shape, row.parameters, row.multiply_adds)
    conv1 (30, 24, 24) 780 432000
    relu1 (30, 24, 24) 0 0
    pool1 (30, 12, 12) 0 0
    flatten1 (4320,) 0 0
    affine1 (100,) 432100 432000
    relu2 (100,) 0 0
    affine2 (10,) 1010 1000
    """
    fields = receptive_fields(network)
    return NetworkSummary(
        tuple(
            LayerSummary(
                layer=layer,
                output_shape=network.shapes[layer.name],
                parameters=sum(map(prod, (layer.parameter_shapes | layer.state_shapes).values())),
                multiply_adds=layer.multiply_adds(network.shapes[network.input_name_of(layer)]),
                field=fields[layer.name],
            )
            for layer in network.layers
        )
    )
