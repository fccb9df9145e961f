"""What the article makes, counted cell by cell with loops of Python."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.inspection.article_pictures import as_in_the_article, second_im2col
from convcli.storage.mnist.dataset import open_dataset

NUMBERED = np.arange(16).reshape(1, 1, 4, 4)


def test_a_reshape_keeps_the_order_and_turns_nothing() -> None:
    made = as_in_the_article(NUMBERED, Window(2, 2))
    # By hand: the patches of 2x2 at the nine places, one behind the other.
    patches = [[4 * y + x + p for p in (0, 1, 4, 5)] for y in range(3) for x in range(3)]
    in_order = [number for patch in patches for number in patch]
    transposed = [patch[p] for p in range(4) for patch in patches]
    assert made.lying.right.ravel().tolist() == transposed
    assert made.lying.theirs.ravel().tolist() == in_order
    assert made.lying.theirs.shape == made.lying.right.shape == (4, 9)
    differing = sum(a != b for a, b in zip(in_order, transposed, strict=True))
    assert made.lying.differing == differing == 30


def test_the_second_im2col_reads_the_wrong_patches_with_a_stride() -> None:
    made = as_in_the_article(NUMBERED, Window(2, 2, stride=2))
    assert made.stride == (2, 2)
    assert made.strided.right.tolist() == [
        *([0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15])
    ]
    # The patches at (0, 0), (0, 1), (1, 0) and (1, 1), whatever the stride.
    assert made.strided.theirs.tolist() == [
        *([0, 1, 4, 5], [1, 2, 5, 6], [4, 5, 8, 9], [5, 6, 9, 10])
    ]
    assert (made.strided.differing, made.differing_rows) == (12, 3)
    assert made.same_without
    # The middle of a 2x2 filter is its last pixel.
    assert made.seen.right.tolist() == [[5, 7], [13, 15]]
    assert made.seen.theirs.tolist() == [[5, 6], [9, 10]]


@settings(deadline=None, max_examples=50)
@given(
    channels=st.integers(1, 3),
    side=st.integers(5, 9),
    size=st.integers(1, 4),
    stride=st.integers(1, 3),
    pad=st.integers(0, 2),
)
def test_against_pytorch_with_any_window(
    channels: int, side: int, size: int, stride: int, pad: int
) -> None:
    image = np.random.default_rng(side).normal(size=(1, channels, side, side + 1))
    made = as_in_the_article(image, Window(size, size, stride, pad))
    used = max(stride, 2)
    unfold = torch.nn.Unfold(size, padding=pad, stride=used)
    (right,) = unfold(torch.from_numpy(image)).numpy()
    assert made.stride == (used, used)
    np.testing.assert_array_equal(made.strided.right, right.T)
    # With a stride of 1 the patches of the whole image; theirs are the first ones of those.
    (every,) = torch.nn.Unfold(size, padding=pad)(torch.from_numpy(image)).numpy()
    places = (side + 2 * pad - size + 1, side + 1 + 2 * pad - size + 1)
    rows, columns = made.output_size
    first = every.reshape(-1, *places)[:, :rows, :columns].reshape(len(every), -1)
    np.testing.assert_array_equal(made.strided.theirs, first.T)
    unstrided = second_im2col(image, Window(size, size, 1, pad))
    np.testing.assert_array_equal(unstrided, every.T)
    assert made.same_without


def test_the_article_s_own_digit(mnist_directory: Path) -> None:
    image = open_dataset("train", mnist_directory).images_at([5])[:, None] / np.float32(255)
    made = as_in_the_article(image, Window(5, 5))
    rows: NDArray[Any] = sliding_window_view(image[0, 0], (5, 5)).reshape(576, 25)
    lying = [[rows[column, row] for column in range(576)] for row in range(25)]
    counted = int((np.reshape(rows, (25, 576)) != np.array(lying)).sum())
    assert made.lying.differing == counted == 7884
    assert made.lying.right.size == 14_400


@pytest.mark.parametrize("size", [3, 5])
def test_an_image_of_one_colour_hides_both(size: int) -> None:
    made = as_in_the_article(np.ones((1, 1, 9, 9)), Window(size, size))
    assert (made.lying.differing, made.strided.differing, made.differing_rows) == (0, 0, 0)
