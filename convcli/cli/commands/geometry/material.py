"""The chain that ``convcli geometry`` speaks of: of the command line, or of a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convcli.cli import options
from convcli.cli.commands.geometry.words import parse_chain
from convcli.errors import UsageError
from convcli.network import specification
from convcli.network.specification import LayerText

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Material:
    """A chain of layers and what its first is given.

    Attributes:
        words: The layers with every size.
        input_shape: (channels, height, width).
        title: Which chain it is.
        facts: The same for a program.
    """

    words: tuple[LayerText, ...]
    input_shape: Shape
    title: str
    facts: dict[str, Any]


def material_of(
    chain: Sequence[str],
    input_shape: Shape,
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
) -> Material:
    """The chain that is written, or without one that of a network.

    Raises:
        ConvcliError: Neither is understood, or they contradict each other.
    """
    if not chain:
        if options.was_given("input_shape"):
            raise UsageError("--input is about layers, and none is written", "add conv:5 pool:2")
        return _of_network(params, layers, input_size)
    for name in ("params", "layers", "input_size"):
        if options.was_given(name):
            raise UsageError(
                f"--{name.replace('_', '-')} is about a network, and layers are written too",
                "leave one of them out",
            )
    words = parse_chain(chain)
    text = specification.spell(words)
    size = "x".join(map(str, input_shape))
    return Material(
        words, input_shape, f"{size} through {text}", {"input": input_shape, "specification": text}
    )


def _of_network(
    params: Path | None, layers: str | None, input_size: tuple[int, ...] | None
) -> Material:
    # A chain on the command line needs no file.
    from convcli.cli import inputs

    opened = inputs.open_network(params, layers, input_size)
    network = opened.network
    inputs.announce(None, opened)
    shape = network.contract.shape
    facts = {"params": opened.name, "input": shape, "specification": network.specification}
    title = f"{opened.name}: {network.title}, {network.contract.size_text}"
    return Material(
        specification.parse(network.specification),
        (shape[0], shape[1], shape[2]),
        title,
        facts,
    )
