"""The tables of ``convcli evaluate``: a row for each class, and the confusion matrix."""

from collections.abc import Sequence
from typing import Any

from convcli.cli.report import Column, Table
from convcli.network.evaluation import Evaluation

MOST_COLUMNS = 26
"""Of the confusion matrix as a table; more are in the figure and in the JSON."""

NUMBER = "{:,}".format
CLASSES = (
    Column("name"),
    *(Column(key, NUMBER, numeric=True) for key in ("right", "total")),
    Column("accuracy", "{:.2%}".format, numeric=True),
)


def tables(outcome: Evaluation, names: Sequence[str], title: str) -> list[Table]:
    """The counts of each class, and the confusion matrix where a table has room for it."""
    headings = _headings(names)
    rows = _rows(outcome, names, headings)
    found = [Table(CLASSES, rows, title, key="classes")]
    if len(headings) <= MOST_COLUMNS:
        columns = [Column("name"), *(Column(name, NUMBER, numeric=True) for name in headings)]
        confusion = [{"name": row["name"], **row["readings"]} for row in rows]
        found.append(Table(columns, confusion, "row: label, column: what was read"))
    return found


def _headings(names: Sequence[str]) -> Sequence[str]:
    """For each reading its name, or its number where names are not told apart."""
    are_unique = len({*names, "name"}) > len(names)
    return names if are_unique else [str(number) for number in range(len(names))]


def _rows(
    outcome: Evaluation, names: Sequence[str], headings: Sequence[str]
) -> list[dict[str, Any]]:
    columns = zip(
        names,
        outcome.class_rights,
        outcome.class_totals,
        outcome.class_accuracies,
        outcome.confusion.tolist(),
        strict=True,
    )
    return [
        {
            "name": name,
            "right": right,
            "total": total,
            "accuracy": accuracy,
            "readings": dict(zip(headings, counts, strict=True)),
        }
        for name, right, total, accuracy, counts in columns
    ]
