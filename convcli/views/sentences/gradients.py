"""What a check of gradients has found, in words."""

from collections.abc import Sequence

from convcli.network.central_differences import Verdict
from convcli.network.gradient_round import CheckedGradient

MEANINGS = {
    "passed": "passed: the backward pass says what the central difference says.",
    "inactive": "inactive: the gradient is zero, or so small that rounding hides it.",
    "on_kink": "on kink: a ReLU or a max pooling bends between the two points, so that two slopes "
    "are mixed.",
    "failed": "failed: the backward pass of the layer is wrong.",
}


def bends_at_zero(checked: Sequence[CheckedGradient]) -> list[str]:
    """Which ReLUs stand exactly on their bend while a parameter cannot be judged for it."""
    stuck = {
        crossing.nearest.layer
        for gradient in checked
        if gradient.is_of_parameter
        for _, crossing in gradient.crossings
        if crossing.nearest.gap == 0
    }
    return [
        f"{gradient.layer}: {gradient.at_zero:.1%} of its inputs are exactly zero, right on the "
        "bend: no step is small enough there."
        for gradient in checked
        if gradient.layer in stuck and gradient.at_zero
    ]


def wrong(checked: Sequence[CheckedGradient]) -> str:
    """Which gradients are wrong, the worst sample of the first with its numbers; or nothing.

    >>> wrong([])
    ''
    """
    failing = [gradient for gradient in checked if gradient.failed]
    if not failing:
        return ""
    first = failing[0]
    sample = max(
        (sample for sample in first.samples if sample.verdict == Verdict.FAILED),
        key=lambda sample: sample.relative_error or 0.0,
    )
    names = ", ".join(f"{gradient.layer} by {gradient.by}" for gradient in failing[:3])
    more = f" and {len(failing) - 3} more" if len(failing) > 3 else ""
    index = ", ".join(map(str, sample.index))
    return (
        f"wrong gradients: {names}{more}; {first.by}[{index}] of {first.layer}: backward "
        f"{sample.backward:.6g}, difference {sample.difference:.6g}"
    )
