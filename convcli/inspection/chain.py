"""What a chain of layers makes of the size of an image; no weights and no pixels are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from convcli.errors import GeometryError, UsageError
from convcli.inspection.left_over import LeftOver, left_over
from convcli.inspection.possible_windows import NearestWindows, WindowedLayer, nearest_windows
from convcli.inspection.receptive_field import ReceptiveField, through_layer
from convcli.inspection.roundings import Rounding, roundings
from convcli.network import specification
from convcli.network.layers import Flatten, Layer, Shape
from convcli.network.specification import LayerText
from convcli.network.words import array_names, layer_names, layer_of, sizes_written

FLOAT_BYTES = 4


@dataclass(frozen=True)
class LayerGeometry:
    """One layer and the sizes of what goes in and out, for one image.

    Attributes:
        layer: The layer itself.
        input_shape: Without the axis of images.
        output_shape: Likewise.
        field: What one output sees of the input of the chain.
    """

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    field: ReceptiveField

    @property
    def windowed(self) -> WindowedLayer | None:
        """The layer, if it has a window that moves."""
        return self.layer if isinstance(self.layer, WindowedLayer) else None

    @property
    def formula(self) -> str | None:
        """The arithmetic of the output size; None where the layer leaves sizes as they are."""
        if self.windowed:
            return self.windowed.window.formula(*self.input_shape[1:])
        if isinstance(self.layer, Flatten):
            return f"{'*'.join(map(str, self.input_shape))} = {self.output_shape[0]}"
        return None

    @property
    def left_over(self) -> tuple[LeftOver, LeftOver] | None:
        """Rows and columns that no window reads; None for a layer without one."""
        layer = self.windowed
        return left_over(layer.window, *self.input_shape[1:]) if layer else None

    @property
    def roundings(self) -> tuple[Rounding, ...]:
        """The output size by the rules of other libraries, where they differ."""
        return roundings(self.windowed, self.input_shape) if self.windowed else ()

    @property
    def matrix_shape(self) -> Shape | None:
        """Of the im2col matrix of one image: a row for each place, a column for each pixel."""
        if self.windowed is None:
            return None
        return prod(self.output_shape[1:]), self.input_shape[0] * self.windowed.window.area

    @property
    def matrix_bytes(self) -> int | None:
        """Of that matrix in float32."""
        return FLOAT_BYTES * prod(self.matrix_shape) if self.matrix_shape else None

    @property
    def multiply_adds(self) -> int:
        """Products with a weight that are added up; the bias is not counted."""
        return self.layer.multiply_adds(self.input_shape)


@dataclass(frozen=True)
class ImpossibleLayer:
    """A layer whose window cannot stand on what comes in.

    Attributes:
        layer: The layer.
        input_shape: Of what comes in.
        reason: The arithmetic that shows it.
        nearest: What would be possible.
    """

    layer: WindowedLayer
    input_shape: Shape
    reason: str
    nearest: NearestWindows


@dataclass(frozen=True)
class ChainGeometry:
    """A chain of layers, up to the first that is impossible.

    Attributes:
        layers: In the order in which an image passes them.
        impossible: The layer behind them, where it is impossible.
    """

    layers: tuple[LayerGeometry, ...]
    impossible: ImpossibleLayer | None = None

    @property
    def multiply_adds(self) -> int:
        """Of all layers."""
        return sum(layer.multiply_adds for layer in self.layers)


def chain_geometry(words: Sequence[LayerText], input_shape: Shape) -> ChainGeometry:
    """Follow the size of an image through a chain of layers.

    Args:
        words: The layers with every size.
        input_shape: (channels, height, width) of what the first takes.

    Raises:
        UsageError: A size is missing.
        GeometryError: A layer takes maps and is given a row of numbers, or the other way round.

    >>> words = specification.parse("conv1(30@5x5) relu maxpool2(stride=3)")
    >>> for layer in chain_geometry(words, (1, 28, 28)).layers:
    ...     print(layer.layer.name, layer.output_shape, layer.formula, layer.matrix_shape)
    conv1 (30, 24, 24) floor((28 + 2*0 - 5) / 1) + 1 = 24 (576, 25)
    relu1 (30, 24, 24) None None
    pool1 (30, 8, 8) floor((24 + 2*0 - 2) / 3) + 1 = 8 (64, 120)
    """
    made: list[LayerGeometry] = []
    shape, field = input_shape, ReceptiveField()
    whole = ReceptiveField(input_shape[1], input_shape[2], None, None)
    for place, (word, name) in enumerate(zip(words, layer_names(words), strict=True), start=1):
        layer = _layer_of(word, name, place, shape)
        try:
            output_shape = layer.output_shape(shape)
        except GeometryError as error:
            if not isinstance(layer, WindowedLayer) or len(shape) != 3:
                raise
            nearest = nearest_windows(layer, shape)
            impossible = ImpossibleLayer(layer, shape, error.message, nearest)
            return ChainGeometry(tuple(made), impossible)
        field = through_layer(layer, shape, field, whole)
        made.append(LayerGeometry(layer, shape, output_shape, field))
        shape = output_shape
    return ChainGeometry(tuple(made))


def _layer_of(word: LayerText, name: str, place: int, shape: Shape) -> Layer:
    if word.word not in specification.WITH_PARAMETERS:
        return layer_of(word, name, shape, {}, ())
    sizes = sizes_written(word)
    if word.word != specification.BATCH_NORMALIZATION and not sizes:
        example = "30@5x5" if word.word == specification.CONVOLUTION else "100"
        raise UsageError(f"'{word}' has no size", f"write {word.label}({example})")
    return layer_of(word, name, shape, array_names(word, place, ()), sizes)
