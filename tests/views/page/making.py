"""Pages of networks, written as the command writes them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convcli.inspection.guided_tour import guided_tour
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.network import Network
from convcli.views.page.document import page
from convcli.views.page.payload import Stages
from tests.views.page.computing import SUBJECT

CHAPTER_7 = "conv1(6@5) relu maxpool2 flatten affine1(40) relu affine2(10)"


def small_network(
    text: str = CHAPTER_7, contract: InputContract | None = None, seed: int = 1
) -> Network:
    """A network in float32 whose weights are large enough for probabilities that differ."""
    network = untrained(text, contract or InputContract(), seed, np.float32)
    random = np.random.default_rng(seed)
    for array in network.parameters.values():
        array[...] = random.normal(size=array.shape) / np.sqrt(max(1, array[0].size))
    return network


def noise(contract: InputContract, seed: int = 2) -> NDArray[np.uint8]:
    """One picture as the contract takes bytes."""
    shape = contract.shape if contract.channels > 1 else contract.shape[1:]
    return np.random.default_rng(seed).integers(0, 256, (1, *shape), np.uint8)


def write_page(path: Path, network: Network, with_drawing: bool = True) -> Path:
    """The page of a network on a picture of noise."""
    stages = network.stages(network.contract.values(noise(network.contract)))
    return write_page_of(path, network, stages, with_drawing)


def write_page_of(path: Path, network: Network, stages: Stages, with_drawing: bool = True) -> Path:
    """The page of a network with these stages."""
    first = network.convolutions[0] if network.convolutions else None
    subject = replace(SUBJECT, with_drawing=with_drawing)
    tour = guided_tour(network, stages, first)
    path.write_text(page(subject, network, stages, tour), encoding="utf-8")
    return path
