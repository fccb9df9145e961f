"""Time against the size of the work, one line for each variant."""

from collections.abc import Sequence

from matplotlib.ticker import EngFormatter, FixedLocator, LogLocator, NullLocator

from convcli.model.comparison import TimingPoint
from convcli.views.figure import BODY, MARGIN, SMALL, Sheet
from convcli.views.palette import INK, LINES, MARKERS, MUTED, PAPER, RULE

WIDTH, HEIGHT = 1300, 720
LEFT, BELOW = 100, 90  # Room for the numbers and the name of each axis.
LEGEND = 44
MOST_TICKS = 12


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
    sheet = Sheet(
        WIDTH,
        HEIGHT + BELOW + MARGIN,
        title,
        "line: median of the runs · band: fastest to slowest run · logarithmic time",
    )
    axes = sheet.axes(MARGIN + LEFT, sheet.top + LEGEND, WIDTH - 2 * MARGIN - LEFT, HEIGHT - LEGEND)
    sizes = [point.size for point in points]
    for place, variant in enumerate(points[0].timings):
        timings = [point.timings[variant] for point in points]
        colour = LINES[place % len(LINES)]
        axes.fill_between(
            sizes,
            [min(timing.totals) for timing in timings],
            [max(timing.totals) for timing in timings],
            color=colour,
            alpha=0.18,
            linewidth=0,
        )
        axes.plot(
            sizes,
            [timing.median_seconds for timing in timings],
            color=colour,
            marker=MARKERS[place % len(MARKERS)],
            markersize=9,
            markeredgecolor=PAPER,
            linewidth=2.5,
            label=variant,
        )
    axes.set_yscale("log")
    if logarithmic_size:
        axes.set_xscale("log")
    axes.set_xlabel(size_name, fontsize=BODY, color=INK, labelpad=12)
    axes.set_ylabel("time of one im2col", fontsize=BODY, color=INK, labelpad=12)
    axes.xaxis.set_major_locator(FixedLocator(_ticks(sizes)))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(EngFormatter(unit="s"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.tick_params(which="both", color=RULE, labelcolor=MUTED, labelsize=SMALL)
    axes.grid(True, color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RULE)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.3,
        ncols=len(points[0].timings),
        fontsize=BODY,
        frameon=False,
        labelcolor=INK,
    )
    return sheet


def _ticks(sizes: Sequence[int]) -> Sequence[int]:
    if len(sizes) <= MOST_TICKS:
        return sizes
    return [*sizes[:1], *(size for size in sizes[1:] if size % 4 == 0)]
