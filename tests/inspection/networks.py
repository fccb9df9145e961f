"""The book's three networks in float64, with weights from a seed, and an image for them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.known import CHAPTER_7_SIZED
from convcli.network.network import Network

CHAPTER_3 = "flatten affine1(50) sigmoid affine2(100) sigmoid affine3(10)"
CHAPTER_8 = (
    "conv1(16@3,pad=1) relu conv2(16@3,pad=1) relu maxpool2 "
    "conv3(32@3,pad=1) relu conv4(32@3,pad=2) relu maxpool2 "
    "conv5(64@3,pad=1) relu conv6(64@3,pad=1) relu maxpool2 "
    "flatten affine1(50) relu dropout(0.5,book) affine2(10) dropout(0.5,book)"
)
DESCRIBED = {"chapter 3": CHAPTER_3, "chapter 7": CHAPTER_7_SIZED, "chapter 8": CHAPTER_8}


def book_network(name: str, seed: int = 1) -> Network:
    """One of :data:`DESCRIBED`, its weights large enough that every stage differs from zero."""
    network = untrained(DESCRIBED[name], InputContract(), seed, np.float64)
    random = np.random.default_rng(seed)
    for array in network.parameters.values():
        array[...] = random.normal(size=array.shape) / np.sqrt(max(1, array[0].size))
    return network


def image(seed: int = 2) -> NDArray[Any]:
    """Bytes of noise, a third of them zero, as the network takes them."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (1, 28, 28), np.uint8) * (random.random((1, 28, 28)) > 1 / 3)
    return InputContract().values(pixels.astype(np.uint8)).astype(np.float64)
