"""What decided between the im2col variants, in words."""

from collections.abc import Sequence

from convcli.engine.geometry import Window
from convcli.inspection.article_pictures import AsInTheArticle
from convcli.inspection.im2col_comparison import VariantResult
from convcli.inspection.small_example import SmallExample


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


def what_the_article_makes(made: AsInTheArticle) -> list[str]:
    """What the article takes for a transpose, and for a stride, in sentences with the run's counts.

    >>> import numpy as np
    >>> from convcli.engine.geometry import Window
    >>> from convcli.inspection.article_pictures import as_in_the_article
    >>> made = as_in_the_article(np.arange(16).reshape(1, 1, 4, 4), Window(2, 2))
    >>> what_the_article_makes(made)[0]
    'The article lays the matrix down by reshape, which is no transpose: 30 of 36 cells differ.'
    """
    lying, strided = made.lying, made.strided
    same = "the right" if made.same_without else "another"
    return [
        "The article lays the matrix down by reshape, which is no transpose: "
        f"{lying.differing:,} of {lying.right.size:,} cells differ.",
        f"Its second im2col gives {same} matrix with a stride of 1. With {stride_text(made)}, "
        f"{strided.differing:,} of {strided.right.size:,} cells differ, in "
        f"{made.differing_rows:,} of {len(strided.right):,} rows: it reads the patch at (y, x) "
        "for the output (y, x), and leaves the stride out.",
    ]


def stride_text(made: AsInTheArticle) -> str:
    """The stride of the second im2col.

    >>> import numpy as np
    >>> from convcli.engine.geometry import Window
    >>> from convcli.inspection.article_pictures import as_in_the_article
    >>> stride_text(as_in_the_article(np.zeros((1, 1, 4, 4)), Window(2, 2)))
    'a stride of 2'
    """
    down, across = made.stride
    return (
        f"a stride of {down}" if down == across else f"a stride of {down} down and {across} across"
    )


def what_the_small_example_shows(example: SmallExample) -> list[str]:
    """Which line of the matrix a slice becomes, and which way takes fewer slices.

    >>> from convcli.inspection.small_example import small_example
    >>> what_the_small_example_shows(small_example())[0]
    'By offset, slice k is column k of the matrix, read row by row: 9 slices of 2x2 fill it.'
    """
    sizes = ["{}x{}".format(*part[0].pixels.shape) for part in (example.offset, example.position)]
    digit, filter_window = (28, 28), Window(5, 5)
    rows, columns = filter_window.output_size(*digit)
    return [
        "By offset, slice k is column k of the matrix, read row by row: "
        f"{len(example.offset)} slices of {sizes[0]} fill it.",
        "By position, slice k is row k: "
        f"{len(example.position)} slices of {sizes[1]} fill the same matrix.",
        "A filter of 5x5 on a digit of 28x28 takes "
        f"{filter_window.area} slices by offset and {rows * columns} by position.",
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
