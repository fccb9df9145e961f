"""``convcli compare-im2col``: the ways to build the im2col matrix, side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from numpy.typing import NDArray

from convcli.cli import console, inputs, options
from convcli.cli.folder import PictureFolder
from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import VARIANTS, find_variant
from convcli.errors import ConvcliError
from convcli.inspection.im2col_comparison import (
    BATCH_SIZES,
    VariantResult,
    compare,
    explain,
    filter_sizes,
    sweep_batches,
    sweep_filter_sizes,
)

HEADINGS = ("variant", "slices", "6-D shape", "matrix", "bytes", "median time", "relative", "equal")
NUMERIC = ("slices", "bytes", "median time", "relative")


@click.command()
@options.image_options
@click.option(
    "--filter-size",
    type=options.AT_LEAST_ONE,
    default=5,
    show_default=True,
    help="Pixels per side of the window.",
)
@options.stride_option
@options.pad_option
@click.option(
    "--batch",
    type=options.AT_LEAST_ONE,
    default=1,
    show_default=True,
    help="How many images at once: this one and those that follow it.",
)
@click.option(
    "--variants",
    default="all",
    show_default=True,
    metavar="LIST",
    help=f"Which to compare, with commas between: {', '.join(VARIANTS)}; or 'all'.",
)
@click.option(
    "--repeat",
    type=options.AT_LEAST_ONE,
    default=5,
    show_default=True,
    help="Timed runs of each variant; the median is shown.",
)
@options.out_option
@options.no_figures_option
@options.json_option
def command(
    filter_size: int,
    stride: int,
    pad: int,
    batch: int,
    variants: str,
    repeat: int,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Set the im2col algorithms side by side: result, memory and time.

    The book's way takes one slice per pixel of the filter (25 slices of 24x24 for a 5x5 filter),
    the obvious way one slice per output pixel (576 slices of 5x5). Both give the same matrix. The
    table shows what each costs on this machine, the pictures show the slices and the matrix lying
    on its side, and two charts show the time against batch and filter size.

    Exit code 1 if a matrix differs from that of the others in a single bit.

    \b
    Examples:
      convcli compare-im2col
      convcli compare-im2col --batch 100 --variants offset,position
      convcli compare-im2col --filter-size 3 --stride 2 --pad 1 --no-figures --json
    """
    options.exclude("no_figures", ["out"])
    names = _chosen(variants)
    window = Window(filter_size, filter_size, stride, pad)
    shown = inputs.open_input(**image_request)
    window.output_size(*shown.pixels.shape[2:])
    folder = None if no_figures else PictureFolder(f"compare-im2col-{shown.slug}", out, no_figures)
    inputs.announce(shown.dataset)
    images = shown.batch(batch)
    results = compare(images, window, names, repeat)
    files: list[Path] = []
    if folder is not None:
        _draw_variants(folder, results, images, shown.title, window)
        _draw_timings(folder, shown, images, window, names, repeat)
        files = folder.files
    if as_json:
        console.print_json(_as_json(shown, window, batch, results, files))
    else:
        _print(_title(shown.title, window, batch), batch, results)
        console.print_files(files)
    if not all(result.equal for result in results):
        raise ConvcliError(
            "the variants do not agree", "this is a fault of convcli; please report it"
        )


def _chosen(text: str) -> list[str]:
    if text.strip().lower() == "all":
        return list(VARIANTS)
    names = [name.strip() for name in text.split(",")]
    return [find_variant(name).name for name in dict.fromkeys(names)]


def _title(images: str, window: Window, batch: int = 1) -> str:
    number = "" if batch == 1 else f"{batch} images from "
    return (
        f"{number}{images}; filter {window.height}x{window.width}, "
        f"stride {window.stride}, pad {window.pad}"
    )


def _print(title: str, batch: int, results: Sequence[VariantResult]) -> None:
    from convcli.views.terminal import Column, table

    rows = [
        (
            result.name,
            str(result.trace.slice_assignments),
            str(result.trace.slices.shape),
            str(result.trace.matrix.shape),
            f"{result.trace.allocated_bytes:,}",
            f"{result.timing.median_seconds * 1000:.3g} ms",
            f"{result.relative:.2f}",
            str(result.equal),
        )
        for result in results
    ]
    columns = [Column(heading, heading in NUMERIC) for heading in HEADINGS]
    console.show(table(f"im2col of {title}", columns, rows))
    console.print_text(f"all elements are same = {all(result.equal for result in results)}")
    for line in explain(results, batch):
        console.print_text(line)


def _draw_variants(
    folder: PictureFolder,
    results: Sequence[VariantResult],
    images: NDArray[Any],
    title: str,
    window: Window,
) -> None:
    from convcli.views.figures import im2col
    from convcli.views.palette import PIXELS

    for result in results:
        if result.trace.slice_assignments:
            sheet = im2col.draw(result.trace, _title(title, window, len(images)), PIXELS)
            folder.write(f"{result.name}.png", sheet.save)


def _draw_timings(
    folder: PictureFolder,
    shown: inputs.Input,
    images: NDArray[Any],
    window: Window,
    names: Sequence[str],
    repeat: int,
) -> None:
    from convcli.views.figures import timings

    batches = console.track(
        sweep_batches(shown.batch, window, names, repeat), "timing batches", len(BATCH_SIZES)
    )
    folder.write(
        "time-by-batch.png",
        timings.draw(
            list(batches),
            "images in the batch",
            f"im2col of {_title(shown.title, window)}; {repeat} runs",
            logarithmic_size=True,
        ).save,
    )
    sizes = filter_sizes(images, window)
    filters = console.track(
        sweep_filter_sizes(images, window, names, repeat), "timing filters", len(sizes)
    )
    batch = "1 image" if len(images) == 1 else f"{len(images)} images"
    steps = f"stride {window.stride}, pad {window.pad}"
    folder.write(
        "time-by-filter.png",
        timings.draw(
            list(filters),
            "pixels per side of the filter",
            f"im2col of {shown.title}, {batch}; {steps}; {repeat} runs",
        ).save,
    )


def _as_json(
    shown: inputs.Input,
    window: Window,
    batch: int,
    results: Sequence[VariantResult],
    files: Sequence[Path],
) -> dict[str, Any]:
    return {
        "image": shown.title,
        "filter_size": window.height,
        "stride": window.stride,
        "pad": window.pad,
        "batch": batch,
        "equal": all(result.equal for result in results),
        "variants": [
            {
                "name": result.name,
                "slice_assignments": result.trace.slice_assignments,
                "sliced_shape": result.trace.slices.shape,
                "matrix_shape": result.trace.matrix.shape,
                "bytes": result.trace.allocated_bytes,
                "median_seconds": result.timing.median_seconds,
                "relative": result.relative,
                "equal": result.equal,
            }
            for result in results
        ],
        "files": [str(file) for file in files],
    }
