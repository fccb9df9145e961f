"""What ``convcli saliency`` has found out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from convcli.cli.commands.saliency.maps import maps_table, patch_of_json
from convcli.cli.folder import PictureFolder
from convcli.cli.inputs import Input
from convcli.cli.report import Gallery, Report, Said
from convcli.inspection.attribution import Attribution, rank_correlation
from convcli.inspection.reading import Reading
from convcli.views.attribution_panels import panels
from convcli.views.explanation_panels import terminal_rows
from convcli.views.sentences import attribution as sentences
from convcli.views.sentences.reading import what_it_reads

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True, eq=False)
class Answer:
    """A map and its control.

    Attributes:
        params: The name of the parameter file.
        shown: The image.
        reading: What the network reads on it.
        found: The map.
        control: The map of the network with shuffled weights.
    """

    params: str
    shown: Input
    reading: Reading
    found: Attribution
    control: Attribution

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """What ``--save-arrays`` keeps, each in the shape of the input."""
        return {
            "input": self.shown.pixels[0],
            "saliency": self.found.values,
            "control": self.control.values,
        }

    def report(self, folder: PictureFolder, files: Mapping[Path, Callable[[], None]]) -> Report:
        """The numbers of both maps, in words too, and the pictures."""
        correlation = rank_correlation(self.found.values, self.control.values)
        facts = {
            "image": self.shown.title,
            "warnings": self.shown.warnings,
            "params": self.params,
            "method": self.found.method,
            "class": self.found.number,
            "reading": Said(self.reading.place, what_it_reads(self.reading)),
            "probability": float(self.reading.probabilities[self.found.number]),
            "rank_correlation": correlation,
            "patch": patch_of_json(self.found),
        }
        notes = sentences.about(self.found, self.control, correlation, self.reading.names)
        return Report(
            facts=facts,
            tables=[maps_table(self.found, self.control, self._title)],
            notes=notes,
            galleries=[self._gallery],
            folder=folder,
            figures={"saliency": partial(self._figure, notes)},
            files=files,
        )

    @property
    def _title(self) -> str:
        name = self.reading.names[self.found.number]
        return f"{self.shown.title}: what counts for a {name}; {self.params}"

    def _gallery(self) -> Gallery:
        return Gallery(*terminal_rows(panels(self.shown.pixels[0], self.found, self.control)))

    def _figure(self, notes: list[str]) -> "Sheet":
        from convcli.views.figures import explanation

        made = panels(self.shown.pixels[0], self.found, self.control)
        return explanation.draw(self._title, made, notes)
