"""What ``convcli evaluate`` has found out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from convcli.cli.commands.evaluate.against import Against
from convcli.cli.commands.evaluate.material import Material
from convcli.cli.commands.evaluate.mistakes import WorstMistakes
from convcli.cli.commands.evaluate.sureness import diagram, sureness, table
from convcli.cli.commands.evaluate.tables import accuracy_text, tables
from convcli.cli.folder import Draft, PictureFolder
from convcli.cli.inputs import OpenedNetwork
from convcli.cli.report import Report, Said
from convcli.inspection.mistakes import mistakes
from convcli.network.calibration import calibration_error
from convcli.network.evaluation import Evaluation

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True)
class Result:
    """Images that were read.

    Attributes:
        opened: The network.
        material: The images.
        outcome: What was read.
        worst: How many mistakes are shown.
        against: A second network beside it, or None.
        why: The options of a command that explains a reading.
    """

    opened: OpenedNetwork
    material: Material
    outcome: Evaluation
    worst: int
    against: Against | None
    why: Mapping[str, object]

    @property
    def title(self) -> str:
        """The images and the network."""
        data = self.material.data
        total = f"{self.outcome.total:,} {data.split} images"
        return f"{total} of {data.name}, read by {self.opened.name}"

    @cached_property
    def mistakes(self) -> WorstMistakes:
        """Those that are shown."""
        found, names = mistakes(self.outcome), self.opened.network.class_names
        return WorstMistakes(
            self.material, found[: self.worst], len(found), names, self.title, self.why
        )

    def report(self, folder: PictureFolder) -> Report:
        """The counts as tables, the confusion matrix, the calibration and the mistakes."""
        outcome, data = self.outcome, self.material.data
        facts = {
            "params": self.opened.name,
            "data": {"name": data.name, "split": data.split},
            "right": outcome.right,
            "total": outcome.total,
            "accuracy": Said(outcome.accuracy, accuracy_text(outcome)),
            "interval": outcome.interval,
            "confusion": outcome.confusion.tolist(),
            "negative_log_likelihood": outcome.negative_log_likelihood,
            "calibration_error": Said(calibration_error(outcome.bins), sureness(outcome)),
            "mistakes": [],
        }
        shown = tables(outcome, self.opened.network.class_names, self.title)
        shown.append(table(outcome.bins))
        figures: dict[str, Draft] = {
            "confusion": self._confusion,
            "calibration": partial(diagram, outcome=outcome, title=self.title),
        }
        galleries = []
        if self.mistakes.mistakes:
            shown += self.mistakes.tables()
            figures["mistakes"] = self.mistakes.sheet
            galleries.append(self.mistakes.gallery)
        if self.against is not None:
            facts["against"] = self.against.fact()
            shown += self.against.tables()
            if self.against.differs:
                figures["only-one"] = self.against.sheet
        return Report(
            facts=facts, tables=shown, galleries=galleries, folder=folder, figures=figures
        )

    def _confusion(self) -> "Sheet":
        from convcli.views.figures import confusion

        names = self.opened.network.class_names
        return confusion.draw(self.outcome.confusion, names, self.title)
