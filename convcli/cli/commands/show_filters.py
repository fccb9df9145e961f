"""``convcli show-filters``: what training made of the filters."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from numpy.typing import NDArray

from convcli.cli import console, inputs, options
from convcli.cli.folder import PictureFolder
from convcli.inspection.filters import FilterSummary, summarise
from convcli.network.initialization import initial_filters

HEADINGS = ("filter", "min", "max", "mean", "norm", "untrained norm")


@click.command()
@options.params_option
@click.option(
    "--scale",
    type=click.Choice(["shared", "per-filter"]),
    default="shared",
    show_default=True,
    help="One colour scale for all filters, or one for each, so that faint ones can be seen.",
)
@click.option(
    "--columns",
    type=options.AT_LEAST_ONE,
    default=6,
    show_default=True,
    help="Filters side by side in a sheet.",
)
@options.seed_option
@options.out_option
@options.no_figures_option
@options.json_option
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
    options.exclude("no_figures", ["out"])
    params_name, trained, _ = inputs.open_filters(params)
    untrained = initial_filters(seed, trained.shape, trained.dtype)
    folder = None if no_figures else PictureFolder(out, "show-filters")
    per_filter = scale == "per-filter"
    title = f"{params_name}: W1 {trained.shape}, trained and untrained (seed {seed})"
    files: list[Path] = []
    if folder is not None:
        from convcli.views.figures.filters import draw

        sheet = draw(trained, untrained, title, per_filter=per_filter, columns=columns)
        folder.write("filters.png", sheet.save)
        files = folder.files
    summaries = summarise(trained), summarise(untrained)
    if as_json:
        console.print_json(_as_json(params_name, seed, scale, trained.shape, summaries, files))
        return
    _print(title, summaries)
    if console.draws_pictures():
        _draw_in_terminal(trained, untrained, per_filter, columns)
    console.print_files(files)


def _print(title: str, summaries: tuple[Sequence[FilterSummary], Sequence[FilterSummary]]) -> None:
    from convcli.views.terminal import Column, table

    rows = [
        (
            str(after.index),
            *(f"{value:.4f}" for value in (after.minimum, after.maximum, after.mean, after.norm)),
            f"{before.norm:.4f}",
        )
        for after, before in zip(*summaries, strict=True)
    ]
    console.show(table(title, [Column(heading, numeric=True) for heading in HEADINGS], rows))


def _draw_in_terminal(
    trained: NDArray[Any], untrained: NDArray[Any], per_filter: bool, columns: int
) -> None:
    from convcli.views.filter_tiles import filter_pictures, filter_tiles
    from convcli.views.terminal import SideBySide

    tiles = filter_tiles(trained, untrained, per_filter=per_filter)
    console.print_text()
    console.show(SideBySide(filter_pictures(tiles, columns)))
    console.print_text(tiles.legend)


def _as_json(
    params_name: str,
    seed: int,
    scale: str,
    shape: tuple[int, ...],
    summaries: tuple[Sequence[FilterSummary], Sequence[FilterSummary]],
    files: Sequence[Path],
) -> dict[str, Any]:
    trained, untrained = (
        [
            {
                "index": summary.index,
                "min": summary.minimum,
                "max": summary.maximum,
                "mean": summary.mean,
                "norm": summary.norm,
            }
            for summary in part
        ]
        for part in summaries
    )
    return {
        "params": params_name,
        "seed": seed,
        "scale": scale,
        "shape": shape,
        "filters": trained,
        "untrained": untrained,
        "files": [str(file) for file in files],
    }
