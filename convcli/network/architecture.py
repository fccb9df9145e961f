"""Which network a set of arrays fits, read off their shapes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.errors import GeometryError, ParameterError

PARAMETER_NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
INPUT_SHAPE = (1, 28, 28)
POOL = Window(2, 2, stride=2)
MOST_FILTERS = 4096
"""More than any network has in a layer, and as many as can still be listed one by one."""

Parameters = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Architecture:
    """The sizes of a SimpleConvNet: conv - ReLU - pool - affine - ReLU - affine.

    Attributes:
        filters: Number of filters of the convolution.
        filter_height: Rows of a filter.
        filter_width: Columns of a filter.
        hidden: Outputs of the first affine layer.
        classes: Outputs of the second affine layer.

    >>> print(Architecture())
    SimpleConvNet: conv 30 filters 5x5 - ReLU - pool 2x2 - affine 100 - ReLU - affine 10
    """

    filters: int = 30
    filter_height: int = 5
    filter_width: int = 5
    hidden: int = 100
    classes: int = 10

    @property
    def convolution_size(self) -> tuple[int, int]:
        """Rows and columns of a feature map before pooling."""
        return Window(self.filter_height, self.filter_width).output_size(*INPUT_SHAPE[1:])

    @property
    def pooled_size(self) -> tuple[int, int]:
        """Rows and columns of a feature map after pooling."""
        return POOL.output_size(*self.convolution_size)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter.

        >>> Architecture().shapes["W2"]
        (4320, 100)
        """
        rows, columns = self.pooled_size
        return {
            "W1": (self.filters, INPUT_SHAPE[0], self.filter_height, self.filter_width),
            "b1": (self.filters,),
            "W2": (self.filters * rows * columns, self.hidden),
            "b2": (self.hidden,),
            "W3": (self.hidden, self.classes),
            "b3": (self.classes,),
        }

    def __str__(self) -> str:
        return (
            f"SimpleConvNet: conv {self.filters} filters {self.filter_height}x{self.filter_width}"
            f" - ReLU - pool {POOL.height}x{POOL.width} - affine {self.hidden} - ReLU - "
            f"affine {self.classes}"
        )


def convolution_of(parameters: Parameters) -> tuple[NDArray[Any], NDArray[Any]]:
    """The filters ``W1`` (FN, C, FH, FW) and the bias ``b1`` (FN,); no other parameter is needed.

    But where parameters of the later layers are there as well, all of them must be one network: a
    file that is half right is more likely damaged than meant.

    Raises:
        ParameterError: One of them is missing, the shapes do not fit each other, or there are more
            filters than :data:`MOST_FILTERS`.
    """
    if not set(parameters).isdisjoint(PARAMETER_NAMES[2:]):
        architecture_of(parameters)
    return _filters_and_bias(parameters)


def architecture_of(parameters: Parameters) -> Architecture:
    """The network that the parameters fit.

    Raises:
        ParameterError: A parameter is missing or unknown, or its shape does not fit the others; the
            message names the key, the shape expected and the shape found.

    >>> import numpy as np
    >>> shapes = Architecture(filters=3).shapes
    >>> architecture_of({name: np.zeros(shape) for name, shape in shapes.items()}).filters
    3
    """
    filters, _ = _filters_and_bias(parameters)
    hidden, classes = (_named(parameters, name).shape[-1:] for name in ("W2", "W3"))
    if not hidden or not classes:
        raise ParameterError("W2 and W3 have no axes", "(features, outputs) is expected of each")
    architecture = Architecture(
        len(filters), filters.shape[2], filters.shape[3], hidden[0], classes[0]
    )
    for name, expected in _shapes(architecture).items():
        found = _named(parameters, name).shape
        if found != expected:
            raise ParameterError(
                f"{name} has shape {found}", f"{expected} is expected for {architecture}"
            )
    unknown = sorted(set(parameters) - set(PARAMETER_NAMES))
    if unknown:
        raise ParameterError(
            f"unknown parameter {unknown[0]}", f"only {', '.join(PARAMETER_NAMES)}"
        )
    return architecture


def _filters_and_bias(parameters: Parameters) -> tuple[NDArray[Any], NDArray[Any]]:
    filters, bias = _named(parameters, "W1"), _named(parameters, "b1")
    if filters.ndim != 4 or 0 in filters.shape:
        raise ParameterError(
            f"W1 has shape {filters.shape}", "(filters, channels, height, width) is expected"
        )
    if bias.shape != filters.shape[:1]:
        raise ParameterError(
            f"b1 has shape {bias.shape}", f"{filters.shape[:1]} is expected, as W1 has"
        )
    if len(filters) > MOST_FILTERS:
        raise ParameterError(f"W1 has {len(filters):,} filters", f"{MOST_FILTERS:,} are the most")
    return filters, bias


def _shapes(architecture: Architecture) -> dict[str, tuple[int, ...]]:
    try:
        return architecture.shapes
    except GeometryError as error:
        raise ParameterError(
            f"W1 does not fit 28x28 images: {error.message}", error.hint
        ) from error


def _named(parameters: Parameters, name: str) -> NDArray[Any]:
    if name not in parameters:
        raise ParameterError(
            f"no parameter {name}", f"a SimpleConvNet has {', '.join(PARAMETER_NAMES)}"
        )
    return parameters[name]
