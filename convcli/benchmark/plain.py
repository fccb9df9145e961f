"""The book's way: the engine's plain path alone, forward and backward, layer by layer."""

from typing import Any

from numpy.typing import NDArray

from convcli.engine.activations import relu, relu_gradient
from convcli.engine.convolution import convolution_gradients, convolve
from convcli.engine.dense import affine_gradients
from convcli.engine.losses import cross_entropy, cross_entropy_gradient
from convcli.engine.pooling import max_pool, max_pool_gradient
from convcli.network.architecture import POOL
from convcli.network.convnet import SimpleConvNet

Array = NDArray[Any]


class PlainNetwork:
    """SimpleConvNet without the fast path.

    Args:
        parameters: As :class:`convcli.network.convnet.SimpleConvNet` takes them; shared.

    >>> import numpy as np
    >>> from convcli.network.initialization import initial_parameters
    >>> network = PlainNetwork(initial_parameters(seed=0, dtype=np.float64))
    >>> scores = network.scores(np.zeros((2, 1, 28, 28)))
    >>> scores.shape, scores.dtype
    ((2, 10), dtype('float64'))
    """

    def __init__(self, parameters: dict[str, Array]) -> None:
        self.parameters = parameters
        self._network = SimpleConvNet(parameters)

    def pooled_maps(self, images: Array) -> Array:
        """Convolution, ReLU and pooling of images (N, 1, 28, 28): (N, FN, PH, PW)."""
        return max_pool(relu(convolve(images, self.parameters["W1"], self.parameters["b1"])), POOL)

    def scores(self, images: Array) -> Array:
        """Scores (N, classes) of images (N, 1, 28, 28)."""
        return self._network.forward(images).scores

    def loss_and_gradients(self, images: Array, labels: Array) -> tuple[float, dict[str, Array]]:
        """Mean cross-entropy in nats of a batch, and its gradient by every parameter."""
        stages, parameters = self._network.forward(images), self.parameters
        features = stages.features
        scores_gradient = cross_entropy_gradient(stages.scores, labels)
        last = affine_gradients(scores_gradient, stages.hidden, parameters["W3"])
        hidden_gradient = relu_gradient(last.inputs, stages.hidden_sums)
        middle = affine_gradients(hidden_gradient, stages.flattened, parameters["W2"])
        pooled_gradient = middle.inputs.reshape(features.pooled.shape)
        rectified_gradient = max_pool_gradient(pooled_gradient, features.rectified, POOL)
        convolved_gradient = relu_gradient(rectified_gradient, features.convolution)
        first = convolution_gradients(convolved_gradient, images, parameters["W1"])
        return cross_entropy(stages.scores, labels), {
            "W1": first.filters,
            "b1": first.bias,
            "W2": middle.weights,
            "b2": middle.bias,
            "W3": last.weights,
            "b3": last.bias,
        }
