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

    @property
    def output_size(self) -> tuple[int, int]:
        return self.window.output_size(*self.images.shape[2:])


def values(random: np.random.Generator, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Numbers of either sign; whole ones for whole dtypes."""
    drawn = random.normal(size=shape) * 8
    return np.abs(drawn).astype(dtype) if np.dtype(dtype).kind == "u" else drawn.astype(dtype)


@st.composite
def cases(draw: st.DrawFn, dtypes: tuple[str, ...] = ("float64",), half_pad: bool = False) -> Case:
    """Any small batch, non-square, several channels, any stride and pad."""
    window_height, window_width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    most_pad = min(window_height, window_width) // 2 if half_pad else 3
    pad = draw(st.integers(0, most_pad))
    height = draw(st.integers(max(1, window_height - 2 * pad), window_height + 6))
    width = draw(st.integers(max(1, window_width - 2 * pad), window_width + 6))
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 3)), height, width)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    images = values(random, shape, draw(st.sampled_from(dtypes)))
    if draw(st.booleans()):
        images = np.asfortranarray(images)
    window = Window(window_height, window_width, draw(st.integers(1, 4)), pad)
    return Case(images, window, random)
