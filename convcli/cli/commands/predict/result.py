"""What ``convcli predict`` has found out."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convcli.cli.folder import PictureFolder
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.cli.report import Column, Report, Said, Table
from convcli.inspection.reading import Reading
from convcli.views.bars import probability_text
from convcli.views.sentences.reading import against_the_label, what_it_reads

if TYPE_CHECKING:
    from convcli.cli.commands.predict.reasons import Reasons
    from convcli.views.figures.sheet import Sheet
    from convcli.views.terminal.bars import Bars

COLUMNS = (Column("class"), Column("probability", probability_text, numeric=True))


@dataclass(frozen=True, eq=False)
class Result:
    """What is read on an image.

    Attributes:
        opened: The network.
        shown: The image.
        reading: What is read.
        reasons: Why; None where nobody asked.
    """

    opened: OpenedNetwork
    shown: Input
    reading: Reading
    reasons: "Reasons | None"

    def report(self, folder: PictureFolder, top: int) -> Report:
        """The most probable classes, a bar for each class, and the reasons."""
        reading, label = self.reading, self._label
        facts: dict[str, Any] = {
            "image": self.shown.title,
            "warnings": self.shown.warnings,
            "params": self.opened.name,
            "reading": Said(reading.place, what_it_reads(reading)),
            "probability": reading.probability,
            "label": self.shown.label,
            "probabilities": reading.probabilities.tolist(),
        }
        if label is not None:
            facts["label"] = Said(label, against_the_label(reading, label))
        report = Report(
            facts=facts,
            tables=[Table(COLUMNS, self._most_probable(top), self._title, key="top")],
            charts=[self._chart],
            folder=folder,
            figures={"probabilities": self._figure},
        )
        if self.reasons is None:
            return report
        return replace(
            report,
            facts=facts | self.reasons.facts,
            tables=[*report.tables, *self.reasons.tables],
            notes=self.reasons.notes,
        )

    @property
    def _label(self) -> int | None:
        # A network of few classes may have none for the label.
        label = self.shown.label
        return label if label is not None and label < len(self.reading.names) else None

    @property
    def _title(self) -> str:
        return f"{self.shown.title}: read by {self.opened.name}"

    def _figure(self) -> "Sheet":
        from convcli.views.figures import probabilities

        return probabilities.draw(
            self.reading.names, self.reading.probabilities, self._title, self._label
        )

    def _chart(self) -> "Bars":
        from convcli.views.terminal.bars import Bars

        return Bars(self.reading.names, self.reading.probabilities, self._label)

    def _most_probable(self, count: int) -> list[dict[str, Any]]:
        reading = self.reading
        places = (-reading.probabilities).argsort(kind="stable")[:count].tolist()
        return [
            {"class": reading.names[place], "probability": float(reading.probabilities[place])}
            for place in places
        ]
