"""SimpleConvNet, the network of the book: conv - ReLU - pool - affine - ReLU - affine.

There are two ways through it. :meth:`SimpleConvNet.forward` goes layer by layer on the engine's
plain functions and keeps every stage: it is there to be looked at. Reading many images and learning
from them take the fast path, :mod:`convcli.engine.fast.fused`, which never lays the stages out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.digits.pixels import scale_pixels
from convcli.engine.activations import relu, relu_gradient
from convcli.engine.convolution import convolve, filter_window
from convcli.engine.dense import affine, affine_gradients
from convcli.engine.fast.frames import prepared_of_cores
from convcli.engine.fast.fused import can_fuse, pool_into
from convcli.engine.fast.fused_gradients import differentiable_features
from convcli.engine.fast.shared_product import shared_product
from convcli.engine.fast.threads import Work, share_blocks, usable_cores
from convcli.engine.losses import cross_entropy, cross_entropy_gradient
from convcli.engine.pooling import max_pool
from convcli.errors import GeometryError, UsageError
from convcli.network.architecture import (
    INPUT_SHAPE,
    PARAMETER_NAMES,
    POOL,
    Parameters,
    architecture_of,
)

Array = NDArray[Any]
Labels = NDArray[np.integer[Any]]
Multiply = Callable[[Array, Array], Array]

# Images that a core predicts at once: the memory of a prediction is that of one block for each.
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

    >>> from convcli.network.initialization import initial_parameters
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
            (N, classes); :func:`convcli.engine.activations.softmax` makes probabilities of them.

        Raises:
            GeometryError: The images have another shape.
        """
        _check_images(images)
        return self._scores(images, lambda block: block)

    def predict_pixels(self, pixels: NDArray[np.uint8]) -> Array:
        """Scores of pictures of bytes (N, 28, 28), each block scaled to 0..1 on its way.

        Raises:
            GeometryError: The pixels have another shape.

        >>> from convcli.network.initialization import initial_parameters
        >>> network = SimpleConvNet(initial_parameters(seed=0))
        >>> network.predict_pixels(np.zeros((3, 28, 28), np.uint8)).shape
        (3, 10)
        """
        _check_images(pixels[:, None])
        return self._scores(pixels, scale_pixels)

    def forward(self, images: Array) -> ForwardPass:
        """Push images (N, 1, 28, 28) through the network, all at once, and keep every stage.

        Raises:
            GeometryError: The images have another shape.
        """
        _check_images(images)
        parameters = self.parameters
        features = _feature_maps(images, parameters["W1"], parameters["b1"])
        return ForwardPass(images, features, *self._classify(features.pooled))

    def loss(self, images: Array, labels: Labels) -> float:
        """Mean cross-entropy in nats of images (N, 1, 28, 28) with labels (N,).

        Raises:
            GeometryError: The shapes do not fit.
            UsageError: A label is no class of this network.

        >>> from convcli.network.initialization import initial_parameters
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
        _check_images(images)
        check_labels(labels, len(images), self.architecture.classes)
        parameters = self.parameters
        pooled, features_backward = differentiable_features(
            images, parameters["W1"], parameters["b1"], POOL
        )
        flattened, hidden_sums, hidden, scores = self._classify(pooled, shared_product)

        scores_gradient = cross_entropy_gradient(scores, labels)
        output = affine_gradients(scores_gradient, hidden, parameters["W3"])
        hidden_gradient = relu_gradient(output.inputs, hidden_sums)
        flattened_gradient = shared_product(hidden_gradient, parameters["W2"].T)
        convolution = features_backward(flattened_gradient.reshape(pooled.shape))
        return cross_entropy(scores, labels), {
            "W1": convolution.filters,
            "b1": convolution.bias,
            "W2": shared_product(flattened.T, hidden_gradient),
            "b2": hidden_gradient.sum(axis=0),
            "W3": output.weights,
            "b3": output.bias,
        }

    def _classify(
        self, pooled: Array, multiply: Multiply = np.matmul
    ) -> tuple[Array, Array, Array, Array]:
        parameters = self.parameters
        flattened = pooled.reshape(len(pooled), -1)
        hidden_sums = multiply(flattened, parameters["W2"])
        hidden_sums += parameters["b2"].astype(hidden_sums.dtype, copy=False)
        hidden = relu(hidden_sums)
        return flattened, hidden_sums, hidden, affine(hidden, parameters["W3"], parameters["b3"])

    def _scores(self, pictures: Array, scale: Callable[[Array], Array]) -> Array:
        filters, bias = self.parameters["W1"], self.parameters["b1"]
        dtype = np.result_type(scale(pictures[:1]), filters)
        if not can_fuse(filter_window(filters), POOL, dtype):
            starts = range(0, len(pictures), BLOCK)
            blocks = [scale(pictures[start : start + BLOCK]) for start in starts]
            return np.concatenate([self.forward(block).scores for block in blocks])

        block = min(BLOCK, -(-len(pictures) // usable_cores()))
        scores_dtype = np.result_type(dtype, self.parameters["W2"], self.parameters["W3"])
        scores = np.empty((len(pictures), self.architecture.classes), scores_dtype)

        cores = prepared_of_cores(INPUT_SHAPE, filters.shape, POOL, 0, dtype)

        def prepare(core: int) -> Work:
            prepared = cores[core]
            prepared.load(filters, bias)
            pooled = np.empty((block, len(filters), *self.architecture.pooled_size), dtype)

            def work(start: int, stop: int) -> None:
                maps = pooled[: stop - start]
                pool_into(maps, scale(pictures[start:stop]), prepared)
                scores[start:stop] = self._classify(maps)[-1]

            return work

        share_blocks(prepare, len(pictures), block)
        return scores


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
