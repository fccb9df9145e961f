"""Our own contenders: the fast path in float32, and the plain path the way the book goes."""

import dataclasses
from collections.abc import Callable
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.benchmark.blocks import in_blocks
from convcli.benchmark.material import PARAMETER_NAMES, POOL, Material
from convcli.benchmark.race import Call, Contender
from convcli.engine.convolution import filter_window
from convcli.engine.fast.fused import convolve_relu_pool
from convcli.engine.im2col_variants import VARIANTS, im2col_by
from convcli.network.network import Network
from convcli.network.optimizers import Adam
from convcli.network.plan import Plan

Array = NDArray[Any]

FAST = "fast path"
PLAIN = "plain path, float64"
FAST_VARIANT = "strips"
# Convolution, ReLU and pooling.
FEATURE_LAYERS = 3

Learn = Callable[[Array, Array], tuple[float, dict[str, Array]]]


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
            Contender(FAST, _train_fast),
            Contender(PLAIN, _train_plainly),
        ),
        "im2col": tuple(Contender(name, partial(_im2col, name)) for name in variants),
        "growth": (Contender(FAST, _predict_fast),),
    }


def _convolve_fast(material: Material) -> Call:
    images = material.images
    filters, bias = material.parameters["W1"], material.parameters["b1"]
    return lambda: [convolve_relu_pool(images, filters, bias, POOL)]


def _convolve_plainly(material: Material) -> Call:
    network = material.network(np.float64)
    features = dataclasses.replace(network, layers=network.layers[:FEATURE_LAYERS])
    images = material.images.astype(np.float64)

    def pooled_maps(images: Array) -> Array:
        return features.stages(images)[features.layers[-1].name]

    return lambda: [in_blocks(pooled_maps, images)]


def _predict_fast(material: Material) -> Call:
    plan = Plan(material.network(np.float32))
    return lambda: [plan.scores_of_pixels(material.pixels)]


def _predict_plainly(material: Material) -> Call:
    network = material.network(np.float64)
    values = network.contract.values
    return lambda: [in_blocks(lambda pixels: network.scores(values(pixels)), material.pixels)]


def _train_fast(material: Material) -> Call:
    plan = Plan(material.network(np.float32))
    # The network has no dropout, so nothing is drawn.
    chance = np.random.default_rng(0)
    return _training_step(
        plan.network,
        lambda images, labels: plan.loss_and_gradients(images, labels, chance),
        material,
    )


def _train_plainly(material: Material) -> Call:
    network = material.network(np.float64)
    return _training_step(network, network.loss_and_gradients, material)


def _training_step(network: Network, learn: Learn, material: Material) -> Call:
    optimizer = Adam(Adam.usual_learning_rate)
    batches = cycle(material.batches())

    def step() -> list[Array]:
        loss, gradients = learn(*next(batches))
        optimizer.update(network.learned, gradients)
        return [np.array([loss]), *(gradients[name] for name in PARAMETER_NAMES)]

    return step


def _im2col(variant: str, material: Material) -> Call:
    images = material.images.astype(np.float64)
    window = filter_window(material.parameters["W1"])
    return lambda: [im2col_by(images, window, variant)]
