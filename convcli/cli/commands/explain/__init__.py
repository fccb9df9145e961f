"""``convcli explain``: how one number came about, and where one pixel goes."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import inputs, options
from convcli.cli.commands.explain import matrix, pooled, scores, sums
from convcli.cli.commands.explain.answer import Answer
from convcli.cli.commands.explain.place import parse_place, refuse_idle_options
from convcli.cli.commands.explain.place_options import place_options
from convcli.cli.commands.explain.question import Question
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Gallery, Report, publish
from convcli.inspection.trace import finite_stages

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet

ANSWERS = {
    "conv": sums.convolution,
    "pool": pooled.pooling,
    "cell": matrix.cell,
    "pixel": matrix.pixel,
    "unit": sums.unit,
    "score": scores.score,
}


@click.command()
@place_options
@options.fitted_image_options
@options.network_options
@options.figure_on_demand_options
def command(
    text: str,
    layer: str | None,
    number: int,
    sort: str | None,
    terms: int,
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    out: Path | None,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Explain one number: every term that made it, and where each comes from.

    An output of a convolution is the sum of its products; a pooled value is the one that won; a
    cell of the im2col matrix is one pixel, for one output, under one weight. All numbers are those
    of the network as it reads the image. --out writes a picture, explanation.png.

    \b
    Examples:
      convcli explain --at conv:12,7
      convcli explain --at cell:295,13 --out why
      convcli explain --at conv:3,3 --layer conv4 --filter 2 --sort contribution --params deep.pkl
      convcli explain --at score:2 --json
    """
    place = parse_place(text)
    refuse_idle_options(place)
    opened = inputs.open_network(params, layers, input_size)
    shown = inputs.open_input(opened.network.contract, **image_request)
    opened.require_affordable()
    with opened.named():
        stages = finite_stages(opened.network, shown.pixels)
    question = Question(place, shown, opened, stages, layer, number, sort, terms)
    answer = ANSWERS[place.kind](question)
    title = f"{shown.title}: {answer.subject}; {opened.name}"
    said = {"image": shown.title, "warnings": shown.warnings, "params": opened.name}
    facts = {"at": text, **said, **answer.facts}
    report = Report(
        title=title,
        facts=facts,
        tables=answer.tables,
        notes=answer.notes,
        galleries=[partial(_gallery, answer)] if answer.in_terminal else [],
        folder=PictureFolder(f"explain-{shown.slug}", out, no_figures=out is None),
        figures={"explanation": partial(_figure, answer, title)},
    )
    inputs.announce(shown, opened)
    publish(report, as_json)


def _gallery(answer: Answer) -> Gallery:
    from convcli.views.explanation_panels import terminal_rows

    return Gallery(*terminal_rows(answer.panels()))


def _figure(answer: Answer, title: str) -> "Sheet":
    from convcli.views.figures import explanation

    return explanation.draw(title, answer.panels(), answer.notes)
