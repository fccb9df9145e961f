"""Boxes and arrows on a sheet: lines in SVG and PDF, and no pixels."""

from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from convcli.views.figures.rendering import Page
from convcli.views.figures.sheet import Sheet
from convcli.views.palette import INK, MUTED
from convcli.views.themes import current

FILL = "#eef1f5"
LINE = 1.5
STRONG = 5
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
    _frame(sheet, (left, top, width, height), INK, LINE, FILL)


def outline(sheet: Sheet, left: float, top: float, width: float, height: float) -> None:
    """A strong line around something, in colours of the theme that are seen on any ground.

    Args:
        sheet: To draw on.
        left: Of what is outlined.
        top: Of what is outlined.
        width: Pixels.
        height: Pixels.
    """
    for place, colour in enumerate(current().outlines):
        shade = to_hex((colour[0] / 255, colour[1] / 255, colour[2] / 255))
        # From outside to inside: the next one lies on the middle of the one before.
        _frame(sheet, (left, top, width, height), shade, STRONG - 3 * place)


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


def _frame(
    sheet: Sheet,
    place: tuple[float, float, float, float],
    colour: str,
    line: float,
    fill: str = "none",
) -> None:
    left, top, width, height = place

    def draw(figure: Figure, page: Page) -> None:
        figure.add_artist(
            Rectangle(
                (page.across(left), page.up(top + height)),
                width / page.width,
                height / page.height,
                transform=figure.transFigure,
                facecolor=fill,
                edgecolor=colour,
                linewidth=line,
            )
        )

    sheet.add(draw)
