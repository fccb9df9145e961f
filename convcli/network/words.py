"""Between the words of a description and layers: sizes, windows and the names of arrays."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from convcli.engine.geometry import Pad, Window
from convcli.network import layers, specification
from convcli.network.layers import Layer, Shape
from convcli.network.specification import LayerText, pair

ArrayNames = dict[str, str]
"""What an array is to its layer (``weight``, ``bias``, ...) -> the name of the array."""

Sizes = tuple[int, ...]
"""Of a convolution filters, rows and columns; of an affine layer outputs; else nothing."""

_LABEL = re.compile(r"([a-z]+)\d+")
# What an array is to its layer: its name in a file of PyTorch, and in one like the book's.
_ROLES = {
    specification.CONVOLUTION: {"weight": ("weight", "W"), "bias": ("bias", "b")},
    specification.AFFINE: {"weight": ("weight", "W"), "bias": ("bias", "b")},
    specification.BATCH_NORMALIZATION: {
        "scale": ("weight", "gamma"),
        "shift": ("bias", "beta"),
        "mean": ("running_mean", "mean"),
        "variance": ("running_var", "variance"),
    },
}
_STEMS = {
    specification.MAX_POOLING: "pool",
    specification.AVERAGE_POOLING: "pool",
    "globalavgpool": "pool",
    "leakyrelu": "relu",
}


def layer_names(words: Iterable[LayerText]) -> Iterator[str]:
    """What the layers are called: their kind, and their number among those of this kind.

    >>> list(layer_names(specification.parse("conv1 relu conv2 relu maxpool2 flatten fc1")))
    ['conv1', 'relu1', 'conv2', 'relu2', 'pool1', 'flatten1', 'affine1']
    """
    counts: dict[str, int] = {}
    for word in words:
        stem = _STEMS.get(word.word, word.word)
        counts[stem] = counts.get(stem, 0) + 1
        yield f"{stem}{counts[stem]}"


def array_names(word: LayerText, place: int, there: Iterable[str]) -> ArrayNames:
    """The arrays that a word takes.

    Args:
        word: Of a layer with parameters.
        place: Its number among the layers with parameters, from 1.
        there: The names of all arrays there are.

    >>> (word,) = specification.parse("fc1")
    >>> array_names(word, 2, ["W1", "b1", "W2", "b2"])
    {'weight': 'W2', 'bias': 'b2'}
    >>> array_names(word, 2, ["fc1.weight", "fc1.bias"])
    {'weight': 'fc1.weight', 'bias': 'fc1.bias'}
    """
    roles, options = _ROLES[word.word], word.options
    prefix = options.get("from", word.label)
    dotted = "from" in options or f"{prefix}.{next(iter(roles.values()))[0]}" in set(there)
    names = {
        role: f"{prefix}.{ending}" if dotted else f"{letter}{place}"
        for role, (ending, letter) in roles.items()
    }
    given = {role: options[role] for role in roles if role in options}
    if "weight" in given and "bias" not in given:
        names["bias"] = _bias_beside(given["weight"])
    return names | given


def _bias_beside(weight: str) -> str:
    if is_pytorch_s(weight):
        return weight.removesuffix("weight") + "bias"
    return "b" + weight.removeprefix("W")


def is_pytorch_s(weight: str) -> bool:
    """Whether an array is called as PyTorch calls the weights of a layer.

    >>> is_pytorch_s("fc1.weight"), is_pytorch_s("weight"), is_pytorch_s("W1")
    (True, True, False)
    """
    return weight.rpartition(".")[2] == "weight"


def window_of(word: LayerText, size: tuple[int, int]) -> Window:
    """The window of a word: it moves by one pixel, or in a pooling by its own size.

    >>> (word,) = specification.parse("maxpool3(stride=2,pad=1)")
    >>> window_of(word, (3, 3))
    Window(height=3, width=3, stride=2, pad=1)
    """
    pooling = word.word != specification.CONVOLUTION
    stride = pair(word.options["stride"], "/") if "stride" in word.options else None
    step = stride or (size if pooling else (1, 1))
    return Window(
        *size,
        stride=step[0] if step[0] == step[1] else step,
        pad=_pad_of(word),
        ceil="ceil" in word.options,
    )


def _pad_of(word: LayerText) -> Pad:
    numbers = [int(pad) for pad in word.options.get("pad", "0").split("/")]
    if len(numbers) == 4:
        top, bottom, left, right = numbers
        return top, bottom, left, right
    return numbers[0], numbers[-1]


def sizes_written(word: LayerText) -> Sizes:
    """The sizes that a word writes down; empty where it leaves them to the arrays.

    >>> sizes_written(specification.parse("conv1(30@5x4)")[0])
    (30, 5, 4)
    """
    text = word.options.get("", "")
    if not text or word.word not in specification.WITH_PARAMETERS:
        return ()
    count, _, size = text.partition("@")
    return (int(count), *(pair(size) if size else ()))


def is_turned(word: LayerText, weight: str) -> bool:
    """Whether a file holds the weights of an affine layer as (outputs, inputs).

    >>> is_turned(specification.parse("fc1")[0], "fc1.weight")
    True
    """
    if "out_in" in word.options or "in_out" in word.options:
        return "out_in" in word.options
    return is_pytorch_s(weight)


def layer_of(
    word: LayerText, name: str, input_shape: Shape, names: ArrayNames, sizes: Sizes
) -> Layer:
    """The layer of a word.

    Args:
        word: Any.
        name: Of the layer.
        input_shape: Of what comes in, without the axis of images.
        names: Of the arrays it takes; a convolution or an affine layer may have no bias.
        sizes: Of a layer with parameters.

    Raises:
        GeometryError: A convolution is given a row of numbers, or an affine layer feature maps.
    """
    make = _WITHOUT_PARAMETERS.get(word.word)
    if make is not None:
        return make(word, name)
    if word.word == specification.CONVOLUTION:
        filters, height, width = sizes
        channels, _, _ = layers.require_maps(name, input_shape)
        window = window_of(word, (height, width))
        return layers.Convolution(
            name, names["weight"], names.get("bias"), filters, channels, window
        )
    if word.word == specification.AFFINE:
        turned = is_turned(word, names["weight"])
        features = layers.require_row(name, input_shape)
        return layers.Affine(name, names["weight"], names.get("bias"), features, sizes[0], turned)
    return layers.BatchNormalization(
        name,
        channels=input_shape[0],
        epsilon=float(word.options.get("eps", 1e-5)),
        momentum=float(word.options.get("momentum", 0.1)),
        **names,
    )


def _pooling_window(word: LayerText) -> Window:
    return window_of(word, pair(word.size))


_WITHOUT_PARAMETERS: dict[str, Callable[[LayerText, str], Layer]] = {
    specification.MAX_POOLING: lambda word, name: layers.MaxPooling(name, _pooling_window(word)),
    specification.AVERAGE_POOLING: lambda word, name: layers.AveragePooling(
        name, _pooling_window(word), count_include_pad="exclude_pad" not in word.options
    ),
    "globalavgpool": lambda _, name: layers.GlobalAveragePooling(name),
    "relu": lambda _, name: layers.ReLU(name),
    "leakyrelu": lambda word, name: layers.LeakyReLU(name, float(word.options.get("", "0.01"))),
    "sigmoid": lambda _, name: layers.Sigmoid(name),
    "tanh": lambda _, name: layers.Tanh(name),
    "softmax": lambda _, name: layers.Softmax(name),
    "logsoftmax": lambda _, name: layers.LogSoftmax(name),
    "dropout": lambda word, name: layers.Dropout(
        name, float(word.options.get("", "0.5")), "book" in word.options
    ),
    "flatten": lambda word, name: layers.Flatten(name, "channels_last" in word.options),
}


def describe(made: Iterable[Layer]) -> str:
    """The text that these layers can be built from again, with the same arrays.

    >>> layer = layers.Convolution("conv1", "W1", "b1", 30, 1, Window(5, 5, pad=2))
    >>> describe([layer, layers.ReLU("relu1")])
    'conv1(30@5x5,pad=2) relu'
    """
    words, place = [], 0
    for layer in made:
        if layer.parameter_shapes:
            place += 1
        words.append(_word_of(layer, place))
    return specification.spell(words)


def _word_of(layer: Layer, place: int) -> LayerText:
    match layer:
        case layers.Convolution(window=window):
            options = {"": f"{layer.filters}@{window.height}x{window.width}"}
            options |= _moves(window, (1, 1))
            names = {"weight": layer.weight} | ({"bias": layer.bias} if layer.bias else {})
            return _with_arrays(specification.CONVOLUTION, layer.name, options, names, place)
        case layers.Affine():
            options = {"": str(layer.outputs)}
            if layer.turned != is_pytorch_s(layer.weight):
                options["out_in" if layer.turned else "in_out"] = ""
            names = {"weight": layer.weight} | ({"bias": layer.bias} if layer.bias else {})
            return _with_arrays(specification.AFFINE, layer.name, options, names, place)
        case layers.BatchNormalization():
            options = {"eps": repr(layer.epsilon), "momentum": repr(layer.momentum)}
            names = {role: getattr(layer, role) for role in _ROLES["batchnorm"]}
            word = specification.BATCH_NORMALIZATION
            return _with_arrays(word, layer.name, options, names, place)
        case layers.MaxPooling(window=window) | layers.AveragePooling(window=window):
            average = isinstance(layer, layers.AveragePooling)
            options = _moves(window, (window.height, window.width))
            options |= {"ceil": ""} if window.ceil else {}
            if isinstance(layer, layers.AveragePooling) and not layer.count_include_pad:
                options["exclude_pad"] = ""
            kind = specification.AVERAGE_POOLING if average else specification.MAX_POOLING
            size = f"{window.height}x{window.width}"
            size = str(window.height) if window.height == window.width else size
            return LayerText(kind, kind + size, size, options)
        case layers.LeakyReLU():
            return LayerText("leakyrelu", "leakyrelu", options={"": repr(layer.slope)})
        case layers.Dropout():
            book = {"book": ""} if layer.scales_prediction else {}
            return LayerText("dropout", "dropout", options={"": repr(layer.rate)} | book)
        case layers.Flatten():
            return LayerText(
                "flatten", "flatten", options={"channels_last": ""} if layer.channels_last else {}
            )
        case _:
            word = _PLAIN_WORDS[type(layer)]
            return LayerText(word, word)


_PLAIN_WORDS: Mapping[type[Layer], str] = {
    layers.ReLU: "relu",
    layers.Sigmoid: "sigmoid",
    layers.Tanh: "tanh",
    layers.Softmax: "softmax",
    layers.LogSoftmax: "logsoftmax",
    layers.GlobalAveragePooling: "globalavgpool",
}


def _moves(window: Window, usual_stride: tuple[int, int]) -> dict[str, str]:
    options = {}
    if window.strides != usual_stride:
        options["stride"] = _slashed(window.strides)
    if any(window.pads):
        options["pad"] = _slashed(window.pads)
    return options


def _slashed(numbers: tuple[int, ...]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else "/".join(map(str, numbers))


def _with_arrays(
    word: str, name: str, options: dict[str, str], names: ArrayNames, place: int
) -> LayerText:
    prefix, _, ending = next(iter(names.values())).rpartition(".")
    label, written = name, options
    if prefix and ending == "weight":
        match = _LABEL.fullmatch(prefix)
        if match and specification.parse(prefix)[0].word == word:
            label = prefix
        else:
            written = {**options, "from": prefix}
    # Where the rules would lead to other arrays, every array is named.
    found = array_names(LayerText(word, label, "", written), place, names.values())
    if "bias" not in names and is_pytorch_s(names.get("weight", "")):
        found.pop("bias", None)
    if found != names:
        written = {**options, **names}
    return LayerText(word, label, "", written)
