"""What ``convcli train`` has to tell when it has ended."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from convcli.cli import environment
from convcli.cli.folder import Drawing, PictureFolder
from convcli.cli.report import Report, Said
from convcli.cli.training.files import ParametersOfBest
from convcli.cli.training.watch import measured
from convcli.inspection.learning_curves import learning_curves
from convcli.network.evaluation import Evaluation
from convcli.network.network import Network
from convcli.network.training import Epoch, TrainingSettings
from convcli.storage.parameters.formats import load

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True)
class Result:
    """A training that has ended.

    Attributes:
        network: What was trained.
        settings: How it was done.
        data: The name of the data, and how many of its images were learned and held out.
        epochs: What was measured in each.
        kept: The file of the best one.
        test: How well that one reads the test images.
    """

    network: Network
    settings: TrainingSettings
    data: dict[str, Any]
    epochs: Sequence[Epoch]
    kept: ParametersOfBest
    test: Evaluation

    def report(self, folder: PictureFolder, animation: Drawing | None = None) -> Report:
        """The outcome; the epochs were told one by one.

        Args:
            folder: Where the pictures go.
            animation: Writes the filters on their way; None where nobody wants to see them.
        """
        written = load(self.kept.path)
        drawings: dict[str, Drawing] = {"history.json": self._write_history}
        if animation is not None:
            drawings["filters.gif"] = animation
        return Report(
            facts={
                **self._history(),
                "test": Said(self._test(), self._accuracy()),
                "file": Said(str(self.kept.path), f"wrote {self.kept.path}"),
                "bytes": written.size_bytes,
                "sha256": written.sha256,
                "environment": environment.describe(),
            },
            folder=folder,
            drawings=drawings,
            figures={"curves": self._curves},
        )

    def _history(self) -> dict[str, Any]:
        return {
            "layers": self.network.specification,
            "settings": self._settings(),
            "data": self.data,
            "epochs": measured(self.epochs),
            "best_epoch": Said(self.kept.epoch, self._kept()),
        }

    def _settings(self) -> dict[str, Any]:
        settings = asdict(self.settings)
        settings["augment"] = list(self.settings.augment)
        return settings | {"learning_rate": self.settings.peak_learning_rate}

    def _kept(self) -> str:
        kept = f"epoch {self.kept.epoch} was kept: validation accuracy {self.kept.accuracy:.2%}"
        if len(self.epochs) < self.settings.epochs:
            waited = len(self.epochs) - self.kept.epoch
            return f"{kept}; {waited} more were no better, and --patience ended the training"
        return kept

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

    def _write_history(self, file: BinaryIO) -> None:
        values = self._history() | {"best_epoch": self.kept.epoch}
        file.write(json.dumps(values, indent=2, allow_nan=False).encode() + b"\n")

    def _curves(self) -> "Sheet":
        from convcli.views.figures.learning_curves import draw

        curves = learning_curves(self.epochs, self.data["validation"], self.kept.epoch)
        return draw(curves, f"{self.network.title}, trained on {self.data['name']}")
