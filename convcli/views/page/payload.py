"""What a page knows: one network, one image, and every number that the engine made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.inspection.cost import kept_off_a_page
from convcli.inspection.ledger import bytes_of_stage
from convcli.inspection.origins import origin_of
from convcli.inspection.scores import softmax_rows
from convcli.network.layers import Layer
from convcli.network.network import INPUT, Network
from convcli.views.page.drawing import drawing
from convcli.views.page.packing import packed
from convcli.views.palette import BYTES, Scale

Array = NDArray[Any]
Stages = Mapping[str, Array]

# What an array is to its layer, and the same in the page.
_ROLES = {
    "weight": "weights",
    "bias": "bias",
    "scale": "scale",
    "shift": "shift",
    "mean": "mean",
    "variance": "variance",
}


@dataclass(frozen=True)
class Subject:
    """What a page is about.

    Attributes:
        version: Of convcli.
        command: The command line that made it.
        options: Those that name the same image and network to other commands.
        title: The image, for a reader.
        label: The class that it shows; None where nobody said.
        parameters: The name of the file.
        with_drawing: Whether the page can read what is drawn on it, for which it needs every
            weight.
    """

    version: str
    command: str
    options: str
    title: str
    label: int | None
    parameters: str
    with_drawing: bool


def payload(
    subject: Subject, network: Network, stages: Stages, first: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything that the page's scripts compute with and show.

    Args:
        subject: What it is about.
        network: Any.
        stages: Its trace of one image.
        first: What is selected when the page opens, by the names of its selection.
    """
    pixels = bytes_of_stage(network, stages, INPUT)
    contract = network.contract
    return {
        "version": subject.version,
        "title": subject.title,
        "command": subject.command,
        "options": subject.options,
        "parameters": subject.parameters,
        "network": network.title,
        "assumed": network.assumed,
        "image": {
            "title": subject.title,
            "pixels": None if pixels is None else packed(pixels),
        },
        "input": {**contract.json, "arithmetic": str(contract)},
        "first": dict(first),
        "softmax": _softmax(network, stages),
        "layers": [_layer(network, one, subject.with_drawing) for one in network.layers],
        "stages": {name: packed(array[0]) for name, array in stages.items()},
        "colours": {
            "diverging": packed(Scale(1.0, diverging=True).gradient),
            "sequential": packed(BYTES.gradient),
        },
        "drawing": drawing(contract) if subject.with_drawing else None,
    }


def _softmax(network: Network, stages: Stages) -> dict[str, Any] | None:
    if not network.reads_classes:
        return None
    last = network.scoring_layers[-1].name if network.scoring_layers else INPUT
    rows, total = softmax_rows(network, stages[last])
    columns = ("below_largest", "exponential", "probability")
    return {column: [getattr(row, column) for row in rows] for column in columns} | {"sum": total}


def _layer(network: Network, layer: Layer, with_drawing: bool) -> dict[str, Any]:
    window = layer.reach
    left_out = not with_drawing and kept_off_a_page(layer)
    arrays = {
        role: packed(network.parameters[name])
        for attribute, role in _ROLES.items()
        if (name := getattr(layer, attribute, None)) is not None
        and not (left_out and role == "weights")
    }
    return {
        "name": layer.name,
        "kind": layer.kind,
        "origin": origin_of(network, layer),
        "input": network.input_name_of(layer),
        "input_shape": list(network.shapes[network.input_name_of(layer)]),
        "output_shape": list(network.shapes[layer.name]),
        "window": None if window is None else _window(window),
        "options": _options(layer),
        "arrays": arrays,
    }


def _window(window: Window) -> dict[str, Any]:
    return {
        "height": window.height,
        "width": window.width,
        "strides": list(window.strides),
        "pads": list(window.pads),
        "ceil": window.ceil,
    }


def _options(layer: Layer) -> dict[str, Any]:
    """Its own numbers and choices, such as a slope; sizes are in the shapes."""
    values = {field.name: getattr(layer, field.name) for field in fields(layer)}
    return {name: value for name, value in values.items() if isinstance(value, bool | float | int)}
