"""What ``convcli forward`` says of some filters of one convolution."""

from dataclasses import asdict
from typing import Any

from convcli.cli.commands.forward import numbers, pictures
from convcli.cli.commands.forward.result import Result
from convcli.cli.report import Column, Report, Table

STEPS = (Column("stage"), Column("number", numeric=True), *map(Column, ("name", "shape", "origin")))


def report(result: Result, with_steps: bool) -> Report:
    """The stages, and the steps inside them where they were asked for."""
    tables = [
        *numbers.preparation_tables(result.shown),
        numbers.stage_table(result.walked.operands, result.title),
    ]
    if with_steps:
        tables.append(_steps(result))
    return Report(
        facts=_facts(result),
        tables=tables,
        galleries=pictures.galleries(result),
        drawings=pictures.drawings(result),
        figures=pictures.figures(result, with_steps),
    )


def _facts(result: Result) -> dict[str, Any]:
    return {
        **numbers.image_facts(result.shown, result.opened),
        **({"layer": result.layer} if result.layer else {}),
        "filters": list(result.numbers),
        "bias": result.walked.bias.tolist(),
        **numbers.reading_facts(result.reading),
    }


def _steps(result: Result) -> Table:
    rows = [asdict(step) for step in result.walked.steps]
    return Table(STEPS, rows, result.steps_title, key="steps")
