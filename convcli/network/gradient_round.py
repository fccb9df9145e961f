"""One check of a backward pass: each layer by itself, and the loss as a whole.

Two questions are asked of a number of a gradient:

- **Is the layer right by itself?** What comes back to it is taken as it is. The sum of its outputs,
  each times what comes back for it, must change with an input or a parameter as the backward pass
  of the layer says. So a wrong layer is found, and no other one is blamed for it.
- **Is the loss right?** ``(loss(value + step) - loss(value - step)) / (2 * step)`` is what the
  backward pass of the whole network must say of a parameter. Where a ReLU or a max pooling bends
  between these two points, the difference mixes two slopes and says nothing of either.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.losses import cross_entropy
from convcli.network.central_differences import (
    ROUNDINGS,
    Index,
    Sample,
    Verdict,
    judged,
    moved,
    outputs_beside,
    weighted_change,
)
from convcli.network.kinks import Crossing, crossing
from convcli.network.layers import LeakyReLU, ReLU
from convcli.network.network import INPUT, Labels, Network
from convcli.network.recorded_pass import RecordedPass

Array = NDArray[Any]

SCORES, LOSS, LOSS_KIND = "scores", "loss", "cross-entropy"


@dataclass(frozen=True)
class CheckedGradient:
    """A gradient of one layer, by its input or by one of its parameters.

    Attributes:
        layer: The name of the layer, or ``loss``.
        kind: What it is.
        by: ``input``, ``scores``, or the name of the parameter.
        place: Of the layer in the network.
        samples: The numbers that were looked at.
        at_zero: Share of a ReLU's inputs that are exactly zero; None of every other layer.
    """

    layer: str
    kind: str
    by: str
    place: int
    samples: tuple[Sample, ...]
    at_zero: float | None = None

    @property
    def is_of_parameter(self) -> bool:
        """Whether it is by a parameter."""
        return self.by not in (INPUT, SCORES)

    @property
    def passed(self) -> int:
        """Samples where the backward pass says what the differences say."""
        return self._count(Verdict.PASSED)

    @property
    def inactive(self) -> int:
        """Samples whose gradient is zero, or too small to be told from rounding."""
        return self._count(Verdict.INACTIVE)

    @property
    def on_kink(self) -> int:
        """Samples where a bend lies between the two points of the difference."""
        return self._count(Verdict.ON_KINK)

    @property
    def failed(self) -> int:
        """Samples where the backward pass is wrong."""
        return self._count(Verdict.FAILED)

    def _count(self, verdict: Verdict) -> int:
        return sum(sample.verdict == verdict for sample in self.samples)

    @property
    def worst_relative_error(self) -> float | None:
        """The largest of the samples that passed or failed; None where there are none."""
        judged = (Verdict.PASSED, Verdict.FAILED)
        errors = [
            sample.relative_error or 0.0 for sample in self.samples if sample.verdict in judged
        ]
        return max(errors, default=None)

    @property
    def crossings(self) -> list[tuple[Sample, Crossing]]:
        """The samples on a kink, with their bends."""
        return [(sample, sample.crossing) for sample in self.samples if sample.crossing is not None]


class GradientRound:
    """One forward and one backward pass, and everything that is asked of them.

    Args:
        network: In double precision; its arrays are changed for a moment.
        images: float64, (N, channels, height, width).
        labels: (N,), 0 .. classes - 1.
        samples: How many numbers of each gradient are looked at.
        step: How far a value is moved.
        seed: Of all chance.
        learns: Whether the layers work as they do in training.

    Raises:
        ParameterError: The network does not end in scores, or they are not finite.
        UsageError: A label is no class.
    """

    def __init__(
        self,
        network: Network,
        images: Array,
        labels: Labels,
        samples: int,
        step: float,
        seed: int,
        learns: bool,
    ) -> None:
        self._samples, self._step, self._seed = samples, step, seed
        chance = np.random.default_rng(seed) if learns else None
        _, self._gradients = network.loss_and_gradients(images, labels, chance)
        self._pass = RecordedPass(network, images, labels, seed, learns)
        largest = max(1.0, float(np.abs(self._pass.scores).max()))
        self._loss_rounding = ROUNDINGS * largest / step
        self._spoiled = False

    def gradients(self, wanted: Collection[str]) -> Iterator[CheckedGradient]:
        """From the loss back to the first layer, so that what spoils a gradient is known before."""
        loss = self._of_loss()
        self._spoiled = bool(loss.failed)
        if LOSS in wanted:
            yield loss
        names = [recorded.layer.name for recorded in self._pass.layers]
        first = min(
            (place for place, name in enumerate(names) if name in wanted), default=len(names)
        )
        for place in reversed(range(first, len(names))):
            by_input = self._by_input(place)
            layer = self._pass.layers[place].layer
            if layer.name in wanted:
                # The input comes first when they are put in order.
                yield by_input
                for name in layer.parameter_shapes:
                    yield self._by_parameter(place, name)
            if self._pass.leads_to_the_loss(place):
                self._spoiled = self._spoiled or bool(by_input.failed)

    def _of_loss(self) -> CheckedGradient:
        scores, labels = self._pass.scores, self._pass.labels
        gradient, place = self._pass.score_gradient, len(self._pass.layers)
        found = []
        for index in self._drawn(gradient, place, 0):
            below, above, width = moved(scores, index, self._step)
            change = cross_entropy(above, labels) - cross_entropy(below, labels)
            found.append(judged(index, float(gradient[index]), change / width, self._loss_rounding))
        return CheckedGradient(LOSS, LOSS_KIND, SCORES, place, tuple(found))

    def _by_input(self, place: int) -> CheckedGradient:
        recorded = self._pass.layers[place]
        layer = recorded.layer
        drawn = self._drawn(recorded.input_gradient, place, 0)
        found = tuple(self._input_sample(place, index) for index in drawn)
        is_relu = isinstance(layer, ReLU | LeakyReLU)
        at_zero = float(np.mean(recorded.inputs == 0)) if is_relu else None
        return CheckedGradient(layer.name, layer.kind, INPUT, place, found, at_zero)

    def _input_sample(self, place: int, index: Index) -> Sample:
        recorded = self._pass.layers[place]
        below, above, width = moved(recorded.inputs, index, self._step)
        low, high = (self._pass.output_of(place, values) for values in (below, above))
        weights, backward = recorded.output_gradient, float(recorded.input_gradient[index])
        sample = judged(index, backward, *weighted_change(weights, low, high, width))
        if sample.verdict != Verdict.FAILED:
            return sample
        bends = crossing(recorded.layer, below, recorded.inputs, above)
        if bends is None:
            return sample
        # At a single bend the backward pass has to have the slope of one of its two sides.
        sides = (
            judged(index, backward, *weighted_change(weights, one, other, width / 2))
            for one, other in ((low, recorded.output), (recorded.output, high))
        )
        nearer = min(sides, key=lambda side: side.relative_error or 0.0)
        if bends.count == 1 and nearer.verdict == Verdict.FAILED:
            return nearer
        return _on_kink(sample, bends)

    def _by_parameter(self, place: int, name: str) -> CheckedGradient:
        recorded = self._pass.layers[place]
        number = 1 + list(recorded.layer.parameter_shapes).index(name)
        drawn = self._drawn(recorded.gradients[name], place, number)
        found = tuple(self._parameter_sample(place, name, index) for index in drawn)
        return CheckedGradient(recorded.layer.name, recorded.layer.kind, name, place, found)

    def _parameter_sample(self, place: int, name: str, index: Index) -> Sample:
        recorded, done = self._pass.layers[place], self._pass
        below, above, width = outputs_beside(done, place, name, index, self._step)
        difference, rounding = weighted_change(recorded.output_gradient, below, above, width)
        by_layer = float(recorded.gradients[name][index])
        alone = judged(index, by_layer, difference, rounding)
        if alone.verdict == Verdict.FAILED or not done.leads_to_the_loss(place):
            return alone
        behind = [done.inputs_behind(place, output) for output in (below, above)]
        losses = [cross_entropy(inputs[-1], done.labels) for inputs in behind]
        whole = judged(
            index,
            float(self._gradients[name][index]),
            (losses[1] - losses[0]) / width,
            self._loss_rounding,
        )
        if whole.verdict == Verdict.PASSED:
            return whole
        if whole.verdict == Verdict.INACTIVE:
            # Too small for a difference of the loss to tell, it may be well known from the layer.
            return alone
        bends = self._crossing_behind(place, *behind)
        if bends is not None:
            return _on_kink(whole, bends)
        # What comes back to the layer is wrong already; the layer that made it so has failed.
        return alone if self._spoiled else whole

    def _crossing_behind(
        self, place: int, below: Sequence[Array], above: Sequence[Array]
    ) -> Crossing | None:
        layers = self._pass.layers[place + 1 : place + len(below)]
        found = [
            bends
            for recorded, low, high in zip(layers, below, above, strict=False)
            if (bends := crossing(recorded.layer, low, recorded.inputs, high)) is not None
        ]
        if not found:
            return None
        nearest = min((bends.nearest for bends in found), key=lambda kink: kink.gap)
        return Crossing(nearest, sum(bends.count for bends in found))

    def _drawn(self, gradient: Array, place: int, number: int) -> list[Index]:
        random = np.random.default_rng([self._seed, place, number, 3])
        flat = gradient.ravel()
        active, still = np.flatnonzero(flat), np.flatnonzero(flat == 0)
        count = min(self._samples, flat.size)
        of_still = min(count // 2, len(still))
        of_active = min(count - of_still, len(active))
        of_still = count - of_active
        chosen = [
            random.choice(places, size, replace=False)
            for places, size in ((active, of_active), (still, of_still))
        ]
        return [
            tuple(int(part) for part in np.unravel_index(at, gradient.shape))
            for at in np.sort(np.concatenate(chosen))
        ]


def _on_kink(sample: Sample, bends: Crossing) -> Sample:
    return replace(sample, verdict=Verdict.ON_KINK, crossing=bends)
