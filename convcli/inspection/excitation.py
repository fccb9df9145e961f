"""What excites a filter: bars of twelve directions, images of a data set, a picture made for it.

A filter's response to an image is the largest of its outputs there, before any activation.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.attribution import gradients_back
from convcli.inspection.provenance import check_place
from convcli.inspection.regions import regions_behind
from convcli.inspection.trace import finite_stages
from convcli.network.contract import InputContract
from convcli.network.layers import Convolution
from convcli.network.network import INPUT, Network

Array = NDArray[Any]

DIRECTIONS = tuple(range(0, 180, 15))
"""Degrees from the horizontal, anticlockwise: 0 lies, 90 stands."""

BAR_WIDTH = 3.0
AT_ONCE = 50
ROUNDS = 40


class Excited(NamedTuple):
    """How much a filter responds to an image.

    Attributes:
        number: Of the image, where images are compared; of the filter, where filters are.
        response: The filter's largest output on it.
        place: (row, column) of that output; of equal ones the first.
    """

    number: int
    response: float
    place: tuple[int, int]


@dataclass(frozen=True, eq=False)
class MadePicture:
    """A picture that was made to excite one filter.

    Attributes:
        pixels: Values of the input, (channels, rows, columns): what the output in the middle of the
            map reads, the rest of the image has no say.
        place: (row, column) of that output.
        before: The output where every pixel is in the middle of its range.
        response: The output with these pixels.
    """

    pixels: Array
    place: tuple[int, int]
    before: float
    response: float


def bar(contract: InputContract, direction: float, width: float = BAR_WIDTH) -> NDArray[np.uint8]:
    """A white bar through the middle of a black image.

    A pixel is as white as a bar with soft edges one pixel wide covers its centre.

    Args:
        contract: Of the input.
        direction: Degrees from the horizontal, anticlockwise.
        width: Pixels.

    Returns:
        uint8, (channels, height, width).

    >>> bar(InputContract(1, 5, 5), 90, width=1)[0, 0].tolist()
    [0, 0, 255, 0, 0]
    """
    rows, columns = np.ogrid[: contract.height, : contract.width]
    down, across = rows - (contract.height - 1) / 2, columns - (contract.width - 1) / 2
    angle = radians(direction)
    # Rows count downwards, so a rising bar has falling rows.
    distance = np.abs(across * sin(angle) + down * cos(angle))
    share = np.clip(width / 2 + 0.5 - distance, 0, 1)
    pixels = np.rint(255 * share).astype(np.uint8)
    return np.repeat(pixels[None], contract.channels, axis=0)


def responses_to_bars(network: Network, layer: Convolution) -> Array:
    """Each filter's response to a bar of each of :data:`DIRECTIONS`.

    Returns:
        (filters, directions).

    Raises:
        ParameterError: The values are not finite.
    """
    bars = np.stack([bar(network.contract, direction) for direction in DIRECTIONS])
    values = network.contract.values(bars[:, 0] if network.contract.channels == 1 else bars)
    outputs = outputs_of(network, layer, values)
    found: Array = outputs.max(axis=(2, 3)).T
    return found


def responses_to_image(network: Network, layer: Convolution, image: Array) -> list[Excited]:
    """Each filter's response to one image, the largest first.

    Args:
        network: The layer's.
        layer: Which convolution.
        image: (1, channels, height, width), as the network takes it.

    Raises:
        ParameterError: The values are not finite.
        GeometryError: The image has another shape than the network takes.
    """
    maps = outputs_of(network, layer, image)[0]
    found = [_excited(number, maps[number]) for number in range(len(maps))]
    return sorted(found, key=lambda one: -one.response)


def most_exciting(
    network: Network,
    layer: Convolution,
    number: int,
    blocks: Iterator[Array],
    count: int,
    progress: Callable[[int], None] | None = None,
) -> list[Excited]:
    """The images that a filter responds to most; of equal responses the first image.

    Args:
        network: The layer's.
        layer: Which convolution.
        number: Of the filter.
        blocks: The images, some at a time, as the network takes them.
        count: How many are kept.
        progress: Is told now and then how many images have been looked at.

    Raises:
        UsageError: There is no such filter.
        ParameterError: The values are not finite.
    """
    check_place((number,), (layer.filters,), f"filter of {layer.name}")
    found: list[Excited] = []
    looked_at = 0
    for block in blocks:
        maps = outputs_of(network, layer, block)[:, number]
        found += [_excited(looked_at + place, one) for place, one in enumerate(maps)]
        found = sorted(found, key=lambda one: (-one.response, one.number))[:count]
        looked_at += len(block)
        if progress is not None:
            progress(looked_at)
    return found


def picture_for(network: Network, layer: Convolution, number: int) -> MadePicture:
    """Pixels within their range that make one output of a filter large.

    It begins in the middle of the range. In each round every pixel moves a step in the direction of
    its gradient, and the steps become smaller. Of a first layer the outcome is the largest that
    there is: each pixel at the end of its range that its weight asks for. Of a deeper one it is a
    large one (Erhan et al., *Visualizing higher-layer features of a deep network*, 2009).

    Args:
        network: The layer's.
        layer: Which convolution.
        number: Of the filter.

    Raises:
        UsageError: There is no such filter.
        ParameterError: The values are not finite.
    """
    check_place((number,), (layer.filters,), f"filter of {layer.name}")
    _, rows, columns = network.shapes[layer.name]
    place = (number, rows // 2, columns // 2)
    low, high = _range_of_input(network.contract)
    middle = (low + high) / 2
    pixels = np.broadcast_to(middle, (1, *network.contract.shape)).astype(_dtype(network))
    part = _up_to(network, layer)
    seed = np.zeros((1, *network.shapes[layer.name]), pixels.dtype)
    seed[(0, *place)] = 1
    found: list[tuple[float, Array]] = []
    for step in np.linspace(0.5, 0.02, ROUNDS):
        stages = finite_stages(part, pixels)
        found.append((float(stages[layer.name][(0, *place)]), pixels))
        gradient = gradients_back(part, stages, layer.name, seed)[INPUT]
        moved = pixels + step * (high - middle) * np.sign(gradient)
        pixels = np.clip(moved, low, high).astype(seed.dtype)
    response, best = max(found, key=lambda one: one[0])
    behind = regions_behind(network, layer.name, place)[INPUT]
    return MadePicture(best[0][np.ix_(*behind.axes)], place[1:], found[0][0], response)


def outputs_of(network: Network, layer: Convolution, images: Array) -> Array:
    """What a convolution gives out for many images; what comes after it is not computed.

    Returns:
        (N, filters, rows, columns).

    Raises:
        ParameterError: The values are not finite.
        GeometryError: The images have another shape than the network takes.
    """
    part = _up_to(network, layer)
    blocks = (images[start : start + AT_ONCE] for start in range(0, len(images), AT_ONCE))
    return np.concatenate([finite_stages(part, block)[layer.name] for block in blocks])


def _up_to(network: Network, layer: Convolution) -> Network:
    end = network.place_of(layer) + 1
    return Network(network.layers[:end], network.parameters, network.contract, network.title)


def _excited(number: int, outputs: Array) -> Excited:
    row, column = np.unravel_index(outputs.argmax(), outputs.shape)
    return Excited(number, float(outputs[row, column]), (int(row), int(column)))


def _range_of_input(contract: InputContract) -> tuple[Array, Array]:
    """The values of black and of white, (1, channels, 1, 1)."""
    ends = np.array([0, 255], np.uint8)[:, None, None, None]
    one = InputContract(
        contract.channels, 1, 1, contract.scale, contract.mean, contract.standard_deviation
    )
    pixels = np.broadcast_to(ends, (2, contract.channels, 1, 1))
    black, white = one.values(pixels)
    return black[None], white[None]


def _dtype(network: Network) -> np.dtype[Any]:
    dtypes = [array.dtype for array in network.parameters.values()]
    return np.result_type(np.float32, *dtypes)
