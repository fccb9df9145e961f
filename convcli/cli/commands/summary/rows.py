"""The table of ``convcli summary``."""

from collections.abc import Sequence
from typing import Any

from convcli.cli.report import Column, Table
from convcli.engine.geometry import Window
from convcli.inspection.summary import LayerSummary, NetworkSummary


def table(summary: NetworkSummary, title: str) -> Table:
    """A row for each layer."""
    return Table(COLUMNS, [_row(layer) for layer in summary.layers], title, key="layers")


def _row(layer: LayerSummary) -> dict[str, Any]:
    field, window = layer.field, layer.layer.reach
    return {
        "name": layer.layer.name,
        "kind": layer.layer.kind,
        "window": None if window is None else _window(window),
        "output_shape": layer.output_shape,
        "parameters": layer.parameters,
        "multiply_adds": layer.multiply_adds,
        "receptive_field": _one_or_both(field.height, field.width),
        "jump": _one_or_both(field.jump_down, field.jump_across),
    }


def _window(window: Window) -> dict[str, Any]:
    return {
        "size": [window.height, window.width],
        "stride": list(window.strides),
        "pad": list(window.pads),
        "ceil": window.ceil,
    }


def _one_or_both(down: int | None, across: int | None) -> int | list[int | None] | None:
    return down if down == across else [down, across]


def _window_text(window: dict[str, Any]) -> str:
    stride, pad = (_sides(window[key], "/") for key in ("stride", "pad"))
    rounded = ", rounded up" if window["ceil"] else ""
    return f"{'x'.join(map(str, window['size']))}, stride {stride}, pad {pad}{rounded}"


def _pixels(sides: int | list[int]) -> str:
    return str(sides) if isinstance(sides, int) else _sides(sides, "x")


def _sides(numbers: Sequence[int], between: str) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else between.join(map(str, numbers))


COLUMNS = (
    *map(Column, ("name", "kind")),
    Column("window", _window_text),
    Column("output_shape"),
    *(Column(key, "{:,}".format, numeric=True) for key in ("parameters", "multiply_adds")),
    *(Column(key, _pixels, numeric=True) for key in ("receptive_field", "jump")),
)
