"""How the error of a central difference depends on its step: first curvature, then rounding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.fast.threads import one_blas_thread
from convcli.engine.losses import cross_entropy
from convcli.network.central_differences import Verdict, outputs_beside
from convcli.network.gradient_round import CheckedGradient
from convcli.network.network import Labels, Network
from convcli.network.recorded_pass import RecordedPass

Array = NDArray[Any]

STEPS = tuple(float(f"1e-{exponent}") for exponent in range(1, 12))
"""A central difference is off by about ``step ** 2`` times the third derivative, and by about
1e-16 / ``step``: the sum is least in between, near 1e-5."""


@dataclass(frozen=True)
class SweepPoint:
    """The errors at one step.

    Attributes:
        step: How far a parameter was moved.
        by_parameter: Name to the median of the relative errors of its samples.
        median: Of all samples.
        worst: Of all samples.
    """

    step: float
    by_parameter: dict[str, float]
    median: float
    worst: float


def sweep(
    network: Network,
    images: Array,
    labels: Labels,
    checked: Sequence[CheckedGradient],
    seed: int = 0,
) -> Iterator[SweepPoint]:
    """The gradients of the loss against its central differences, step by step.

    Args:
        network: As it was checked.
        images: As they were checked with.
        labels: Likewise.
        checked: What was found; of each parameter those samples count that passed.
        seed: Of the check.

    Returns:
        A point for each of :data:`STEPS`; none where no parameter has a sample that passed.
    """
    # Only what depends on the loss can be swept.
    done = RecordedPass(network, images, labels, seed, learns=True)
    _, gradients = network.loss_and_gradients(images, labels, np.random.default_rng(seed))
    swept = [
        (gradient, [sample for sample in gradient.samples if sample.verdict == Verdict.PASSED])
        for gradient in checked
        if gradient.is_of_parameter and done.leads_to_the_loss(gradient.place)
    ]
    swept = [(gradient, samples) for gradient, samples in swept if samples]
    for step in STEPS if swept else ():
        errors: dict[str, list[float]] = {}
        with one_blas_thread():
            for gradient, samples in swept:
                errors[gradient.by] = [
                    _error(
                        done,
                        gradient.place,
                        gradient.by,
                        sample.index,
                        float(gradients[gradient.by][sample.index]),
                        step,
                    )
                    for sample in samples
                ]
        every = [error for found in errors.values() for error in found]
        medians = {name: median(found) for name, found in errors.items()}
        yield SweepPoint(step, medians, median(every), max(every))


def _error(
    done: RecordedPass, place: int, name: str, index: tuple[int, ...], backward: float, step: float
) -> float:
    below, above, width = outputs_beside(done, place, name, index, step)
    losses = [
        cross_entropy(done.inputs_behind(place, output)[-1], done.labels)
        for output in (below, above)
    ]
    difference = (losses[1] - losses[0]) / width
    larger = max(abs(backward), abs(difference))
    return abs(backward - difference) / larger if larger else 0.0
