"""The table of all filters, the strongest on the image first."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from convcli.cli.report import Column, Table
from convcli.inspection.excitation import DIRECTIONS, Excited
from convcli.views.sentences.excitation import direction_text
from convcli.views.sentences.numbers import exact_text, place_text

COLUMNS = (
    Column("filter", numeric=True),
    Column("response", exact_text, numeric=True),
    Column("place", place_text),
    Column("best_bar", direction_text),
    Column("bar_response", exact_text, numeric=True),
)


def filters_table(to_image: Sequence[Excited], to_bars: NDArray[Any], title: str) -> Table:
    """A row for each filter.

    Args:
        to_image: The response of each to the image, in the order of the rows.
        to_bars: (filters, directions).
        title: Stands above it.
    """
    rows = [_row(one, to_bars[one.number]) for one in to_image]
    return Table(COLUMNS, rows, title, key="filters")


def _row(one: Excited, bars: NDArray[Any]) -> dict[str, Any]:
    best = int(bars.argmax())
    return {
        "filter": one.number,
        "response": one.response,
        "place": one.place,
        "best_bar": DIRECTIONS[best],
        "bar_response": float(bars[best]),
        "bars": bars.tolist(),
    }
