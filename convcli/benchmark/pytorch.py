"""PyTorch, eager: the layers as its users write them. Imported where it is installed only."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from convcli.benchmark.blocks import BLOCK, IN_BLOCKS, in_blocks
from convcli.benchmark.material import PARAMETER_NAMES, POOL, Material
from convcli.benchmark.race import Call, Contender
from convcli.network.optimizers import Adam

Array = NDArray[Any]

NAME = "PyTorch"
# Weights of affine layers, which PyTorch keeps as (outputs, features).
TURNED = ("W2", "W3")


def versions() -> dict[str, str]:
    """Version of each package."""
    return {"torch": str(torch.__version__)}


def contenders(threads: int) -> dict[str, tuple[Contender, ...]]:
    """Its contenders for each task, all of them with so many threads."""
    torch.set_num_threads(threads)
    contender = partial(Contender, failures=(RuntimeError,))
    in_blocks_name = f"{NAME} {IN_BLOCKS}"
    return {
        "convolution": (
            contender(NAME, _convolve),
            contender(in_blocks_name, partial(_convolve, block=BLOCK), above=BLOCK),
        ),
        "predict": (
            contender(NAME, _predict),
            contender(in_blocks_name, partial(_predict, block=BLOCK), above=BLOCK),
        ),
        "training": (contender(NAME, _train),),
        "im2col": (contender(f"{NAME} unfold", _unfold),),
        "growth": (contender(in_blocks_name, partial(_predict, block=BLOCK)),),
    }


def _convolve(material: Material, block: int | None = None) -> Call:
    images = torch.from_numpy(material.images)
    filters, bias = (torch.from_numpy(material.parameters[name]) for name in ("W1", "b1"))

    def pooled_maps(images: Any) -> Array:
        with torch.inference_mode():
            rectified = functional.relu(functional.conv2d(images, filters, bias))
            pooled: Array = functional.max_pool2d(rectified, POOL.height, POOL.stride).numpy()
        return pooled

    return lambda: [in_blocks(pooled_maps, images, block)]


def _predict(material: Material, block: int | None = None) -> Call:
    network = _network(material.parameters)
    pixels = torch.from_numpy(material.pixels)

    def scores(pixels: Any) -> Array:
        with torch.inference_mode():
            found: Array = network(pixels[:, None].float().div(255)).numpy()
        return found

    return lambda: [in_blocks(scores, pixels, block)]


def _train(material: Material) -> Call:
    network = _network(material.parameters)
    optimizer = torch.optim.Adam(network.parameters(), lr=Adam.usual_learning_rate)
    # PyTorch takes classes as 64-bit integers only.
    batches = cycle(
        (torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64)))
        for images, labels in material.batches()
    )

    def step() -> list[Array]:
        images, labels = next(batches)
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        gradients = (parameter.grad.numpy() for parameter in network.parameters())
        return [np.array([loss.item()]), *_turned(zip(PARAMETER_NAMES, gradients, strict=True))]

    return step


def _unfold(material: Material) -> Call:
    images = torch.from_numpy(material.images.astype(np.float64))
    size = material.parameters["W1"].shape[2:]

    def matrix() -> list[Array]:
        with torch.inference_mode():
            columns = functional.unfold(images, size)
            return [columns.transpose(1, 2).contiguous().view(-1, columns.shape[1]).numpy()]

    return matrix


def _network(parameters: Mapping[str, Array]) -> Any:
    arrays = _turned((name, parameters[name]) for name in PARAMETER_NAMES)
    filters, _, middle, _, last, _ = arrays
    network = nn.Sequential(
        nn.Conv2d(filters.shape[1], filters.shape[0], filters.shape[2:]),
        nn.ReLU(),
        nn.MaxPool2d(POOL.height, POOL.stride),
        nn.Flatten(),
        nn.Linear(middle.shape[1], middle.shape[0]),
        nn.ReLU(),
        nn.Linear(last.shape[1], last.shape[0]),
    )
    with torch.no_grad():
        for parameter, array in zip(network.parameters(), arrays, strict=True):
            parameter.copy_(torch.from_numpy(array))
    return network


def _turned(named: Iterable[tuple[str, Array]]) -> list[Array]:
    return [array.T if name in TURNED else array for name, array in named]
