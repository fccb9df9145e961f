"""A network as one line of text, such as ``conv1(pad=1) relu maxpool2 flatten fc1 relu fc2``.

The words stand in the order in which an image passes the layers:

========================= ======================================================================
word                      layer
========================= ======================================================================
``conv1``                 convolution; ``(30@5x5)`` says how many filters of which size
``fc1``, ``affine1``      affine; ``(100)`` says how many outputs
``bn1``, ``batchnorm1``   batch normalization; ``eps=``, ``momentum=``
``maxpool2``, ``avgpool3x2``  pooling by a window of 2x2, of 3 rows and 2 columns; it moves by its
                          own size unless ``stride=`` says otherwise; ``ceil`` rounds the number of
                          places up, ``exclude_pad`` leaves padding out of the mean
``globalavgpool``         the mean of each feature map
``relu`` ``sigmoid`` ``tanh`` ``softmax`` ``logsoftmax`` ``leakyrelu(0.01)``
``flatten``               one row of numbers; ``flatten(channels_last)`` in the order row, column,
                          channel
``dropout(0.5)``          dropout; ``dropout(0.5,book)`` scales when the network predicts
========================= ======================================================================

``stride=2`` or ``stride=2/1`` (down/across); ``pad=1``, ``pad=1/2`` (rows/columns) or
``pad=0/1/0/1`` (top/bottom/left/right). A layer with parameters takes the arrays that its word
names, ``conv1.weight`` and ``conv1.bias``, or in a file of the book ``W1`` and ``b1`` in the order
of the layers. ``conv1(from=features.0)`` takes ``features.0.weight`` and ``features.0.bias``;
``weight=`` and ``bias=`` name an array each. ``out_in`` and ``in_out`` say how a file holds the
weights of an affine layer: ``.weight`` is (outputs, inputs) unless told otherwise, all others are
(inputs, outputs).

Only the standard library is used here, so that files can be described without NumPy.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from convcli.errors import UsageError
from convcli.text import printable

LONGEST = 8_192
MOST_LAYERS = 256

CONVOLUTION, AFFINE, BATCH_NORMALIZATION = "conv", "affine", "batchnorm"
MAX_POOLING, AVERAGE_POOLING = "maxpool", "avgpool"

_ALIASES = {"fc": AFFINE, "linear": AFFINE, "bn": BATCH_NORMALIZATION}
_ARRAYS = {"from", "weight", "bias"}
# What may stand in the parentheses of each word; the empty text stands for a value without a name.
_OPTIONS: dict[str, set[str]] = {
    CONVOLUTION: {"", "stride", "pad", *_ARRAYS},
    AFFINE: {"", "out_in", "in_out", *_ARRAYS},
    BATCH_NORMALIZATION: {"eps", "momentum", "from", "scale", "shift", "mean", "variance"},
    MAX_POOLING: {"stride", "pad", "ceil"},
    AVERAGE_POOLING: {"stride", "pad", "ceil", "exclude_pad"},
    "globalavgpool": set(),
    "relu": set(),
    "leakyrelu": {""},
    "sigmoid": set(),
    "tanh": set(),
    "softmax": set(),
    "logsoftmax": set(),
    "dropout": {"", "book"},
    "flatten": {"channels_last"},
}
WITH_PARAMETERS = (CONVOLUTION, AFFINE, BATCH_NORMALIZATION)
_WITH_WINDOW = (MAX_POOLING, AVERAGE_POOLING)
_FLAGS = {"ceil", "exclude_pad", "book", "channels_last", "out_in", "in_out"}

_NUMBER = r"[1-9]\d{0,4}"
_SIZE = rf"{_NUMBER}(?:x{_NUMBER})?"
_DECIMAL = r"\d{1,6}(?:\.\d{1,25})?(?:e-\d{1,3})?"
_BELOW_ONE = r"(?:0(?:\.\d{1,25})?|[1-9](?:\.\d{1,25})?e-\d{1,3})"
_NAME = r"[A-Za-z0-9_.]{1,64}"
_VALUES = {
    "stride": rf"{_NUMBER}(?:/{_NUMBER})?",
    "pad": r"\d{1,5}(?:/\d{1,5}(?:/\d{1,5}/\d{1,5})?)?",
    "eps": _DECIMAL,
    "momentum": rf"{_BELOW_ONE}|1(?:\.0)?",
    **dict.fromkeys(("from", "weight", "bias", "scale", "shift", "mean", "variance"), _NAME),
}
_PLAIN_VALUES = {
    CONVOLUTION: rf"{_NUMBER}@{_SIZE}",
    AFFINE: _NUMBER,
    "leakyrelu": _DECIMAL,
    "dropout": _BELOW_ONE,
}
_WORD = re.compile(r"([a-z]+)([0-9x]*)(?:\(([^()]*)\))?")


@dataclass(frozen=True)
class LayerText:
    """One word of a description, understood but not yet a layer.

    Attributes:
        word: The kind: ``conv``, ``affine``, ``maxpool``, ...
        label: The word as it was written with its number, such as ``fc1``: names its arrays.
        size: The window of a pooling, ``2`` or ``3x2``; empty for all others.
        options: What stands in the parentheses: name to value; a value without a name has the empty
            name, and a name without a value the empty value.

    >>> parse("maxpool2(stride=1)")[0]
    LayerText(word='maxpool', label='maxpool2', size='2', options={'stride': '1'})
    """

    word: str
    label: str
    size: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [
            f"{name}={value}" if name and value else name or value
            for name, value in self.options.items()
        ]
        return f"{self.label}({','.join(parts)})" if parts else self.label


def parse(text: str) -> tuple[LayerText, ...]:
    """The layers of a description, in its order.

    Raises:
        UsageError: A word is not understood; the message says which, and what there is.

    >>> [str(layer) for layer in parse("conv1(30@5x5, pad=1)  relu maxpool2 flatten fc1")]
    ['conv1(30@5x5,pad=1)', 'relu', 'maxpool2', 'flatten', 'fc1']
    """
    if len(text) > LONGEST:
        raise UsageError(f"a description of {len(text):,} characters", f"{LONGEST:,} are the most")
    # Spaces are allowed behind the commas of a word's options.
    words = re.sub(r"\s*([,=(])\s*|\s+(?=\))", lambda match: match[1] or "", text.strip()).split()
    if not words:
        raise UsageError("the description names no layer", _example())
    if len(words) > MOST_LAYERS:
        raise UsageError(f"a description of {len(words):,} layers", f"{MOST_LAYERS} are the most")
    return tuple(_parse_word(word) for word in words)


def spell(layers: Iterable[LayerText]) -> str:
    """The text that :func:`parse` reads as these layers.

    >>> spell(parse("conv1( pad=1 ) relu"))
    'conv1(pad=1) relu'
    """
    return " ".join(map(str, layers))


def pair(text: str, separator: str = "x") -> tuple[int, int]:
    """Two numbers, or one that stands for both.

    >>> pair("3"), pair("3x2"), pair("2/1", "/")
    ((3, 3), (3, 2), (2, 1))
    """
    first, _, second = text.partition(separator)
    return int(first), int(second or first)


def _parse_word(text: str) -> LayerText:
    match = _WORD.fullmatch(text)
    kind = match[1] if match else ""
    word = _ALIASES.get(kind, kind)
    if match is None or word not in _OPTIONS:
        raise UsageError(f"'{printable(text, 40)}' is no layer", _example())
    size = match[2] if word in _WITH_WINDOW else ""
    if word in _WITH_WINDOW:
        _require(re.fullmatch(_SIZE, size), text, f"write its window, as in {word}2 or {word}3x2")
    elif match[2] and word not in WITH_PARAMETERS:
        raise UsageError(f"'{printable(text, 40)}' has a number", f"write {kind} alone")
    _require("x" not in match[2] or size, text, f"write {kind}1, {kind}2, ...")
    options: dict[str, str] = {}
    for part in filter(None, (match[3] or "").split(",")):
        name, value = _parse_option(word, part, text)
        _require(name not in options, text, "it says something twice")
        options[name] = value
    return LayerText(word, kind + match[2], size, options)


def _parse_option(word: str, part: str, text: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals and name not in _FLAGS:
        name, value = "", part
    allowed = _OPTIONS[word]
    if name not in allowed:
        listed = ", ".join(sorted(filter(None, allowed))) or "nothing"
        raise UsageError(
            f"'{printable(part, 30)}' in '{printable(text, 40)}' is not understood",
            f"{word} takes {listed}" + (" and a number" if "" in allowed else ""),
        )
    pattern = _PLAIN_VALUES[word] if not name else _VALUES.get(name, "")
    _require(re.fullmatch(pattern, value), text, _wanted(word, name))
    return name, value


def _wanted(word: str, name: str) -> str:
    if not name:
        shown = {CONVOLUTION: "(30@5x5)", AFFINE: "(100)"}.get(word, "(0.5)")
        return f"write {word}1{shown}" if word in WITH_PARAMETERS else f"write {word}{shown}"
    examples = {"stride": "stride=2 or stride=2/1", "pad": "pad=1, pad=1/2 or pad=0/1/0/1"}
    if name in _FLAGS:
        return f"write {name} alone"
    return f"write {examples.get(name, f'{name}=...')}"


def _require(holds: object, text: str, hint: str) -> None:
    if not holds:
        raise UsageError(f"'{printable(text, 60)}' is not understood", hint)


def _example() -> str:
    return "write for example 'conv1(pad=1) relu maxpool2 flatten fc1 relu fc2'"
