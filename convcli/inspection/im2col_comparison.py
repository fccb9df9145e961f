"""The im2col variants against each other: the same matrix, at what cost.

Every variant is timed in its two halves, slicing and layout, because either may decide: with one
image the number of slices does, with many images the memory order of the final transpose can.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import (
    Im2colTrace,
    find_variant,
    lay_out,
    slice_patches,
    trace_im2col,
)

Array = NDArray[Any]

REFERENCE = "offset"
BATCH_SIZES = (1, 10, 100, 1000)
LARGEST_FILTER = 24


@dataclass(frozen=True)
class Timing:
    """Seconds of repeated runs of one variant.

    Attributes:
        slicing: Seconds of the first half (padding and slicing), one number a run.
        layout: Seconds of the second half (transpose and reshape), one number a run.
    """

    slicing: tuple[float, ...]
    layout: tuple[float, ...]

    @property
    def totals(self) -> tuple[float, ...]:
        """Seconds of both halves, one number a run."""
        return tuple(a + b for a, b in zip(self.slicing, self.layout, strict=True))

    @property
    def median_seconds(self) -> float:
        """Median of both halves together."""
        return median(self.totals)

    @property
    def fastest_seconds(self) -> float:
        """Both halves of the fastest run."""
        return min(self.totals)

    @property
    def slowest_seconds(self) -> float:
        """Both halves of the slowest run."""
        return max(self.totals)

    @property
    def slicing_seconds(self) -> float:
        """Median of the first half."""
        return median(self.slicing)

    @property
    def layout_seconds(self) -> float:
        """Median of the second half."""
        return median(self.layout)


@dataclass(frozen=True)
class VariantResult:
    """What one variant made and what it took.

    Attributes:
        trace: Its intermediates and counts.
        timing: Its seconds.
        relative: Its median time divided by that of ``offset``.
        equal: Whether its matrix is that of ``offset``, bit for bit, shape and dtype included.
    """

    trace: Im2colTrace
    timing: Timing
    relative: float
    equal: bool

    @property
    def name(self) -> str:
        """The name of the variant."""
        return self.trace.variant.name

    @property
    def is_slice_by_slice(self) -> bool:
        """Whether it makes each tile by a slice of its own, so that a picture of them shows how."""
        return self.trace.slice_assignments == prod(self.trace.slices.shape[2:4])


def compare(
    images: Array, window: Window, variants: Sequence[str], repeat: int
) -> tuple[VariantResult, ...]:
    """Run the variants side by side on the same images.

    Args:
        images: (N, C, H, W).
        window: Its size, stride and pad.
        variants: Names; ``offset`` is run in any case, because the others are measured against it.
        repeat: Runs of each that are timed, at least 1, one variant after the other in turn.

    Returns:
        One result per name, in the order of ``variants``.

    Raises:
        GeometryError: The window does not fit.
        UsageError: There is no such variant.

    >>> results = compare(np.ones((1, 1, 28, 28)), Window(5, 5), ["offset", "position"], repeat=1)
    >>> [(result.name, result.equal) for result in results]
    [('offset', True), ('position', True)]
    """
    reference = trace_im2col(images, window, REFERENCE)
    timings = time_variants(images, window, variants, repeat)
    results = []
    for name in variants:
        trace = reference if name == REFERENCE else trace_im2col(images, window, name)
        relative = timings[name].median_seconds / timings[REFERENCE].median_seconds
        results.append(
            VariantResult(
                trace, timings[name], relative, _same_bits(trace.matrix, reference.matrix)
            )
        )
    return tuple(results)


def time_variants(
    images: Array, window: Window, variants: Sequence[str], repeat: int
) -> dict[str, Timing]:
    """Seconds of each variant and of ``offset``, interleaved so that a slow moment hits all alike.

    One run of each comes first and is not counted.
    """
    names = list(dict.fromkeys([REFERENCE, *variants]))
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for counted in [False] + [True] * repeat:
        for name in names:
            seconds = _time_once(images, window, name)
            if counted:
                runs[name].append(seconds)
    return {
        name: Timing(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))
        for name, pairs in runs.items()
    }


@dataclass(frozen=True)
class TimingPoint:
    """The timings of all variants for one batch size or one filter size.

    Attributes:
        size: The batch size, or the filter size in pixels.
        timings: Variant name -> its seconds.
    """

    size: int
    timings: dict[str, Timing]


def sweep_batches(
    batch_of: Callable[[int], Array],
    window: Window,
    variants: Sequence[str],
    repeat: int,
    sizes: Sequence[int] = BATCH_SIZES,
) -> Iterator[TimingPoint]:
    """Time against the number of images, one point after the other.

    Args:
        batch_of: Gives the first ``n`` images, (n, C, H, W).
        window: Of the im2col.
        variants: Names.
        repeat: Counted runs at each size.
        sizes: Batch sizes.
    """
    for size in sizes:
        yield TimingPoint(size, time_variants(batch_of(size), window, variants, repeat))


def sweep_filter_sizes(
    images: Array, window: Window, variants: Sequence[str], repeat: int, sizes: Sequence[int]
) -> Iterator[TimingPoint]:
    """Time against the filter size, one point after the other.

    Args:
        images: (N, C, H, W).
        window: Its stride and pad.
        variants: Names.
        repeat: Counted runs at each size.
        sizes: Of the filters, from :func:`filter_sizes`.
    """
    for size in sizes:
        yield TimingPoint(size, time_variants(images, square(size, window), variants, repeat))


def square(size: int, window: Window) -> Window:
    """A square window with the stride and the pad of another."""
    return Window(size, size, window.stride, window.pad)


def filter_sizes(images: Array, window: Window, most: int = LARGEST_FILTER) -> range:
    """The filter sizes that fit the image, from 1 to ``most``.

    >>> filter_sizes(np.zeros((1, 1, 28, 8)), Window(5, 5, pad=1))
    range(1, 11)
    """
    top, bottom, left, right = window.pads
    height, width = images.shape[2:]
    return range(1, min(most, top + height + bottom, left + width + right) + 1)


def _time_once(images: Array, window: Window, name: str) -> tuple[float, float]:
    variant = find_variant(name)
    start = perf_counter()
    slicing = slice_patches(images, window, name)
    sliced = perf_counter()
    lay_out(variant, slicing, images)
    return sliced - start, perf_counter() - sliced


def _same_bits(matrix: Array, other: Array) -> bool:
    same_kind = matrix.shape == other.shape and matrix.dtype == other.dtype
    return same_kind and np.array_equal(matrix.view(np.uint8), other.view(np.uint8))
