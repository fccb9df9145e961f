"""Is the backward pass of a network right? Every layer in training, and both ways where it differs.

Layers work as they do in training: dropout drops the same numbers each time, and batch
normalization takes mean and variance of the batch. Those two are asked as in prediction as well.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.fast.threads import one_blas_thread
from convcli.network.central_differences import Sample
from convcli.network.gradient_round import LOSS, CheckedGradient, GradientRound
from convcli.network.initialization import initial_parameters
from convcli.network.layers import BatchNormalization, Dropout, Layer
from convcli.network.network import Labels, Network

Array = NDArray[Any]
Progress = Callable[[int], None]

STEP = 1e-5
"""Where rounding and curvature disturb a central difference in double precision about equally."""

TWOFOLD = (BatchNormalization, Dropout)
"""What does otherwise in training than when the network predicts."""


def prepared(
    network: Network, seed: int = 0, jitter: float = 0.0, untrained: bool = False
) -> Network:
    """A copy of a network in double precision that may be changed.

    Args:
        network: Any.
        seed: Of all chance.
        jitter: Standard deviation of normal noise that is added to every parameter.
        untrained: Whether it has the parameters that training begins with, drawn from the seed.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.ones((784, 2), "f4"), "b1": np.ones(2)}, "flatten fc1")
    >>> copy = prepared(network, jitter=0.01)
    >>> copy.parameters["W1"].dtype, bool((copy.parameters["W1"] == 1).any())
    (dtype('float64'), False)
    """
    if untrained:
        parameters = initial_parameters(network.layers, seed, np.float64)
    else:
        parameters = {
            name: np.array(array, np.float64) for name, array in network.parameters.items()
        }
    copy = replace(network, parameters=parameters)
    random = np.random.default_rng([seed, 2])
    if jitter:
        for array in copy.learned.values():
            array += jitter * random.standard_normal(array.shape)
    return copy


def check_gradients(
    network: Network,
    images: Array,
    labels: Labels,
    *,
    samples: int = 30,
    step: float = STEP,
    seed: int = 0,
    layer: str | None = None,
    progress: Progress | None = None,
) -> tuple[CheckedGradient, ...]:
    """Hold the backward pass of every layer against central differences.

    Args:
        network: In double precision, see :func:`prepared`. Its arrays are changed for a moment.
        images: float64, (N, channels, height, width).
        labels: (N,), 0 .. classes - 1.
        samples: How many numbers of each gradient are looked at: half of them where the backward
            pass says zero, as far as there are so many.
        step: How far a value is moved, in its own unit.
        seed: Of which numbers are looked at, and of the chance of training.
        layer: The name of the one layer to check; None for all, and the loss.
        progress: Is told how many gradients are done.

    Returns:
        In the order of the layers: the gradient by the input, then by each parameter.

    Raises:
        ParameterError: The network does not end in scores, or they are not finite.
        UsageError: There is no such layer, or a label is no class.

    >>> from convcli.network.building import build
    >>> weights = np.random.default_rng(1).normal(size=(784, 2)) / 28
    >>> network = prepared(build({"W1": weights, "b1": np.zeros(2)}, "flatten fc1"))
    >>> images = np.random.default_rng(0).random((2, 1, 28, 28))
    >>> for found in check_gradients(network, images, np.array([0, 1])):
    ...     print(found.layer, found.by, found.passed, found.failed)
    flatten1 input 30 0
    affine1 input 30 0
    affine1 W1 30 0
    affine1 b1 2 0
    loss scores 4 0
    """
    wanted = {chosen.name for chosen in _chosen(network, layer)} | ({LOSS} if not layer else set())
    twofold = {chosen.name for chosen in _chosen(network, layer) if isinstance(chosen, TWOFOLD)}
    found: dict[tuple[str, str], CheckedGradient] = {}
    done = 0
    # Prediction first, since training moves the running mean and variance.
    for learns, names in ((False, twofold), (True, wanted)):
        if not names:
            continue
        # Cores that wait for each other would take most of the time of so many small products.
        # What is not finite is told of the scores.
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
            round_ = GradientRound(network, images, labels, samples, step, seed, learns)
            for checked in round_.gradients(names):
                key = (checked.layer, checked.by)
                found[key] = _worse(found[key], checked) if key in found else checked
                done += 1
                if progress is not None:
                    progress(done)
    return tuple(sorted(found.values(), key=lambda checked: checked.place))


def count_gradients(network: Network, layer: str | None = None) -> int:
    """How many gradients :func:`check_gradients` looks at, in all rounds together."""
    return sum(
        (1 + len(chosen.parameter_shapes)) * (1 + isinstance(chosen, TWOFOLD))
        for chosen in _chosen(network, layer)
    ) + (layer is None)


def _chosen(network: Network, layer: str | None) -> tuple[Layer, ...]:
    return network.layers if layer is None else (network.layer(layer),)


def _worse(one: CheckedGradient, other: CheckedGradient) -> CheckedGradient:
    """The samples of both, and of the same number the one that matters more."""
    samples = {sample.index: sample for sample in one.samples}
    for sample in other.samples:
        known = samples.get(sample.index, sample)
        samples[sample.index] = max(known, sample, key=_weight)
    return replace(one, samples=tuple(samples.values()))


def _weight(sample: Sample) -> tuple[int, float]:
    return sample.verdict, sample.relative_error or 0.0
