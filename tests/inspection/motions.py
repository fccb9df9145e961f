"""Small networks whose layers are animated in tests: one channel, and three with stride and pad."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.network import Network

ONE_CHANNEL = "conv1(2@5) relu maxpool2"
THREE_CHANNELS = "conv1(2@3,stride=2,pad=1) relu maxpool3(stride=2,pad=1) avgpool2"
UNEVEN = "conv1(2@3x2,stride=2/1,pad=0/1/2/0) maxpool2(ceil) globalavgpool"
LAYERS = {"one": ONE_CHANNEL, "three": THREE_CHANNELS, "uneven": UNEVEN}
SHAPES = {"one": (1, 28, 28), "three": (3, 15, 16), "uneven": (2, 9, 8)}


def network_of(name: str) -> Network:
    """Weights and biases from a seed, float64."""
    channels, height, width = SHAPES[name]
    contract = InputContract(channels=channels, height=height, width=width)
    network = untrained(LAYERS[name], contract, 0, np.float64)
    random = np.random.default_rng(3)
    for array in network.parameters.values():
        array[...] = random.normal(size=array.shape)
    return network


def stages_of(name: str, network: Network) -> dict[str, NDArray[Any]]:
    """What the network makes of noise of which a part is zero."""
    random = np.random.default_rng(4)
    image = random.random((1, *SHAPES[name]))
    return network.stages(image * (image > 0.4))
