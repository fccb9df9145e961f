"""``convcli activation``: what excites the filters of a convolution."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import inputs, options
from convcli.cli.commands.activation.looking import look
from convcli.cli.commands.activation.result import Result
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish


@click.command()
@click.option("--layer", metavar="NAME", help="Which convolution. Without it: the first.")
@click.option(
    "--filter",
    "number",
    type=options.INDEX,
    metavar="N",
    help="A filter to look at closely: what it likes best.",
)
@options.count_option("--images", 9, "How many images of the data set to show for --filter.")
@options.count_option("--limit", 2000, "How many images of the data set to look at for --filter.")
@options.fitted_image_options
@options.network_options
@options.output_options
def command(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    layer: str | None,
    number: int | None,
    images: int,
    limit: int,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Show what excites the filters of a convolution.

    A filter's response is the largest of its outputs, before any activation. Lists the filters by
    their response to the image, each with the bar that excites it most: bars of twelve directions
    are shown to it, 0° lying, 90° standing (directions.png).

    --filter N looks at one filter: the images of the data set that excite it most, and a picture
    that is made to excite it (filter.png).

    \b
    Examples:
      convcli activation --index 5
      convcli activation --filter 7
      convcli activation --layer conv6 --filter 3 --params deep_convnet_params.pkl --limit 500
    """
    options.require("number", ["images", "limit"])
    opened = inputs.open_network(params, layers, input_size)
    convolution = opened.convolution(layer)
    shown = inputs.open_input(opened.network.contract, **image_request)
    opened.require_affordable()
    result = Result.of(opened, convolution, shown)
    closely = None
    if number is not None:
        split, data_dir = image_request["split"], image_request["data_dir"]
        closely = look(opened, convolution, number, split, data_dir, images, limit)
    inputs.announce(shown, opened)
    if closely is not None and shown.dataset is None:
        inputs.announce(closely.data)
    folder = PictureFolder(f"activation-{shown.slug}", out, no_figures)
    publish(result.report(folder, closely), as_json)
