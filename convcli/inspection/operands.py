"""The filters and the bias of a convolution, whether it has a bias or not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.network.layers import Convolution
from convcli.network.network import Network

Array = NDArray[Any]


def filters_of(network: Network, convolution: Convolution) -> tuple[Array, Array]:
    """The filters (FN, C, FH, FW) and the bias (FN,) of a convolution; zeros where it has none."""
    filters = network.parameters[convolution.weight]
    if convolution.bias is None:
        return filters, np.zeros(len(filters), filters.dtype)
    return filters, network.parameters[convolution.bias]


def bias_origin(convolution: Convolution) -> str:
    """Where the bias of a convolution is from, in a clause."""
    if convolution.bias is None:
        return "none in this layer, so zero"
    return f"{convolution.bias}, one number for each filter"
