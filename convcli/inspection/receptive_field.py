"""Which part of the input an output sees, through any number of layers.

For windows one behind the other, with the field ``r`` and the jump ``j`` of what comes in::

    field = r + (window - 1) * j        jump = j * stride

The jump is the distance, in pixels of the input, of what two neighbouring outputs see (Araujo,
Norris and Sim, *Computing receptive fields of convolutional neural networks*, 2019).
"""

from dataclasses import dataclass

from convcli.engine.geometry import Window
from convcli.network.layers import Affine, GlobalAveragePooling, Layer, Shape
from convcli.network.network import Network


@dataclass(frozen=True)
class ReceptiveField:
    """What one output sees of the input, padding included.

    Attributes:
        height: Rows of pixels.
        width: Columns of pixels.
        jump_down: Rows from one output to the next below it; None where every output sees all.
        jump_across: Columns from one output to the next beside it; None likewise.
    """

    height: int = 1
    width: int = 1
    jump_down: int | None = 1
    jump_across: int | None = 1

    def through(self, window: Window) -> "ReceptiveField":
        """The field of a window over outputs of this field.

        >>> ReceptiveField().through(Window(5, 5)).through(Window(2, 2, stride=2))
        ReceptiveField(height=6, width=6, jump_down=2, jump_across=2)
        """
        if self.jump_down is None or self.jump_across is None:
            return self
        down, across = window.strides
        return ReceptiveField(
            self.height + (window.height - 1) * self.jump_down,
            self.width + (window.width - 1) * self.jump_across,
            self.jump_down * down,
            self.jump_across * across,
        )


def receptive_fields(network: Network) -> dict[str, ReceptiveField]:
    """The field of an output of each layer, by the layer's name.

    >>> import numpy as np
    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((1, 1, 5, 5)), "b1": np.zeros(1)})
    >>> receptive_fields(network)["conv1"]
    ReceptiveField(height=5, width=5, jump_down=1, jump_across=1)
    """
    fields: dict[str, ReceptiveField] = {}
    field = ReceptiveField()
    whole = ReceptiveField(network.contract.height, network.contract.width, None, None)
    for layer in network.layers:
        shape = network.shapes[network.input_name_of(layer)]
        field = through_layer(layer, shape, field, whole)
        fields[layer.name] = field
    return fields


def through_layer(
    layer: Layer, shape: Shape, field: ReceptiveField, whole: ReceptiveField
) -> ReceptiveField:
    """The field of an output of a layer.

    Args:
        layer: Any.
        shape: Of what comes into it, without the axis of images.
        field: Of what comes into it.
        whole: Of an output that sees the whole input.
    """
    if isinstance(layer, Affine):
        return whole
    if isinstance(layer, GlobalAveragePooling):
        return field.through(Window(shape[1], shape[2]))
    return field.through(layer.reach) if layer.reach else field
