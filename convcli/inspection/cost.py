"""What a command will take, told from shapes before anything is computed.

Bytes are those of the arrays that are there at the same time, of which tests know what they are
measured to be. Seconds are those of a machine of today; another may take half or twice as many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import find_variant
from convcli.engine.strips import STRIP_BYTES, rows_at_once
from convcli.inspection.walkthrough import stage_named
from convcli.network.layers import (
    Affine,
    AveragePooling,
    Convolution,
    Dropout,
    Flatten,
    Layer,
    MaxPooling,
)
from convcli.network.network import INPUT, Network

Shape = tuple[int, ...]

PROGRAM_BYTES = 110 * 2**20
"""Python with NumPy, and what a command needs besides to draw a figure."""

PROGRAM_SECONDS = 1.0
"""To start, and to draw a figure of a usual size."""

FLOAT, DOUBLE = 4, 8  # Bytes.
PNG_BYTES = 7  # For a pixel: three in colour, and four in the encoder.

_PAGE_BYTES = 250_000  # Of a page: its style, its scripts and its texts.
_FEW_WEIGHTS = 2**14  # So many of an affine layer are in every page.

_VIEWS = (Flatten, Dropout)  # They give out what they are given.

# Seconds for each, on two cores.
_PATCH_PIXEL = 4e-9  # A number of an im2col matrix, gathered and laid out.
_TIMED_PIXEL = 2e-9  # The same again and again, and in the mean of all variants.
_POOLED_PIXEL = 8e-9  # The same with the search for the largest.
_MULTIPLY_ADD = 1e-10
_SIMPLE = 2e-9  # A number by itself, as in a ReLU.
_PNG_PIXEL = 1.2e-7
_SLICE = 7e-7  # A slice that is assigned by Python.
_DRAWN_NUMBER = 3e-8  # A number drawn at random, and summed up.


@dataclass(frozen=True)
class Cost:
    """What a piece of work takes.

    Attributes:
        memory: Bytes that are taken at the same time, at most, besides those of the program.
        seconds: On a machine of today.
    """

    memory: int
    seconds: float

    def __add__(self, other: "Cost") -> "Cost":
        """Of work whose results are kept together."""
        return Cost(self.memory + other.memory, self.seconds + other.seconds)


NOTHING = Cost(0, 0.0)


class _Tally:
    """Pieces of work one after the other, of which some results are kept."""

    def __init__(self, kept: int) -> None:
        self._kept = self._memory = kept
        self._seconds = 0.0

    def add(self, work: Cost, kept: int = 0) -> None:
        """One piece of work and the bytes of its result that stay, which its memory includes."""
        self._memory = max(self._memory, self._kept + work.memory)
        self._seconds += work.seconds
        self._kept += kept

    @property
    def cost(self) -> Cost:
        """Of them all."""
        return Cost(self._memory, self._seconds)


def of_parameters(network: Network) -> Cost:
    """The parameters of a network, which were read before anything is asked."""
    return Cost(sum(array.nbytes for array in network.parameters.values()), 0.0)


def of_walkthrough(
    image_shape: Shape,
    filter_shape: Shape,
    window: Window,
    pool: Window,
    *,
    itemsize: int = FLOAT,
    with_relu: bool = False,
    drawn: bool = False,
) -> Cost:
    """One image through some filters and a max pooling, every stage kept.

    Args:
        image_shape: (1, C, H, W), float32.
        filter_shape: (FN, C, FH, FW) of those that are used.
        window: The filters' with stride and pad.
        pool: The pooling.
        itemsize: Bytes of a number that comes out, eight where the filters are float64.
        with_relu: Whether there is a ReLU.
        drawn: Whether a picture of every stage is written, pixel by pixel.

    Raises:
        GeometryError: A window does not fit.

    >>> photo = of_walkthrough((1, 1, 4000, 3000), (1, 1, 5, 5), Window(5, 5), Window(2, 2, 2))
    >>> photo.memory // 2**20
    178
    """
    number, _, height, width = image_shape
    with stage_named("convolution"):
        convolved = (number, filter_shape[0], *window.output_size(height, width))
    with stage_named("pooling"):
        pooled = (*convolved[:2], *pool.output_size(*convolved[2:]))
    maps = itemsize * prod(convolved)
    tally = _Tally(
        FLOAT * prod(image_shape) + prod(image_shape[2:]) + itemsize * prod(filter_shape)
    )
    tally.add(_convolution(image_shape, convolved, window, itemsize), kept=maps)
    if with_relu:
        tally.add(Cost(maps, prod(convolved) * _SIMPLE), kept=maps)
    tally.add(_max_pooling(convolved, pooled, pool, itemsize), kept=itemsize * prod(pooled))
    if drawn:
        for shape in (image_shape, filter_shape, convolved, *([convolved] * with_relu), pooled):
            tally.add(of_picture(shape))
    return tally.cost


def of_network(network: Network, images: int = 1) -> Cost:
    """Images through a whole network, every stage kept; without its parameters.

    >>> import numpy as np
    >>> from convcli.network.building import build
    >>> arrays = {"W1": np.ones((2, 1, 5, 5), np.float32), "b1": np.zeros(2, np.float32)}
    >>> of_network(build(arrays, "conv1 relu"), images=1000).memory // 2**20
    66
    """
    itemsize = max((array.itemsize for array in network.parameters.values()), default=FLOAT)
    tally = _Tally(FLOAT * images * prod(network.shapes[INPUT]))
    for layer in network.layers:
        before = (images, *network.shapes[network.input_name_of(layer)])
        after = (images, *network.shapes[layer.name])
        kept = 0 if isinstance(layer, _VIEWS) else itemsize * prod(after)
        tally.add(of_layer(layer, before, after, itemsize), kept)
    return tally.cost


def of_inputs(network: Network, layer: Layer, images: int) -> Cost:
    """What goes into a layer: :func:`convcli.inspection.layer_inputs.inputs_of`.

    Args:
        network: Its parameters are counted.
        layer: One of its layers.
        images: How many.
    """
    # Only where a layer is asked for; most commands do without.
    from convcli.inspection.layer_inputs import AT_ONCE

    at_once = min(images, AT_ONCE)
    block = of_network(network, at_once)
    inputs = FLOAT * images * prod(network.shapes[network.input_name_of(layer)])
    return of_parameters(network) + Cost(
        block.memory + 2 * inputs, block.seconds * images / at_once
    )


def of_comparison(image_shape: Shape, window: Window, variants: Sequence[str], repeat: int) -> Cost:
    """The ways of im2col side by side: :func:`convcli.inspection.im2col_comparison.compare`.

    Args:
        image_shape: (N, C, H, W), float32.
        window: Of the im2col.
        variants: Names.
        repeat: Runs that are timed.

    Raises:
        GeometryError: The window does not fit.
    """
    matrix = _comparison_matrix(image_shape, window)
    padded = _padded(image_shape, window)
    # Each keeps its slices and its matrix where that is a copy; the first is there while they run.
    names = dict.fromkeys(["offset", *variants])
    kept = sum(_kept(name, image_shape, matrix, padded) for name in names)
    at_work = 2 * matrix + padded
    rounds = of_timing(image_shape, window, variants, repeat).seconds
    memory = FLOAT * prod(image_shape) + max(kept + matrix, 2 * at_work)
    return Cost(memory, rounds * (repeat + 2) / (repeat + 1))


def of_article_pictures(image_shape: Shape, window: Window) -> Cost:
    """:func:`convcli.inspection.article_pictures.as_in_the_article`, and a picture of it.

    Args:
        image_shape: (1, C, H, W), float32.
        window: Of the im2col.

    Raises:
        GeometryError: The window does not fit.
    """
    unstrided = Window(window.height, window.width, 1, window.pad)
    without, matrix = (_comparison_matrix(image_shape, one) for one in (unstrided, window))
    # The matrix in the user's stride and with one of 2, twice; while both ways make it with a
    # stride of 1.
    kept = matrix + min(2 * matrix, 2 * without // 4)
    seconds = of_timing(image_shape, unstrided, ["position"], 0).seconds
    memory = FLOAT * prod(image_shape) + _padded(image_shape, window) + kept + 3 * without
    return Cost(memory, 2 * seconds)


def of_timing(image_shape: Shape, window: Window, variants: Sequence[str], repeat: int) -> Cost:
    """One point of a chart of im2col: every variant timed, nothing kept.

    Args:
        image_shape: (N, C, H, W), float32.
        window: Of the im2col.
        variants: Names.
        repeat: Runs that are timed; one more is not.
    """
    matrix = _comparison_matrix(image_shape, window)
    rows, places = window.output_size(*image_shape[2:])
    once = 0.0
    for name in dict.fromkeys(["offset", *variants]):
        slices = {"offset": window.area, "position": rows * places}.get(name, 2)
        once += slices * _SLICE + matrix / FLOAT * _TIMED_PIXEL
    return Cost(
        FLOAT * prod(image_shape) + 2 * matrix + _padded(image_shape, window), once * (repeat + 1)
    )


def of_filters(shape: Shape, itemsize: int) -> Cost:
    """Trained filters beside untrained ones: the former are there, the latter are made.

    Args:
        shape: (FN, C, FH, FW).
        itemsize: Bytes of a weight.

    >>> of_filters((1, 1, 16000, 16000), 1).memory // 10**6
    256
    """
    return Cost(itemsize * prod(shape), 2 * prod(shape) * _DRAWN_NUMBER)


def of_picture(shape: Shape) -> Cost:
    """A plain picture of the maps (..., height, width) of a stage, a pixel for a number.

    >>> of_picture((1, 30, 24, 24)).memory
    120960
    """
    pixels = prod(shape)
    return Cost(PNG_BYTES * pixels, _PNG_PIXEL * pixels)


def of_layer(layer: Layer, before: Shape, after: Shape, itemsize: int) -> Cost:
    """One layer, what it gives out included.

    Args:
        layer: Any.
        before: Shape of its inputs, (N, ...).
        after: Shape of its output.
        itemsize: Bytes of a number that comes out.
    """
    output = itemsize * prod(after)
    match layer:
        case Convolution(window=window):
            return _convolution(before, after, window, itemsize)
        case MaxPooling(window=window):
            return _max_pooling(before, after, window, itemsize)
        case AveragePooling(window=window):
            matrix = output * window.area
            return Cost(max(2 * matrix, matrix + output), prod(after) * window.area * _POOLED_PIXEL)
        case Affine():
            return Cost(output, prod(before) * after[-1] * _MULTIPLY_ADD)
        case Flatten() | Dropout():
            return Cost(0, 0.0)
        case _:
            # At most one array besides.
            return Cost(2 * output, prod(after) * _SIMPLE)


def _convolution(before: Shape, after: Shape, window: Window, itemsize: int) -> Cost:
    matrix, rows = _strip(before, after, window, FLOAT)
    output = itemsize * prod(after)
    product = output * rows // after[2]
    padded = _padded(before, window) * rows // after[2]
    # Patches and matrix while it is laid out; then the matrix, also in double precision, and what
    # it is multiplied to, which is the output itself where there is one strip.
    widened = 2 * matrix if itemsize == DOUBLE else 0
    memory = max(padded + 2 * matrix, matrix + widened + product)
    if rows < after[2]:
        memory += output
    sums = prod(after[2:]) * before[0] * before[1] * window.area
    return Cost(memory, sums * (_PATCH_PIXEL + after[1] * _MULTIPLY_ADD))


def _max_pooling(before: Shape, after: Shape, window: Window, itemsize: int) -> Cost:
    matrix, rows = _strip(before, after, window, itemsize)
    output = itemsize * prod(after)
    # The places of the winners take eight bytes each.
    found = (DOUBLE + itemsize) * prod(after) * rows // after[2]
    memory = max(2 * matrix, matrix + found)
    if rows < after[2]:
        memory += output
    return Cost(memory, prod(after) * window.area * _POOLED_PIXEL)


def _strip(before: Shape, after: Shape, window: Window, itemsize: int) -> tuple[int, int]:
    """Bytes of the im2col matrix of one strip, and its rows of the output."""
    rows = min(after[2], rows_at_once(before, window, itemsize, STRIP_BYTES))
    return itemsize * before[0] * before[1] * window.area * rows * after[3], rows


def _padded(shape: Shape, window: Window) -> int:
    """Bytes of the images with their padding, where there is any."""
    height, width = shape[2:]
    top, bottom, left, right = window.padding(height, width)
    if not (top or bottom or left or right):
        return 0
    return FLOAT * shape[0] * shape[1] * (top + height + bottom) * (left + width + right)


def _comparison_matrix(image_shape: Shape, window: Window) -> int:
    number, channels, height, width = image_shape
    return FLOAT * number * channels * window.area * prod(window.output_size(height, width))


def _kept(name: str, image_shape: Shape, matrix: int, padded: int) -> int:
    if name == "strided":
        return matrix + padded
    # From positions, the matrix of one channel is the same memory in another shape.
    is_view = not find_variant(name).by_offset and image_shape[1] == 1
    return matrix if is_view else 2 * matrix


def page_bytes(network: Network, with_drawing: bool) -> int:
    """How large a page becomes that holds every stage of one image and the parameters, at most.

    Args:
        network: Any.
        with_drawing: Whether the page holds the weights too that :func:`kept_off_a_page` names.

    >>> from convcli.network.building import untrained
    >>> from convcli.network.contract import InputContract
    >>> page_bytes(untrained("flatten fc1(100) relu fc2(10)", InputContract(), 0), True) // 1000
    683
    """
    itemsize = max((array.itemsize for array in network.parameters.values()), default=FLOAT)
    numbers = sum(prod(shape) for shape in network.shapes.values())
    left_out = {
        layer.weight
        for layer in network.layers
        if isinstance(layer, Affine) and not with_drawing and kept_off_a_page(layer)
    }
    numbers += sum(array.size for name, array in network.parameters.items() if name not in left_out)
    return _PAGE_BYTES + numbers * max(itemsize, FLOAT) * 4 // 3


def kept_off_a_page(layer: Layer) -> bool:
    """Whether the weights of a layer are so many that only a page that draws holds them."""
    return isinstance(layer, Affine) and layer.features * layer.outputs > _FEW_WEIGHTS
