"""What a parameter file of ours says besides its arrays: the network they are for, and its input.

It is kept as one JSON text: in an ``.npz`` file as a member of its own, in a ``.safetensors`` file
in the metadata. The layers are one line in the language of network descriptions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.files.opening import MEBIBYTE
from convcli.storage.files.strict_json import parse_json

KEY = "convcli.json"
"""The name of the text, in a zip and in metadata."""

LONGEST_TEXT = MEBIBYTE // 2
LONGEST_LAYERS = 8192
MOST_CLASSES = 1000
LONGEST_CLASS = 100
MOST_PIXELS = 65_535
_LARGEST_NUMBER = 1e30

_SIZES = ("channels", "height", "width")
_PER_CHANNEL = ("mean", "standard_deviation")
_OTHERS = ("scale", *_PER_CHANNEL, "classes")

_HINT = "the description of the network is damaged"

Json: TypeAlias = int | float | str | list[Any]


@dataclass(frozen=True)
class Description:
    """The layers of a network and the contract of its input, as plain values; checked when made.

    Attributes:
        layers: 1 to 8,192 printable ASCII characters. Whether they describe a network is not asked
            here.
        input: ``channels``, ``height`` and ``width``, integers from 1 to 65,535; and, where they
            are said, ``scale``, a number above 0; ``mean`` and ``standard_deviation``, a number for
            each channel or one for all; ``classes``, up to 1,000 names of up to 100 characters.

    Raises:
        FileError: A value is against these rules.

    >>> Description("conv1 relu flatten fc1", {"channels": 1, "height": 28, "width": 28}).text()
    '{"input":{"channels":1,"height":28,"width":28},"layers":"conv1 relu flatten fc1"}'
    """

    layers: str
    input: Mapping[str, Json]

    def __post_init__(self) -> None:
        layers: object = self.layers
        if not (isinstance(layers, str) and layers.isascii() and _is_name(layers, LONGEST_LAYERS)):
            raise _refusal(f"layers: no line of 1 to {LONGEST_LAYERS:,} ASCII characters")
        described: object = self.input
        if not isinstance(described, dict) or not (
            set(_SIZES) <= set(described) <= {*_SIZES, *_OTHERS}
        ):
            raise _refusal(f"input: {', '.join(_SIZES)} are needed, and a few others are read")
        _check_input(described)

    def text(self) -> str:
        """The JSON text that says it, always the same one.

        Raises:
            FileError: It would have more bytes than are read.
        """
        # Most files are read and not written.
        import json

        values = {"layers": self.layers, "input": dict(self.input)}
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        _check_length(text.encode())
        return text


class Contents(NamedTuple):
    """What a parameter file holds.

    Attributes:
        arrays: Name to array.
        description: The network they are for, if the file says it.
    """

    arrays: dict[str, NDArray[Any]]
    description: Description | None = None


def parse_description(text: bytes | str) -> Description:
    """The description that a file's JSON text gives.

    Raises:
        FileError: It is too long, no JSON, or says something else.

    >>> parse_description('{"layers": "fc1", "input": {"channels": 0, "height": 1, "width": 1}}')
    Traceback (most recent call last):
        ...
    convcli.errors.FileError: channels is no integer from 1 to 65,535; the description of ...
    """
    _check_length(text)
    match parse_json(text, "a text"):
        case {"layers": layers, "input": described, **others} if not others:
            return Description(layers, described)
        case _:
            raise _refusal("layers and input are needed, and nothing else")


def _check_length(text: bytes | str) -> None:
    if len(text) > LONGEST_TEXT:
        raise _refusal(f"{len(text):,} bytes, and {LONGEST_TEXT:,} are the most")


def _check_input(described: dict[str, Any]) -> None:
    for name in _SIZES:
        if type(described[name]) is not int or not 1 <= described[name] <= MOST_PIXELS:
            raise _refusal(f"{name} is no integer from 1 to {MOST_PIXELS:,}")
    if "scale" in described and not (_is_number(described["scale"]) and described["scale"] > 0):
        raise _refusal("scale is no number above 0")
    for name in _PER_CHANNEL:
        if not _are_numbers(described.get(name, [1]), described["channels"]):
            raise _refusal(f"{name} is no list of one number for each channel")
    if min(described.get("standard_deviation", [1])) <= 0:
        raise _refusal("standard_deviation has a number that is not above 0")
    classes = described.get("classes", [])
    if not isinstance(classes, list) or len(classes) > MOST_CLASSES:
        raise _refusal(f"classes is no list of up to {MOST_CLASSES:,} names")
    if not all(isinstance(name, str) and _is_name(name, LONGEST_CLASS) for name in classes):
        raise _refusal(f"classes has a name that is not 1 to {LONGEST_CLASS} printable characters")


def _are_numbers(values: object, channels: int) -> bool:
    return (
        isinstance(values, list)
        and len(values) in (1, channels)
        and all(_is_number(value) for value in values)
    )


def _is_number(value: object) -> bool:
    # True is an integer to Python. Not a number is within no bounds.
    return type(value) in (int, float) and -_LARGEST_NUMBER < value < _LARGEST_NUMBER  # type: ignore[operator]


def _is_name(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()


def _refusal(problem: str) -> FileError:
    return FileError(problem, _HINT)
