"""The mistakes of a network: listed, drawn, and each with the command that explains it."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from convcli.cli.commands.evaluate.disagreements import short
from convcli.cli.commands.evaluate.material import Material
from convcli.cli.report import Column, Gallery, Table
from convcli.inspection.mistakes import Mistake
from convcli.views.bars import probability_text

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet

MOST_IN_A_TERMINAL = 10


@dataclass(frozen=True)
class WorstMistakes:
    """The mistakes with the largest losses.

    Attributes:
        material: The images.
        mistakes: The worst ones, worst first, at least one.
        number: How many mistakes there are in all.
        names: Of the classes.
        subject: The images and the network.
        why: Option -> value, of a command that is about the same network and data; None is left
            out.
    """

    material: Material
    mistakes: Sequence[Mistake]
    number: int
    names: Sequence[str]
    subject: str
    why: Mapping[str, object]

    @property
    def title(self) -> str:
        """How many of how many."""
        return f"the {len(self.mistakes):,} worst of {self.number:,} mistakes, by their loss"

    def tables(self) -> list[Table]:
        """A row for each, and below them the commands, which need the room of a line."""
        index = Column("index", numeric=True)
        columns = (
            index,
            *(Column(key, self.names.__getitem__) for key in ("label", "reading")),
            Column("probability", probability_text, numeric=True),
            Column("loss", "{:.3f}".format, numeric=True),
        )
        rows = [self._row(mistake) for mistake in self.mistakes]
        return [
            Table(columns, rows, self.title, key="mistakes"),
            Table((index, Column("explain")), rows, "how each of them came about"),
        ]

    def sheet(self) -> "Sheet":
        """All of them on one sheet."""
        from convcli.views.figures import captioned_images

        subtitle = f"{self.title} · below each: index, label, reading with its probability, loss"
        return captioned_images.draw(self._captioned(), self.subject, subtitle)

    def gallery(self) -> Gallery:
        """As many as a terminal has room for."""
        from convcli.views.figures.captioned_images import pictures
        from convcli.views.mosaic import Row

        return Gallery([Row(pictures(self._captioned()[:MOST_IN_A_TERMINAL]), self.title)])

    def _captioned(self) -> list[Any]:
        return self.material.captioned([
            (mistake.index, self._lines(mistake)) for mistake in self.mistakes
        ])  # fmt: skip

    def _lines(self, mistake: Mistake) -> tuple[str, ...]:
        return (
            f"{mistake.index}: label {short(self.names[mistake.label])}",
            f"read {short(self.names[mistake.reading])}: {probability_text(mistake.probability)}",
            f"loss {mistake.loss:.2f}",
        )

    def _row(self, mistake: Mistake) -> dict[str, Any]:
        given = {**self.why, "--index": mistake.index, "--at": f"score:{mistake.reading}"}
        words = [
            part for key, value in given.items() if value is not None for part in (key, str(value))
        ]
        return asdict(mistake) | {"explain": shlex.join(["convcli", "explain", *words])}
