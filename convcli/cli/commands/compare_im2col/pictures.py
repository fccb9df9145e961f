"""The pictures of ``convcli compare-im2col``; what they show is measured when one is drawn."""

from functools import partial
from typing import BinaryIO

from convcli.cli import console
from convcli.cli.commands.compare_im2col.result import Result
from convcli.cli.folder import Drawing
from convcli.inspection.im2col_comparison import (
    BATCH_SIZES,
    VariantResult,
    filter_sizes,
    sweep_batches,
    sweep_filter_sizes,
)


def drawings(result: Result, repeat: int) -> dict[str, Drawing]:
    """File name -> what draws it: the slices of a variant, and time against size twice."""
    drawn: dict[str, Drawing] = {
        f"{variant.name}.png": partial(_draw_slices, result=result, variant=variant)
        for variant in result.variants
        if variant.is_slice_by_slice
    }
    return drawn | {
        "time-by-batch.png": partial(_draw_batches, result=result, repeat=repeat),
        "time-by-filter.png": partial(_draw_filters, result=result, repeat=repeat),
    }


def _draw_slices(file: BinaryIO, result: Result, variant: VariantResult) -> None:
    from convcli.views.figures import im2col
    from convcli.views.palette import PIXELS

    im2col.draw(variant.trace, result.title(len(result.images)), PIXELS).save(file)


def _draw_batches(file: BinaryIO, result: Result, repeat: int) -> None:
    from convcli.views.figures import timings

    names = [variant.name for variant in result.variants]
    points = sweep_batches(result.shown.batch, result.window, names, repeat)
    timings.draw(
        list(console.track(points, "timing batches", len(BATCH_SIZES))),
        "images in the batch",
        f"im2col of {result.title(1)}; {repeat} runs",
        logarithmic_size=True,
    ).save(file)


def _draw_filters(file: BinaryIO, result: Result, repeat: int) -> None:
    from convcli.views.figures import timings

    names, images, window = [one.name for one in result.variants], result.images, result.window
    points = sweep_filter_sizes(images, window, names, repeat)
    batch = "1 image" if len(images) == 1 else f"{len(images)} images"
    timings.draw(
        list(console.track(points, "timing filters", len(filter_sizes(images, window)))),
        "pixels per side of the filter",
        f"im2col of {result.shown.title}, {batch}; stride {window.stride}, pad {window.pad}; "
        f"{repeat} runs",
    ).save(file)
