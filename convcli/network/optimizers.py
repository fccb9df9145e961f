"""Three ways from a gradient to better parameters.

Each changes the parameters in place. Its own arrays are made at the first update and used again at
every other; a gradient is read and never kept, so its buffer may be used again as well.
``usual_learning_rate`` is where training begins when it is told no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from convcli.errors import UsageError

Array = NDArray[Any]
Arrays = Mapping[str, Array]


@dataclass
class OptimizerState:
    """What an optimizer has to remember from one update to the next.

    Attributes:
        steps: Updates that count for its formula; 0 where none does.
        moments: What each of its running arrays is called -> name of a parameter -> array in the
            parameter's shape. Without any parameter before the first update.
    """

    steps: int = 0
    moments: dict[str, dict[str, Array]] = field(default_factory=dict)

    def copy(self) -> "OptimizerState":
        """The same in arrays of its own."""
        moments = {kind: _copies(arrays) for kind, arrays in self.moments.items()}
        return OptimizerState(self.steps, moments)


class Optimizer(Protocol):
    """What training needs of an optimizer; the learning rate may be changed between updates.

    Attributes:
        learning_rate: Of the next update.
        state: May be read between updates, and replaced by one of the same kind.
    """

    learning_rate: float
    state: OptimizerState

    def update(self, parameters: Arrays, gradients: Arrays) -> None:
        """Change every parameter in place by its gradient, which has its shape."""


class SGD:
    """Stochastic gradient descent: ``parameter -= learning_rate * gradient``.

    Saito, *Deep Learning from Scratch*, equation 6.1; ``torch.optim.SGD``.

    >>> parameters = {"b1": np.array([1.0])}
    >>> SGD(learning_rate=0.1).update(parameters, {"b1": np.array([2.0])})
    >>> parameters["b1"]
    array([0.8])
    """

    usual_learning_rate: ClassVar[float] = 0.1

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.state = OptimizerState()
        self._change: dict[str, Array] = {}

    def update(self, parameters: Arrays, gradients: Arrays) -> None:
        """Take one step down the slope."""
        for name, parameter in parameters.items():
            change = _buffer(self._change, name, parameter)
            np.multiply(gradients[name], self.learning_rate, out=change)
            parameter -= change


class Momentum:
    """A ball that rolls down the slope and keeps part of its speed.

    ``velocity = momentum * velocity - learning_rate * gradient`` and ``parameter += velocity``
    (Saito, *Deep Learning from Scratch*, equations 6.3 and 6.4; Sutskever et al., *On the
    importance of initialization and momentum in deep learning*, 2013). ``torch.optim.SGD`` with
    momentum takes the same steps while the learning rate does not change.

    >>> parameters, optimizer = {"b1": np.array([1.0])}, Momentum(learning_rate=0.1)
    >>> for _ in range(2):
    ...     optimizer.update(parameters, {"b1": np.array([2.0])})
    >>> parameters["b1"].round(6)  # 1 - 0.2 - (0.9 * 0.2 + 0.2)
    array([0.42])
    """

    usual_learning_rate: ClassVar[float] = 0.01

    def __init__(self, learning_rate: float, momentum: float = 0.9) -> None:
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.state = OptimizerState(moments={"velocity": {}})
        self._change: dict[str, Array] = {}

    def update(self, parameters: Arrays, gradients: Arrays) -> None:
        """Let gradient and friction change the speed, then move."""
        velocities = self.state.moments["velocity"]
        for name, parameter in parameters.items():
            velocity = _buffer(velocities, name, parameter)
            change = _buffer(self._change, name, parameter)
            np.multiply(gradients[name], self.learning_rate, out=change)
            velocity *= self.momentum
            velocity -= change
            parameter += velocity


class Adam:
    """Steps of about one learning rate for each parameter, whatever the size of its gradient.

    With ``m`` and ``v`` the running means of the gradient and of its square at step t (Kingma and
    Ba, *Adam: a method for stochastic optimization*, 2015, algorithm 1; ``torch.optim.Adam``)::

        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient ** 2
        parameter -= learning_rate * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + epsilon)

    >>> parameters = {"b1": np.array([1.0, 1.0])}
    >>> Adam(learning_rate=0.1).update(parameters, {"b1": np.array([2.0, -0.002])})
    >>> parameters["b1"].round(3)
    array([0.9, 1.1])
    """

    # Twice the paper's: with a cosine behind it, it reads more of MNIST's validation images.
    usual_learning_rate: ClassVar[float] = 0.002

    def __init__(
        self,
        learning_rate: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        self.learning_rate = learning_rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.state = OptimizerState(moments={"mean": {}, "square_mean": {}})
        self._change: dict[str, Array] = {}

    def update(self, parameters: Arrays, gradients: Arrays) -> None:
        """Move both running means towards the gradient, then the parameters."""
        self.state.steps += 1
        steps, moments = self.state.steps, self.state.moments
        # The two corrections are the same for every element, so they are applied to the learning
        # rate and to epsilon once instead of to m and v.
        correction = np.sqrt(1 - self.beta2**steps).item()
        rate = self.learning_rate * correction / (1 - self.beta1**steps)
        for name, parameter in parameters.items():
            mean = _buffer(moments["mean"], name, parameter)
            square_mean = _buffer(moments["square_mean"], name, parameter)
            change = _buffer(self._change, name, parameter)
            gradient = gradients[name]
            np.multiply(gradient, 1 - self.beta1, out=change)
            mean *= self.beta1
            mean += change
            np.square(gradient, out=change)
            change *= 1 - self.beta2
            square_mean *= self.beta2
            square_mean += change
            np.sqrt(square_mean, out=change)
            change += self.epsilon * correction
            np.divide(mean, change, out=change)
            change *= rate
            parameter -= change


OPTIMIZERS: dict[str, type[SGD | Momentum | Adam]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "adam": Adam,
}


def find_optimizer(name: str) -> type[SGD | Momentum | Adam]:
    """The optimizer of that name.

    Raises:
        UsageError: There is none.

    >>> find_optimizer("adam").usual_learning_rate
    0.002
    """
    if name not in OPTIMIZERS:
        raise UsageError(f"no optimizer {name!r}", f"choose from {', '.join(OPTIMIZERS)}")
    return OPTIMIZERS[name]


def decay(parameters: Arrays, share: float) -> None:
    """Take a share of every weight away, in place, before the gradient's step.

    ``weight *= 1 - share`` with ``share = learning_rate * weight_decay``: decoupled weight decay
    (Loshchilov and Hutter, *Decoupled weight decay regularization*, 2019; ``torch.optim.AdamW``).
    An L2 term in the loss does the same to SGD, but not to Adam, which would divide it by the size
    of the gradient. Only weights decay: arrays of one dimension, biases and the scale and shift of
    a normalization, are left alone.

    >>> parameters = {"W1": np.array([[2.0]]), "b1": np.array([2.0])}
    >>> decay(parameters, 0.25)
    >>> parameters["W1"], parameters["b1"]
    (array([[1.5]]), array([2.]))
    """
    for parameter in parameters.values():
        if parameter.ndim > 1:
            parameter *= 1 - share


def _copies(arrays: Arrays) -> dict[str, Array]:
    return {name: array.copy(order="K") for name, array in arrays.items()}


def _buffer(buffers: dict[str, Array], name: str, like: Array) -> Array:
    if name not in buffers:
        buffers[name] = np.zeros_like(like)
    return buffers[name]
