"""A chain of layers with one number of one window changed, value by value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from convcli.errors import UsageError
from convcli.inspection.chain import ChainGeometry, LayerGeometry, chain_geometry
from convcli.network import specification
from convcli.network.layers import Shape
from convcli.network.specification import LayerText
from convcli.network.words import layer_names
from convcli.text import printable

STRIDE, PAD, SIZE = "stride", "pad", "size"
LEAST = {STRIDE: 1, PAD: 0, SIZE: 1}
_WITH_WINDOW = (
    specification.CONVOLUTION,
    specification.MAX_POOLING,
    specification.AVERAGE_POOLING,
)


@dataclass(frozen=True)
class Attempt:
    """The chain for one value.

    Attributes:
        value: Of the number that is changed.
        place: Of the changed layer among the layers.
        chain: What becomes of the image.
    """

    value: int
    place: int
    chain: ChainGeometry

    @property
    def changed(self) -> LayerGeometry | None:
        """The layer with the changed window; None where it is impossible."""
        layers = self.chain.layers
        return layers[self.place] if self.place < len(layers) else None


def sweep(
    words: Sequence[LayerText],
    input_shape: Shape,
    parameter: str,
    values: Iterable[int],
    layer: str = "",
) -> tuple[Attempt, ...]:
    """The chain for every value of one number of one window.

    Args:
        words: The layers with every size.
        input_shape: (channels, height, width).
        parameter: A key of :data:`LEAST`; what a word says of it is replaced.
        values: To try, none below the least.
        layer: Its name; without one the first that has a window.

    Raises:
        UsageError: There is no such layer, or it has no window.

    >>> words = specification.parse("conv1(1@5x5) maxpool2")
    >>> for attempt in sweep(words, (1, 28, 28), "stride", range(1, 4)):
    ...     print(attempt.value, [one.output_shape for one in attempt.chain.layers])
    1 [(1, 24, 24), (1, 12, 12)]
    2 [(1, 12, 12), (1, 6, 6)]
    3 [(1, 8, 8), (1, 4, 4)]
    """
    place = _place_of(words, layer)
    return tuple(
        Attempt(
            value,
            place,
            chain_geometry(
                [*words[:place], _with(words[place], parameter, value), *words[place + 1 :]],
                input_shape,
            ),
        )
        for value in values
    )


def _place_of(words: Sequence[LayerText], layer: str) -> int:
    names = list(layer_names(words))
    there = [name for name, word in zip(names, words, strict=True) if word.word in _WITH_WINDOW]
    if not there:
        raise UsageError("no layer of the chain has a window", "write for example conv:5 or pool:2")
    if layer and layer not in there:
        raise UsageError(
            f"no layer with a window is called {printable(layer)}", f"there is {', '.join(there)}"
        )
    return names.index(layer or there[0])


def _with(word: LayerText, parameter: str, value: int) -> LayerText:
    if parameter != SIZE:
        return replace(word, options={**word.options, parameter: str(value)})
    if word.word != specification.CONVOLUTION:
        return replace(word, size=str(value))
    filters = word.options.get("", "1").partition("@")[0]
    return replace(word, options={**word.options, "": f"{filters}@{value}"})
