"""What a run of ``convcli compare-im2col`` may take, and how far its charts reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from convcli.cli.budget import fits, require_affordable
from convcli.cli.commands.compare_im2col.material import Material
from convcli.engine.geometry import Window
from convcli.inspection.cost import Cost, of_article_pictures, of_comparison, of_timing
from convcli.inspection.im2col_comparison import square

USUAL_REPEAT = 5
"""Who asks for more runs wants to wait for them."""

BATCHES, FILTERS = 1 / 4, 1 / 2
"""Shares of the charts in the seconds that are left; a quarter is for a machine that is busy."""

ADVICE = {
    "batch": "take a smaller --batch",
    "pad": "take a smaller --pad",
    "filter_size": "take a smaller --filter-size",
    "keep_size": "give a smaller picture, or leave --keep-size out",
}


@dataclass(frozen=True)
class Bounds:
    """A comparison, before it begins.

    Attributes:
        material: What the window moves over.
        batch: How many images.
        variants: Names.
        repeat: Timed runs.
        as_article: Whether what the article makes is made too.
    """

    material: Material
    batch: int
    variants: Sequence[str]
    repeat: int
    as_article: bool = False

    @cached_property
    def cost(self) -> Cost:
        """Of the table, without the charts."""
        shape, window = (self.batch, *self.material.shape), self.material.window
        compared = of_comparison(shape, window, self.variants, min(self.repeat, USUAL_REPEAT))
        cost = self.material.making(self.batch) + compared
        if self.as_article:
            cost += of_article_pictures((1, *self.material.shape), window)
        return cost

    def affordable_images(self) -> NDArray[Any]:
        """The images (N, C, H, W), unless their comparison would take too much.

        Raises:
            UsageError: An option of the user makes it too much.
            ConvcliError: It is too much, whatever the options.
            GeometryError: The window does not fit.
        """
        window, shape = self.material.window, (self.batch, *self.material.shape)
        size = f"{window.height}x{window.width}, stride {window.stride}, pad {window.pad}"
        ways = "1 way" if len(self.variants) == 1 else f"{len(self.variants)} ways"
        work = f"im2col of {shape} by {size}, in {ways},"
        require_affordable(work, self.cost, ADVICE, "name fewer --variants")
        return self.material.batch_of(self.batch)

    def batches(self, sizes: Iterable[int]) -> list[int]:
        """Of the batch sizes of a chart, those before one that would take too much."""
        making, window = self.material.making, self.material.window
        points = (
            (size, making(size) + self._point((size, *self.material.shape), window))
            for size in sizes
        )
        return self._affordable(points, BATCHES)

    def filters(self, sizes: Iterable[int]) -> list[int]:
        """The same of the filter sizes."""
        shape = (self.batch, *self.material.shape)
        points = ((size, self._point(shape, square(size, self.material.window))) for size in sizes)
        return self._affordable(points, FILTERS)

    def _point(self, shape: tuple[int, ...], window: Window) -> Cost:
        return of_timing(shape, window, self.variants, min(self.repeat, USUAL_REPEAT))

    def _affordable(self, points: Iterable[tuple[int, Cost]], share: float) -> list[int]:
        chosen: list[int] = []
        seconds = self.cost.seconds
        for size, point in points:
            seconds += point.seconds / share
            if chosen and not fits(Cost(self.cost.memory + point.memory, seconds)):
                break
            chosen.append(size)
        return chosen
