"""Why a network reads what it reads: the terms of the score, and whether the picture is usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convcli.cli.commands.predict.usual import likeness_of, likeness_of_json
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.cli.report import Table
from convcli.cli.terms_table import terms_of_json, terms_table
from convcli.errors import UsageError
from convcli.inspection.ledger import Ledger
from convcli.inspection.provenance import check_place
from convcli.inspection.reading import Reading
from convcli.inspection.scores import explain_score, summing
from convcli.inspection.trace import finite_stages
from convcli.views.sentences.likeness import how_like
from convcli.views.sentences.sums import place_of_number, score_and_softmax, sum_and_engine


@dataclass(frozen=True)
class Reasons:
    """Why.

    Attributes:
        facts: Values of JSON.
        tables: The terms.
        notes: Sentences.
    """

    facts: dict[str, Any]
    tables: list[Table]
    notes: list[str]

    @classmethod
    def of(
        cls,
        opened: OpenedNetwork,
        shown: Input,
        reading: Reading,
        units: Sequence[int],
        most: int,
        data_dir: Path | None,
    ) -> "Reasons":
        """The terms of the score of what is read, and of some hidden units.

        Raises:
            ParameterError: No layer adds the score up.
            UsageError: There is no such unit.
        """
        network = opened.network
        with opened.named():
            stages = finite_stages(network, shown.pixels)
            score = explain_score(network, stages, reading.place)
            source = score.ledger.source
            _check_units(units, source, network.shapes[source])
            behind = [summing(network, stages, source, (unit,))[0] for unit in units]
        found = likeness_of(shown, data_dir)
        tables, notes = [], [*how_like(found)]
        for ledger in (score.ledger, *behind):
            table, said = _table(ledger, most)
            tables.append(table)
            notes += said
        facts = {
            "score": terms_of_json(score.ledger.largest_first()),
            "units": [terms_of_json(ledger.largest_first()) for ledger in behind],
            "likeness": likeness_of_json(found),
        }
        return cls(facts, tables, [*notes, *score_and_softmax(score)])


def _check_units(units: Sequence[int], source: str, shape: tuple[int, ...]) -> None:
    if units and len(shape) != 1:
        raise UsageError(
            f"the score is added up of {source}, which are feature maps and no units",
            "leave --unit out and see 'convcli explain'",
        )
    for unit in units:
        check_place((unit,), shape, f"unit of {source}")


def _table(ledger: Ledger, most: int) -> tuple[Table, list[str]]:
    ordered = ledger.largest_first()
    listed = min(most, len(ordered.terms) - ordered.zeros)
    name = place_of_number(ordered)
    said = [f"{name}: {sentence}" for sentence in sum_and_engine(ordered, listed)[:1]]
    return terms_table(ordered, listed, name), said
