"""The table of a map and its control, and what occlusion adds for programs."""

from typing import Any

from convcli.cli.report import Column, Table
from convcli.inspection.attribution import Attribution
from convcli.views.sentences.numbers import exact_text, place_text

COLUMNS = (
    Column("name"),
    *(Column(key, exact_text, numeric=True) for key in ("minimum", "maximum")),
    Column("strongest_pixel", place_text),
)


def maps_table(found: Attribution, control: Attribution, title: str) -> Table:
    """A row for each of the two maps."""
    rows = [
        {
            "name": name,
            "minimum": float(one.values.min()),
            "maximum": float(one.values.max()),
            "strongest_pixel": one.strongest,
        }
        for name, one in (("saliency", found), ("control", control))
    ]
    return Table(COLUMNS, rows, title, key="maps")


def patch_of_json(found: Attribution) -> dict[str, Any] | None:
    """The patch that the reading rests on most; None of a method without patches."""
    occlusion = found.occlusion
    if occlusion is None:
        return None
    return {
        "size": occlusion.size,
        "first_pixel": occlusion.strongest,
        "probability": occlusion.least,
    }
