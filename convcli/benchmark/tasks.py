"""The five races: what is done, at which sizes, and who takes part."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from convcli.benchmark import ours
from convcli.benchmark.frameworks import Framework
from convcli.benchmark.material import BATCHES, POOL, Material
from convcli.benchmark.race import Task
from convcli.network.initialization import initial_parameters

Sizes = Mapping[str, tuple[int, ...]]

SIZES: Sizes = {
    "convolution": (1, 100, 1_000, 10_000),
    "predict": (10_000,),
    "training": (100,),
    "im2col": (1, 100, 1_000),
    "growth": (100, 300, 1_000, 3_000, 10_000, 60_000),
}
QUICK_SIZES: Sizes = {
    "convolution": (1, 100),
    "predict": (1_000,),
    "training": (100,),
    "im2col": (1, 100),
    "growth": (100, 300, 1_000, 2_000),
}
GROWTH = "growth"

# Sums of float32 that are added up in another order.
OTHER_SUMS = 1e-5
# Gradients: where a sum is next to zero, or two are next to each other, another rounding lets ReLU
# and pooling send a gradient another way.
OTHER_WAYS = 0.05
SAME_NUMBERS = 0.0


def all_tasks(
    material: Material, frameworks: Sequence[Framework], sizes: Sizes = SIZES
) -> tuple[Task, ...]:
    """The five tasks.

    Args:
        material: Images and parameters; the images are repeated where a size asks for more.
        frameworks: Who takes part beside us.
        sizes: Name of the task to its sizes: :data:`SIZES` or :data:`QUICK_SIZES`.
    """
    contenders = ours.contenders()
    for framework in frameworks:
        for name, theirs in framework.contenders.items():
            contenders[name] += theirs

    def task(name: str, title: str, tolerance: float) -> Task:
        return Task(name, title, material, sizes[name], contenders[name], tolerance)

    network = material.network(np.float32)
    convolution = network.convolutions[0]
    filters = f"{convolution.window.height}x{convolution.window.width}"
    untrained = replace(material, parameters=initial_parameters(network.layers, seed=0))
    return (
        task(
            "convolution",
            f"convolution with {convolution.filters} filters {filters}, ReLU, "
            f"{POOL.height}x{POOL.width} max pooling; float32",
            OTHER_SUMS,
        ),
        task("predict", "scores of the whole network, from bytes of pixels; float32", OTHER_SUMS),
        replace(
            task("training", "a training step: forward, backward, Adam; float32", OTHER_WAYS),
            material=untrained,
            batches=BATCHES,
            checked_calls=3,
        ),
        task("im2col", f"im2col for filters {filters}, by every variant; float64", SAME_NUMBERS),
        task(GROWTH, "scores of more and more images, from bytes of pixels; float32", OTHER_SUMS),
    )
