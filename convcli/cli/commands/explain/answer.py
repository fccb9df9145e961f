"""What an answer is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convcli.cli.report import Table
from convcli.views.explanation_panels import Panel


@dataclass(frozen=True)
class Answer:
    """What is reported.

    Attributes:
        subject: What was explained, in a clause.
        facts: Values of JSON.
        tables: For the reader; the facts hold what the JSON needs of them.
        notes: Sentences.
        panels: Makes the pictures.
        in_terminal: Whether some of them are small enough for a terminal.
    """

    subject: str
    facts: Mapping[str, Any]
    tables: Sequence[Table]
    notes: Sequence[str]
    panels: Callable[[], list[Panel]]
    in_terminal: bool
