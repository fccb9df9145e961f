"""How a number was added up, in words."""

from convcli.inspection.ledger import Ledger
from convcli.inspection.scores import ScoreExplanation
from convcli.views.sentences.numbers import number_text, place_text


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


def sum_and_engine(ledger: Ledger) -> list[str]:
    """This sum against the engine's number, and how many terms add nothing."""
    difference = "no difference"
    if ledger.difference:
        dtypes = f" (the engine adds in {ledger.dtype}, this table in float64)"
        difference = (
            f"difference {ledger.difference:.3g} because of the order of adding"
            f"{dtypes if ledger.dtype != 'float64' else ''}"
        )
    lines = [
        f"engine: {number_text(ledger.engine)}; this sum: {number_text(ledger.sum)}; {difference}"
    ]
    if ledger.zeros:
        lines.append(
            f"{ledger.zeros:,} of {len(ledger.terms):,} products are zero and add nothing."
        )
    return lines


def score_and_softmax(score: ScoreExplanation) -> list[str]:
    """From the sum to the score and its probability."""
    chosen = score.chosen
    after = [f"{name} makes {number_text(value)} of it." for name, value in score.afterwards]
    return [
        *after,
        f"softmax: exp({number_text(chosen.below_largest)}) / {score.exponential_sum:.9g} = "
        f"{chosen.exponential:.9g} / {score.exponential_sum:.9g} = {chosen.probability:.9g}, "
        f"the probability of {chosen.name}.",
    ]
