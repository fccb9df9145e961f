"""``convcli predict``: what the network reads on one image, and how sure it is."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import inputs, options
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Column, Report, Said, Table, publish
from convcli.inspection.reading import Reading, read
from convcli.views.bars import probability_text
from convcli.views.sentences.reading import against_the_label, what_it_reads

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet
    from convcli.views.terminal.bars import Bars

COLUMNS = (Column("class"), Column("probability", probability_text, numeric=True))


@click.command()
@options.fitted_image_options
@options.network_options
@options.count_option("--top", 3, "How many of the most probable classes the table lists.")
@options.output_options
def command(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    top: int,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Say what the network reads on one image, and how probable every class is.

    The probabilities are the softmax of the network's scores. Below the table every class has a
    bar, and so in probabilities.png in --out (without it: convcli-out/predict-train-5, named after
    the image). Of more than 30 classes the most probable ones have one.

    \b
    Examples:
      convcli predict --index 5
      convcli predict --image my-seven.jpg --params params.pkl
      convcli predict --split test --index 0 --top 10 --no-figures --json
    """
    opened = inputs.open_network(params, layers, input_size)
    shown = inputs.open_input(opened.network.contract, **image_request)
    opened.require_affordable()
    with opened.named():
        reading = read(opened.network, shown.pixels)
    # A network of few classes may have none for the label.
    label = shown.label if shown.label is not None and shown.label < len(reading.names) else None
    title = f"{shown.title}: read by {opened.name}"

    def figure() -> "Sheet":
        from convcli.views.figures import probabilities

        return probabilities.draw(reading.names, reading.probabilities, title, label)

    def chart() -> "Bars":
        from convcli.views.terminal.bars import Bars

        return Bars(reading.names, reading.probabilities, label)

    facts = {
        "image": shown.title,
        "warnings": shown.warnings,
        "params": opened.name,
        "reading": Said(reading.place, what_it_reads(reading)),
        "probability": reading.probability,
        "label": shown.label,
        "probabilities": reading.probabilities.tolist(),
    }
    if label is not None:
        facts["label"] = Said(label, against_the_label(reading, label))
    report = Report(
        facts=facts,
        tables=[Table(COLUMNS, _most_probable(reading, top), title, key="top")],
        charts=[chart],
        folder=PictureFolder(f"predict-{shown.slug}", out, no_figures),
        figures={"probabilities": figure},
    )
    inputs.announce(shown, opened)
    publish(report, as_json)


def _most_probable(reading: Reading, count: int) -> list[dict[str, Any]]:
    places = (-reading.probabilities).argsort(kind="stable")[:count].tolist()
    return [
        {"class": reading.names[place], "probability": float(reading.probabilities[place])}
        for place in places
    ]
