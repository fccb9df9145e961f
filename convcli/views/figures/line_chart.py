"""Time against the size of the work: a line of medians, and a band from fastest to slowest."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import EngFormatter, FixedLocator, LogLocator, NullLocator

from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY, SMALL
from convcli.views.palette import INK, MARKERS, MUTED, PAPER, RULE
from convcli.views.themes import current

WIDTH, HEIGHT = 1300, 720
LEFT, BELOW = 100, 90  # Room for the numbers and the name of each axis.
LEGEND = 44
MOST_TICKS = 12


@dataclass(frozen=True)
class Line:
    """What one contender took at each size.

    Attributes:
        name: In the legend.
        fastest: Seconds of the fastest run at each size.
        medians: Seconds of the run in the middle at each size.
        slowest: Seconds of the slowest run at each size.
    """

    name: str
    fastest: Sequence[float]
    medians: Sequence[float]
    slowest: Sequence[float]


def draw(
    lines: Sequence[Line],
    sizes: Sequence[int],
    title: str,
    subtitle: str,
    *,
    size_name: str,
    time_name: str,
    logarithmic_size: bool,
    logarithmic_time: bool,
) -> Sheet:
    """A sheet with one chart.

    Args:
        lines: At least one.
        sizes: Where the lines have their points, at least one.
        title: What was measured.
        subtitle: How to read it.
        size_name: What is varied, with its unit: ``images in the batch``.
        time_name: What takes the time.
        logarithmic_size: Whether the sizes go up by factors rather than steps.
        logarithmic_time: Whether equal ratios of time are equal distances; otherwise equal times
            are, from zero on.
    """
    sheet = Sheet(WIDTH, HEIGHT + BELOW + MARGIN, title, subtitle)

    def draw_chart(axes: Axes) -> None:
        for place, line in enumerate(lines):
            _draw_line(axes, line, sizes, place)
        _scale_axes(axes, logarithmic_size, logarithmic_time)
        axes.set_xlabel(size_name, fontsize=BODY, color=INK, labelpad=12)
        axes.set_ylabel(time_name, fontsize=BODY, color=INK, labelpad=12)
        axes.xaxis.set_major_locator(FixedLocator(_ticks(sizes)))
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(EngFormatter(unit="s"))
        axes.yaxis.set_minor_locator(NullLocator())
        quieten(axes)
        add_legend(axes)

    width, height = WIDTH - 2 * MARGIN - LEFT, HEIGHT - LEGEND
    sheet.chart(MARGIN + LEFT, sheet.top + LEGEND, width, height, draw_chart)
    return sheet


def _scale_axes(axes: Axes, logarithmic_size: bool, logarithmic_time: bool) -> None:
    if logarithmic_time:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    else:
        axes.set_ylim(bottom=0)
    if logarithmic_size:
        axes.set_xscale("log")


def add_legend(axes: Axes) -> None:
    """Name the lines of a chart, above it."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.3,
        ncols=len(axes.get_lines()),
        fontsize=BODY,
        frameon=False,
        labelcolor=INK,
    )


def _draw_line(axes: Axes, line: Line, sizes: Sequence[int], place: int) -> None:
    colours = current().lines
    colour = colours[place % len(colours)]
    axes.fill_between(sizes, line.fastest, line.slowest, color=colour, alpha=0.18, linewidth=0)
    axes.plot(
        sizes,
        line.medians,
        color=colour,
        marker=MARKERS[place % len(MARKERS)],
        markersize=9,
        markeredgecolor=PAPER,
        linewidth=2.5,
        label=line.name,
    )


def quieten(axes: Axes) -> None:
    """Leave of a chart's frame and grid what helps to read it."""
    axes.tick_params(which="both", color=RULE, labelcolor=MUTED, labelsize=SMALL)
    axes.grid(True, color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RULE)


def _ticks(sizes: Sequence[int]) -> Sequence[int]:
    if len(sizes) <= MOST_TICKS:
        return sizes
    return [*sizes[:1], *(size for size in sizes[1:] if size % 4 == 0)]
