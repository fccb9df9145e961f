"""The terms that one number is the sum of, each with where it comes from.

The values are those of the one trace, the weights those of the network. Products and sums are taken
in float64 whatever the network computes in, so that a product of float32 numbers is exact. What is
left between this sum and the engine's number is due to the order in which the engine adds, and to
its dtype.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from itertools import product as pairs
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError, UsageError
from convcli.inspection.provenance import Patches, check_place
from convcli.inspection.regions import places_in_maps
from convcli.network.layers import Affine, Convolution, Flatten, GlobalAveragePooling, Layer
from convcli.network.network import INPUT, Network

Array = NDArray[Any]
Stages = Mapping[str, Array]
Place = tuple[int, ...]


class Term(NamedTuple):
    """One product.

    Attributes:
        k: Its number in the order of the layer's own matrix product, from 0.
        pixel: Where the value is: (row, column) in the channel that the weight is for, under a
            convolution; (channel, row, column) where feature maps were flattened; (unit,) else.
        padding: Whether that lies outside of the map, so that the value is zero.
        weight_index: (channel, row, column) in the filter, (feature, unit) of an affine layer.
        byte: The byte of the image that the value was made of; None if it was not.
        value: What came in.
        weight: What it is multiplied with.
        product: Of the two.
        running_sum: Of the products so far, in the order of the ledger.
    """

    k: int
    pixel: Place
    padding: bool
    weight_index: Place
    byte: int | None
    value: float
    weight: float
    product: float
    running_sum: float


@dataclass(frozen=True)
class Ledger:
    """How one number came about.

    Attributes:
        layer: Name of the layer that made it.
        place: (filter, row, column), or (unit,).
        source: Name of the stage that the values are from.
        terms: In the order in which they are added here.
        bias: Added last.
        engine: The number that the engine made.
        dtype: What the engine computed in.
    """

    layer: str
    place: Place
    source: str
    terms: tuple[Term, ...]
    bias: float
    engine: float
    dtype: str

    @property
    def sum(self) -> float:
        """The terms one after the other, and the bias."""
        return self.terms[-1].running_sum + self.bias

    @property
    def difference(self) -> float:
        """The engine's number less this sum."""
        return self.engine - self.sum

    @property
    def zeros(self) -> int:
        """How many products are zero and add nothing."""
        return sum(term.product == 0 for term in self.terms)

    def largest_first(self) -> "Ledger":
        """The same with the product of the largest magnitude first, and other running sums."""
        ordered = sorted(self.terms, key=lambda term: -abs(term.product))
        return replace(self, terms=_added_up(ordered))


def convolution_ledger(
    network: Network, stages: Stages, layer: Convolution, number: int, row: int, column: int
) -> Ledger:
    """The terms of one output of a convolution, a channel after the other.

    Args:
        network: The layer's.
        stages: Its trace of one image.
        layer: Which convolution.
        number: Which filter.
        row: Of the output.
        column: Of the output.

    Raises:
        UsageError: There is no such filter or output.
        ParameterError: The products are so large that their sum is not finite.
    """
    source = network.input_name_of(layer)
    check_place((number, row, column), network.shapes[layer.name], f"output of {layer.name}")
    maps, filters = stages[source][0], network.parameters[layer.weight][number]
    bytes_in = bytes_of_stage(network, stages, source)
    terms: list[Term] = []
    reads = list(patches_of(network, layer).reads(row, column))
    for channel, pixel in pairs(range(layer.channels), reads):
        weight_index = (channel, pixel.window_row, pixel.window_column)
        at = (channel, pixel.row, pixel.column)
        value = 0.0 if pixel.is_padding else float(maps[at])
        byte = None if bytes_in is None or pixel.is_padding else int(bytes_in[at])
        terms.append(
            _term(
                len(terms), at[1:], weight_index, value, float(filters[weight_index]),
                byte=byte, padding=pixel.is_padding,
            )
        )  # fmt: skip
    bias = float(network.parameters[layer.bias][number]) if layer.bias else 0.0
    return _ledger(layer, (number, row, column), source, terms, bias, stages[layer.name][0])


def affine_ledger(network: Network, stages: Stages, layer: Affine, unit: int) -> Ledger:
    """The terms of one unit of an affine layer, in the order of its features.

    Raises:
        UsageError: There is no such unit.
        ParameterError: The products are so large that their sum is not finite.
    """
    check_place((unit,), network.shapes[layer.name], f"unit of {layer.name}")
    source, places = _features(network, layer)
    values = stages[network.input_name_of(layer)][0].tolist()
    weights = network.parameters[layer.weight][:, unit].tolist()
    bytes_in = bytes_of_stage(network, stages, source)
    terms = [
        _term(
            number, place, (number, unit), value, weight,
            byte=None if bytes_in is None else int(bytes_in[place]),
        )
        for number, (place, value, weight) in enumerate(zip(places, values, weights, strict=True))
    ]  # fmt: skip
    bias = float(network.parameters[layer.bias][unit]) if layer.bias else 0.0
    return _ledger(layer, (unit,), source, terms, bias, stages[layer.name][0])


def mean_ledger(
    network: Network, stages: Stages, layer: GlobalAveragePooling, channel: int
) -> Ledger:
    """The terms of the mean of one feature map: each value has the weight 1 / (height * width).

    Raises:
        UsageError: There is no such channel.
        ParameterError: The products are so large that their sum is not finite.
    """
    check_place((channel, 0, 0), network.shapes[layer.name], f"mean of {layer.name}")
    source = network.input_name_of(layer)
    values = stages[source][0][channel]
    terms = [
        _term(
            number, (int(row), int(column)), (int(row), int(column)), float(value), 1 / values.size
        )
        for number, ((row, column), value) in enumerate(np.ndenumerate(values))
    ]
    return _ledger(layer, (channel, 0, 0), source, terms, 0.0, stages[layer.name][0])


def ledger_of(network: Network, stages: Stages, layer: Layer, place: Place) -> Ledger:
    """The terms of one number of any layer that adds products up.

    Args:
        network: The layer's.
        stages: Its trace of one image.
        layer: A convolution, an affine layer or a global average pooling.
        place: (filter, row, column), (unit,), or (channel, 0, 0).

    Raises:
        UsageError: There is no such number, or the layer is of another kind.
        ParameterError: The products are so large that their sum is not finite.
    """
    match layer:
        case Convolution():
            return convolution_ledger(network, stages, layer, *_numbers(place, 3, layer))
        case Affine():
            return affine_ledger(network, stages, layer, *_numbers(place, 1, layer))
        case GlobalAveragePooling():
            return mean_ledger(network, stages, layer, _numbers(place, 3, layer)[0])
    raise UsageError(
        f"{layer.name} ({layer.kind}) adds no products up",
        "choose a convolution or an affine layer",
    )


def patches_of(network: Network, layer: Convolution) -> Patches:
    """What a convolution's window cuts out of one image's maps.

    >>> from convcli.network.building import untrained
    >>> from convcli.network.contract import InputContract
    >>> network = untrained("conv1(30@5)", InputContract(), seed=0)
    >>> patches_of(network, network.first_convolution).matrix_shape
    (576, 25)
    """
    return Patches(layer.window, *network.shapes[network.input_name_of(layer)])


def bytes_of_stage(network: Network, stages: Stages, source: str) -> Array | None:
    """The bytes of one image that a stage was made of.

    Returns:
        uint8, (channels, height, width); None where the stage is not the input, or not of bytes.
    """
    if source != INPUT:
        return None
    found = network.contract.bytes_of(stages[INPUT])
    return None if found is None else found[0]


def _numbers(place: Place, count: int, layer: Layer) -> Place:
    if len(place) != count:
        raise UsageError(f"a place of {layer.name} is {count} numbers", "give as many")
    return place


def _features(network: Network, layer: Affine) -> tuple[str, Sequence[Place]]:
    """The stage that the values of a row are from, and the place of each in it."""
    name = network.input_name_of(layer)
    before = network.layers[network.place_of(layer) - 1] if name != INPUT else None
    if isinstance(before, Flatten):
        source = network.input_name_of(before)
        return source, places_in_maps(before, network.shapes[source])
    return name, [(number,) for number in range(layer.features)]


def _term(
    k: int,
    pixel: Place,
    weight_index: Place,
    value: float,
    weight: float,
    *,
    byte: int | None = None,
    padding: bool = False,
) -> Term:
    # Added to zero, a zero has no sign.
    product = value * weight + 0.0
    return Term(k, pixel, padding, weight_index, byte, value, weight, product, 0.0)


def _ledger(
    layer: Layer, place: Place, source: str, terms: Iterable[Term], bias: float, output: Array
) -> Ledger:
    ledger = Ledger(
        layer.name, place, source, _added_up(terms), bias, float(output[place]), str(output.dtype)
    )
    if not np.isfinite(sum(abs(term.product) for term in ledger.terms) + abs(bias)):
        raise ParameterError(
            f"the terms of {layer.name} add up to no finite number",
            "the parameters hold values far too large",
        )
    return ledger


def _added_up(terms: Iterable[Term]) -> tuple[Term, ...]:
    listed = list(terms)
    sums = accumulate(term.product for term in listed)
    return tuple(
        term._replace(running_sum=running) for term, running in zip(listed, sums, strict=True)
    )
