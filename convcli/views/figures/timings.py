"""Time against the size of the work, one line for each variant."""

from collections.abc import Sequence

from convcli.inspection.im2col_comparison import TimingPoint
from convcli.views.figures import line_chart
from convcli.views.figures.line_chart import Line
from convcli.views.figures.sheet import Sheet


def draw(
    points: Sequence[TimingPoint], size_name: str, title: str, *, logarithmic_size: bool = False
) -> Sheet:
    """Median seconds of every variant, with a band from its fastest run to its slowest.

    Time is on a logarithmic axis, so that equal ratios are equal distances.

    Args:
        points: The measured sizes, at least one; each with the same variants.
        size_name: What is varied, with its unit: ``images in the batch``.
        title: Names the image, the window and the number of runs.
        logarithmic_size: Whether the sizes go up by factors rather than steps.
    """
    return line_chart.draw(
        [_line(points, variant) for variant in points[0].timings],
        [point.size for point in points],
        title,
        "line: median of the runs · band: fastest to slowest run · logarithmic time",
        size_name=size_name,
        time_name="time of one im2col",
        logarithmic_size=logarithmic_size,
        logarithmic_time=True,
    )


def _line(points: Sequence[TimingPoint], variant: str) -> Line:
    timings = [point.timings[variant] for point in points]
    return Line(
        variant,
        [timing.fastest_seconds for timing in timings],
        [timing.median_seconds for timing in timings],
        [timing.slowest_seconds for timing in timings],
    )
