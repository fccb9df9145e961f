"""Boxes and arrows on a sheet: lines in SVG and PDF, and no pixels."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from convcli.views.figures.rendering import Page
from convcli.views.figures.sheet import Sheet
from convcli.views.palette import INK, MUTED

FILL = "#eef1f5"
LINE = 1.5
HEAD = 18  # Pixels of the head of an arrow.


def box(sheet: Sheet, left: float, top: float, width: float, height: float) -> None:
    """A box with a thin line around it.

    Args:
        sheet: To draw on.
        left: Of the box.
        top: Of the box.
        width: Pixels.
        height: Pixels.
    """

    def draw(figure: Figure, page: Page) -> None:
        figure.add_artist(
            Rectangle(
                (page.across(left), page.up(top + height)),
                width / page.width,
                height / page.height,
                transform=figure.transFigure,
                facecolor=FILL,
                edgecolor=INK,
                linewidth=LINE,
            )
        )

    sheet.add(draw)


def arrow(sheet: Sheet, start: tuple[float, float], end: tuple[float, float]) -> None:
    """An arrow.

    Args:
        sheet: To draw on.
        start: (across, down) in pixels.
        end: The same of its head.
    """

    def draw(figure: Figure, page: Page) -> None:
        figure.add_artist(
            FancyArrowPatch(
                (page.across(start[0]), page.up(start[1])),
                (page.across(end[0]), page.up(end[1])),
                transform=figure.transFigure,
                arrowstyle="-|>",
                mutation_scale=HEAD,
                shrinkA=0,
                shrinkB=0,
                color=MUTED,
                linewidth=LINE,
            )
        )

    sheet.add(draw)
