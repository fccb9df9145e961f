"""What decided between the im2col variants, in words."""

from collections.abc import Sequence

from convcli.inspection.im2col_comparison import VariantResult


def outcome(results: Sequence[VariantResult], batch: int) -> list[str]:
    """What decided in this run, in sentences made of the run's own numbers.

    >>> import numpy as np
    >>> from convcli.engine.geometry import Window
    >>> from convcli.inspection.im2col_comparison import compare
    >>> results = compare(np.ones((1, 1, 28, 28)), Window(5, 5), ["offset", "strided"], repeat=1)
    >>> outcome(results, batch=1)[0].startswith("Fastest in this run")
    True
    """
    by_time = sorted(results, key=lambda result: result.timing.median_seconds)
    best = by_time[0]
    images = "1 image" if batch == 1 else f"{batch} images"
    lines = [
        f"Fastest in this run of {images}: {best.name}, "
        f"{_milliseconds(best.timing.median_seconds)}, {best.relative:.2f} of the time of offset."
    ]
    named = {result.name: result for result in results}
    if {"offset", "position"} <= set(named):
        lines.append(_pair(named["offset"], named["position"]))
    return lines


def without_picture(results: Sequence[VariantResult]) -> list[str]:
    """Why some variants have no picture, in a sentence; none where every variant has one."""
    names = [result.name for result in results if not result.is_slice_by_slice]
    if not names:
        return []
    return [
        f"Without a picture: {', '.join(names)}. Their tiles would be those of offset or position, "
        "but they do not make them slice by slice."
    ]


def _pair(offset: VariantResult, position: VariantResult) -> str:
    slicing = [result.timing.slicing_seconds for result in (offset, position)]
    layout = [result.timing.layout_seconds for result in (offset, position)]
    winner = min(offset, position, key=lambda result: result.timing.median_seconds)
    decider = "the final transpose"
    if abs(slicing[0] - slicing[1]) >= abs(layout[0] - layout[1]):
        slices = offset.trace.slice_assignments - position.trace.slice_assignments
        fewer_took_less = slices * (slicing[0] - slicing[1]) > 0
        decider = "the number of slices" if fewer_took_less else "the slicing, not how many slices,"
    return (
        f"Between offset and position {winner.name} won, and {decider} decided: "
        f"{offset.trace.slice_assignments} against {position.trace.slice_assignments} slices took "
        f"{_milliseconds(slicing[0])} against {_milliseconds(slicing[1])}, "
        f"the transpose and reshape {_milliseconds(layout[0])} against {_milliseconds(layout[1])}."
    )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"
