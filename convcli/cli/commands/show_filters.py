"""``convcli show-filters``: what training made of the filters."""

from dataclasses import astuple
from pathlib import Path
from typing import Any, BinaryIO

import click

from convcli.cli import inputs, options
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Column, Gallery, Report, Table, publish
from convcli.inspection.filters import FilterSummary, summarise
from convcli.network.initialization import initial_parameter

KEYS = ("index", "min", "max", "mean", "norm")
COLUMNS = (
    Column("index", numeric=True),
    *(Column(key, "{:.4f}".format, numeric=True) for key in (*KEYS[1:], "untrained_norm")),
)


@click.command()
@options.params_option
@click.option(
    "--scale",
    type=click.Choice(["shared", "per-filter"]),
    default="shared",
    show_default=True,
    help="One colour scale for all filters, or one for each, so that faint ones can be seen.",
)
@options.count_option("--columns", 6, "Filters side by side in a sheet.")
@options.seed_option
@options.output_options
def command(
    params: Path | None,
    scale: str,
    columns: int,
    seed: int,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
) -> None:
    """Draw the trained filters beside freshly initialised ones.

    The filters are W1 of the parameter file. Beside them stand those that training began with,
    drawn by the rule and --seed of 'convcli train'. Blue is positive, orange negative,
    white zero; both sheets share one scale, so untrained filters look as faint as they are.

    \b
    Examples:
      convcli show-filters
      convcli show-filters --scale per-filter --columns 10
      convcli show-filters --params params.pkl --json --no-figures
    """
    folder = PictureFolder("show-filters", out, no_figures)
    opened = inputs.open_network(params)
    weight, network = opened.convolution().weight, opened.network
    trained = network.parameters[weight]
    untrained = initial_parameter(network.layers, seed, weight, trained.dtype)
    title = f"{opened.name}: {weight} {trained.shape}, trained and untrained (seed {seed})"
    per_filter = scale == "per-filter"

    def draw(file: BinaryIO) -> None:
        from convcli.views.figures import filters

        filters.draw(trained, untrained, title, per_filter=per_filter, columns=columns).save(file)

    def gallery() -> Gallery:
        from convcli.views.filter_tiles import filter_pictures, filter_tiles
        from convcli.views.mosaic import Row

        tiles = filter_tiles(trained, untrained, per_filter=per_filter)
        return Gallery([Row(filter_pictures(tiles, columns))], [tiles.legend])

    before = [_row(summary) for summary in summarise(untrained)]
    rows = [
        _row(summary) | {"untrained_norm": other["norm"]}
        for summary, other in zip(summarise(trained), before, strict=True)
    ]
    facts = {
        "params": opened.name,
        "seed": seed,
        "scale": scale,
        "shape": trained.shape,
        "untrained": before,
    }
    report = Report(
        facts=facts,
        tables=[Table(COLUMNS, rows, title, key="filters")],
        galleries=[gallery],
        folder=folder,
        drawings={"filters.png": draw},
    )
    publish(report, as_json)


def _row(summary: FilterSummary) -> dict[str, Any]:
    return dict(zip(KEYS, astuple(summary), strict=True))
