"""The tables of ``convcli gradcheck``."""

from collections.abc import Sequence
from typing import Any

from convcli.cli.report import Column, Table
from convcli.network.central_differences import Sample
from convcli.network.gradient_round import CheckedGradient
from convcli.network.gradient_sweep import SweepPoint
from convcli.network.kinks import Crossing

COUNTED = ("passed", "inactive", "on_kink", "failed")
NUMBER, ERROR = "{:,}".format, "{:.1e}".format
GRADIENTS = (
    *map(Column, ("layer", "kind", "by")),
    *(Column(key, NUMBER, numeric=True) for key in COUNTED),
    Column("worst_relative_error", ERROR, numeric=True),
)
KINKS = (
    *map(Column, ("layer", "by", "index", "bend", "image", "place")),
    Column("gap", "{:.2g}".format, numeric=True),
    Column("bends", NUMBER, numeric=True),
)
SWEEP = (
    Column("step", "{:.0e}".format, numeric=True),
    *(
        Column(key, ERROR, numeric=True)
        for key in ("median_relative_error", "worst_relative_error")
    ),
)


def gradients(checked: Sequence[CheckedGradient], title: str) -> Table:
    """A row for each gradient: how its samples came out."""
    rows = [
        {key: getattr(gradient, key) for key in (column.key for column in GRADIENTS)}
        for gradient in checked
    ]
    return Table(GRADIENTS, rows, title, key="gradients")


def kinks(checked: Sequence[CheckedGradient]) -> Table:
    """Where a bend is in the way: of each gradient the nearest; :func:`every_kink` has all."""
    nearest = [min(rows, key=_gap) for gradient in checked if (rows := every_kink([gradient]))]
    return Table(KINKS, nearest, "on a kink, the nearest of each gradient")


def every_kink(checked: Sequence[CheckedGradient]) -> list[dict[str, Any]]:
    """A row for each sample on a kink."""
    return [_kink(gradient, *pair) for gradient in checked for pair in gradient.crossings]


def counts(checked: Sequence[CheckedGradient]) -> dict[str, dict[str, Any]]:
    """The name of each parameter, and how its samples came out."""
    keys = [*COUNTED, "worst_relative_error"]
    return {
        gradient.by: {key: getattr(gradient, key) for key in keys}
        for gradient in checked
        if gradient.is_of_parameter
    }


def sweeps(points: Sequence[SweepPoint]) -> Table:
    """A row for each step."""
    rows = [
        {
            "step": point.step,
            "median_relative_error": point.median,
            "worst_relative_error": point.worst,
            "parameters": point.by_parameter,
        }
        for point in points
    ]
    return Table(SWEEP, rows, "samples that passed, at other steps", key="sweep")


def _gap(row: dict[str, Any]) -> float:
    gap: float = row["gap"]
    return gap


def _kink(gradient: CheckedGradient, sample: Sample, crossing: Crossing) -> dict[str, Any]:
    nearest = crossing.nearest
    return {
        "layer": gradient.layer,
        "by": gradient.by,
        "index": sample.index,
        "bend": nearest.layer,
        "image": nearest.image,
        "place": nearest.place,
        "gap": nearest.gap,
        "bends": crossing.count,
    }
