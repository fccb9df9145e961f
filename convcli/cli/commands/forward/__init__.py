"""``convcli forward``: one image through convolution and pooling, or through a whole network."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from convcli.cli import inputs, options
from convcli.cli.array_file import array_file
from convcli.cli.commands.forward import some_filters, walks
from convcli.cli.commands.forward.first import GEOMETRY
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish


@click.command()
@options.image_options
@options.network_options
@click.option(
    "--layer",
    metavar="NAME",
    help="A convolution of the network, such as conv2, with the activation and the pooling that "
    "follow it there.",
)
@click.option("--all-layers", is_flag=True, help="Every layer of the network, to the end.")
@options.filter_option
@options.stride_option
@options.pad_option
@options.pool_options
@click.option("--relu", is_flag=True, help="Put a ReLU between convolution and pooling.")
@click.option(
    "--steps",
    is_flag=True,
    help="Show the steps inside convolution and pooling too, and draw them (steps.png).",
)
@click.option(
    "--save-arrays",
    type=options.NpzPath(),
    metavar="FILE.npz",
    help="Keep every array of the table (NCHW), by its name there.",
)
@options.output_options
def command(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    layer: str | None,
    all_layers: bool,
    filters: str,
    steps: bool,
    save_arrays: Path | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **request: Any,
) -> None:
    """Push one image through convolution and pooling and show every stage.

    The defaults are those of chapter 7 of the book: training image 5, filter 0, stride 1, no
    padding, 2x2 max pooling with stride 2 directly on the convolution, no ReLU between them.

    With --layer it is a convolution of the network as it is there, with its own stride and padding
    and all that follows it up to the next layer with weights; with --all-layers the whole network.

    Prints a table of the stages and what the whole network reads, draws the stages in a terminal,
    and writes a picture of each and an annotated one of all (overview.png; network.png with
    --all-layers) into --out (without it: convcli-out/forward-train-5, named after the image).

    \b
    Examples:
      convcli forward --index 5
      convcli forward --filter 0,3-5 --relu --steps
      convcli forward --layer conv1 --filter all
      convcli forward --all-layers --params params.pkl --save-arrays stages.npz
    """
    options.exclude("all_layers", ["layer", "filters", "steps", *GEOMETRY])
    options.exclude("layer", GEOMETRY)
    opened = inputs.open_network(params, layers, input_size)
    geometry = {name: request.pop(name) for name in GEOMETRY}
    if all_layers:
        from convcli.cli.commands.forward import whole_network

        shown = inputs.open_input(opened.network.contract, **request)
        suffix, stages = "-all-layers", walks.walk_all(shown, opened)
        arrays = {stage.name: stage.array for stage in stages}
        report = whole_network.report(shown, opened, stages)
    else:
        result = walks.walk(opened, layer, filters, geometry, request, drawn=not no_figures)
        shown, arrays = result.shown, result.walked.arrays
        suffix = f"-{result.layer}" if result.layer else ""
        report = some_filters.report(result, steps)
    report = replace(
        report,
        folder=PictureFolder(f"forward-{shown.slug}{suffix}", out, no_figures),
        files=array_file(save_arrays, arrays),
    )
    inputs.announce(shown, opened)
    publish(report, as_json)
