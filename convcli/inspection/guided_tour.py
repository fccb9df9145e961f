"""The examples of a guided tour: the strongest answer of a convolution, followed to the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError
from convcli.inspection.ledger import Ledger, Term, convolution_ledger, patches_of
from convcli.inspection.matrix_lookup import CellExplanation, explain_cell
from convcli.inspection.pooling_winners import PooledValue, explain_pooled
from convcli.inspection.provenance import Patches
from convcli.inspection.reading import Reading, reading_of
from convcli.inspection.scores import ScoreExplanation, explain_score
from convcli.network.layers import Affine, Convolution, Layer, MaxPooling
from convcli.network.layers.base import ElementwiseLayer
from convcli.network.network import Network

Array = NDArray[Any]
Stages = Mapping[str, Array]


class Change(NamedTuple):
    """What an activation does to one number, and to all.

    Attributes:
        layer: The activation.
        before: The number that goes in.
        after: The number that comes out.
        negative: How many numbers go in that are below zero.
        numbers: How many go in.
    """

    layer: Layer
    before: float
    after: float
    negative: int
    numbers: int


@dataclass(frozen=True)
class ConvolutionExample:
    """The strongest output of a convolution, and what becomes of it before the next weights.

    Attributes:
        layer: The convolution.
        input_shape: (channels, height, width) of what it reads.
        ledger: The terms of that output.
        term: The product of the largest magnitude among them.
        cell: Where that product's pixel is in the im2col matrix.
        activation: What follows at once; None where nothing does.
        pooled: The value of the pooling that follows then; None where there is none, or where the
            output is under no window.
    """

    layer: Convolution
    input_shape: tuple[int, ...]
    ledger: Ledger
    term: Term
    cell: CellExplanation
    activation: Change | None
    pooled: PooledValue | None


@dataclass(frozen=True)
class GuidedTour:
    """The examples of one network on one image.

    Attributes:
        convolution: None where the network has none.
        hidden: The layers with weights between the convolutions and the scores.
        score: Of the most probable class; None where the network gives no scores that are sums.
        reading: None where the network gives no scores.
    """

    convolution: ConvolutionExample | None
    hidden: tuple[Affine, ...]
    score: ScoreExplanation | None
    reading: Reading | None


def guided_tour(network: Network, stages: Stages, layer: Convolution | None) -> GuidedTour:
    """Find the examples.

    Args:
        network: Any.
        stages: Its trace of one image.
        layer: The convolution to look at; None where there is none.

    >>> from convcli.network.building import untrained
    >>> from convcli.network.contract import InputContract
    >>> network = untrained("conv1(2@5) relu maxpool2 flatten fc1(3)", InputContract(), seed=0)
    >>> stages = network.stages(np.ones((1, 1, 28, 28), np.float32))
    >>> tour = guided_tour(network, stages, network.first_convolution)
    >>> len(tour.convolution.ledger.terms), tour.convolution.pooled.tied, tour.score.ledger.layer
    (25, 4, 'affine1')
    """
    affine = [one for one in network.layers if isinstance(one, Affine)]
    return GuidedTour(
        None if layer is None else _convolution(network, stages, layer),
        tuple(affine[:-1]),
        _score(network, stages),
        reading_of(network, stages) if network.reads_classes else None,
    )


def _convolution(network: Network, stages: Stages, layer: Convolution) -> ConvolutionExample:
    outputs = stages[layer.name][0]
    number, row, column = map(int, np.unravel_index(outputs.argmax(), outputs.shape))
    ledger = convolution_ledger(network, stages, layer, number, row, column)
    term = ledger.largest_first().terms[0]
    position = patches_of(network, layer).output_size[1] * row + column
    cell = explain_cell(network, stages, layer, position, term.k, number)
    activation, pooled = None, None
    place = network.place_of(layer) + 1
    for following in network.layers[place:]:
        if isinstance(following, MaxPooling):
            pooled = _pooled(network, stages, following, ledger.place)
        if not isinstance(following, ElementwiseLayer):
            break
        if activation is None:
            activation = _change(network, stages, following, ledger.place)
    shape = network.shapes[network.input_name_of(layer)]
    return ConvolutionExample(layer, shape, ledger, term, cell, activation, pooled)


def _change(network: Network, stages: Stages, layer: Layer, place: tuple[int, ...]) -> Change:
    before, after = stages[network.input_name_of(layer)][0], stages[layer.name][0]
    return Change(
        layer, float(before[place]), float(after[place]), int((before < 0).sum()), before.size
    )


def _pooled(
    network: Network, stages: Stages, layer: MaxPooling, place: tuple[int, ...]
) -> PooledValue | None:
    source = network.input_name_of(layer)
    reached = list(Patches(layer.window, *network.shapes[source]).reached(*place[1:]))
    if not reached:
        return None
    return explain_pooled(network, stages, layer, place[0], *reached[0][:2])


def _score(network: Network, stages: Stages) -> ScoreExplanation | None:
    if not network.reads_classes:
        return None
    try:
        return explain_score(network, stages, reading_of(network, stages).place)
    except ParameterError:
        return None
