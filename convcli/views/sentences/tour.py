"""A guided tour through a network on one image, in plain words with the image's own numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from convcli.inspection.guided_tour import Change, ConvolutionExample, GuidedTour
from convcli.inspection.pooling_winners import PooledValue
from convcli.inspection.scores import ScoreExplanation
from convcli.network.layers import Affine, ReLU
from convcli.network.network import INPUT, Network
from convcli.views.sentences.numbers import counted, exact_text, number_text, place_text

Address = dict[str, str | int]


@dataclass(frozen=True)
class Stop:
    """One step of the tour.

    Attributes:
        title: What it is about.
        lines: Sentences.
        address: Where a page shows it, by the names of its selection.
    """

    title: str
    lines: tuple[str, ...]
    address: Address


def tour_stops(tour: GuidedTour, network: Network, image: str) -> list[Stop]:
    """Every stop.

    Args:
        tour: The examples.
        network: The network.
        image: What it reads, for a reader.
    """
    stops: list[Stop] = []
    if tour.convolution is not None:
        stops += _convolution_stops(tour.convolution, network, image)
    if tour.hidden:
        stops.append(_hidden(tour.hidden))
    if tour.score is not None:
        stops += [_score(tour.score), _softmax(tour.score)]
    return stops


def _convolution_stops(example: ConvolutionExample, network: Network, image: str) -> Iterator[Stop]:
    here = _address(example)
    yield _input(example, network, image, {**here, "stage": "pixel"})
    yield _filter(example, {**here, "stage": "weight"})
    yield _products(example, here)
    yield _bias(example, here)
    yield _sliding(example, network, here)
    yield _matrix(example, {**here, "stage": "matrix"})
    yield _by_offset(example, {**here, "stage": "matrix", "slicing": "offset"})
    yield _by_position(example, {**here, "stage": "matrix", "slicing": "position"})
    if example.activation is not None:
        yield _activation(example.activation, here)
    if example.pooled is not None:
        yield _pooling(example.pooled, here)


def _address(example: ConvolutionExample) -> Address:
    number, row, column = example.ledger.place
    name = example.layer.name
    return {
        "layer": name, "filter": number, "row": row, "column": column, "cell": example.term.k,
        "stage": name,
    }  # fmt: skip


def first_selection(tour: GuidedTour, network: Network) -> Address:
    """What a page shows before anything is pointed at: the first example of the tour."""
    if tour.convolution is not None:
        return _address(tour.convolution)
    return {"stage": network.layers[-1].name, "unit": tour.score.number if tour.score else 0}


def _input(example: ConvolutionExample, network: Network, image: str, at: Address) -> Stop:
    channels, height, width = network.contract.shape
    inside = f" in each of {channels} channels" if channels > 1 else ""
    lines = [
        f"This is {image}: {height} rows and {width} columns of pixels{inside}. "
        "Each is a byte, from 0 to 255.",
        f"The network reads {network.contract} in place of them.",
    ]
    if example.cell.byte is not None:
        lines.append(
            f"Pixel {place_text(example.term.pixel)} holds the byte {example.cell.byte} and goes "
            f"in as {exact_text(example.term.value)}."
        )
    if example.ledger.source != INPUT:
        lines.append(
            f"{example.layer.name} does not see the image itself: it reads "
            f"{example.ledger.source}, {counted(example.input_shape[0], 'map')} that earlier "
            "layers have made of it."
        )
    return Stop("The image", tuple(lines), at)


def _filter(example: ConvolutionExample, at: Address) -> Stop:
    layer, term = example.layer, example.term
    size = f"{layer.window.height}x{layer.window.width}"
    of = f" in each of {layer.channels} channels" if layer.channels > 1 else ""
    return Stop(
        "A filter",
        (
            f"{layer.name} has {counted(layer.filters, 'filter')} of {size} weights{of}. "
            "Training has found them.",
            f"Filter {example.ledger.place[0]} is the one that answers strongest to this image. A "
            "blue weight counts for its pixel, an orange one against it.",
            f"Its weight {place_text(term.weight_index)} is {exact_text(term.weight)}.",
        ),
        at,
    )


def _products(example: ConvolutionExample, at: Address) -> Stop:
    ledger, term = example.ledger, example.term
    return Stop(
        "Convolution",
        (
            f"For one output the filter lies on {counted(len(ledger.terms), 'number')}. Each is "
            "multiplied by the weight above it, and the products are added up.",
            f"At output {place_text(ledger.place[1:])} the largest product is "
            f"{number_text(term.value)} * {number_text(term.weight)} = "
            f"{number_text(term.product)}.",
            f"All of them together are {number_text(ledger.terms[-1].running_sum)}.",
        ),
        at,
    )


def _bias(example: ConvolutionExample, at: Address) -> Stop:
    ledger = example.ledger
    if example.layer.bias is None:
        line = (
            f"{example.layer.name} has no bias, so this is the output: {number_text(ledger.sum)}."
        )
    else:
        line = (
            f"The bias of filter {ledger.place[0]} is {number_text(ledger.bias)}: the same number "
            "is added to every output of this filter. It says how easily the filter answers. "
            f"With it the output is {number_text(ledger.sum)}."
        )
    made = (
        f"The engine made {exact_text(ledger.engine)} in {ledger.dtype}; this sum is "
        f"{exact_text(ledger.sum)} in float64, with another order of adding."
    )
    return Stop("The bias", (line, made), at)


def _sliding(example: ConvolutionExample, network: Network, at: Address) -> Stop:
    layer, (_, height, width) = example.layer, example.input_shape
    filters, rows, columns = network.shapes[layer.name]
    down, across = layer.window.strides
    step = f"{down}" if down == across else f"{down} down and {across} across"
    return Stop(
        "The filter slides",
        (
            f"The filter moves over the whole map in steps of {step}. How many places it has "
            f"follows from the sizes: {layer.window.formula(height, width)}.",
            f"So one filter makes a map of {rows}x{columns} outputs, and "
            f"{counted(filters, 'filter')} make as many maps.",
            "Press the space bar to see it slide.",
        ),
        at,
    )


def _matrix(example: ConvolutionExample, at: Address) -> Stop:
    cell, patches = example.cell, example.cell.patches
    rows, columns = patches.matrix_shape
    pixels = patches.channels * patches.height * patches.width
    return Stop(
        "im2col",
        (
            f"im2col copies the {columns} numbers under each place of the filter into one row of a "
            f"matrix: {rows} rows, {columns} columns.",
            f"This matrix times the {example.layer.filters} filters, each written as one column, "
            "is the whole convolution: one matrix product, which computers do fast.",
            f"The price is memory: {rows * columns:,} cells hold {counted(pixels, 'number')}, most "
            "of them many times.",
            f"Cell {place_text(cell.place)} is for output {place_text(cell.output)} and weight "
            f"{place_text(cell.weight_index)}. It holds {exact_text(cell.value)}.",
        ),
        at,
    )


def _by_offset(example: ConvolutionExample, at: Address) -> Stop:
    sliced = example.cell.offset
    height, width = sliced.slice_shape
    return Stop(
        f"{counted(sliced.slices, 'slice')}",
        (
            f"There are two ways to fill the matrix. The book takes one slice for each of the "
            f"{sliced.slices} weights of a channel: the {height}x{width} numbers that this weight "
            "meets at all outputs, with one assignment.",
            f"The marked cell is in slice {sliced.number}, at {place_text(sliced.place)}.",
            f"Then {sliced.steps[1].action} moves the axes from "
            f"{' '.join(sliced.steps[0].axes)} to {' '.join(sliced.steps[1].axes)}, and a reshape "
            "makes them a matrix.",
        ),
        at,
    )


def _by_position(example: ConvolutionExample, at: Address) -> Stop:
    sliced, other = example.cell.position, example.cell.offset
    height, width = sliced.slice_shape
    return Stop(
        f"{counted(sliced.slices, 'slice')}",
        (
            f"The other way takes one slice for each of the {sliced.slices} outputs: the "
            f"{height}x{width} numbers under the filter there.",
            f"The marked cell is in slice {sliced.number}, at {place_text(sliced.place)}.",
            f"The matrix is the same, number by number. It takes {sliced.slices} assignments in "
            f"place of {other.slices}; convcli compare-im2col measures what that costs.",
        ),
        at,
    )


def _activation(change: Change, at: Address) -> Stop:
    name, before, after = change.layer.name, exact_text(change.before), exact_text(change.after)
    here = {**at, "stage": name}
    if not isinstance(change.layer, ReLU):
        return Stop(change.layer.kind, (f"{name} makes {after} of {before}.",), here)
    return Stop(
        "ReLU",
        (
            f"{name} keeps what is above zero and makes all else 0: max(value, 0). "
            f"Here {before} becomes {after}.",
            f"{change.negative:,} of the {change.numbers:,} outputs are negative and become 0. "
            "Without such a bend two layers would be no more than one.",
        ),
        here,
    )


def _pooling(pooled: PooledValue, at: Address) -> Stop:
    channel, row, column = pooled.place
    size = f"{pooled.window.height}x{pooled.window.width}"
    here = {**at, "stage": pooled.layer, "filter": channel, "row": row, "column": column}
    values = ", ".join("padding" if one is None else exact_text(one) for one in pooled.values)
    lines = [
        f"{pooled.layer} keeps the largest number under a window of {size}, so that the maps "
        "become smaller and a small shift of the digit matters less.",
        f"At {place_text((row, column))} there are {values}: {exact_text(pooled.engine)} stays.",
        f"{pooled.tied_windows:,} of the {pooled.windows:,} windows hold their largest number more "
        "than once. Then the first one counts.",
    ]
    return Stop("Pooling", tuple(lines), here)


def _hidden(hidden: tuple[Affine, ...]) -> Stop:
    first = hidden[0]
    layers = ", ".join(f"{one.name} ({counted(one.outputs, 'unit')})" for one in hidden)
    return Stop(
        "Hidden units",
        (
            f"Then all {counted(first.features, 'number')} become one row, and every unit has a "
            f"weight for each of them: {layers}.",
            "A unit is a sum of products like an output of the convolution, but it sees everything "
            "at once.",
        ),
        {"stage": first.name, "unit": 0},
    )


def _score(score: ScoreExplanation) -> Stop:
    ledger = score.ledger
    return Stop(
        "Scores",
        (
            f"The last layer with weights, {ledger.layer}, has one unit for each class. Its "
            f"{counted(len(ledger.terms), 'product')} and the bias make the score.",
            f"The largest score belongs to {score.chosen.name}: {exact_text(score.chosen.score)}.",
        ),
        {"stage": ledger.layer, "unit": score.number},
    )


def _softmax(score: ScoreExplanation) -> Stop:
    chosen, total = score.chosen, exact_text(score.exponential_sum)
    return Stop(
        "Softmax",
        (
            "The softmax makes probabilities of the scores: the exponential of each score, divided "
            "by the sum of all. The largest score is subtracted first, so that no exponential is "
            "too large for the computer; the result is the same.",
            f"exp({exact_text(chosen.below_largest)}) / {total} = "
            f"{exact_text(chosen.probability)}: the probability of {chosen.name}.",
        ),
        {"stage": score.ledger.layer, "unit": score.number},
    )
