"""``convcli show-filters``: what training made of the filters."""

from pathlib import Path

import click

from convcli.cli import inputs, options
from convcli.cli.commands.show_filters.pictures import Look
from convcli.cli.commands.show_filters.result import Filters
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Report, publish


@click.command()
@options.network_options
@click.option(
    "--layer",
    metavar="NAME",
    help="The convolution whose filters are shown, such as conv2. Without it: the first.",
)
@click.option(
    "--scale",
    type=click.Choice(["shared", "per-filter"]),
    default="shared",
    show_default=True,
    help="One colour scale for all filters, or one for each, so that faint ones can be seen.",
)
@options.count_option("--columns", 6, "Filters side by side in a sheet, as far as they have room.")
@options.seed_option
@options.output_options
def command(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    layer: str | None,
    scale: str,
    columns: int,
    seed: int,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
) -> None:
    """Draw the trained filters beside freshly initialised ones.

    The filters are those of the first convolution, or of --layer. Beside them stand those that
    training began with, drawn by the rule and --seed of 'convcli train'. Blue is positive, orange
    negative, white zero; both sheets share one scale, so untrained filters look as faint as they
    are. Of a filter with several channels each is drawn, under filter:channel.

    \b
    Examples:
      convcli show-filters
      convcli show-filters --scale per-filter --columns 10
      convcli show-filters --params deep-convnet-params.pkl --layer conv2
    """
    opened = inputs.open_network(params, layers, input_size)
    filters = Filters(opened, opened.convolution(layer), seed, is_chosen=layer is not None)
    filters.require_affordable()
    look = Look(filters, per_filter=scale == "per-filter", columns=columns)
    suffix = f"-{filters.convolution.name}" if filters.is_chosen else ""
    report = Report(
        facts=filters.facts | {"scale": scale},
        tables=[filters.table],
        galleries=[look.gallery],
        folder=PictureFolder(f"show-filters{suffix}", out, no_figures),
        figures={"filters": look.figure},
    )
    inputs.announce(None, opened)
    publish(report, as_json)
