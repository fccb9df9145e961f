"""``pool:``: what stood under a window, who won, and what lies behind it."""

from functools import partial
from typing import Any

from convcli.cli.commands.explain.answer import Answer
from convcli.cli.commands.explain.question import Question
from convcli.cli.report import Column, Table
from convcli.inspection.pooling_winners import explain_pooled
from convcli.views.explanation_panels import pooling_panels
from convcli.views.sentences.numbers import number_text, place_text
from convcli.views.sentences.pooling import pooled_value

COLUMNS = (
    Column("place", place_text),
    Column("value", number_text, numeric=True),
    Column("wins"),
    Column("gradient", "{:.6g}".format, numeric=True),
)


def pooling(question: Question) -> Answer:
    """One value of a pooling."""
    layer = question.opened.pooling(question.layer)
    place = question.output_of(layer)
    found = explain_pooled(question.network, question.stages, layer, *place)
    gradients = found.gradients[0].values
    under: list[dict[str, Any]] = [
        {"place": place, "value": value, "wins": _wins(number, value, found.winner, found.engine),
         "gradient": gradient}
        for number, (place, value, gradient) in enumerate(
            zip(found.places, found.values, gradients, strict=True)
        )
    ]  # fmt: skip
    facts = {
        "layer": found.layer,
        "source": found.source,
        "channel": place[0],
        "values": found.values,
        "winner": None if found.winner is None else found.places[found.winner],
        "tied": found.tied,
        "pixels": found.behind.map_places,
        "engine": found.engine,
        "tied_windows": found.tied_windows,
        "windows": found.windows,
        "gradients": {at.stage: at.values for at in found.gradients},
    }
    subject = f"{found.layer}, channel {place[0]}, {place_text(place[1:])}"
    table = Table(COLUMNS, under, f"under the window, in {found.source}", key="under_window")
    panels = partial(pooling_panels, found, question.stages)
    return Answer(subject, facts, [table], pooled_value(found), panels, in_terminal=True)


def _wins(number: int, value: float | None, winner: int | None, engine: float) -> str:
    if value is None:
        return "padding"
    if winner is None:
        return ""
    return "wins" if number == winner else "ties" if value == engine else ""
