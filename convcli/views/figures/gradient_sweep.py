"""The error of central differences against their step: a V, rounding left and curvature right."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

from convcli.network.gradient_sweep import SweepPoint
from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY, SMALL
from convcli.views.palette import INK, MARKERS, MUTED, PAPER, RULE
from convcli.views.themes import current

WIDTH, HEIGHT = 1300, 720
LEFT, BELOW, LEGEND = 120, 90, 44  # Room for the numbers and the name of each axis.
IN_A_ROW = 8
STYLES = ("-", "--", ":")
# A relative error of zero has no place on a logarithmic axis; it stands at this one.
LEAST = 1e-17


def draw(points: Sequence[SweepPoint], title: str) -> Sheet:
    """A line for each parameter: the median of the relative errors of its samples at every step.

    Args:
        points: The measured steps, at least one; each with the same parameters.
        title: Names the network and the images.

    >>> draw([SweepPoint(1e-5, {"W1": 1e-9}, 1e-9, 1e-8)], "a network").title
    'a network'
    """
    names = list(points[0].by_parameter)
    rows = -(-len(names) // IN_A_ROW)
    legend = rows * LEGEND
    sheet = Sheet(
        WIDTH,
        legend + HEIGHT + BELOW + MARGIN,
        title,
        "median relative error of backward against the central difference of the loss · "
        "left: rounding, right: curvature and bends",
    )

    def draw_chart(axes: Axes) -> None:
        steps, colours = [point.step for point in points], current().lines
        for place, name in enumerate(names):
            errors = [max(point.by_parameter[name], LEAST) for point in points]
            axes.plot(
                steps,
                errors,
                color=colours[place % len(colours)],
                linestyle=STYLES[place // len(colours) % len(STYLES)],
                marker=MARKERS[place % len(MARKERS)],
                markersize=9,
                markeredgecolor=PAPER,
                linewidth=2.5,
                label=name,
            )
        _scale(axes)

    width = WIDTH - 2 * MARGIN - LEFT
    sheet.chart(MARGIN + LEFT, sheet.top + legend, width, HEIGHT, draw_chart)
    return sheet


def _scale(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(numticks=20))
        axis.set_minor_locator(NullLocator())
    axes.set_xlabel("step", fontsize=BODY, color=INK, labelpad=12)
    axes.set_ylabel("relative error", fontsize=BODY, color=INK, labelpad=12)
    axes.tick_params(which="both", color=RULE, labelcolor=MUTED, labelsize=SMALL)
    axes.grid(True, color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(RULE)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.3,
        ncols=IN_A_ROW,
        fontsize=SMALL,
        frameon=False,
        labelcolor=INK,
    )
