"""``convcli predict``: what the network reads on one image, how sure it is, and why."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import inputs, options
from convcli.cli.commands.predict.result import Result
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish
from convcli.inspection.reading import read


@click.command()
@options.fitted_image_options
@options.network_options
@options.count_option("--top", 3, "How many of the most probable classes the table lists.")
@click.option("--explain", is_flag=True, help="Say which terms make the score, largest first.")
@click.option(
    "--unit",
    "units",
    type=options.INDEX,
    multiple=True,
    metavar="N",
    help="With --explain: the terms of a hidden unit too, by its number. May be repeated.",
)
@options.count_option("--terms", 10, "With --explain: how many terms a table lists.")
@options.output_options
def command(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    top: int,
    explain: bool,
    units: tuple[int, ...],
    terms: int,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Say what the network reads on one image, and how probable every class is.

    The probabilities are the softmax of the network's scores. Below the table every class has a
    bar, and so in probabilities.png in --out (without it: convcli-out/predict-train-5, named after
    the image). Of more than 30 classes the most probable ones have one.

    With --explain the score is the sum of its terms, hidden unit times weight, the largest first;
    and a line says whether the picture is like those of MNIST.

    \b
    Examples:
      convcli predict --index 5
      convcli predict --image my-seven.jpg --params params.pkl
      convcli predict --split test --index 8 --explain --unit 17
      convcli predict --split test --index 0 --top 10 --no-figures --json
    """
    options.require("explain", ["units", "terms"])
    opened = inputs.open_network(params, layers, input_size)
    shown = inputs.open_input(opened.network.contract, **image_request)
    opened.require_affordable()
    with opened.named():
        reading = read(opened.network, shown.pixels)
    reasons = None
    if explain:
        # Nothing of it is needed to say what is read.
        from convcli.cli.commands.predict.reasons import Reasons

        reasons = Reasons.of(opened, shown, reading, units, terms, image_request["data_dir"])
    folder = PictureFolder(f"predict-{shown.slug}", out, no_figures)
    inputs.announce(shown, opened)
    publish(Result(opened, shown, reading, reasons).report(folder, top), as_json)
