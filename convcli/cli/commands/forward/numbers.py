"""The tables and the facts of ``convcli forward``."""

from dataclasses import asdict
from typing import Any

from convcli.cli.commands.forward.result import Result
from convcli.cli.report import Column, Said, Table
from convcli.inspection.walkthrough import Stage
from convcli.views.sentences.reading import what_it_reads

SIX_DIGITS = "{:.6g}".format
STAGES = (
    *map(Column, ("name", "shape", "origin")),
    *(Column(key, SIX_DIGITS, numeric=True) for key in ("min", "max")),
)
STEPS = (Column("stage"), Column("number", numeric=True), *map(Column, ("name", "shape", "origin")))
PREPARATION = tuple(map(Column, ("name", "shape", "description")))


def facts(result: Result) -> dict[str, Any]:
    """What stands outside of the tables."""
    shown, reading = result.shown, result.reading
    return {
        "index": shown.index,
        "split": shown.split,
        "label": shown.label,
        "image": shown.title,
        "params": result.opened.name,
        "filters": list(result.numbers),
        "bias": result.walked.bias.tolist(),
        "reading": None if reading is None else Said(reading.place, what_it_reads(reading)),
        "probability": None if reading is None else reading.probability,
    }


def tables(result: Result, with_steps: bool) -> list[Table]:
    """How a user's picture was prepared, the stages, and the steps inside them."""
    stages = [_row(stage) for stage in result.walked.operands]
    found = [Table(STAGES, stages, result.title, key="stages")]
    if result.shown.preparation:
        title = f"{result.shown.title}: preparation"
        prepared = [
            {"name": stage.name, "shape": stage.pixels.shape, "description": stage.description}
            for stage in result.shown.preparation
        ]
        found.insert(0, Table(PREPARATION, prepared, title, key="preparation"))
    if with_steps:
        found.append(Table(STEPS, [asdict(step) for step in result.walked.steps], "steps", "steps"))
    return found


def _row(stage: Stage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "shape": stage.array.shape,
        "origin": stage.origin,
        "min": stage.minimum,
        "max": stage.maximum,
    }
