"""What ``convcli evaluate`` has found out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from convcli.cli.folder import PictureFolder
from convcli.cli.inputs import OpenedNetwork
from convcli.cli.report import Column, Report, Said, Table
from convcli.network.evaluation import Evaluation
from convcli.storage.mnist.dataset import Dataset

MOST_COLUMNS = 26
"""Of the confusion matrix as a table; more are in the figure and in the JSON."""

NUMBER = "{:,}".format
PERCENT = "{:.2%}".format
CLASSES = (
    Column("name"),
    *(Column(key, NUMBER, numeric=True) for key in ("right", "total")),
    Column("accuracy", PERCENT, numeric=True),
)


@dataclass(frozen=True)
class Result:
    """Images that were read.

    Attributes:
        opened: The network.
        data: Where they come from.
        outcome: What was read.
    """

    opened: OpenedNetwork
    data: Dataset
    outcome: Evaluation

    @property
    def title(self) -> str:
        """The images and the network."""
        total = f"{self.outcome.total:,} {self.data.split} images"
        return f"{total} of {self.data.name}, read by {self.opened.name}"

    def report(self, folder: PictureFolder) -> Report:
        """The counts as tables, and the confusion matrix as a table and a figure."""
        outcome = self.outcome
        return Report(
            facts={
                "params": self.opened.name,
                "data": {"name": self.data.name, "split": self.data.split},
                "right": outcome.right,
                "total": outcome.total,
                "accuracy": Said(outcome.accuracy, self._accuracy()),
                "interval": outcome.interval,
                "confusion": outcome.confusion.tolist(),
            },
            tables=[Table(CLASSES, self._classes(), self.title, "classes"), *self._confusion()],
            folder=folder,
            drawings={"confusion.png": self._draw},
        )

    def _accuracy(self) -> str:
        low, high = self.outcome.interval
        return (
            f"{self.outcome.right:,} of {self.outcome.total:,} right: {self.outcome.accuracy:.2%} "
            f"(95% interval by Wilson: {low:.2%} to {high:.2%})"
        )

    @property
    def _readings(self) -> Sequence[str]:
        """A heading for each reading: its name, or its number where names are not told apart."""
        names = self.opened.network.class_names
        unique = len({*names, "name"}) > len(names)
        return names if unique else [str(number) for number in range(len(names))]

    def _classes(self) -> list[dict[str, Any]]:
        outcome = self.outcome
        columns = zip(
            self.opened.network.class_names,
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
                "readings": dict(zip(self._readings, counts, strict=True)),
            }
            for name, right, total, accuracy, counts in columns
        ]

    def _confusion(self) -> list[Table]:
        if len(self._readings) > MOST_COLUMNS:
            return []
        columns = [Column("name"), *(Column(name, NUMBER, numeric=True) for name in self._readings)]
        rows = [{"name": row["name"], **row["readings"]} for row in self._classes()]
        return [Table(columns, rows, "row: label, column: what was read")]

    def _draw(self, file: BinaryIO) -> None:
        from convcli.views.figures import confusion

        names = self.opened.network.class_names
        confusion.draw(self.outcome.confusion, names, self.title).save(file)
