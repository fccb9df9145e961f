"""``conv:`` and ``unit:``: the terms of a number."""

from functools import partial

from convcli.cli.commands.explain.answer import Answer
from convcli.cli.commands.explain.question import Question
from convcli.cli.terms_table import terms_of_json, terms_table
from convcli.errors import UsageError
from convcli.inspection.ledger import Ledger, affine_ledger, convolution_ledger
from convcli.network.layers import Affine
from convcli.views.explanation_panels import sum_panels
from convcli.views.sentences.sums import place_of_number, sum_and_engine


def convolution(question: Question) -> Answer:
    """One output of a convolution."""
    layer = question.convolution()
    place = question.output_of(layer)
    with question.opened.named():
        ledger = convolution_ledger(question.network, question.stages, layer, *place)
    return answer(question, ledger, by_contribution=False)


def unit(question: Question) -> Answer:
    """One unit of an affine layer."""
    layer = question.network.layer(question.place.layer)
    if not isinstance(layer, Affine):
        names = [one.name for one in question.network.layers if isinstance(one, Affine)]
        advice = f"choose from {', '.join(names)}" if names else "this network has none"
        raise UsageError(f"{layer.name} is no affine layer, it is {layer.kind}", advice)
    with question.opened.named():
        ledger = affine_ledger(question.network, question.stages, layer, *question.place.numbers)
    return answer(question, ledger, by_contribution=True)


def answer(question: Question, ledger: Ledger, by_contribution: bool) -> Answer:
    """The terms of a ledger, in the order that was asked for."""
    wanted = question.sort == "contribution" if question.sort else by_contribution
    chosen = ledger.largest_first() if wanted else ledger
    panels = partial(sum_panels, ledger, question.stages)
    # The largest first, all that is zero is at the end and goes into one row.
    most = len(chosen.terms) - chosen.zeros if wanted else len(chosen.terms)
    listed = min(most, question.most_terms)
    # A row of units is no picture, a row of maps is.
    are_maps = len(ledger.place) > 1 or len(ledger.terms[0].pixel) > 1
    table, notes = terms_table(chosen, listed), sum_and_engine(chosen, listed)
    return Answer(
        place_of_number(chosen), terms_of_json(chosen), [table], notes, panels, in_terminal=are_maps
    )
