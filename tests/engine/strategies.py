"""Shapes and arrays for the property tests of the engine."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine.geometry import Window


@dataclass(frozen=True)
class Case:
    """One batch of images and a window that fits it."""

    images: NDArray[Any]
    window: Window
    random: np.random.Generator

    def torch_padding(self) -> tuple[int, int, int, int]:
        """The pads in the order of ``torch.nn.functional.pad``: the last axis first."""
        top, bottom, left, right = self.window.pads
        return left, right, top, bottom


def values(random: np.random.Generator, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Numbers of either sign; whole ones for whole dtypes."""
    drawn = random.normal(size=shape) * 8
    return np.abs(drawn).astype(dtype) if np.dtype(dtype).kind == "u" else drawn.astype(dtype)


@st.composite
def cases(
    draw: st.DrawFn,
    dtypes: tuple[str, ...] = ("float64",),
    half_pad: bool = False,
    even_pad: bool = False,
    ceil: bool = False,
) -> Case:
    """Any small batch, non-square, several channels, any stride and any pad on each side.

    Args:
        draw: Given by hypothesis.
        dtypes: Of the images.
        half_pad: No pad is more than half the window.
        even_pad: The pad is the same on both sides of a direction, as PyTorch's pooling wants it.
        ceil: The output size may be rounded up.
    """
    window_height, window_width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    top, bottom, left, right = (
        draw(st.integers(0, extent // 2 if half_pad else 3))
        for extent in (window_height, window_height, window_width, window_width)
    )
    if even_pad or draw(st.booleans()):
        bottom, right = top, left
    height = draw(st.integers(max(1, window_height - top - bottom), window_height + 6))
    width = draw(st.integers(max(1, window_width - left - right), window_width + 6))
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 3)), height, width)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    images = values(random, shape, draw(st.sampled_from(dtypes)))
    if draw(st.booleans()):
        images = np.asfortranarray(images)
    stride = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    rounded_up = ceil and draw(st.booleans())
    window = Window(window_height, window_width, stride, (top, bottom, left, right), rounded_up)
    return Case(images, window, random)
