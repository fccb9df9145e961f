"""``convcli forward``: one image through convolution and pooling."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import inputs, options
from convcli.cli.array_file import array_file
from convcli.cli.commands.forward import numbers, pictures
from convcli.cli.commands.forward.result import Result
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Report, publish
from convcli.engine.geometry import Window
from convcli.errors import GeometryError, ParameterError
from convcli.inspection.walkthrough import walk_through
from convcli.network.contract import InputContract

ORIGINS = {"input": "pixels / 255", "filters": "W1", "bias": "b1, one number for each filter"}
GEOMETRY = ("stride", "pad", "pool_size", "pool_stride", "keep_size")


@click.command()
@options.image_options
@options.params_option
@options.filter_option
@options.stride_option
@options.pad_option
@options.pool_options
@click.option("--relu", is_flag=True, help="Put a ReLU between convolution and pooling.")
@click.option("--steps", is_flag=True, help="Show the steps inside convolution and pooling too.")
@click.option(
    "--save-arrays",
    type=options.NpzPath(),
    metavar="FILE.npz",
    help="Keep the arrays input, filters, bias, convolution and pooling (NCHW).",
)
@options.output_options
def command(
    params: Path | None,
    filters: str,
    stride: int,
    pad: int,
    pool_size: int,
    pool_stride: int,
    relu: bool,
    steps: bool,
    save_arrays: Path | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Push one image through convolution and pooling and show every stage.

    The defaults are those of chapter 7 of the book: training image 5, filter 0, stride 1, no
    padding, 2x2 max pooling with stride 2 directly on the convolution, no ReLU between them.

    Prints a table of the stages and what the whole network reads, draws the stages in a terminal,
    and writes input.png, filter.png, convolution.png, pooling.png and the annotated overview.png
    into --out (without it: convcli-out/forward-train-5, named after the image).

    \b
    Examples:
      convcli forward --index 5
      convcli forward --filter 0,3-5 --relu --steps
      convcli forward --image my-seven.jpg --params params.pkl --save-arrays seven.npz
    """
    shown = inputs.open_input(InputContract(), **image_request)
    opened = inputs.open_network(params)
    weights, bias = opened.first_filters
    chosen = options.parse_indices(filters, len(weights), "filter")
    try:
        walked = walk_through(
            shown.pixels,
            weights[chosen],
            bias[chosen],
            stride=stride,
            pad=pad,
            pool=Window(pool_size, pool_size, pool_stride),
            with_relu=relu,
            origins=ORIGINS,
        )
    except GeometryError as error:
        if any(map(options.was_given, GEOMETRY)):
            raise
        # Nothing was asked for that could be wrong, so it is the filters that do not fit.
        raise ParameterError(f"{opened.name}: {error.message}", error.hint) from error
    result = Result(shown, opened, chosen, walked, opened.read(shown.pixels))
    report = Report(
        facts=numbers.facts(result),
        tables=numbers.tables(result, with_steps=steps),
        galleries=pictures.galleries(result),
        folder=PictureFolder(f"forward-{shown.slug}", out, no_figures),
        drawings=pictures.drawings(result),
        files=array_file(save_arrays, walked.arrays),
    )
    inputs.announce(shown.dataset)
    publish(report, as_json)
