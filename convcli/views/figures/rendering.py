"""From what lies on a sheet to a file: PNG, SVG or PDF, the same bytes each time.

matplotlib draws, with the settings that it comes with: every number of a sheet is meant for these.
The user's own settings are for the user's own figures, so they are neither used nor changed.

In SVG and PDF texts stay texts, and pictures keep their pixels: a program that shows them larger is
told not to blend them. No file has a date; what needs an identity has one made of its content.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from matplotlib import rc_context, style
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import FigureImage
from matplotlib.transforms import Affine2D

from convcli.views import png
from convcli.views.palette import PAPER, Colours

DOTS_PER_INCH = 72  # A point is a pixel then, so that one unit measures everything.
SLIDE = 16 / 9

_SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "convcli", "pdf.fonttype": 42}
_METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Creator": "convcli", "Date": None},
    "pdf": {"Creator": "convcli", "Producer": "convcli", "CreationDate": None},
}


@dataclass(frozen=True)
class Page:
    """What a sheet lies on; all in pixels.

    Attributes:
        width: Of the page.
        height: Of the page.
        left: Where the sheet begins.
        top: Where the sheet begins.
    """

    width: int
    height: int
    left: int = 0
    top: int = 0

    @classmethod
    def slide(cls, width: int, height: int) -> "Page":
        """The smallest page of 16:9 that a sheet of that size fits on, the sheet in its middle.

        >>> Page.slide(900, 900)
        Page(width=1600, height=900, left=350, top=0)
        """
        page = max(width, round(height * SLIDE)), max(height, round(width / SLIDE))
        return cls(*page, left=(page[0] - width) // 2, top=(page[1] - height) // 2)

    def across(self, left: float) -> float:
        """A distance from the left edge of the sheet, as matplotlib counts it on the page: 0..1."""
        return (self.left + left) / self.width

    def up(self, top: float) -> float:
        """The same of a distance from its upper edge, from the bottom of the page."""
        return 1 - (self.top + top) / self.height


Part = Callable[[Figure, Page], object]


def figure_of(parts: Sequence[Part], page: Page) -> Figure:
    """A matplotlib figure of what lies on a sheet."""
    with own_settings():
        size = (page.width / DOTS_PER_INCH, page.height / DOTS_PER_INCH)
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=PAPER)
        # Each picture stays one by itself.
        figure.suppressComposite = True
        FigureCanvasAgg(figure)
        for draw in parts:
            draw(figure, page)
    return figure


def write(file: BinaryIO, figure: Figure, title: str, file_format: str) -> None:
    """Write a figure, its title in the metadata.

    Args:
        file: Open for writing.
        figure: From :func:`figure_of`.
        title: Printable.
        file_format: ``png``, ``svg`` or ``pdf``.
    """
    if file_format == "png":
        png.write(file, _pixels(figure), title)
        return
    with own_settings():
        metadata: Any = {"Title": title, **_METADATA[file_format]}
        figure.savefig(file, format=file_format, dpi=DOTS_PER_INCH, metadata=metadata)


@contextmanager
def own_settings() -> Iterator[None]:
    """Matplotlib as it comes, with what makes files alike."""
    with style.context("default"), rc_context(_SETTINGS):
        yield


def _pixels(figure: Figure) -> Colours:
    with own_settings():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
    # A copy without the opacity, so that the canvas is gone when the file is packed.
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return np.ascontiguousarray(pixels[..., :3])


class PlacedPicture(FigureImage):
    """A picture whose pixels are pixels of the figure, not sampled anew, which takes memory."""

    def __init__(self, figure: Figure, left: int, above: int, pixels: Colours) -> None:
        super().__init__(figure, offsetx=left, offsety=above, origin="upper")
        self.set_data(pixels)
        figure.images.append(self)

    def make_image(self, *_: object, **__: object) -> tuple[Colours, float, float, Affine2D]:
        """The pixels as they are, opaque."""
        pixels = np.asarray(self.get_array())
        opaque = np.full((*pixels.shape[:2], 4), 255, np.uint8)
        opaque[..., :3] = pixels[::-1]
        return opaque, self.ox, self.oy, Affine2D()

    def draw(self, renderer: RendererBase) -> None:
        """Draw it; SVG is told the size too, and keeps the pixels apart then."""
        pixels, left, above, _ = self.make_image()
        height, width = pixels.shape[:2]
        size = [Affine2D().scale(width, height)] if renderer.option_scale_image() else []
        renderer.draw_image(renderer.new_gc(), left, above, pixels, *size)
