"""What ``convcli gradcheck`` has found out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convcli.cli.commands.gradcheck.material import Material
from convcli.cli.commands.gradcheck.tables import (
    COUNTED,
    counts,
    every_kink,
    gradients,
    kinks,
    sweeps,
)
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Report, Said
from convcli.errors import ConvcliError
from convcli.network.gradient_round import CheckedGradient
from convcli.network.gradient_sweep import SweepPoint
from convcli.views.sentences.gradients import MEANINGS, bends_at_zero, wrong

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True)
class Result:
    """Gradients that were checked.

    Attributes:
        material: What they are of.
        step: Of the differences.
        jitter: Noise in the parameters.
        checked: What was found, in the order of the layers.
        points: The errors at many steps; empty where they were not measured.
    """

    material: Material
    step: float
    jitter: float
    checked: Sequence[CheckedGradient]
    points: Sequence[SweepPoint]

    @property
    def title(self) -> str:
        """The network and the images."""
        network = self.material.opened.name + " untrained" * self.material.untrained
        network += f", jitter {self.jitter:g}" * bool(self.jitter)
        return f"{network}: backward against central differences, {self.material.title}"

    def report(self, folder: PictureFolder) -> Report:
        """A row for each gradient, an example of each kink, and the errors by step."""
        on_kinks = kinks(self.checked)
        tables = [gradients(self.checked, self.title), *([on_kinks] if on_kinks.rows else [])]
        tables += [sweeps(self.points)] if self.points else []
        return Report(
            facts=self._facts(),
            tables=tables,
            notes=self._notes(),
            folder=folder,
            figures={"sweep": self._curve} if self.points else {},
        )

    def require_right(self) -> None:
        """Fail where a gradient is wrong.

        Raises:
            ConvcliError: One is.
        """
        if sentence := wrong(self.checked):
            raise ConvcliError(sentence, "look at the backward pass of that layer")

    def _facts(self) -> dict[str, Any]:
        step = f"step {self.step:g}, float64, labels at random, seed {self.material.seed}"
        data = self.material.dataset
        return {
            "params": self.material.opened.name,
            "data": None if data is None else {"name": data.name, "split": "train"},
            "images": self.material.count,
            "jitter": self.jitter,
            "untrained": self.material.untrained,
            "step": Said(self.step, step),
            "parameters": counts(self.checked),
            "kinks": every_kink(self.checked),
        }

    def _notes(self) -> list[str]:
        told = {name for name in COUNTED for found in self.checked if getattr(found, name)}
        notes = [meaning for name, meaning in MEANINGS.items() if name in told]
        notes += (at_zero := bends_at_zero(self.checked))
        if at_zero and not self.jitter:
            notes.append("--jitter 0.01 moves the parameters a little, and so off these bends.")
        return notes

    def _curve(self) -> "Sheet":
        from convcli.views.figures import gradient_sweep

        return gradient_sweep.draw(self.points, self.title)
