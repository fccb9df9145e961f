"""``score:``: the terms of a score, and the softmax of all."""

from convcli.cli.commands.explain.answer import Answer
from convcli.cli.commands.explain.question import Question
from convcli.cli.commands.explain.sums import answer
from convcli.cli.report import Column, Table
from convcli.inspection.scores import explain_score
from convcli.views.sentences.numbers import exact_text, number_text
from convcli.views.sentences.sums import score_and_softmax

SOFTMAX = (
    Column("class"),
    *(Column(key, number_text, numeric=True) for key in ("score", "below_largest")),
    *(Column(key, exact_text, numeric=True) for key in ("exponential", "probability")),
)


def score(question: Question) -> Answer:
    """One score, and the softmax of all."""
    with question.opened.named():
        found = explain_score(question.network, question.stages, *question.place.numbers)
    summed = answer(question, found.ledger, by_contribution=True)
    rows = [{**row._asdict(), "class": row.name} for row in found.softmax]
    facts = {
        **summed.facts,
        "score": found.chosen.score,
        "probability": found.chosen.probability,
        "exponential_sum": found.exponential_sum,
    }
    tables = [*summed.tables, Table(SOFTMAX, rows, "softmax", key="softmax")]
    notes = [*summed.notes, *score_and_softmax(found)]
    subject = f"score of {found.chosen.name}, {summed.subject}"
    return Answer(subject, facts, tables, notes, summed.panels, summed.in_terminal)
