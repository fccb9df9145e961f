"""Networks that hypothesis makes up, each with its twin in PyTorch."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.network.building import build
from convcli.network.contract import InputContract
from convcli.network.network import Network
from tests.network.pieces import (
    ANYWHERE,
    AT_THE_END,
    FUSED,
    KINDS,
    ON_MAPS,
    ON_ROWS,
    WITH_ARRAYS,
    Chance,
    Naming,
    Piece,
    Tensors,
    affine,
    flatten,
    gentle_batch_normalization,
)

Array = NDArray[Any]


@dataclass(frozen=True)
class Twin:
    """The same layers twice: as a network of ours and as functions of PyTorch.

    Attributes:
        pieces: In order.
        contract: Of the input.
        dtype: Of every array.
        seed: Of images, labels and gradients.
    """

    pieces: tuple[Piece, ...]
    contract: InputContract
    dtype: str
    seed: int

    @property
    def text(self) -> str:
        """Its layers in our words."""
        return " ".join(piece.word for piece in self.pieces)

    def arrays(self) -> dict[str, Array]:
        """Every array anew, as a file holds it."""
        return {
            name: array.astype(self.dtype)
            for piece in self.pieces
            for name, array in piece.arrays.items()
        }

    def network(self) -> Network:
        """Ours, its arrays shared with nobody."""
        return build(self.arrays(), self.text, self.contract)

    def tensors(self) -> dict[str, Any]:
        """PyTorch's; those that are learned want a gradient."""
        return {
            name: torch.tensor(array, requires_grad=not _is_running(name, piece))
            for piece in self.pieces
            for name, array in piece.arrays.items()
        }

    def images(self, number: int) -> Array:
        """So many random images."""
        random = np.random.default_rng(self.seed)
        return random.normal(size=(number, *self.contract.shape)).astype(self.dtype)

    def labels(self, number: int) -> NDArray[np.int64]:
        """So many random labels."""
        return np.random.default_rng(self.seed).integers(self.network().classes, size=number)

    def stages(self, images: Any, tensors: Tensors, chance: Chance = None) -> list[Any]:
        """What PyTorch makes of the images, layer by layer, the images first."""
        stages = [images]
        for piece in self.pieces:
            stages.append(piece.apply(stages[-1], tensors, chance))
        return stages

    def scores(self, images: Any, tensors: Tensors, chance: Chance = None) -> Any:
        """What goes into the softmax, where there is one."""
        at_end = self.pieces[-1].word in AT_THE_END
        return self.stages(images, tensors, chance)[-2 if at_end else -1]


def in_layout_of(network: Network, gradients: Mapping[str, Array], name: str) -> Array:
    """The gradient by an array of the network as the array's file has it."""
    gradient = gradients[name]
    turned = any(
        getattr(layer, "turned", False) and getattr(layer, "weight", "") == name
        for layer in network.layers
    )
    return gradient.T if turned else gradient


def _is_running(name: str, piece: Piece) -> bool:
    # Mean and variance are the last two of four.
    return len(piece.arrays) == 4 and name in list(piece.arrays)[2:]


SEEDS = st.integers(0, 2**32 - 1)
STYLES = ("torch", "from", "book", "own")


@st.composite
def single_layers(draw: st.DrawFn, kind: str) -> Twin:
    """One layer of a kind, on maps or on a row of any size that it takes."""
    seed = draw(SEEDS)
    row = kind in ON_ROWS or ((kind in ANYWHERE or kind in AT_THE_END) and draw(st.booleans()))
    channels = draw(st.integers(1, 3))
    shape = (channels, draw(st.integers(1, 7)), draw(st.integers(1, 7)))
    pieces = []
    if row:
        pieces.append(flatten(draw))
    given = (prod(shape),) if row else shape
    naming = Naming(draw(st.sampled_from(STYLES)), 1)
    pieces.append(KINDS[kind](draw, given, naming, np.random.default_rng(seed)))
    return Twin(tuple(pieces), InputContract(*shape), "float64", seed)


@st.composite
def networks(draw: st.DrawFn, dtypes: tuple[str, ...] = ("float64",), gentle: bool = False) -> Twin:
    """Chains of layers that fit, from images to scores.

    Args:
        draw: Given by hypothesis.
        dtypes: Of the arrays and images.
        gentle: No layer makes rounding much larger than it is.
    """
    seed, dtype = draw(SEEDS), draw(st.sampled_from(dtypes))
    random = np.random.default_rng(seed)
    style = draw(st.sampled_from(STYLES))
    channels, height, width = (draw(st.integers(1, most)) for most in (3, 9, 9))
    contract = InputContract(channels, height, width)
    kinds = [*FUSED] if draw(st.booleans()) else []
    kinds += draw(st.lists(st.sampled_from([*ON_MAPS, *ANYWHERE]), max_size=5))
    kinds += [*FUSED] if draw(st.booleans()) else []
    kinds += ["flatten", *draw(st.lists(st.sampled_from([*ON_ROWS, *ANYWHERE]), max_size=3))]
    twin = Twin((), contract, dtype, seed)
    makers = KINDS | FUSED | ({"batchnorm": gentle_batch_normalization} if gentle else {})
    place = 0
    shape: tuple[int, ...] = contract.shape
    for kind in kinds:
        place += kind in WITH_ARRAYS
        piece = makers[kind](draw, shape, Naming(style, place), random)
        twin, shape = _longer(twin, piece, shape)
    last = affine(draw, shape, Naming(style, place + 1), random, draw(st.integers(2, 4)))
    twin, shape = _longer(twin, last, shape)
    for kind in draw(st.sampled_from([[], ["softmax"], ["logsoftmax"]])):
        twin, shape = _longer(twin, AT_THE_END[kind](draw, shape, Naming(style, 0), random), shape)
    return twin


def _longer(twin: Twin, piece: Piece, shape: tuple[int, ...]) -> tuple[Twin, tuple[int, ...]]:
    """With one layer more, and the shape that PyTorch makes."""
    tensors = {name: torch.tensor(array) for name, array in piece.arrays.items()}
    made = piece.apply(torch.zeros(1, *shape, dtype=torch.float64), tensors, None)
    return Twin((*twin.pieces, piece), twin.contract, twin.dtype, twin.seed), tuple(made.shape[1:])
