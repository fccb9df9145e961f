"""A network: a tuple of layers, the arrays they take, and what it expects of its input.

This is the readable network. Each layer is done after the other on the whole batch, by the plain
engine. :mod:`convcli.network.plan` has the same results sooner.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import softmax
from convcli.engine.losses import cross_entropy, cross_entropy_gradient
from convcli.errors import GeometryError, ParameterError, UsageError
from convcli.network.contract import InputContract
from convcli.network.layers import (
    Affine,
    Backward,
    Convolution,
    Gradients,
    Layer,
    LogSoftmax,
    Shape,
    Softmax,
)
from convcli.network.words import describe

Array = NDArray[Any]
Labels = NDArray[np.integer[Any]]

INPUT = "input"


@dataclass(frozen=True, eq=False)
class Network:
    """Layers with their parameters; :func:`convcli.network.building.build` makes one of arrays.

    The numbers follow the dtypes: float32 parameters and images compute in float32.

    Attributes:
        layers: In the order in which an image passes them.
        parameters: Name to array, in the shapes that the layers say; shared, not copied, so that
            they may be changed in place.
        contract: What it expects of its input.
        title: What readers call it.
        assumed: What its file could not tell, in a clause; mostly empty.

    >>> from convcli.network.building import build
    >>> arrays = {"W1": np.ones((1, 1, 5, 5)), "b1": np.zeros(1), "W2": np.ones((144, 3)),
    ...     "b2": np.zeros(3)}
    >>> network = build(arrays, "conv1 relu maxpool2 flatten fc1")
    >>> {name: stage.shape for name, stage in network.stages(np.ones((1, 1, 28, 28))).items()}
    ... # doctest: +NORMALIZE_WHITESPACE
    {'input': (1, 1, 28, 28), 'conv1': (1, 1, 24, 24), 'relu1': (1, 1, 24, 24),
     'pool1': (1, 1, 12, 12), 'flatten1': (1, 144), 'affine1': (1, 3)}
    """

    layers: tuple[Layer, ...]
    parameters: dict[str, Array]
    contract: InputContract = field(default_factory=InputContract)
    title: str = "a network"
    assumed: str = ""

    def stages(self, images: Array) -> dict[str, Array]:
        """The one trace: the input and what each layer makes of it, by name, in order.

        Args:
            images: (N, channels, height, width), as :attr:`contract` makes them.

        Raises:
            GeometryError: The images have another shape.
        """
        self.check_images(images)
        stages = {INPUT: images}
        values = images
        for layer in self.layers:
            values = layer.forward(values, self.parameters)
            stages[layer.name] = values
        return stages

    def scores(self, images: Array) -> Array:
        """What the network says for each class, before a softmax makes probabilities of it.

        Returns:
            (N, classes).

        Raises:
            GeometryError: The images have another shape.
            ParameterError: The network does not end in one row of numbers.
        """
        self.check_images(images)
        values = images
        for layer in self.scoring_layers:
            values = layer.forward(values, self.parameters)
        return values

    def probabilities(self, images: Array) -> Array:
        """The softmax of :meth:`scores`: (N, classes), each row sums to 1."""
        return softmax(self.scores(images))

    def loss_and_gradients(
        self, images: Array, labels: Labels, chance: "np.random.Generator | None" = None
    ) -> tuple[float, Gradients]:
        """Mean cross-entropy in nats, and its gradient by every parameter.

        Args:
            images: (N, channels, height, width).
            labels: (N,), 0 .. classes - 1.
            chance: For dropout. With it the layers work as they do in training; without it as they
                do when the network predicts.

        Returns:
            The loss, and name to gradient, each in its parameter's shape.

        Raises:
            GeometryError: The shapes do not fit.
            UsageError: A label is no class of this network.
            ParameterError: The network does not end in one row of numbers.
        """
        self.check_images(images)
        check_labels(labels, len(images), self.classes)
        scores, way_back = self._go(images, chance)
        gradient = cross_entropy_gradient(scores, labels)
        gradients: Gradients = {}
        for backward in reversed(way_back):
            gradient, found = backward(gradient)
            gradients |= found
        return cross_entropy(scores, labels), {
            name: gradients[name] for name in self.parameters if name in gradients
        }

    def _go(
        self, images: Array, chance: "np.random.Generator | None"
    ) -> tuple[Array, list[Backward]]:
        values, way_back = images, []
        for layer in self.scoring_layers:
            if chance is None:
                way_back.append(_prediction_backward(layer, values, self.parameters))
                values = layer.forward(values, self.parameters)
            else:
                values, backward = layer.learn(values, self.parameters, chance)
                way_back.append(backward)
        return values, way_back

    @cached_property
    def scoring_layers(self) -> tuple[Layer, ...]:
        """The layers up to the scores: all but a softmax at the end.

        Raises:
            ParameterError: The network does not end in one row of numbers.
        """
        self._require_scores()
        ends_in_probabilities = isinstance(self.layers[-1], Softmax | LogSoftmax)
        return self.layers[:-1] if ends_in_probabilities else self.layers

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The shape of each stage for one image, ``input`` first."""
        shape: Shape = self.contract.shape
        shapes = {INPUT: shape}
        for layer in self.layers:
            shape = layer.output_shape(shape)
            shapes[layer.name] = shape
        return shapes

    @property
    def output_shape(self) -> Shape:
        """The shape of what the last layer makes of one image."""
        return self.shapes[self.layers[-1].name]

    @property
    def reads_classes(self) -> bool:
        """Whether it ends in one row of numbers, so that it can read a picture."""
        return len(self.output_shape) == 1

    def _require_scores(self) -> None:
        if not self.reads_classes:
            last = self.layers[-1].name
            raise ParameterError(
                f"{self.title} ends in {last} of shape {self.output_shape}, and scores are one row",
                "give a whole network",
            )

    @property
    def classes(self) -> int:
        """How many scores it gives.

        Raises:
            ParameterError: The network does not end in one row of numbers.
        """
        self._require_scores()
        return self.output_shape[0]

    @property
    def class_names(self) -> tuple[str, ...]:
        """What each score is the score of."""
        return self.contract.class_names(self.classes)

    @property
    def specification(self) -> str:
        """The text that the network can be built from again, with :attr:`arrays`."""
        return describe(self.layers)

    @property
    def arrays(self) -> dict[str, Array]:
        """The parameters as a file of this network holds them, each in its file's layout."""
        turned = {
            layer.weight for layer in self.layers if isinstance(layer, Affine) and layer.turned
        }
        return {
            name: array.T if name in turned else array for name, array in self.parameters.items()
        }

    @property
    def learned(self) -> dict[str, Array]:
        """The parameters that a gradient changes."""
        names = [name for layer in self.layers for name in layer.parameter_shapes]
        return {name: self.parameters[name] for name in names}

    def layer(self, name: str) -> Layer:
        """The layer of that name; ``fc1`` is another word for ``affine1``.

        Raises:
            UsageError: There is none.
        """
        wanted = f"affine{name[2:]}" if name.startswith("fc") else name
        for layer in self.layers:
            if layer.name == wanted:
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        raise UsageError(f"there is no layer '{name}'", f"choose from {names}")

    def place_of(self, layer: Layer) -> int:
        """The number of a layer, from 0."""
        return self.layers.index(layer)

    def input_name_of(self, layer: Layer) -> str:
        """The name of the stage that goes into a layer."""
        place = self.place_of(layer)
        return self.layers[place - 1].name if place else INPUT

    @property
    def convolutions(self) -> tuple[Convolution, ...]:
        """The convolutions, in order."""
        return tuple(layer for layer in self.layers if isinstance(layer, Convolution))

    @property
    def first_convolution(self) -> Convolution:
        """The first of them.

        Raises:
            ParameterError: There is none.
        """
        if not self.convolutions:
            raise ParameterError(f"{self.title} has no convolution", "give a network that has one")
        return self.convolutions[0]

    def check_images(self, images: Array) -> None:
        """Refuse images of another shape than the network takes.

        Raises:
            GeometryError: They have one.
        """
        if images.shape[1:] != self.contract.shape or not len(images):
            wanted = ", ".join(map(str, self.contract.shape))
            raise GeometryError(
                f"the network cannot take images of shape {images.shape}",
                f"it needs (N, {wanted}) with N at least 1",
            )


def check_labels(labels: Labels, number: int, classes: int) -> None:
    """Refuse labels that are not one class for each of ``number`` images.

    Raises:
        GeometryError: There are more or fewer labels than images.
        UsageError: A label is below 0, or not below ``classes``.

    >>> check_labels(np.array([0, 9]), number=2, classes=10)
    """
    if labels.shape != (number,):
        raise GeometryError(
            f"labels of shape {labels.shape} for {number} images", "each image needs one label"
        )
    wrong = labels[(labels < 0) | (labels >= classes)]
    if wrong.size:
        raise UsageError(
            f"label {wrong[0]} is no class of a network with {classes} outputs",
            f"labels run from 0 to {classes - 1}",
        )


def _prediction_backward(layer: Layer, inputs: Array, parameters: Mapping[str, Array]) -> Backward:
    return lambda gradient: layer.backward(gradient, inputs, parameters)
