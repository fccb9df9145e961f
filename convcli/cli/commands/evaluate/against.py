"""Two parameter files that have read the same images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convcli.cli.commands.evaluate.disagreements import columns, lines, rows, two_by_two
from convcli.cli.commands.evaluate.material import Material
from convcli.cli.inputs import OpenedNetwork
from convcli.cli.report import Said, Table
from convcli.inspection.mistakes import Comparison, compare
from convcli.network.evaluation import Evaluation

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True)
class Against:
    """A second network beside the first.

    Attributes:
        material: The images.
        comparison: What both, one or none of them reads right.
        files: The names of both files.
        names: The classes of both networks.
        worst: How many images that only one reads are listed and drawn, of either.
    """

    material: Material
    comparison: Comparison
    files: tuple[str, str]
    names: tuple[Sequence[str], Sequence[str]]
    worst: int

    def fact(self) -> Said:
        """The four counts and the p of McNemar's exact test."""
        found = self.comparison
        counts = {
            "both": found.both,
            "only_first": len(found.only_first),
            "only_second": len(found.only_second),
            "neither": found.neither,
            "p": found.p,
            "params": self.files[1],
            "images": rows(found, self.worst),
        }
        line = (
            f"Only {self.files[0]} reads {counts['only_first']:,} right, only {self.files[1]} "
            f"{counts['only_second']:,}: as uneven as this by chance with p = {found.p:.2g} "
            "(McNemar, exact)."
        )
        return Said(counts, line)

    @property
    def differs(self) -> bool:
        """Whether there is an image that only one of them reads."""
        return bool(self.comparison.only_first or self.comparison.only_second)

    def tables(self) -> list[Table]:
        """The 2x2 table, and the images that only one reads."""
        found = [two_by_two(self.comparison, self.files)]
        if self.differs:
            images = rows(self.comparison, self.worst)
            found.append(Table(columns(self.names), images, "read right by only one of them"))
        return found

    def sheet(self) -> "Sheet":
        """The images that only one reads, those of the first file before those of the second."""
        from convcli.views.figures import captioned_images

        images = self.material.captioned([
            (row["index"], lines(row, self.names)) for row in rows(self.comparison, self.worst)
        ])  # fmt: skip
        title = f"read right by only one of {self.files[0]} (first) and {self.files[1]} (second)"
        subtitle = "below each: which one reads it; index and label; what the other one reads"
        return captioned_images.draw(images, title, subtitle)


def against_of(
    first: OpenedNetwork, second: OpenedNetwork, material: Material, outcome: Evaluation, worst: int
) -> Against:
    """Let the second network read what the first has read.

    Args:
        first: One network.
        second: The other.
        material: The images.
        outcome: What the first has read.
        worst: How many images that only one reads are shown.

    Raises:
        ParameterError: The scores of the second are not finite.
    """
    comparison = compare(outcome, material.read_by(second))
    files = (first.name, second.name)
    names = (first.network.class_names, second.network.class_names)
    return Against(material, comparison, files, names, worst)
