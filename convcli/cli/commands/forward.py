"""``convcli forward``: one image through convolution and pooling."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click

from convcli.cli import console, inputs, options
from convcli.cli.folder import PictureFolder
from convcli.engine.geometry import Window
from convcli.errors import GeometryError, ParameterError
from convcli.inspection.walkthrough import Walkthrough, walk_through
from convcli.storage.parameters.npz import save_npz

GEOMETRY = ("stride", "pad", "pool_size", "pool_stride", "keep_size")
PICTURE_NAMES = {"filters": "filter"}


@click.command()
@options.image_options
@options.params_option
@options.filter_option
@options.stride_option
@options.pad_option
@click.option(
    "--pool-size",
    type=options.AT_LEAST_ONE,
    default=2,
    show_default=True,
    help="Pixels per side of the pooling.",
)
@click.option(
    "--pool-stride",
    type=options.AT_LEAST_ONE,
    default=2,
    show_default=True,
    help="Step of the pooling in pixels.",
)
@click.option("--relu", is_flag=True, help="Put a ReLU between convolution and pooling.")
@click.option("--steps", is_flag=True, help="Show the steps inside convolution and pooling too.")
@options.out_option
@options.no_figures_option
@click.option(
    "--save-arrays",
    type=options.PATH,
    metavar="FILE.npz",
    help="Keep the arrays input, filters, bias, convolution and pooling (NCHW).",
)
@options.json_option
def command(
    params: Path | None,
    filters: str,
    stride: int,
    pad: int,
    pool_size: int,
    pool_stride: int,
    relu: bool,
    steps: bool,
    out: Path | None,
    no_figures: bool,
    save_arrays: Path | None,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Push one image through convolution and pooling and show every stage.

    The defaults are those of chapter 7 of the book: training image 5, filter 0, stride 1, no
    padding, 2x2 max pooling with stride 2 directly on the convolution, no ReLU between them.

    Prints a table of the stages, draws them in a terminal, and writes input.png, filter.png,
    convolution.png, pooling.png and the annotated overview.png into --out (without it:
    convcli-out/forward-train-5, named after the image).

    \b
    Examples:
      convcli forward --index 5
      convcli forward --filter 0,3-5 --relu --steps
      convcli forward --image my-seven.jpg --params params.pkl --save-arrays seven.npz
    """
    options.exclude("no_figures", ["out"])
    shown = inputs.open_input(**image_request)
    params_name, weights, bias = inputs.open_filters(params)
    numbers = options.parse_indices(filters, len(weights), "filter")
    try:
        walked = walk_through(
            shown.pixels,
            weights[numbers],
            bias[numbers],
            stride=stride,
            pad=pad,
            pool=Window(pool_size, pool_size, pool_stride),
            with_relu=relu,
        )
    except GeometryError as error:
        if any(map(options.was_given, GEOMETRY)):
            raise
        # Nothing was asked for that could be wrong, so it is the filters that do not fit.
        raise ParameterError(f"{params_name}: {error.message}", error.hint) from error
    pictures = None if no_figures else PictureFolder(f"forward-{shown.slug}", out, no_figures)
    inputs.announce(shown.dataset)
    files: list[Path] = []
    if save_arrays is not None:
        save_npz(save_arrays, walked.arrays)
        files.append(save_arrays)
    if pictures is not None:
        _write_pictures(pictures, shown, params_name, numbers, walked)
        files += pictures.files
    if as_json:
        console.print_json(_as_json(shown, params_name, numbers, walked, steps, files))
    else:
        _print(shown, params_name, numbers, walked, steps)
        console.print_files(files)


def _title(shown: inputs.Input, params_name: str, numbers: Sequence[int]) -> str:
    listed = options.spell_indices(numbers)
    return f"{shown.title}: filter{'s' * (len(numbers) > 1)} {listed} of {params_name}"


def _print(
    shown: inputs.Input, params_name: str, numbers: Sequence[int], walked: Walkthrough, steps: bool
) -> None:
    from convcli.views.terminal import Column, SideBySide, table

    if shown.preparation:
        prepared = [
            (stage.name, str(stage.pixels.shape), stage.description) for stage in shown.preparation
        ]
        columns = [Column("stage"), Column("shape"), Column("how")]
        console.show(table(f"{shown.title}: preparation", columns, prepared))
        console.print_text()
    rows = [
        (
            stage.name,
            str(stage.array.shape),
            stage.origin,
            f"{stage.minimum:.6g}",
            f"{stage.maximum:.6g}",
        )
        for stage in walked.stages
    ]
    columns = [
        *map(Column, ("stage", "shape", "how it came about")),
        *(Column(name, numeric=True) for name in ("min", "max")),
    ]
    console.show(table(_title(shown, params_name, numbers), columns, rows))
    if steps:
        inside = [
            (step.stage, str(step.number), step.name, str(step.shape), step.origin)
            for step in walked.steps
        ]
        console.print_text()
        columns = [
            Column("stage"),
            Column("step", numeric=True),
            *map(Column, ("what", "shape", "how")),
        ]
        console.show(table("steps", columns, inside))
    if console.draws_pictures():
        from convcli.views.stages import prepared_pictures, stage_legends, stage_pictures

        console.print_text()
        if shown.preparation:
            console.show(SideBySide(prepared_pictures(shown.preparation)))
            console.print_text()
        console.show(SideBySide(stage_pictures(walked, numbers)))
        for legend in stage_legends(walked):
            console.print_text(legend)


def _write_pictures(
    folder: PictureFolder,
    shown: inputs.Input,
    params_name: str,
    numbers: Sequence[int],
    walked: Walkthrough,
) -> None:
    from convcli.views import png
    from convcli.views.figures import feature_maps
    from convcli.views.stages import coloured, stage_scales

    scales = stage_scales(walked)
    for stage in walked.stages:
        tiles = coloured(stage, scales[stage.name])
        title = f"{shown.title}: {stage.name} {stage.array.shape}"
        name = PICTURE_NAMES.get(stage.name, stage.name)
        folder.write(f"{name}.png", partial(png.write_tiles, tiles=tiles, title=title))
    overview = feature_maps.overview(walked, numbers, _title(shown, params_name, numbers))
    folder.write("overview.png", overview.save)
    if shown.preparation:
        from convcli.views.figures.preparation import preparation

        folder.write("preparation.png", preparation(shown.preparation, shown.title).save)


def _as_json(
    shown: inputs.Input,
    params_name: str,
    numbers: Sequence[int],
    walked: Walkthrough,
    steps: bool,
    files: Sequence[Path],
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "index": shown.index,
        "split": shown.split,
        "label": shown.label,
        "image": shown.title,
        "params": params_name,
        "filters": list(numbers),
        "stages": [
            {
                "name": stage.name,
                "shape": stage.array.shape,
                "min": stage.minimum,
                "max": stage.maximum,
            }
            for stage in walked.stages
        ],
        "files": [str(file) for file in files],
    }
    if shown.preparation:
        result["preparation"] = [
            {"name": stage.name, "shape": stage.pixels.shape, "description": stage.description}
            for stage in shown.preparation
        ]
    if steps:
        result["steps"] = [asdict(step) for step in walked.steps]
    return result
