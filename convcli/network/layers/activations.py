"""The layers without parameters that change every number, and those that make probabilities."""

from dataclasses import dataclass
from typing import ClassVar

from convcli.engine import activations
from convcli.network.layers.base import Array, ElementwiseLayer, Gradients, Parameters


class ReLU(ElementwiseLayer):
    """``max(value, 0)``; :func:`convcli.engine.activations.relu`.

    >>> import numpy as np
    >>> ReLU("relu1").forward(np.array([[-1.0, 2.0]]), {})
    array([[0., 2.]])
    """

    kind: ClassVar[str] = "ReLU"

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """The shape of the inputs."""
        del parameters
        return activations.relu(inputs)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """The gradient where the input was above zero."""
        del parameters
        return activations.relu_gradient(output_gradient, inputs), {}


@dataclass(frozen=True)
class LeakyReLU(ElementwiseLayer):
    """``value`` above zero and ``slope * value`` below it.

    Attributes:
        slope: Below zero.

    >>> import numpy as np
    >>> LeakyReLU("relu1", 0.1).forward(np.array([[-1.0, 2.0]]), {})
    array([[-0.1,  2. ]])
    """

    kind: ClassVar[str] = "leaky ReLU"
    slope: float = 0.01

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """The shape of the inputs."""
        del parameters
        return activations.leaky_relu(inputs, self.slope)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """The gradient, times the slope where the input was not above zero."""
        del parameters
        return activations.leaky_relu_gradient(output_gradient, inputs, self.slope), {}


class Sigmoid(ElementwiseLayer):
    """``1 / (1 + exp(-value))``; :func:`convcli.engine.activations.sigmoid`.

    >>> import numpy as np
    >>> Sigmoid("sigmoid1").forward(np.array([[0.0]]), {})
    array([[0.5]])
    """

    kind: ClassVar[str] = "sigmoid"

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """The shape of the inputs."""
        del parameters
        return activations.sigmoid(inputs)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """``gradient * output * (1 - output)``."""
        output = self.forward(inputs, parameters)
        return activations.sigmoid_gradient(output_gradient, output), {}


class Tanh(ElementwiseLayer):
    """The hyperbolic tangent; :func:`convcli.engine.activations.tanh`.

    >>> import numpy as np
    >>> Tanh("tanh1").forward(np.array([[0.0]]), {})
    array([[0.]])
    """

    kind: ClassVar[str] = "tanh"

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """The shape of the inputs."""
        del parameters
        return activations.tanh(inputs)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """``gradient * (1 - output ** 2)``."""
        output = self.forward(inputs, parameters)
        return activations.tanh_gradient(output_gradient, output), {}


class Softmax(ElementwiseLayer):
    """Scores as probabilities; :func:`convcli.engine.activations.softmax`.

    >>> import numpy as np
    >>> Softmax("softmax1").forward(np.array([[1.0, 1.0]]), {})
    array([[0.5, 0.5]])
    """

    kind: ClassVar[str] = "softmax"

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """(N, classes), each row sums to 1."""
        del parameters
        return activations.softmax(inputs)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """``p * (gradient - sum(gradient * p))``, row by row."""
        output = self.forward(inputs, parameters)
        return activations.softmax_gradient(output_gradient, output), {}


class LogSoftmax(ElementwiseLayer):
    """The logarithm of the softmax; :func:`convcli.engine.activations.log_softmax`.

    >>> import numpy as np
    >>> LogSoftmax("logsoftmax1").forward(np.array([[1.0, 1.0]]), {}).round(4)
    array([[-0.6931, -0.6931]])
    """

    kind: ClassVar[str] = "log-softmax"

    def forward(self, inputs: Array, parameters: Parameters) -> Array:
        """(N, classes)."""
        del parameters
        return activations.log_softmax(inputs)

    def backward(
        self, output_gradient: Array, inputs: Array, parameters: Parameters
    ) -> tuple[Array, Gradients]:
        """``gradient - p * sum(gradient)``, row by row."""
        output = self.forward(inputs, parameters)
        return activations.log_softmax_gradient(output_gradient, output), {}
