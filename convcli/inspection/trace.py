"""The one trace of a network, with the arithmetic that says how each stage came about."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError
from convcli.inspection.origins import origin_of
from convcli.inspection.walkthrough import Stage
from convcli.network.network import INPUT, Network

Array = NDArray[Any]


def finite_stages(network: Network, images: Array) -> dict[str, Array]:
    """:meth:`convcli.network.network.Network.stages`, where every value is a number.

    Raises:
        GeometryError: The images have another shape than the network takes.
        ParameterError: The values are so large that a stage is not finite.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        stages = network.stages(images)
    for name, array in stages.items():
        if not np.isfinite(array).all():
            raise ParameterError(
                f"{name} is not finite", "the parameters hold values far too large"
            )
    return stages


def trace(network: Network, image: Array) -> tuple[Stage, ...]:
    """Every stage of one image, ``input`` first.

    Args:
        network: Any.
        image: (1, channels, height, width), as the network takes it.

    Returns:
        The arrays of :meth:`convcli.network.network.Network.stages`, each with its origin.

    Raises:
        GeometryError: The image has another shape than the network takes.
        ParameterError: The values are so large that a stage is not finite.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.ones((1, 1, 5, 5)), "b1": np.zeros(1)}, "conv1 relu")
    >>> [(stage.name, stage.maximum) for stage in trace(network, np.ones((1, 1, 28, 28)))]
    [('input', 1.0), ('conv1', 25.0), ('relu1', 25.0)]
    """
    stages = finite_stages(network, image)
    origins = {layer.name: origin_of(network, layer) for layer in network.layers}
    origins[INPUT] = str(network.contract)
    return tuple(Stage(name, array, origins[name]) for name, array in stages.items())
