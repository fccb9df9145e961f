"""Pointing at cells of a page's maps, and what the page then says."""

from playwright.sync_api import Locator, Page, Position, expect

from convcli.network.network import Network
from convcli.views.page.payload import Stages
from convcli.views.sentences.numbers import exact_text


def map_named(page: Page, name: str) -> Locator:
    """The map whose label begins so; wide enough that a cell is a square of whole pixels."""
    return page.get_by_role("application", name=name)


def middle_of(maps: Locator, row: int, column: int, rows: int, columns: int) -> Position:
    """Where a cell of a map of one tile is, from its corner."""
    box = maps.bounding_box()
    assert box is not None
    return {
        "x": (column + 0.5) * box["width"] / columns,
        "y": (row + 0.5) * box["height"] / rows,
    }


def says(page: Page, text: str) -> None:
    """Wait until the page says this of what is selected."""
    expect(page.locator("#selected")).to_have_text(text)


def output_text(network: Network, stages: Stages, number: int, row: int, column: int) -> str:
    """What a page says of an output of the first convolution."""
    name = network.convolutions[0].name
    value = exact_text(float(stages[name][0, number, row, column]))
    return f"{name}, filter {number}, ({row}, {column}): {value}"


def rows_of(table: Locator) -> list[list[str]]:
    """The texts of the cells of a table's body."""
    found: list[list[str]] = table.evaluate(
        "table => [...table.tBodies[0].rows].map(row => [...row.cells].map(c => c.textContent))"
    )
    return found


def notes_of(page: Page) -> list[str]:
    """The sentences beside the ledger."""
    return page.locator("#ledger .notes p").all_text_contents()
