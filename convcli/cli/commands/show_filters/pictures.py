"""The pictures of ``convcli show-filters``; the views are imported when one is drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convcli.cli.commands.show_filters.result import Filters
from convcli.cli.report import Gallery

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True)
class Look:
    """How the filters are drawn.

    Attributes:
        filters: What is drawn.
        per_filter: Whether each has a scale of its own.
        columns: Filters side by side, as far as they have room.
    """

    filters: Filters
    per_filter: bool
    columns: int

    def figure(self) -> "Sheet":
        """Both sheets as a figure."""
        from convcli.views.figures import filters

        shown = self.filters
        return filters.draw(
            shown.trained,
            shown.untrained,
            shown.title,
            per_filter=self.per_filter,
            columns=self.columns,
        )

    def gallery(self) -> Gallery:
        """Both sheets for a terminal."""
        from convcli.views.filter_tiles import filter_pictures, filter_tiles, tile_columns
        from convcli.views.mosaic import Row

        shown = self.filters
        tiles = filter_tiles(shown.trained, shown.untrained, per_filter=self.per_filter)
        columns = tile_columns(shown.convolution.channels, self.columns)
        return Gallery([Row(filter_pictures(tiles, columns))], [tiles.legend])
