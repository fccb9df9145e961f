"""The tables of ``convcli evaluate``: a row for each class, and the confusion matrix."""

from collections.abc import Sequence
from typing import Any

from convcli.cli.report import Column, Table
from convcli.network.evaluation import ClassScore, Counts
from convcli.network.proportions import Interval

MOST_COLUMNS = 26
"""Of the confusion matrix as a table; more are in the figure and in the JSON."""

NUMBER, SHARE = "{:,}".format, "{:.2%}".format


def interval_text(interval: Interval) -> str:
    """Both ends.

    >>> interval_text((0.5, 0.75))
    '50.00% to 75.00%'
    """
    return " to ".join(map(SHARE, interval))


SCORES = ("precision", "recall", "f1")
CLASSES = (
    Column("name"),
    *(Column(key, NUMBER, numeric=True) for key in ("right", "total")),
    *(Column(key, SHARE, numeric=True) for key in SCORES),
)
INTERVALS = (
    Column("name"),
    *(Column(f"{key}_interval", interval_text, numeric=True) for key in SCORES),
)


def accuracy_text(outcome: Counts) -> str:
    """How many are right, and how far that may be off."""
    return (
        f"{outcome.right:,} of {outcome.total:,} right: {outcome.accuracy:.2%} "
        f"(95% interval by Wilson: {interval_text(outcome.interval)})"
    )


def tables(outcome: Counts, names: Sequence[str], title: str) -> list[Table]:
    """The shares of each class, their intervals, and the confusion matrix where it has room."""
    headings = _headings(names)
    rows = _rows(outcome, names, headings)
    found = [Table(CLASSES, rows, title, key="classes"), Table(INTERVALS, rows, "95% intervals")]
    if len(headings) <= MOST_COLUMNS:
        columns = [Column("name"), *(Column(name, NUMBER, numeric=True) for name in headings)]
        confusion = [{"name": row["name"], **row["readings"]} for row in rows]
        found.append(Table(columns, confusion, "row: label, column: what was read"))
    return found


def _headings(names: Sequence[str]) -> Sequence[str]:
    """For each reading its name, or its number where names are not told apart."""
    are_unique = len({*names, "name"}) > len(names)
    return names if are_unique else [str(number) for number in range(len(names))]


def _rows(outcome: Counts, names: Sequence[str], headings: Sequence[str]) -> list[dict[str, Any]]:
    counts = zip(names, outcome.class_rights, outcome.class_totals, strict=True)
    scores = zip(outcome.precisions, outcome.recalls, outcome.f1s, strict=True)
    return [
        {"name": name, "right": right, "total": total}
        | _scores(found)
        | {"accuracy": found[1].value, "readings": dict(zip(headings, readings, strict=True))}
        for (name, right, total), found, readings in zip(
            counts, scores, outcome.confusion.tolist(), strict=True
        )
    ]


def _scores(found: Sequence[ClassScore]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, score in zip(SCORES, found, strict=True):
        row |= {key: score.value, f"{key}_interval": score.interval}
    return row
