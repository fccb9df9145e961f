"""How a number was added up, in words."""

from convcli.inspection.ledger import Ledger
from convcli.inspection.scores import ScoreExplanation
from convcli.views.sentences.numbers import counted, exact_text, place_text


def place_of_number(ledger: Ledger) -> str:
    """Which number it is.

    >>> place_of_number(Ledger("conv1", (0, 12, 7), "input", (), 0.0, 0.0, "float32"))
    'conv1, filter 0, (12, 7)'
    >>> place_of_number(Ledger("affine1", (17,), "pool1", (), 0.0, 0.0, "float32"))
    'affine1, unit 17'
    """
    if len(ledger.place) == 1:
        return f"{ledger.layer}, unit {ledger.place[0]}"
    return f"{ledger.layer}, filter {ledger.place[0]}, {place_text(ledger.place[1:])}"


def sum_and_engine(ledger: Ledger, listed: int) -> list[str]:
    """This sum against the engine's number, what is not listed, and what adds nothing.

    Args:
        ledger: The terms.
        listed: How many of them a table lists; the others are one row there.
    """
    difference = "no difference"
    if ledger.difference:
        dtypes = f" (the engine adds in {ledger.dtype}, this table in float64)"
        difference = (
            f"difference {ledger.difference:.3g} because of the order of adding"
            f"{dtypes if ledger.dtype != 'float64' else ''}"
        )
    lines = [
        f"engine: {exact_text(ledger.engine)}; this sum: {exact_text(ledger.sum)}; {difference}"
    ]
    if rest := len(ledger.terms) - listed:
        lines.append(f"The rest is the sum of {counted(rest, 'term')}.")
    if ledger.zeros:
        lines.append(
            f"{ledger.zeros:,} of {len(ledger.terms):,} products are zero and add nothing."
        )
    return lines


def score_and_softmax(score: ScoreExplanation) -> list[str]:
    """From the sum to the score and its probability."""
    chosen = score.chosen
    after = [f"{name} makes {exact_text(value)} of it." for name, value in score.afterwards]
    total = exact_text(score.exponential_sum)
    return [
        *after,
        f"softmax: exp({exact_text(chosen.below_largest)}) / {total} = "
        f"{exact_text(chosen.exponential)} / {total} = {exact_text(chosen.probability)}, "
        f"the probability of {chosen.name}.",
    ]
