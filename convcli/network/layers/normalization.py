"""The layers that behave one way in training and another when the network predicts."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from convcli.engine.normalization import (
    batch_normalize,
    batch_normalize_gradients,
    batch_normalize_training_gradients,
    batch_statistics,
)
from convcli.errors import GeometryError
from convcli.network.layers.base import (
    Array,
    Backward,
    ElementwiseLayer,
    Gradients,
    Parameters,
    Shape,
)


@dataclass(frozen=True)
class BatchNormalization(ElementwiseLayer):
    """``scale * (value - mean) / sqrt(variance + epsilon) + shift``, channel by channel.

    Predicting, mean and variance are the running ones that training left; in training they are
    those of the batch, and the running ones move towards them (Ioffe and Szegedy, *Batch
    normalization*, 2015). As in PyTorch, the running variance is of the sample, divided by one less
    than the number of values.

    Attributes:
        scale: Name of the factors (channels,).
        shift: Name of the terms (channels,).
        mean: Name of the running mean (channels,).
        variance: Name of the running variance (channels,).
        channels: Channels of feature maps, or numbers of a row.
        epsilon: Added to the variance.
        momentum: Share of the batch in the new running mean and variance.

    >>> layer = BatchNormalization("batchnorm1", "gamma1", "beta1", "mean1", "variance1", 1)
    >>> parameters = {name: np.full(1, value, float) for name, value in zip(
    ...     ("gamma1", "beta1", "mean1", "variance1"), (3, 1, 2, 4))}
    >>> layer.forward(np.full((1, 1, 1, 1), 4.0), parameters).round(4)
    array([[[[4.]]]])
    """

    kind: ClassVar[str] = "batch normalization"
    scale: str
    shift: str
    mean: str
    variance: str
    channels: int
    epsilon: float = 1e-5
    momentum: float = 0.1

    @property
    def parameter_shapes(self) -> dict[str, Shape]:
        """Scale and shift."""
        return dict.fromkeys((self.scale, self.shift), (self.channels,))

    @property
    def state_shapes(self) -> dict[str, Shape]:
        """The running mean and variance."""
        return dict.fromkeys((self.mean, self.variance), (self.channels,))

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of the input, whose channels must be as many as the layer has."""
        if input_shape[0] != self.channels:
            raise GeometryError(
                f"{self.name} has {self.channels} channels and is given {input_shape}",
                "both need the same number",
            )
        return input_shape

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """The shape of the inputs."""
        scale, shift, mean, variance = (
            parameters[name] for name in (self.scale, self.shift, self.mean, self.variance)
        )
        return batch_normalize(inputs, scale, shift, mean, variance, self.epsilon)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """With the running mean and variance as constants."""
        found = batch_normalize_gradients(
            output_gradient,
            inputs,
            parameters[self.scale],
            parameters[self.mean],
            parameters[self.variance],
            self.epsilon,
        )
        return found.values, {self.scale: found.scale, self.shift: found.shift}

    def learn(
        self, inputs: Array, parameters: Parameters, chance: "np.random.Generator"
    ) -> tuple[Array, Backward]:
        """With the statistics of the batch, and moves the running ones in place."""
        del chance
        mean, variance = batch_statistics(inputs)
        count = inputs.size // self.channels
        sample_variance = variance * (count / max(count - 1, 1))
        for name, value in ((self.mean, mean), (self.variance, sample_variance)):
            running = parameters[name]
            running += self.momentum * (value - running)
        scale, shift = parameters[self.scale], parameters[self.shift]

        def backward(output_gradient: Array) -> tuple[Array, Gradients]:
            found = batch_normalize_training_gradients(output_gradient, inputs, scale, self.epsilon)
            return found.values, {self.scale: found.scale, self.shift: found.shift}

        return batch_normalize(inputs, scale, shift, mean, variance, self.epsilon), backward


@dataclass(frozen=True)
class Dropout(ElementwiseLayer):
    """In training, a number becomes zero by chance (Srivastava et al., *Dropout*, 2014).

    There are two ways to make up for what is missing. The usual one, inverted dropout, divides what
    is left by ``1 - rate`` in training. The book's (*Deep Learning from Scratch*, section 6.4.3)
    multiplies by ``1 - rate`` when the network predicts.

    Attributes:
        rate: The chance of each number to become zero, at least 0 and below 1.
        scales_prediction: Whether it is the book's.

    >>> Dropout("dropout1", 0.5).forward(np.ones((1, 2)), {})
    array([[1., 1.]])
    >>> Dropout("dropout1", 0.5, scales_prediction=True).forward(np.ones((1, 2)), {})
    array([[0.5, 0.5]])
    """

    kind: ClassVar[str] = "dropout"
    rate: float = 0.5
    scales_prediction: bool = False

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """The shape of the inputs."""
        del parameters
        return inputs * inputs.dtype.type(1 - self.rate) if self.scales_prediction else inputs

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """As the forward pass does with its inputs."""
        del inputs
        return self.forward(output_gradient, parameters), {}

    def learn(
        self, inputs: Array, parameters: Parameters, chance: "np.random.Generator"
    ) -> tuple[Array, Backward]:
        """Draws which numbers stay."""
        del parameters
        stays = chance.random(prod(inputs.shape)).reshape(inputs.shape) >= self.rate
        factor = stays.astype(inputs.dtype)
        if not self.scales_prediction:
            factor /= inputs.dtype.type(1 - self.rate)
        return inputs * factor, lambda gradient: (gradient * factor, {})
