"""One batch on its way through a network and back, kept so that each layer can be done again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.losses import cross_entropy, cross_entropy_gradient
from convcli.errors import ParameterError
from convcli.network.layers import Gradients, Layer
from convcli.network.network import Labels, Network

Array = NDArray[Any]
ChanceState = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class RecordedLayer:
    """What one layer did.

    Attributes:
        layer: Which.
        inputs: What it was given, (N, ...).
        output: What it gave out.
        chance: The state of the chance before it; None where the network predicts.
        output_gradient: What came back to it.
        input_gradient: What its backward pass made of that.
        gradients: By its parameters, in its own backward pass.
    """

    layer: Layer
    inputs: Array
    output: Array
    chance: ChanceState | None
    output_gradient: Array
    input_gradient: Array
    gradients: Gradients


class RecordedPass:
    """A forward and a backward pass, layer by layer.

    In training, dropout draws which numbers stay, and batch normalization takes mean and variance
    of the batch. Done again, a layer draws the same, so that its output is a function of its inputs
    and its parameters alone. A softmax behind the scores has no gradient of the loss;
    what comes back to it is drawn at random.

    Args:
        network: Ends in scores. Training moves the running mean and variance of its arrays.
        images: (N, channels, height, width).
        labels: (N,), 0 .. classes - 1.
        seed: Of the chance of training.
        learns: Whether the layers work as they do in training.

    Attributes:
        scores: (N, classes).
        loss: Mean cross-entropy in nats.
        score_gradient: Of the loss by the scores, as the engine says.
        layers: What each layer did.

    Raises:
        ParameterError: The scores are not finite, or the network does not end in scores.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((4, 2)), "b1": np.zeros(2)}, "flatten fc1",
    ...     input_size=(2, 2))
    >>> done = RecordedPass(network, np.ones((1, 1, 2, 2)), np.array([0]), seed=0, learns=True)
    >>> [recorded.layer.name for recorded in done.layers], round(done.loss, 4)
    (['flatten1', 'affine1'], 0.6931)
    """

    def __init__(
        self, network: Network, images: Array, labels: Labels, seed: int, learns: bool
    ) -> None:
        self.network, self.labels = network, labels
        self._scoring = len(network.scoring_layers)
        forward = self._go_forward(images, np.random.default_rng(seed) if learns else None)
        self.scores = forward[self._scoring - 1][2]
        if not np.isfinite(self.scores).all():
            raise ParameterError(
                "the scores are not finite", "the parameters hold values far too large"
            )
        self.loss = cross_entropy(self.scores, labels)
        self.score_gradient = cross_entropy_gradient(self.scores, labels)
        self.layers = self._go_back(forward, seed)

    def output_of(self, place: int, inputs: Array) -> Array:
        """What the layer at a place makes of inputs, with the parameters as they are now."""
        recorded = self.layers[place]
        return self._forward(recorded.layer, inputs, recorded.chance)

    def inputs_behind(self, place: int, output: Array) -> list[Array]:
        """What goes into each layer behind a place, up to the scores, when its output is this one.

        Returns:
            One array for each layer, then the scores.
        """
        found = [output]
        for behind in range(place + 1, self._scoring):
            found.append(self.output_of(behind, found[-1]))
        return found

    def leads_to_the_loss(self, place: int) -> bool:
        """Whether the layer at a place stands before the scores and not behind them."""
        return place < self._scoring

    def _go_forward(
        self, images: Array, chance: "np.random.Generator | None"
    ) -> list[tuple[Layer, Array, Array, ChanceState | None]]:
        values, done = images, []
        for layer in self.network.layers:
            state = None if chance is None else chance.bit_generator.state
            if chance is None:
                output = layer.forward(values, self.network.parameters)
            else:
                output, _ = layer.learn(values, self.network.parameters, chance)
            done.append((layer, values, output, state))
            values = output
        return done

    def _go_back(
        self, forward: list[tuple[Layer, Array, Array, ChanceState | None]], seed: int
    ) -> list[RecordedLayer]:
        random = np.random.default_rng([seed, 1])
        done: list[RecordedLayer] = []
        gradient = self.score_gradient
        for place in reversed(range(len(forward))):
            layer, inputs, output, state = forward[place]
            if not self.leads_to_the_loss(place):
                back = random.standard_normal(output.shape)
            else:
                back = gradient
            by_inputs, found = self._backward(layer, back, inputs, state)
            if self.leads_to_the_loss(place):
                gradient = by_inputs
            done.append(RecordedLayer(layer, inputs, output, state, back, by_inputs, found))
        return done[::-1]

    def _forward(self, layer: Layer, inputs: Array, state: ChanceState | None) -> Array:
        if state is None:
            return layer.forward(inputs, self.network.parameters)
        return layer.learn(inputs, self.network.parameters, _chance_in(state))[0]

    def _backward(
        self, layer: Layer, gradient: Array, inputs: Array, state: ChanceState | None
    ) -> tuple[Array, Gradients]:
        if state is None:
            return layer.backward(gradient, inputs, self.network.parameters)
        _, backward = layer.learn(inputs, self.network.parameters, _chance_in(state))
        return backward(gradient)


def _chance_in(state: ChanceState) -> "np.random.Generator":
    chance = np.random.default_rng(0)
    chance.bit_generator.state = state
    return chance
