"""What ``convcli evaluate`` has found out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convcli.cli.commands.evaluate.tables import tables
from convcli.cli.folder import PictureFolder
from convcli.cli.inputs import OpenedNetwork
from convcli.cli.report import Report, Said
from convcli.network.evaluation import Evaluation
from convcli.storage.mnist.dataset import Dataset

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


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
            tables=tables(outcome, self.opened.network.class_names, self.title),
            folder=folder,
            figures={"confusion": self._figure},
        )

    def _accuracy(self) -> str:
        low, high = self.outcome.interval
        return (
            f"{self.outcome.right:,} of {self.outcome.total:,} right: {self.outcome.accuracy:.2%} "
            f"(95% interval by Wilson: {low:.2%} to {high:.2%})"
        )

    def _figure(self) -> "Sheet":
        from convcli.views.figures import confusion

        names = self.opened.network.class_names
        return confusion.draw(self.outcome.confusion, names, self.title)
