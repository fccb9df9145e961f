"""``cell:`` and ``pixel:``: the im2col matrix from both ends."""

from functools import partial
from typing import Any

from convcli.cli.commands.explain.answer import Answer
from convcli.cli.commands.explain.question import Question
from convcli.cli.report import Column, Table
from convcli.inspection.matrix_lookup import (
    CellExplanation,
    explain_cell,
    explain_pixel,
    slices_of,
)
from convcli.views.explanation_panels import Panel, cell_panels, pixel_panels
from convcli.views.sentences.matrix import matrix_cell, pixel_in_matrix
from convcli.views.sentences.numbers import compact_text, place_text

STEPS = (
    Column("step"),
    Column("axes", " ".join),
    *(Column(key, compact_text) for key in ("shape", "index")),
)
CELLS = tuple(Column(key, place_text) for key in ("cell", "output", "weight_index"))


def cell(question: Question) -> Answer:
    """One cell of the matrix."""
    layer = question.convolution()
    question.check_number(layer, layer.filters)
    network, stages = question.network, question.stages
    row, column = question.place.numbers
    found = explain_cell(network, stages, layer, row, column, question.number)
    facts = {
        "layer": found.layer,
        "source": found.source,
        "pixel": found.pixel,
        "padding": found.is_padding,
        "value": found.value,
        "byte": found.byte,
        "output": found.output,
        "weight_index": found.weight_index,
        "weight": found.weight,
        "offset_slice": found.offset.number,
        "offset_place": found.offset.place,
        "position_slice": found.position.number,
        "position_place": found.position.place,
    }
    steps = [
        {"slicing": one.variant, "step": step.action, "axes": step.axes, "shape": step.shape,
         "index": step.index}
        for one in (found.offset, found.position)
        for step in one.steps
    ]  # fmt: skip
    tables = [
        Table(STEPS, [step for step in steps if step["slicing"] == name], f"by {name}")
        for name in (found.offset.variant, found.position.variant)
    ]
    subject = f"cell {place_text(found.place)} of the im2col matrix of {found.layer}"
    panels = partial(_cell_panels, question, found)
    return Answer(
        subject, {**facts, "steps": steps}, tables, matrix_cell(found), panels, in_terminal=True
    )


def _cell_panels(question: Question, found: CellExplanation) -> list[Panel]:
    return cell_panels(found, question.stages, slices_of(question.stages, found))


def pixel(question: Question) -> Answer:
    """One pixel."""
    layer = question.convolution()
    row, column = question.place.numbers
    found = explain_pixel(question.network, question.stages, layer, row, column)
    cells = list(found.patches.cells_of(row, column))
    rows: list[dict[str, Any]] = [
        {"cell": place, "output": cell[1:3], "weight_index": cell[3:]}
        for place, cell in zip(found.cells, cells, strict=True)
    ]
    facts = {
        "layer": found.layer,
        "source": found.source,
        "values": found.values,
        "bytes": found.bytes,
        "cells": found.cells,
        "rows": found.rows,
        "outputs": found.outputs,
        "pooling": found.pooling,
        "pooled": found.pooled,
    }
    subject = f"pixel {place_text((row, column))} of {found.source}, for {found.layer}"
    table = Table(CELLS, rows, "its cells", key="where")
    panels = partial(pixel_panels, found, question.stages)
    return Answer(subject, facts, [table], pixel_in_matrix(found), panels, in_terminal=False)
