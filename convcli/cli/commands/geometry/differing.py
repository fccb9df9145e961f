"""The table of ``convcli geometry`` in which libraries stand side by side."""

from collections.abc import Sequence

from convcli.cli.report import Column, Table
from convcli.inspection.chain import LayerGeometry
from convcli.views.sentences.geometry import pads_text, used_by


def rounding_table(layers: Sequence[LayerGeometry]) -> Table | None:
    """A row for each rule, of the layers whose places the libraries count differently."""
    rows = [
        {
            "name": layer.layer.name,
            "rule": found.rule.value,
            "pad": found.pads,
            "output_size": found.output_size,
            "used_by": used_by(found.rule, layer),
        }
        for layer in layers
        for found in layer.roundings
    ]
    title = "where libraries count differently"
    return Table(_COLUMNS, rows, title, key="roundings") if rows else None


def _size(output_size: tuple[int, int]) -> str:
    return "x".join(map(str, output_size))


_COLUMNS = (
    *map(Column, ("name", "rule")),
    Column("pad", pads_text),
    Column("output_size", _size),
    Column("used_by"),
)
