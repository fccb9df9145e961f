"""The pictures of ``convcli compare-im2col``; what they show is measured when one is drawn."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from convcli.cli import console
from convcli.cli.commands.compare_im2col.bounds import Bounds
from convcli.cli.commands.compare_im2col.result import Result
from convcli.cli.figure_style import chosen_style
from convcli.cli.folder import Draft
from convcli.inspection.im2col_comparison import (
    BATCH_SIZES,
    VariantResult,
    filter_sizes,
    sweep_batches,
    sweep_filter_sizes,
)

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet
    from convcli.views.palette import Scale


def figures(result: Result, bounds: Bounds) -> dict[str, Draft]:
    """File name -> what lays it out: the slices of a variant, and time against size twice."""
    slices: dict[str, Draft] = {
        variant.name: partial(_slices, result, variant)
        for variant in result.variants
        if variant.is_slice_by_slice
    }
    return slices | {
        "time-by-batch": partial(_batches, result, bounds),
        "time-by-filter": partial(_filters, result, bounds),
    }


def scale_of(result: Result) -> "Scale":
    """That of the images, so that all pictures of a comparison share it."""
    from convcli.views.palette import PIXELS, own_scale

    images = result.images
    are_pixels = images.min() >= 0 and images.max() <= PIXELS.high and result.material.is_first
    return PIXELS if are_pixels else own_scale(images)


def _slices(result: Result, variant: VariantResult) -> "Sheet":
    from convcli.views.figures import im2col

    title, wide = result.title(len(result.images)), chosen_style().wide
    return im2col.draw(variant.trace, title, scale_of(result), wide=wide)


def _batches(result: Result, bounds: Bounds) -> "Sheet":
    from convcli.views.figures import timings

    material, window = result.material, result.material.window
    sizes, repeat = bounds.batches(BATCH_SIZES), bounds.repeat
    points = sweep_batches(material.batch_of, window, bounds.variants, repeat, sizes)
    return timings.draw(
        list(console.track(points, "timing batches", len(sizes))),
        "images in the batch",
        f"im2col of {result.title(1)}; {repeat} runs{_left_out(sizes, BATCH_SIZES)}",
        logarithmic_size=True,
    )


def _filters(result: Result, bounds: Bounds) -> "Sheet":
    from convcli.views.figures import timings

    images, window = result.images, result.material.window
    fitting = filter_sizes(images, window)
    sizes, repeat = bounds.filters(fitting), bounds.repeat
    points = sweep_filter_sizes(images, window, bounds.variants, repeat, sizes)
    batch = "1 image" if len(images) == 1 else f"{len(images)} images"
    return timings.draw(
        list(console.track(points, "timing filters", len(sizes))),
        "pixels per side of the filter",
        f"im2col of {result.material.subject}, {batch}; stride {window.stride}, "
        f"pad {window.pad}; {repeat} runs{_left_out(sizes, fitting)}",
    )


def _left_out(sizes: Sequence[int], every: Sequence[int]) -> str:
    """What the title says of sizes that would take too much."""
    return f"; more than {sizes[-1]} would take too much" if len(sizes) < len(every) else ""
