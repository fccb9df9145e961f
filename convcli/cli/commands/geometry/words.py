"""The words of a chain of layers, as the command line has them, and the size of its input."""

import re
from collections.abc import Sequence

import click

from convcli.cli import options
from convcli.network import specification
from convcli.network.specification import LayerText
from convcli.text import printable

_SIDE = r"[1-9]\d{0,4}"
_INPUT = re.compile(rf"{_SIDE}(x{_SIDE}){{0,2}}", re.ASCII)
_WORD = re.compile(r"(?<!\S)([a-z]+):(\S*)")
_POOLINGS = {"pool": "maxpool", "maxpool": "maxpool", "avgpool": "avgpool"}
_NUMBERED = ("conv", "fc", "affine", "linear")


def parse_chain(words: Sequence[str]) -> tuple[LayerText, ...]:
    """The layers of a chain, each written ``conv:5,stride=2`` or ``conv1(1@5x5,stride=2)``.

    Raises:
        UsageError: A word is not understood.

    >>> specification.spell(parse_chain(["conv:5,stride=2", "relu", "pool:2", "fc:10"]))
    'conv1(1@5,stride=2) relu maxpool2 fc1(10)'
    """
    return specification.parse(_WORD.sub(_spelled, " ".join(words)))


def _spelled(match: re.Match[str]) -> str:
    kind, (value, *rest) = match[1], match[2].split(",")
    if kind in _POOLINGS:
        return f"{_POOLINGS[kind]}{value}({','.join(rest)})" if rest else _POOLINGS[kind] + value
    if kind == specification.CONVOLUTION and "@" not in value:
        value = f"1@{value}"
    return f"{kind}{'1' if kind in _NUMBERED else ''}({','.join((value, *rest))})"


def parse_input(context: click.Context, option: click.Parameter, text: str) -> tuple[int, int, int]:
    """Channels, height and width of ``28``, ``28x30`` or ``3x32x32``."""
    if not _INPUT.fullmatch(text):
        raise click.BadParameter(
            f"{printable(text)!r} is no size such as 28, 28x30 or 3x32x32", context, option
        )
    sizes = list(map(int, text.split("x")))
    if max(sizes) > options.MOST_PIXELS:
        raise click.BadParameter(f"{options.MOST_PIXELS} is the most", context, option)
    channels = sizes.pop(0) if len(sizes) == 3 else 1
    return channels, sizes[0], sizes[-1]
