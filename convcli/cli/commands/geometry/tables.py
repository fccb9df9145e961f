"""The tables of ``convcli geometry``."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from convcli.cli.report import Column, Table
from convcli.inspection.chain import ImpossibleLayer, LayerGeometry
from convcli.inspection.left_over import LeftOver
from convcli.inspection.sweep import Attempt
from convcli.views.sentences.geometry import left_over_text, window_text


def layer_table(layers: Sequence[LayerGeometry], title: str) -> Table:
    """A row for each layer."""
    return Table((Column("name"), *_SIZES), list(map(_row, layers)), title, key="layers")


def sweep_table(parameter: str, attempts: Sequence[Attempt], title: str) -> Table:
    """A row for each value of one number of one window; the JSON has every layer of each."""
    kept = [column for column in _SIZES if column.key in _SWEPT]
    columns = (Column(parameter, _NUMBER, numeric=True), *kept, Column("end_shape"))
    rows = [{parameter: attempt.value} | _attempt(attempt) for attempt in attempts]
    return Table(columns, rows, title, key="sweep")


def _attempt(attempt: Attempt) -> dict[str, Any]:
    changed, chain = attempt.changed, attempt.chain
    broken = chain.impossible
    return (_row(changed) if changed else dict.fromkeys(column.key for column in _SIZES)) | {
        "end_shape": None if broken else chain.layers[-1].output_shape,
        "total_multiply_adds": None if broken else chain.multiply_adds,
        "impossible": broken and _impossible(broken),
        "layers": [_row(layer) for layer in chain.layers],
    }


def _impossible(found: ImpossibleLayer) -> dict[str, Any]:
    kinds = {"pad": found.nearest.pad, "size": found.nearest.size, "stride": found.nearest.stride}
    nearest = {kind: window and window_text(window) for kind, window in kinds.items()}
    return {"name": found.layer.name, "reason": found.reason, "nearest": nearest}


def _row(layer: LayerGeometry) -> dict[str, Any]:
    field, left_over = layer.field, layer.left_over
    return {
        "name": layer.layer.name,
        "window": window_text(layer.windowed.window) if layer.windowed else None,
        "output_shape": layer.output_shape,
        "formula": layer.formula,
        "left_over": left_over and {"rows": asdict(left_over[0]), "columns": asdict(left_over[1])},
        "receptive_field": _one_or_both(field.height, field.width),
        "jump": _one_or_both(field.jump_down, field.jump_across),
        "matrix_shape": layer.matrix_shape,
        "matrix_bytes": layer.matrix_bytes,
        "multiply_adds": layer.multiply_adds,
    }


def _one_or_both(down: int | None, across: int | None) -> int | list[int | None] | None:
    return down if down == across else [down, across]


def _left_over_text(found: dict[str, dict[str, int]]) -> str:
    return left_over_text(*(LeftOver(**found[side]) for side in _SIDES))


def _pixels(sides: Any) -> str:
    return "x".join(map(str, sides)) if isinstance(sides, Sequence) else str(sides)


_SIDES = ("rows", "columns")
_NUMBER = "{:,}".format
_SIZES = (
    *map(Column, ("output_shape", "formula")),
    Column("left_over", _left_over_text),
    *(Column(key, _pixels, numeric=True) for key in ("receptive_field", "jump")),
    Column("matrix_shape"),
    *(Column(key, _NUMBER, numeric=True) for key in ("matrix_bytes", "multiply_adds")),
)
_SWEPT = ("output_shape", "formula", "left_over", "jump", "multiply_adds")
