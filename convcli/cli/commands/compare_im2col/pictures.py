"""The pictures of ``convcli compare-im2col``; what they show is measured when one is drawn."""

from collections.abc import Sequence
from functools import partial
from typing import BinaryIO

from convcli.cli import console
from convcli.cli.commands.compare_im2col.bounds import Bounds
from convcli.cli.commands.compare_im2col.result import Result
from convcli.cli.folder import Drawing
from convcli.inspection.im2col_comparison import (
    BATCH_SIZES,
    VariantResult,
    filter_sizes,
    sweep_batches,
    sweep_filter_sizes,
)


def drawings(result: Result, bounds: Bounds) -> dict[str, Drawing]:
    """File name -> what draws it: the slices of a variant, and time against size twice."""
    drawn: dict[str, Drawing] = {
        f"{variant.name}.png": partial(_draw_slices, result=result, variant=variant)
        for variant in result.variants
        if variant.is_slice_by_slice
    }
    return drawn | {
        "time-by-batch.png": partial(_draw_batches, result=result, bounds=bounds),
        "time-by-filter.png": partial(_draw_filters, result=result, bounds=bounds),
    }


def _draw_slices(file: BinaryIO, result: Result, variant: VariantResult) -> None:
    from convcli.views.figures import im2col
    from convcli.views.palette import PIXELS, own_scale

    images = result.images
    are_pixels = images.min() >= 0 and images.max() <= PIXELS.high and result.material.is_first
    scale = PIXELS if are_pixels else own_scale(images)
    im2col.draw(variant.trace, result.title(len(images)), scale).save(file)


def _draw_batches(file: BinaryIO, result: Result, bounds: Bounds) -> None:
    from convcli.views.figures import timings

    material, window = result.material, result.material.window
    sizes, repeat = bounds.batches(BATCH_SIZES), bounds.repeat
    points = sweep_batches(material.batch_of, window, bounds.variants, repeat, sizes)
    timings.draw(
        list(console.track(points, "timing batches", len(sizes))),
        "images in the batch",
        f"im2col of {result.title(1)}; {repeat} runs{_left_out(sizes, BATCH_SIZES)}",
        logarithmic_size=True,
    ).save(file)


def _draw_filters(file: BinaryIO, result: Result, bounds: Bounds) -> None:
    from convcli.views.figures import timings

    images, window = result.images, result.material.window
    fitting = filter_sizes(images, window)
    sizes, repeat = bounds.filters(fitting), bounds.repeat
    points = sweep_filter_sizes(images, window, bounds.variants, repeat, sizes)
    batch = "1 image" if len(images) == 1 else f"{len(images)} images"
    timings.draw(
        list(console.track(points, "timing filters", len(sizes))),
        "pixels per side of the filter",
        f"im2col of {result.material.subject}, {batch}; stride {window.stride}, "
        f"pad {window.pad}; {repeat} runs{_left_out(sizes, fitting)}",
    ).save(file)


def _left_out(sizes: Sequence[int], every: Sequence[int]) -> str:
    """What the title says of sizes that would take too much."""
    return f"; more than {sizes[-1]} would take too much" if len(sizes) < len(every) else ""
