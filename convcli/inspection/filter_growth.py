"""The filters of the first convolution while they are learned, at a few steps of the training."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError
from convcli.network.network import Network

Array = NDArray[Any]

MOMENTS = 48
"""Steps at which the filters are kept, with the first and the last one."""

_MOST_NUMBERS = 2**14  # Of the filters at one step: 64 KiB of float32.


def moments(steps: int, number: int = MOMENTS) -> list[int]:
    """Steps at even distances, from none done to all done.

    >>> moments(1000, number=5)
    [0, 250, 500, 750, 1000]
    >>> moments(2, number=5)
    [0, 1, 2]
    """
    return sorted({round(place * steps / (number - 1)) for place in range(number)})


@dataclass
class FilterGrowth:
    """Copies of the filters at some steps.

    Attributes:
        total: Filters that the convolution has; of very many the first ones are kept.
        steps: How many steps were done at each copy.
        filters: The copies, each (filters, channels, FH, FW).
    """

    total: int
    steps: list[int] = field(default_factory=list)
    filters: list[Array] = field(default_factory=list)

    def keep(self, step: int, network: Network) -> None:
        """Keep the filters as they are after so many steps."""
        self.steps.append(step)
        self.filters.append(_first_filters(network).copy())

    @property
    def arrays(self) -> dict[str, Array]:
        """The copies, for a file."""
        return {"steps": np.array(self.steps, np.int64), "filters": np.stack(self.filters)}


def growth_of(network: Network, arrays: Mapping[str, Array] | None = None) -> FilterGrowth:
    """The growth of a network's filters, empty or as :attr:`FilterGrowth.arrays` gave it.

    Args:
        network: With a convolution.
        arrays: What was kept before; None to begin.

    Raises:
        ParameterError: There is no convolution, or the arrays are not those of its filters.

    >>> from convcli.network.building import untrained
    >>> from convcli.network.contract import InputContract
    >>> network = untrained("conv1(2@5x5) relu flatten fc1(10)", InputContract(), seed=0)
    >>> growth = growth_of(network)
    >>> growth.keep(0, network)
    >>> growth_of(network, growth.arrays).steps
    [0]
    """
    filters = _first_filters(network)
    growth = FilterGrowth(network.first_convolution.filters)
    if arrays is None:
        return growth
    steps, copies = arrays.get("steps"), arrays.get("filters")
    if steps is None or copies is None or len(arrays) != 2:
        raise ParameterError("frames without steps or filters", "the state is damaged")
    if steps.dtype != np.int64 or steps.shape != copies.shape[:1] or len(steps) > MOMENTS:
        raise ParameterError("frames that do not fit their steps", "the state is damaged")
    if (copies.shape[1:], copies.dtype) != (filters.shape, filters.dtype):
        raise ParameterError("frames of other filters", "the state is damaged")
    growth.steps, growth.filters = steps.tolist(), list(copies)
    return growth


def _first_filters(network: Network) -> Array:
    filters = network.parameters[network.first_convolution.weight]
    return filters[: max(1, _MOST_NUMBERS // filters[0].size)]
