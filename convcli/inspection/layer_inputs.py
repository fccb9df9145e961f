"""What goes into a layer of a network, for many images."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.trace import finite_stages
from convcli.network.layers import Layer
from convcli.network.network import INPUT, Network

Array = NDArray[Any]

AT_ONCE = 50
"""Images whose stages are in memory together."""


def inputs_of(network: Network, layer: Layer, images: Array) -> Array:
    """The stage in front of a layer.

    Args:
        network: Any.
        layer: One of its layers.
        images: (N, channels, height, width), as the network takes them.

    Returns:
        (N, ...), from :meth:`convcli.network.network.Network.stages`.

    Raises:
        GeometryError: The images have another shape than the network takes.
        ParameterError: The values are so large that a stage is not finite.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.ones((2, 1, 5, 5)), "b1": np.zeros(2)}, "conv1 maxpool2")
    >>> inputs_of(network, network.layer("pool1"), np.ones((3, 1, 28, 28))).shape
    (3, 2, 24, 24)
    """
    network.check_images(images)
    source = network.input_name_of(layer)
    if source == INPUT:
        return images
    blocks = (images[start : start + AT_ONCE] for start in range(0, len(images), AT_ONCE))
    return np.concatenate([finite_stages(network, block)[source] for block in blocks])
