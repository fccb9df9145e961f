"""Our own contenders: the fast path in float32, and the plain path the way the book goes."""

from collections.abc import Callable
from functools import partial
from itertools import cycle
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from convcli.benchmark.blocks import in_blocks
from convcli.benchmark.material import Material
from convcli.benchmark.plain import PlainNetwork
from convcli.benchmark.race import Call, Contender
from convcli.digits.pixels import scale_pixels
from convcli.engine.convolution import filter_window
from convcli.engine.fast.fused import convolve_relu_pool
from convcli.engine.im2col_variants import VARIANTS, im2col_by
from convcli.network.architecture import PARAMETER_NAMES, POOL
from convcli.network.convnet import SimpleConvNet
from convcli.network.optimizers import Adam

Array = NDArray[Any]

FAST = "fast path"
PLAIN = "plain path, float64"
FAST_VARIANT = "strips"


class Trainable(Protocol):
    """What a training step needs of a network."""

    parameters: dict[str, Array]

    def loss_and_gradients(self, images: Array, labels: Array) -> tuple[float, dict[str, Array]]:
        """The loss of a batch, and its gradient by every parameter."""


def contenders() -> dict[str, tuple[Contender, ...]]:
    """Ours for each task, the fast one first.

    The plain path takes a hundred images at a time, as the book does: the im2col matrix of ten
    thousand would be a gigabyte.
    """
    variants = sorted(VARIANTS, key=lambda name: name != FAST_VARIANT)
    return {
        "convolution": (Contender(FAST, _convolve_fast), Contender(PLAIN, _convolve_plainly)),
        "predict": (Contender(FAST, _predict_fast), Contender(PLAIN, _predict_plainly)),
        "training": (
            Contender(FAST, partial(_train, SimpleConvNet, np.float32)),
            Contender(PLAIN, partial(_train, PlainNetwork, np.float64)),
        ),
        "im2col": tuple(Contender(name, partial(_im2col, name)) for name in variants),
        "growth": (Contender(FAST, _predict_fast),),
    }


def _convolve_fast(material: Material) -> Call:
    images = material.images
    filters, bias = material.parameters["W1"], material.parameters["b1"]
    return lambda: [convolve_relu_pool(images, filters, bias, POOL)]


def _convolve_plainly(material: Material) -> Call:
    network = PlainNetwork(material.parameters_as(np.float64))
    images = material.images.astype(np.float64)
    return lambda: [in_blocks(network.pooled_maps, images)]


def _predict_fast(material: Material) -> Call:
    network = SimpleConvNet(material.parameters)
    return lambda: [network.predict_pixels(material.pixels)]


def _predict_plainly(material: Material) -> Call:
    network = PlainNetwork(material.parameters_as(np.float64))
    return lambda: [in_blocks(lambda pixels: network.scores(scale_pixels(pixels)), material.pixels)]


def _train(
    kind: Callable[[dict[str, Array]], Trainable],
    dtype: type[np.floating[Any]],
    material: Material,
) -> Call:
    network = kind(material.parameters_as(dtype))
    optimizer = Adam(Adam.usual_learning_rate)
    batches = cycle(material.batches())

    def step() -> list[Array]:
        loss, gradients = network.loss_and_gradients(*next(batches))
        optimizer.update(network.parameters, gradients)
        return [np.array([loss]), *(gradients[name] for name in PARAMETER_NAMES)]

    return step


def _im2col(variant: str, material: Material) -> Call:
    images = material.images.astype(np.float64)
    window = filter_window(material.parameters["W1"])
    return lambda: [im2col_by(images, window, variant)]
