"""SimpleConvNet, the network of the book: conv - ReLU - pool - affine - ReLU - affine.

Everything is computed by the engine's plain functions. The first three layers, where nearly all the
time goes, are reached through two functions only, :func:`_feature_maps` and
:func:`_filter_gradients`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.convolution import ConvolutionGradients, convolution_gradients, convolve
from convcli.engine.dense import (
    affine,
    affine_gradients,
    cross_entropy,
    cross_entropy_gradient,
    relu,
    relu_gradient,
)
from convcli.engine.pixels import scale_pixels
from convcli.engine.pooling import max_pool, max_pool_gradient
from convcli.errors import GeometryError, UsageError
from convcli.model.architecture import (
    INPUT_SHAPE,
    PARAMETER_NAMES,
    POOL,
    Parameters,
    architecture_of,
)

Array = NDArray[Any]
Labels = NDArray[np.integer[Any]]

# Images that are predicted at once: the memory of a prediction is that of one block.
BLOCK = 100


@dataclass(frozen=True)
class FeatureMaps:
    """What the convolution, the ReLU and the pooling made of a batch of images.

    Attributes:
        convolution: (N, FN, 29 - FH, 29 - FW).
        rectified: The same shape, negative values zero.
        pooled: (N, FN, half as many rows, half as many columns).
    """

    convolution: Array
    rectified: Array
    pooled: Array


@dataclass(frozen=True)
class ForwardPass:
    """Every stage of a batch of N images on its way through the network.

    Attributes:
        images: (N, 1, 28, 28), values 0..1.
        features: Convolution, ReLU and pooling.
        flattened: The pooled maps of an image as one row, (N, features).
        hidden_sums: The first affine layer, (N, hidden).
        hidden: Its ReLU, (N, hidden).
        scores: The second affine layer, (N, classes); the largest is the prediction.
    """

    images: Array
    features: FeatureMaps
    flattened: Array
    hidden_sums: Array
    hidden: Array
    scores: Array


class SimpleConvNet:
    """A network that is its parameters: they are shared, not copied, and may be changed in place.

    The numbers follow the parameters' dtype: float32 parameters compute in float32, float64 in
    float64.

    Args:
        parameters: W1 (FN, 1, FH, FW), b1 (FN,), W2 (features, hidden), b2 (hidden,),
            W3 (hidden, classes) and b3 (classes,).

    Raises:
        ParameterError: One is missing or unknown, or the shapes do not fit each other.

    >>> from convcli.model.initialisation import initial_parameters
    >>> network = SimpleConvNet(initial_parameters(seed=0))
    >>> network.predict(np.zeros((2, 1, 28, 28), np.float32)).shape
    (2, 10)
    """

    def __init__(self, parameters: Parameters) -> None:
        self.architecture = architecture_of(parameters)
        self.parameters = {name: parameters[name] for name in PARAMETER_NAMES}

    def predict(self, images: Array) -> Array:
        """Scores of images, in blocks: no more memory for ten thousand than for one hundred.

        Args:
            images: (N, 1, 28, 28), values 0..1.

        Returns:
            (N, classes); :func:`convcli.engine.dense.softmax` makes probabilities of them.

        Raises:
            GeometryError: The images have another shape.
        """
        _check_images(images)
        blocks = [images[start : start + BLOCK] for start in range(0, len(images), BLOCK)]
        return np.concatenate([self.forward(block).scores for block in blocks])

    def predict_pixels(self, pixels: NDArray[np.uint8]) -> Array:
        """Scores of pictures of bytes (N, 28, 28), each block scaled to 0..1 on its way.

        Raises:
            GeometryError: The pixels have another shape.

        >>> from convcli.model.initialisation import initial_parameters
        >>> network = SimpleConvNet(initial_parameters(seed=0))
        >>> network.predict_pixels(np.zeros((3, 28, 28), np.uint8)).shape
        (3, 10)
        """
        _check_images(pixels[:, None])
        blocks = [pixels[start : start + BLOCK] for start in range(0, len(pixels), BLOCK)]
        return np.concatenate([self.forward(scale_pixels(block)).scores for block in blocks])

    def forward(self, images: Array) -> ForwardPass:
        """Push images (N, 1, 28, 28) through the network, all at once, and keep every stage.

        Raises:
            GeometryError: The images have another shape.
        """
        _check_images(images)
        parameters = self.parameters
        features = _feature_maps(images, parameters["W1"], parameters["b1"])
        flattened = features.pooled.reshape(len(images), -1)
        hidden_sums = affine(flattened, parameters["W2"], parameters["b2"])
        hidden = relu(hidden_sums)
        scores = affine(hidden, parameters["W3"], parameters["b3"])
        return ForwardPass(images, features, flattened, hidden_sums, hidden, scores)

    def loss(self, images: Array, labels: Labels) -> float:
        """Mean cross-entropy in nats of images (N, 1, 28, 28) with labels (N,).

        Raises:
            GeometryError: The shapes do not fit.
            UsageError: A label is no class of this network.

        >>> from convcli.model.initialisation import initial_parameters
        >>> network = SimpleConvNet(initial_parameters(seed=0))
        >>> round(network.loss(np.zeros((1, 1, 28, 28)), np.array([3])), 4)  # ln 10: a mere guess
        2.3026
        """
        check_labels(labels, len(images), self.architecture.classes)
        return cross_entropy(self.predict(images), labels)

    def gradients(self, images: Array, labels: Labels) -> dict[str, Array]:
        """The gradient of :meth:`loss` by every parameter, each in its parameter's shape.

        Raises:
            GeometryError: The shapes do not fit.
            UsageError: A label is no class of this network.
        """
        return self.loss_and_gradients(images, labels)[1]

    def loss_and_gradients(self, images: Array, labels: Labels) -> tuple[float, dict[str, Array]]:
        """:meth:`loss` and :meth:`gradients` from one forward pass: a training step needs both."""
        check_labels(labels, len(images), self.architecture.classes)
        stages = self.forward(images)
        loss = cross_entropy(stages.scores, labels)
        return loss, self._backward(stages, cross_entropy_gradient(stages.scores, labels))

    def _backward(self, stages: ForwardPass, scores_gradient: Array) -> dict[str, Array]:
        parameters = self.parameters
        output = affine_gradients(scores_gradient, stages.hidden, parameters["W3"])
        hidden_gradient = relu_gradient(output.inputs, stages.hidden_sums)
        hidden = affine_gradients(hidden_gradient, stages.flattened, parameters["W2"])
        pooled_gradient = hidden.inputs.reshape(stages.features.pooled.shape)
        convolution = _filter_gradients(
            pooled_gradient, stages.features, stages.images, parameters["W1"]
        )
        return {
            "W1": convolution.filters,
            "b1": convolution.bias,
            "W2": hidden.weights,
            "b2": hidden.bias,
            "W3": output.weights,
            "b3": output.bias,
        }


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


def _check_images(images: Array) -> None:
    if images.shape[1:] != INPUT_SHAPE or not len(images):
        raise GeometryError(
            f"the network cannot take images of shape {images.shape}",
            f"it needs (N, {', '.join(map(str, INPUT_SHAPE))}) with N at least 1",
        )


def _feature_maps(images: Array, filters: Array, bias: Array) -> FeatureMaps:
    convolution = convolve(images, filters, bias)
    rectified = relu(convolution)
    return FeatureMaps(convolution, rectified, max_pool(rectified, POOL))


def _filter_gradients(
    pooled_gradient: Array, features: FeatureMaps, images: Array, filters: Array
) -> ConvolutionGradients:
    rectified_gradient = max_pool_gradient(pooled_gradient, features.rectified, POOL)
    convolution_gradient = relu_gradient(rectified_gradient, features.convolution)
    return convolution_gradients(convolution_gradient, images, filters)
