"""What ``convcli train`` has to tell a program."""

from dataclasses import asdict, dataclass
from typing import Any

from convcli.cli import environment
from convcli.cli.report import Report, Said
from convcli.cli.training_watch import BestEpoch
from convcli.network.evaluation import Evaluation
from convcli.network.network import Network
from convcli.network.training import TrainingSettings
from convcli.storage.parameters.formats import load


@dataclass(frozen=True)
class Result:
    """A training that has ended.

    Attributes:
        network: What was trained.
        settings: How it was done.
        data: The name of the data, and how many of its images were learned and held out.
        epochs: What was measured in each.
        best: The one that was kept.
        test: How well that one reads the test images.
    """

    network: Network
    settings: TrainingSettings
    data: dict[str, Any]
    epochs: list[dict[str, Any]]
    best: BestEpoch
    test: Evaluation

    def report(self) -> Report:
        """The outcome; the epochs were told one by one."""
        written = load(self.best.path)
        return Report(
            facts={
                "layers": self.network.specification,
                "settings": self._settings(),
                "data": self.data,
                "epochs": self.epochs,
                "best_epoch": Said(self.best.epoch, self._kept()),
                "test": Said(self._test(), self._accuracy()),
                "file": Said(str(self.best.path), f"wrote {self.best.path}"),
                "bytes": written.size_bytes,
                "sha256": written.sha256,
                "environment": environment.describe(),
            }
        )

    def _settings(self) -> dict[str, Any]:
        settings = asdict(self.settings)
        return settings | {"learning_rate": self.settings.peak_learning_rate}

    def _kept(self) -> str:
        return f"epoch {self.best.epoch} was kept: validation accuracy {self.best.accuracy:.2%}"

    def _test(self) -> dict[str, Any]:
        return {
            "images": self.test.total,
            "correct": self.test.right,
            "accuracy": self.test.accuracy,
            "class_accuracies": self.test.class_accuracies,
            "confusion": self.test.confusion.tolist(),
        }

    def _accuracy(self) -> str:
        right, total = f"{self.test.right:,}", f"{self.test.total:,}"
        return f"test accuracy {self.test.accuracy:.2%}: {right} of {total} right"
