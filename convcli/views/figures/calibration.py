"""The reliability diagram: how often a network is right against how sure it is, and how often."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from convcli.network.calibration import CalibrationBin
from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY, SMALL
from convcli.views.palette import INK, MUTED, PAPER, RULE
from convcli.views.themes import current

SIDE, COUNTS = 760, 220
LEFT, BELOW, BETWEEN = 110, 90, 64  # Room for the numbers and the name of each axis.


def draw(bins: Sequence[CalibrationBin], title: str, outcome: str) -> Sheet:
    """The accuracy of each bin with its interval, the diagonal, and below the images in each bin.

    A point below the diagonal was too sure of itself. The bars of the counts have a logarithmic
    height, since most images are read with a probability near 1.

    Args:
        bins: From 0 to 1; some with images.
        title: Names the network and the images.
        outcome: The calibration error, in a clause.

    >>> from convcli.network.calibration import CalibrationBin
    >>> draw([CalibrationBin(0, 1, 10, 9, 0.8)], "a network", "ECE 0.1").title
    'a network'
    """
    sheet = Sheet(
        LEFT + SIDE + 2 * MARGIN,
        SIDE + BETWEEN + COUNTS + BELOW + MARGIN,
        title,
        f"{outcome} · bar: 95% interval by Wilson · below the diagonal: too sure of itself",
    )
    filled = [part for part in bins if part.total]

    def draw_accuracies(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1.5, linestyle="--")
        for part in filled:
            _draw_bin(axes, part)
        axes.set_ylim(0, 1.02)
        axes.set_ylabel("share read right", fontsize=BODY, color=INK, labelpad=12)
        _quieten(axes)

    def draw_counts(axes: Axes) -> None:
        colour = current().lines[0]
        for part in filled:
            width = part.high - part.low
            axes.bar(part.low, part.total, width, align="edge", color=colour, edgecolor=PAPER)
            middle = (part.low + part.high) / 2
            axes.annotate(
                f"{part.total:,}",
                (middle, part.total),
                (0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=SMALL - 2,
                color=INK,
            )
        axes.set_yscale("log")
        axes.set_ylim(0.5, 6 * max(part.total for part in filled))
        axes.set_xlabel("probability of what was read", fontsize=BODY, color=INK, labelpad=12)
        axes.set_ylabel("images", fontsize=BODY, color=INK, labelpad=12)
        _quieten(axes)
        axes.yaxis.set_minor_locator(NullLocator())

    left = MARGIN + LEFT
    sheet.chart(left, sheet.top, SIDE, SIDE, draw_accuracies)
    sheet.chart(left, sheet.top + SIDE + BETWEEN, SIDE, COUNTS, draw_counts)
    return sheet


def _draw_bin(axes: Axes, part: CalibrationBin) -> None:
    if part.interval is None or part.probability is None or part.accuracy is None:
        return
    (low, high), colour = part.interval, current().lines[0]
    axes.plot([part.probability] * 2, [low, high], color=colour, linewidth=2.5, alpha=0.5)
    axes.plot(
        [part.probability], [part.accuracy], color=colour, marker="o", markersize=9,
        markeredgecolor=PAPER,
    )  # fmt: skip


def _quieten(axes: Axes) -> None:
    axes.set_xlim(0, 1.02)
    axes.tick_params(which="both", color=RULE, labelcolor=MUTED, labelsize=SMALL)
    axes.grid(True, color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(RULE)
