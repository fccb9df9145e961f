"""What two networks read differently, as tables and captions."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from convcli.cli.report import Column, Table
from convcli.inspection.mistakes import Comparison
from convcli.text import printable
from convcli.views.bars import probability_text

FIRST, SECOND = "first", "second"
LONGEST_NAME = 16  # Below a picture.

Names = tuple[Sequence[str], Sequence[str]]


def two_by_two(comparison: Comparison, files: tuple[str, str]) -> Table:
    """How many images both, one or none of them reads right."""
    keys = ("second_right", "second_wrong")
    cells = {
        "right": (comparison.both, len(comparison.only_first)),
        "wrong": (len(comparison.only_second), comparison.neither),
    }
    columns = (Column(FIRST), *(Column(key, "{:,}".format, numeric=True) for key in keys))
    rows = [{FIRST: name, **dict(zip(keys, counts, strict=True))} for name, counts in cells.items()]
    return Table(columns, rows, f"first: {files[0]}, second: {files[1]}", key="two_by_two")


def rows(comparison: Comparison, most: int) -> list[dict[str, Any]]:
    """The images that only the first reads, then those that only the second reads.

    Args:
        comparison: Of both.
        most: How many of either.
    """
    both = {FIRST: comparison.only_first, SECOND: comparison.only_second}
    return [
        {"only": name, **asdict(image)} for name, images in both.items() for image in images[:most]
    ]


def columns(names: Names) -> list[Column]:
    """Of the table of :func:`rows`."""
    found = [Column("only"), Column("index", numeric=True), Column("label", names[0].__getitem__)]
    for of_one, key in zip(names, (FIRST, SECOND), strict=True):
        found.append(Column(f"{key}_reading", of_one.__getitem__))
        found.append(Column(f"{key}_probability", probability_text, numeric=True))
    return found


def lines(row: dict[str, Any], names: Names) -> tuple[str, ...]:
    """What stands below the picture of one of :func:`rows`."""
    other, of_other = (SECOND, names[1]) if row["only"] == FIRST else (FIRST, names[0])
    probability = probability_text(row[f"{other}_probability"])
    return (
        f"only the {row['only']}",
        f"{row['index']}: label {short(names[0][row['label']])}",
        f"{other}: {short(of_other[row[f'{other}_reading']])}, {probability}",
    )


def short(name: str) -> str:
    """The name of a class, in the room below a picture."""
    return printable(name, LONGEST_NAME)
