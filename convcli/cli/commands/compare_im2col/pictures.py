"""The pictures of ``convcli compare-im2col``; what they show is measured when one is drawn."""

from functools import partial
from typing import BinaryIO

from convcli.cli import console
from convcli.cli.commands.compare_im2col.result import Result
from convcli.cli.folder import Drawing
from convcli.inspection.im2col_comparison import (
    BATCH_SIZES,
    VariantResult,
    batch_sizes,
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
    from convcli.views.palette import PIXELS, own_scale

    images = result.images
    are_pixels = images.min() >= 0 and images.max() <= PIXELS.high and result.material.is_first
    scale = PIXELS if are_pixels else own_scale(images)
    im2col.draw(variant.trace, result.title(len(images)), scale).save(file)


def _draw_batches(file: BinaryIO, result: Result, repeat: int) -> None:
    from convcli.views.figures import timings

    names, material = [variant.name for variant in result.variants], result.material
    sizes = batch_sizes(result.images[:1], material.window)
    points = sweep_batches(material.batch_of, material.window, names, repeat, sizes)
    left_out = f"; more than {sizes[-1]} are too large" if sizes != BATCH_SIZES else ""
    timings.draw(
        list(console.track(points, "timing batches", len(sizes))),
        "images in the batch",
        f"im2col of {result.title(1)}; {repeat} runs{left_out}",
        logarithmic_size=True,
    ).save(file)


def _draw_filters(file: BinaryIO, result: Result, repeat: int) -> None:
    from convcli.views.figures import timings

    names, images = [one.name for one in result.variants], result.images
    window = result.material.window
    points = sweep_filter_sizes(images, window, names, repeat)
    batch = "1 image" if len(images) == 1 else f"{len(images)} images"
    timings.draw(
        list(console.track(points, "timing filters", len(filter_sizes(images, window)))),
        "pixels per side of the filter",
        f"im2col of {result.material.subject}, {batch}; stride {window.stride}, "
        f"pad {window.pad}; {repeat} runs",
    ).save(file)
