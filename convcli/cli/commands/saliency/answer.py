"""What ``convcli saliency`` has found out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from convcli.cli.folder import PictureFolder
from convcli.cli.inputs import Input
from convcli.cli.report import Column, Gallery, Report, Said, Table
from convcli.inspection.attribution import Attribution, rank_correlation
from convcli.inspection.reading import Reading
from convcli.views.attribution_panels import panels
from convcli.views.explanation_panels import terminal_rows
from convcli.views.sentences import attribution as sentences
from convcli.views.sentences.numbers import exact_text, place_text
from convcli.views.sentences.reading import what_it_reads

COLUMNS = (
    Column("name"),
    *(Column(key, exact_text, numeric=True) for key in ("minimum", "maximum")),
    Column("strongest_pixel", place_text),
)


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
        name = self.reading.names[self.found.number]
        correlation = rank_correlation(self.found.values, self.control.values)
        notes = [
            sentences.what_it_shows(self.found, name),
            sentences.the_strongest(self.found),
            *self._without_the_patch(),
            sentences.beside_the_control(correlation, self._share()),
        ]
        return Report(
            facts={
                "image": self.shown.title,
                "params": self.params,
                "method": self.found.method,
                "class": self.found.number,
                "reading": Said(self.reading.place, what_it_reads(self.reading)),
                "probability": float(self.reading.probabilities[self.found.number]),
                "rank_correlation": correlation,
                "patch": self._patch(),
            },
            tables=[Table(COLUMNS, self._rows(), self._title, key="maps")],
            notes=notes,
            galleries=[self._gallery],
            folder=folder,
            drawings={"saliency.png": lambda file: self._draw(file, notes)},
            files=files,
        )

    @property
    def _title(self) -> str:
        name = self.reading.names[self.found.number]
        return f"{self.shown.title}: what counts for a {name}; {self.params}"

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "minimum": float(one.values.min()),
                "maximum": float(one.values.max()),
                "strongest_pixel": one.strongest,
            }
            for name, one in (("saliency", self.found), ("control", self.control))
        ]

    def _share(self) -> float | None:
        largest = abs(self.found.at_strongest)
        return abs(self.control.at_strongest) / largest if largest else None

    def _patch(self) -> dict[str, Any] | None:
        occlusion = self.found.occlusion
        if occlusion is None:
            return None
        return {
            "size": occlusion.size,
            "first_pixel": occlusion.strongest,
            "probability": occlusion.least,
        }

    def _without_the_patch(self) -> list[str]:
        occlusion, names = self.found.occlusion, self.reading.names
        if occlusion is None:
            return []
        return [sentences.without_the_patch(occlusion, self.found.number, names)]

    def _gallery(self) -> Gallery:
        return Gallery(*terminal_rows(panels(self.shown.pixels[0], self.found, self.control)))

    def _draw(self, file: BinaryIO, notes: list[str]) -> None:
        from convcli.views.figures import explanation

        made = panels(self.shown.pixels[0], self.found, self.control)
        explanation.draw(self._title, made, notes).save(file)
