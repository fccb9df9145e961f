"""From arrays and a description to a network, every array checked against its layer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from typing import Any, NoReturn

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convcli.errors import ConvcliError, GeometryError, ParameterError, UsageError
from convcli.network import specification
from convcli.network.contract import InputContract
from convcli.network.known import Known, recognise
from convcli.network.layers import Affine, Layer, Shape
from convcli.network.network import Network
from convcli.network.specification import LayerText
from convcli.network.words import (
    ArrayNames,
    Sizes,
    array_names,
    is_turned,
    layer_names,
    layer_of,
    sizes_written,
)

Array = NDArray[Any]
Arrays = Mapping[str, Array]

MOST_FILTERS = 4096
"""More than any network has in a layer, and as many as can still be listed one by one."""

MOST_NUMBERS = 2**24
"""What a layer may make of one image: 64 MiB of float32."""

MOST_PARAMETERS = 2**27
"""Of a network that is made from words alone: 512 MiB of float32."""

DESCRIBED = "the network as described"
ADVICE = "describe its layers"
"""The hint of errors that a description may mend, or the end of it."""

OWN = "give each layer arrays of its own"
# What PyTorch's batch normalization counts, and no prediction needs.
_COUNTER = ".num_batches_tracked"


def build(
    arrays: Arrays,
    described: str | None = None,
    contract: InputContract | None = None,
    input_size: tuple[int, ...] | None = None,
) -> Network:
    """The network that the arrays are the parameters of.

    Args:
        arrays: Name to array, as a file holds them; shared, not copied.
        described: The layers, see :mod:`convcli.network.specification`; a known network needs none.
        contract: What the network expects of its input; without it what is known of the network,
            or as many channels as the first filters have, 28x28, pixels / 255.
        input_size: (height, width) or (channels, height, width), in place of the contract's.

    Raises:
        ParameterError: The network is not known and not described, or an array is missing, left
            over or of another shape; the message says which layer, which array, expected and found.
        UsageError: The description is not understood, or the input cannot have this size.

    >>> import numpy as np
    >>> arrays = {"W1": np.zeros((2, 1, 5, 5)), "b1": np.zeros(2), "W2": np.zeros((288, 3)),
    ...     "b2": np.zeros(3)}
    >>> network = build(arrays, "conv1 relu maxpool2 flatten fc1")
    >>> [layer.name for layer in network.layers]
    ['conv1', 'relu1', 'pool1', 'flatten1', 'affine1']
    >>> network.specification
    'conv1(2@5x5) relu maxpool2 flatten affine1(3)'
    """
    known = recognise(arrays) if described is None else Known(DESCRIBED, described)
    if known is None:
        raise ParameterError(
            "the names and shapes of the arrays are of no network that is known",
            ADVICE,
        )
    words = specification.parse(known.specification)
    chosen = contract or (known.contract if described is None else _guessed_contract(words, arrays))
    if input_size is not None:
        chosen = chosen.resized(input_size)
    builder = _Builder(arrays, known.title)
    layers = tuple(builder.layers_of(words, chosen.shape))
    builder.check_left_over()
    return Network(layers, builder.parameters, chosen, known.title, known.assumed)


def untrained(
    described: str,
    contract: InputContract,
    seed: int,
    dtype: DTypeLike = np.float32,
    title: str = DESCRIBED,
) -> Network:
    """A network before any training.

    Args:
        described: The layers with every size.
        contract: What the network is to expect of its input.
        seed: Of the weights.
        dtype: Of every parameter.
        title: What readers call it.

    Raises:
        UsageError: The description is not understood, a size is missing, or a layer does not fit.

    >>> network = untrained("conv1(2@5x5) relu flatten fc1(10)", InputContract(), seed=0)
    >>> network.parameters["W2"].shape
    (1152, 10)
    """
    # Commands that open a file do without it.
    from convcli.network.initialization import initial_parameters

    layers = layers_of(described, contract.shape)
    return Network(layers, initial_parameters(layers, seed, dtype), contract, title)


def is_known(network: Network) -> bool:
    """Whether its arrays alone tell what it is, so that they need no description.

    >>> is_known(untrained("conv1(30@5x5) relu maxpool2 flatten fc1(9) relu fc2(3)",
    ...     InputContract(), seed=0))
    True
    >>> is_known(untrained("flatten fc1(3)", InputContract(), seed=0))
    False
    """
    try:
        again = build(network.arrays)
    except ConvcliError:
        return False
    return (again.layers, again.contract) == (network.layers, network.contract)


def layers_of(described: str, input_shape: Shape) -> tuple[Layer, ...]:
    """The layers of a description that says every size, their arrays named as the book does.

    Raises:
        UsageError: A size is missing, or a layer cannot take what comes in.

    >>> [layer.parameter_shapes for layer in layers_of("conv1(2@5x5) flatten fc1(3)", (1, 6, 6))]
    [{'W1': (2, 1, 5, 5), 'b1': (2,)}, {}, {'W2': (8, 3), 'b2': (3,)}]
    """
    layers, place, shape = [], 0, input_shape
    words = specification.parse(described)
    for word, name in zip(words, layer_names(words), strict=True):
        names: ArrayNames = {}
        if word.word in specification.WITH_PARAMETERS:
            place += 1
            names = array_names(word, place, [])
            _check_names(name, names, UsageError)
            if word.word != specification.BATCH_NORMALIZATION and not sizes_written(word):
                size = "30@5x5" if word.word == specification.CONVOLUTION else "100"
                raise UsageError(f"'{word}' has no size", f"write {word.label}({size})")
        if word.word == specification.CONVOLUTION:
            _check_filters(name, sizes_written(word)[0], UsageError)
        with _refused_as(UsageError, name):
            layer = layer_of(word, name, shape, names, sizes_written(word))
            shape = _output_shape(layer, shape)
        layers.append(layer)
    _check_parameters(layers)
    return tuple(layers)


def _check_parameters(layers: list[Layer]) -> None:
    """Refuse a network whose layers share an array, or that is too large to be made."""
    total, taken = 0, set[str]()
    for layer in layers:
        for name, shape in (layer.parameter_shapes | layer.state_shapes).items():
            if name in taken:
                raise UsageError(f"{layer.name} takes {name}, which another layer has taken", OWN)
            taken.add(name)
            total += prod(shape)
            if total > MOST_PARAMETERS:
                raise UsageError(
                    f"{layer.name} brings the network to {total:,} parameters",
                    f"{MOST_PARAMETERS:,} are the most",
                )


def _check_filters(name: str, filters: int, kind: type[ConvcliError]) -> None:
    if filters > MOST_FILTERS:
        raise kind(f"{name} has {filters:,} filters", f"{MOST_FILTERS:,} are the most")


def _check_names(layer: str, names: ArrayNames, kind: type[ConvcliError]) -> None:
    for name in names.values():
        if list(names.values()).count(name) > 1:
            raise kind(f"{layer} takes {name} twice", OWN)


def _guessed_contract(words: tuple[LayerText, ...], arrays: Arrays) -> InputContract:
    first = next((word for word in words if word.word == specification.CONVOLUTION), None)
    if first is None:
        return InputContract()
    weight = arrays.get(array_names(first, 1, arrays)["weight"])
    return InputContract(weight.shape[1] if weight is not None and weight.ndim == 4 else 1)


def _output_shape(layer: Layer, shape: Shape) -> Shape:
    made = layer.output_shape(shape)
    if prod(made) > MOST_NUMBERS:
        raise GeometryError(
            f"{layer.name} makes {prod(made):,} numbers of an image",
            f"{MOST_NUMBERS:,} are the most",
        )
    return made


@contextmanager
def _refused_as(kind: type[ConvcliError], layer: str) -> Iterator[None]:
    """Say which layer it was, in an error of this kind."""
    try:
        yield
    except GeometryError as error:
        message = error.message if error.message.startswith(layer) else f"{layer}: {error.message}"
        raise kind(message, error.hint) from error


class _Builder:
    """Takes one array after the other, and remembers which are left."""

    def __init__(self, arrays: Arrays, title: str) -> None:
        self.parameters: dict[str, Array] = {}
        self._arrays = arrays
        self._title = title

    def layers_of(self, words: tuple[LayerText, ...], shape: Shape) -> Iterator[Layer]:
        place = 0
        for word, name in zip(words, layer_names(words), strict=True):
            names: ArrayNames = {}
            sizes: Sizes = ()
            if word.word in specification.WITH_PARAMETERS:
                place += 1
                names = self._names(word, name, place)
                sizes = self._sizes(word, name, names)
            with _refused_as(ParameterError, name):
                layer = layer_of(word, name, shape, names, sizes)
            # Before the shape of the output: an array that is wrong says more than what follows.
            self._take_arrays(layer)
            with _refused_as(ParameterError, name):
                shape = _output_shape(layer, shape)
            yield layer

    def check_left_over(self) -> None:
        for name, array in self._arrays.items():
            if name not in self.parameters and not name.endswith(_COUNTER):
                raise ParameterError(
                    f"{name} of shape {array.shape} is taken by no layer of {self._title}",
                    f"leave it out, or {ADVICE}",
                )

    def _names(self, word: LayerText, layer: str, place: int) -> ArrayNames:
        names = array_names(word, place, self._arrays)
        bias = names.get("bias", "")
        # PyTorch leaves the array out where a layer has no bias.
        may_lack_one = "weight" in word.options or names.get("weight", "").endswith(".weight")
        if bias not in self._arrays and "bias" not in word.options and may_lack_one:
            names.pop("bias", None)
        _check_names(layer, names, ParameterError)
        for name in names.values():
            if name not in self._arrays:
                raise ParameterError(
                    f"no array {name} for {layer} of {self._title}", "is it the right file?"
                )
        return names

    def _sizes(self, word: LayerText, layer: str, names: ArrayNames) -> Sizes:
        """The sizes of a layer as its weights have them."""
        if word.word == specification.BATCH_NORMALIZATION:
            return ()
        weight = names["weight"]
        shape = self._arrays[weight].shape
        if word.word == specification.CONVOLUTION:
            if len(shape) != 4 or 0 in shape:
                self._refuse(weight, layer, "(filters, channels, height, width)")
            sizes: Sizes = (shape[0], *shape[2:])
            _check_filters(weight, shape[0], ParameterError)
        else:
            if len(shape) != 2 or 0 in shape:
                self._refuse(weight, layer, "(inputs, outputs)")
            sizes = (shape[0] if is_turned(word, weight) else shape[1],)
        written = sizes_written(word)
        if written and written != sizes:
            self._refuse(weight, layer, f"the size of '{word}'")
        return sizes

    def _take_arrays(self, layer: Layer) -> None:
        turned = layer.weight if isinstance(layer, Affine) and layer.turned else None
        for name, expected in (layer.parameter_shapes | layer.state_shapes).items():
            if name in self.parameters:
                raise ParameterError(
                    f"{layer.name} takes {name}, which another layer has taken", OWN
                )
            array = self._arrays[name].T if name == turned else self._arrays[name]
            if array.shape != expected:
                self._refuse(name, layer.name, str(expected[::-1] if name == turned else expected))
            self.parameters[name] = array

    def _refuse(self, name: str, layer: str, expected: str) -> NoReturn:
        raise ParameterError(
            f"{name} has shape {self._arrays[name].shape}",
            f"{expected} is expected for {layer} of {self._title}",
        )
