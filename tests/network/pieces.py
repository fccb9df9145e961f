"""Layers of any kind that hypothesis makes up, each in our words and in PyTorch's functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[Any]
Tensors = Mapping[str, Any]
Chance = np.random.Generator | None
Apply = Callable[[Any, Tensors, Chance], Any]

functional = torch.nn.functional


@dataclass(frozen=True)
class Piece:
    """One layer: our word for it, its arrays as a file holds them, and what PyTorch does.

    ``apply`` takes a tensor, the tensors of the arrays, and the chance of a training; None is
    prediction.
    """

    word: str
    apply: Apply
    arrays: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Naming:
    """How the arrays are called, and how our word says so.

    ``style`` is ``torch`` (conv1.weight), ``from`` (features.3.weight), ``book`` (W1) or ``own``.
    """

    style: str
    place: int

    def arrays(self, letters: Mapping[str, str], label: str) -> tuple[dict[str, str], list[str]]:
        """Role to the name of its array, and what our word must say besides.

        ``letters`` has PyTorch's ending of each role, and the book's letter for it.
        """
        if self.style == "torch":
            return {role: f"{label}.{role}" for role in letters}, []
        if self.style == "from":
            prefix = f"features.{3 * self.place}"
            return {role: f"{prefix}.{role}" for role in letters}, [f"from={prefix}"]
        if self.style == "book":
            return {role: f"{letter}{self.place}" for role, letter in letters.items()}, []
        return {role: f"{label}_{letter}" for role, letter in letters.items()}, []


Draw = st.DrawFn
Maker = Callable[[Draw, tuple[int, ...], Naming, np.random.Generator], Piece]

WEIGHTED = {"weight": "W", "bias": "b"}
NORMALIZING = {"weight": "gamma", "bias": "beta", "running_mean": "mean", "running_var": "variance"}
ROLES = {"weight": "scale", "bias": "shift", "running_mean": "mean", "running_var": "variance"}


def _word(label: str, options: list[str]) -> str:
    return f"{label}({','.join(options)})" if options else label


def _slashed(numbers: tuple[int, ...]) -> str:
    return "/".join(map(str, numbers))


def _weighted_names(
    draw: Draw, naming: Naming, label: str
) -> tuple[dict[str, str], list[str], str | None]:
    """The names, what our word must say, and the bias's name unless there is no bias."""
    names, options = naming.arrays(WEIGHTED, label)
    without_bias = draw(st.booleans())
    if naming.style == "own" or (naming.style == "book" and without_bias):
        options = [f"weight={names['weight']}"]
        options += [] if without_bias else [f"bias={names['bias']}"]
    return names, options, None if without_bias else names["bias"]


def _sides(draw: Draw, most: tuple[int, int]) -> tuple[int, int, int, int]:
    """Pads (top, bottom, left, right)."""
    top, left = (draw(st.integers(0, limit)) for limit in most)
    if draw(st.booleans()):
        return top, top, left, left
    return top, draw(st.integers(0, most[0])), left, draw(st.integers(0, most[1]))


def _window(
    draw: Draw, shape: tuple[int, ...], largest: int, sides: tuple[int, int, int, int]
) -> tuple[int, int]:
    top, bottom, left, right = sides
    height = draw(st.integers(1, min(largest, shape[1] + top + bottom)))
    return height, draw(st.integers(1, min(largest, shape[2] + left + right)))


def _stride(draw: Draw) -> tuple[int, int]:
    return draw(st.integers(1, 2)), draw(st.integers(1, 2))


def _padded(values: Any, sides: tuple[int, int, int, int], value: float = 0.0) -> Any:
    top, bottom, left, right = sides
    return functional.pad(values, (left, right, top, bottom), value=value)


def convolution(
    draw: Draw,
    shape: tuple[int, ...],
    naming: Naming,
    random: np.random.Generator,
    stride: tuple[int, int] | None = None,
) -> Piece:
    label = f"conv{naming.place}"
    sides, stride = _sides(draw, (2, 2)), stride or _stride(draw)
    window = _window(draw, shape, 4, sides)
    names, options, bias = _weighted_names(draw, naming, label)
    filters = draw(st.integers(1, 4))
    weight = random.normal(size=(filters, shape[0], *window)) / np.sqrt(shape[0] * prod(window))
    arrays = {names["weight"]: weight} | ({bias: random.normal(size=filters)} if bias else {})

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        return functional.conv2d(
            _padded(values, sides),
            tensors[names["weight"]],
            tensors[bias] if bias else None,
            stride=stride,
        )

    moves = [f"stride={_slashed(stride)}", f"pad={_slashed(sides)}"]
    return Piece(_word(label, moves + options), apply, arrays)


def affine(
    draw: Draw,
    shape: tuple[int, ...],
    naming: Naming,
    random: np.random.Generator,
    outputs: int | None = None,
) -> Piece:
    label = f"fc{naming.place}"
    names, options, bias = _weighted_names(draw, naming, label)
    width = outputs or draw(st.integers(1, 6))
    turned = naming.style in ("torch", "from")
    if draw(st.booleans()):
        turned = not turned
        options = [*options, "out_in" if turned else "in_out"]
    size = (width, shape[0]) if turned else (shape[0], width)
    weight = random.normal(size=size) / np.sqrt(shape[0])
    arrays = {names["weight"]: weight} | ({bias: random.normal(size=width)} if bias else {})

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        weights = tensors[names["weight"]]
        return functional.linear(
            values, weights if turned else weights.T, tensors[bias] if bias else None
        )

    return Piece(_word(label, options), apply, arrays)


def batch_normalization(
    draw: Draw,
    shape: tuple[int, ...],
    naming: Naming,
    random: np.random.Generator,
    numbers: tuple[float, float] | None = None,
) -> Piece:
    label = f"bn{naming.place}"
    names, options = naming.arrays(NORMALIZING, label)
    if naming.style == "own":
        options = [f"{ROLES[role]}={name}" for role, name in names.items()]
    epsilon, momentum = numbers or draw(st.sampled_from([(1e-5, 0.1), (0.25, 0.5)]))
    arrays = {name: random.normal(size=shape[0]) for name in names.values()}
    arrays[names["running_var"]] = random.random(shape[0]) + 0.1

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        return functional.batch_norm(
            values,
            tensors[names["running_mean"]],
            tensors[names["running_var"]],
            tensors[names["weight"]],
            tensors[names["bias"]],
            training=chance is not None,
            momentum=momentum,
            eps=epsilon,
        )

    options += [] if epsilon == 1e-5 else [f"eps={epsilon}", f"momentum={momentum}"]
    return Piece(_word(label, options), apply, arrays)


def gentle_batch_normalization(
    draw: Draw, shape: tuple[int, ...], naming: Naming, random: np.random.Generator
) -> Piece:
    """One that does not make rounding 300 times larger where numbers hardly vary."""
    return batch_normalization(draw, shape, naming, random, numbers=(0.25, 0.5))


def max_pooling(draw: Draw, shape: tuple[int, ...], _: Naming, __: np.random.Generator) -> Piece:
    word, window, stride, sides, ceil = _pooling(draw, shape)

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        # PyTorch pads alike on both sides; what it has padded by itself may not be rounded up.
        even = sides[::2] if ceil else (0, 0)
        padded = values if ceil else _padded(values, sides, -np.inf)
        return functional.max_pool2d(padded, window, stride, even, ceil_mode=ceil)

    return Piece(f"maxpool{word}", apply)


def convolution_by_one(
    draw: Draw, shape: tuple[int, ...], naming: Naming, random: np.random.Generator
) -> Piece:
    """A convolution that moves pixel by pixel."""
    return convolution(draw, shape, naming, random, stride=(1, 1))


def max_pooling_by_its_size(draw: Draw, shape: tuple[int, ...], *_: object) -> Piece:
    """A square max pooling without pad that moves by its own size."""
    size = draw(st.integers(1, min(3, *shape[1:])))

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        return functional.max_pool2d(values, size)

    return Piece(f"maxpool{size}", apply)


def average_pooling(
    draw: Draw, shape: tuple[int, ...], _: Naming, __: np.random.Generator
) -> Piece:
    word, window, stride, sides, ceil = _pooling(draw, shape, even=True)
    counted = draw(st.booleans())

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        return functional.avg_pool2d(
            values, window, stride, sides[::2], ceil_mode=ceil, count_include_pad=counted
        )

    return Piece(f"avgpool{word[:-1]}{'' if counted else ',exclude_pad'})", apply)


def _pooling(
    draw: Draw, shape: tuple[int, ...], even: bool = False
) -> tuple[str, tuple[int, int], tuple[int, int], tuple[int, int, int, int], bool]:
    window = _window(draw, shape, 3, (0, 0, 0, 0))
    stride, ceil = _stride(draw), draw(st.booleans())
    sides = _sides(draw, (window[0] // 2, window[1] // 2))
    if ceil or even:
        sides = sides[0], sides[0], sides[2], sides[2]
    flags = ",ceil" if ceil else ""
    options = f"stride={_slashed(stride)},pad={_slashed(sides)}{flags}"
    return f"{window[0]}x{window[1]}({options})", window, stride, sides, ceil


def _fixed(word: str, function: Callable[[Any], Any]) -> Maker:
    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        return function(values)

    return lambda *_: Piece(word, apply)


def leaky_relu(draw: Draw, *_: object) -> Piece:
    slope = draw(st.sampled_from([0.01, 0.25, 1.5]))

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        return functional.leaky_relu(values, slope)

    return Piece(f"leakyrelu({slope})", apply)


def dropout(draw: Draw, *_: object) -> Piece:
    rate, book = draw(st.sampled_from([0.0, 0.25, 0.5, 0.9])), draw(st.booleans())

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        if chance is None:
            return values * (1 - rate) if book else values
        stays = chance.random(values.numel()).reshape(values.shape) >= rate
        kept = torch.where(torch.tensor(stays), values, torch.zeros_like(values))
        return kept if book else kept / (1 - rate)

    return Piece(f"dropout({rate}{',book' if book else ''})", apply)


def flatten(draw: Draw, *_: object) -> Piece:
    last = draw(st.booleans())

    def apply(values: Any, tensors: Tensors, chance: Chance) -> Any:
        ordered = values.permute(0, 2, 3, 1) if last else values
        return torch.flatten(ordered, 1)

    return Piece("flatten(channels_last)" if last else "flatten", apply)


ANYWHERE: dict[str, Maker] = {
    "relu": _fixed("relu", torch.relu),
    "leakyrelu": leaky_relu,
    "sigmoid": _fixed("sigmoid", torch.sigmoid),
    "tanh": _fixed("tanh", torch.tanh),
    "batchnorm": batch_normalization,
    "dropout": dropout,
}
ON_MAPS: dict[str, Maker] = {
    "conv": convolution,
    "maxpool": max_pooling,
    "avgpool": average_pooling,
    "globalavgpool": _fixed(
        "globalavgpool", lambda values: functional.adaptive_avg_pool2d(values, 1)
    ),
}
TO_ROWS: dict[str, Maker] = {"flatten": flatten}
ON_ROWS: dict[str, Maker] = {"affine": affine}
AT_THE_END: dict[str, Maker] = {
    "softmax": _fixed("softmax", lambda values: torch.softmax(values, dim=1)),
    "logsoftmax": _fixed("logsoftmax", lambda values: torch.log_softmax(values, dim=1)),
}
KINDS = ANYWHERE | ON_MAPS | TO_ROWS | ON_ROWS | AT_THE_END
# What a plan makes one step of, in nearly every case.
FUSED: dict[str, Maker] = {
    "conv by one": convolution_by_one,
    "relu": ANYWHERE["relu"],
    "maxpool by its size": max_pooling_by_its_size,
}
WITH_ARRAYS = ("conv", "conv by one", "affine", "batchnorm")
