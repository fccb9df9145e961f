"""A network as a table: what each layer gives out, holds and computes."""

from dataclasses import dataclass
from math import prod

from convcli.network.architecture import Architecture


@dataclass(frozen=True)
class Layer:
    """One layer, for one image.

    Attributes:
        name: What it does.
        output_shape: Without the axis of images.
        parameters: Numbers it has learned, weights and biases.
        multiply_adds: Products with a weight that are added up, one multiply-add counted as one;
            adding the bias is not counted.
    """

    name: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int


def summarise(architecture: Architecture) -> tuple[Layer, ...]:
    """The layers in the order an image passes them.

    Raises:
        GeometryError: The filters do not fit a 28x28 image.

    >>> for layer in summarise(Architecture()):
    ...     print(layer.name, layer.output_shape, layer.parameters, layer.multiply_adds)
    convolution (30, 24, 24) 780 432000
    ReLU (30, 24, 24) 0 0
    max pooling (30, 12, 12) 0 0
    affine (100,) 432100 432000
    ReLU (100,) 0 0
    affine (10,) 1010 1000
    """
    shapes = architecture.shapes
    maps = (architecture.filters, *architecture.convolution_size)
    pooled = (architecture.filters, *architecture.pooled_size)
    hidden, classes = (architecture.hidden,), (architecture.classes,)
    return (
        Layer("convolution", maps, _size(shapes, "1"), prod(maps[1:]) * prod(shapes["W1"])),
        Layer("ReLU", maps, 0, 0),
        Layer("max pooling", pooled, 0, 0),
        Layer("affine", hidden, _size(shapes, "2"), prod(shapes["W2"])),
        Layer("ReLU", hidden, 0, 0),
        Layer("affine", classes, _size(shapes, "3"), prod(shapes["W3"])),
    )


def _size(shapes: dict[str, tuple[int, ...]], number: str) -> int:
    return prod(shapes[f"W{number}"]) + prod(shapes[f"b{number}"])
