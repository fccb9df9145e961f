"""How a training went: loss and accuracy of each epoch, beside those of what was not learned."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullLocator, PercentFormatter

from convcli.inspection.learning_curves import LearningCurves
from convcli.views.figures.line_chart import BELOW, LEFT, LEGEND, add_legend, quieten
from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY
from convcli.views.palette import INK, MARKERS, MUTED, PAPER
from convcli.views.themes import current

WIDTH, HEIGHT = 1500, 640
TRAINING, VALIDATION = "training", "validation"


def draw(curves: LearningCurves, title: str) -> Sheet:
    """A sheet with two charts: the loss, and the accuracy with its interval.

    Args:
        curves: Of at least one epoch.
        title: What was trained on what.
    """
    sheet = Sheet(WIDTH, HEIGHT + BELOW + MARGIN, title, _subtitle(curves))
    room = WIDTH // 2
    width, height = room - MARGIN - LEFT, HEIGHT - LEGEND
    for place, draw_chart in enumerate((_draw_loss, _draw_accuracy)):
        left = place * (room - MARGIN // 2) + MARGIN + LEFT

        def draw_one(axes: Axes, draw_chart=draw_chart) -> None:  # type: ignore[no-untyped-def]
            draw_chart(axes, curves)
            _finish(axes, curves)

        sheet.chart(left, sheet.top + LEGEND, width, height, draw_one)
    return sheet


def _subtitle(curves: LearningCurves) -> str:
    return (
        "training: as each image was read when its turn came; validation: at the end of the epoch, "
        f"{curves.validation_images:,} images, with the 95% interval by Wilson; "
        f"dashed: epoch {curves.best}, which was kept"
    )


def _draw_loss(axes: Axes, curves: LearningCurves) -> None:
    _draw_line(axes, curves.epochs, curves.loss, TRAINING, 0)
    _draw_line(axes, curves.epochs, curves.validation_loss, VALIDATION, 1)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("loss in nats", fontsize=BODY, color=INK, labelpad=12)


def _draw_accuracy(axes: Axes, curves: LearningCurves) -> None:
    axes.errorbar(
        curves.epochs,
        curves.validation_accuracy,
        yerr=_lengths(curves),
        fmt="none",
        ecolor=current().lines[1],
        elinewidth=2,
        capsize=6,
    )
    _draw_line(axes, curves.epochs, curves.accuracy, TRAINING, 0)
    _draw_line(axes, curves.epochs, curves.validation_accuracy, VALIDATION, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_ylabel("images read right", fontsize=BODY, color=INK, labelpad=12)


def _lengths(curves: LearningCurves) -> tuple[Sequence[float], Sequence[float]]:
    """From each share down to the lower end of its interval, and up to the upper one."""
    shares = curves.validation_accuracy
    below = [share - low for share, low in zip(shares, curves.validation_low, strict=True)]
    above = [high - share for share, high in zip(shares, curves.validation_high, strict=True)]
    # Rounding may put an end a hair on the other side of its share.
    return [max(0.0, length) for length in below], [max(0.0, length) for length in above]


def _draw_line(
    axes: Axes, epochs: Sequence[int], values: Sequence[float], name: str, place: int
) -> None:
    axes.plot(
        epochs,
        values,
        color=current().lines[place],
        marker=MARKERS[place],
        markersize=8,
        markeredgecolor=PAPER,
        linewidth=2.5,
        label=name,
    )


def _finish(axes: Axes, curves: LearningCurves) -> None:
    axes.axvline(curves.best, color=MUTED, linewidth=1.5, linestyle="--", zorder=0)
    axes.set_xlabel("epoch", fontsize=BODY, color=INK, labelpad=12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_minor_locator(NullLocator())
    quieten(axes)
    add_legend(axes)
