"""The tables and the facts that every ``convcli forward`` has."""

from collections.abc import Sequence
from typing import Any

from convcli.cli.inputs import Input, OpenedNetwork
from convcli.cli.report import Column, Said, Table
from convcli.inspection.reading import Reading
from convcli.inspection.walkthrough import Stage
from convcli.views.sentences.reading import what_it_reads

SIX_DIGITS = "{:.6g}".format
STAGES = (
    *map(Column, ("name", "shape", "origin")),
    *(Column(key, SIX_DIGITS, numeric=True) for key in ("min", "max")),
)
PREPARATION = tuple(map(Column, ("name", "shape", "description")))


def image_facts(shown: Input, opened: OpenedNetwork) -> dict[str, Any]:
    """Which image, and which parameters."""
    return {
        "index": shown.index,
        "split": shown.split,
        "label": shown.label,
        "image": shown.title,
        "warnings": shown.warnings,
        "params": opened.name,
    }


def reading_facts(reading: Reading | None) -> dict[str, Any]:
    """What the whole network reads."""
    return {
        "reading": None if reading is None else Said(reading.place, what_it_reads(reading)),
        "probability": None if reading is None else reading.probability,
    }


def preparation_tables(shown: Input) -> list[Table]:
    """How a user's picture was prepared; nothing of an image of a data set."""
    if not shown.preparation:
        return []
    prepared = [
        {"name": stage.name, "shape": stage.pixels.shape, "description": stage.description}
        for stage in shown.preparation
    ]
    return [Table(PREPARATION, prepared, f"{shown.title}: preparation", key="preparation")]


def stage_table(stages: Sequence[Stage], title: str) -> Table:
    """A row for each stage."""
    return Table(STAGES, [_row(stage) for stage in stages], title, key="stages")


def _row(stage: Stage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "shape": stage.array.shape,
        "origin": stage.origin,
        "min": stage.minimum,
        "max": stage.maximum,
    }
