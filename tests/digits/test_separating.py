"""Two levels, and the noise around one of them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.digits.separating import (
    Levels,
    count_levels,
    require_contrast,
    separate,
    two_levels,
    without_noise,
)
from convcli.errors import PictureError

Bytes = NDArray[np.uint8]


def test_counts_every_pixel_once() -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (30, 40), np.uint8)
    levels, counts = np.unique(pixels, return_counts=True)
    found = count_levels(pixels)
    assert (found[levels] == counts).all()
    assert found.sum() == 1200


def test_the_threshold_is_the_best_of_all() -> None:
    counts = np.random.default_rng(5).integers(0, 9, 256).astype(float)
    levels = np.repeat(np.arange(256), counts.astype(int))
    best = min(range(1, 256), key=lambda cut: within(levels[levels < cut], levels[levels >= cut]))
    expected = Levels(levels[levels < best].mean(), levels[levels >= best].mean())
    found = two_levels(counts)
    assert (found.dark, found.light) == pytest.approx((expected.dark, expected.light))


def within(*groups: NDArray[np.int64]) -> float:
    return sum(float(((group - group.mean()) ** 2).sum()) for group in groups if len(group))


def noisy(deviation: float) -> Bytes:
    sheet = np.random.default_rng(6).normal(60, deviation, (200, 200))
    sheet[20:60, 30:33] += 120
    return sheet.round().clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("deviation", [2.0, 6.0, 12.0])
def test_noise_counts_as_paper_and_faint_ink_does_not(deviation: float) -> None:
    cleaned = without_noise(noisy(deviation))
    assert cleaned.sum() == 40_000
    assert cleaned.max() >= 39_860
    levels = two_levels(cleaned)
    assert levels.dark == pytest.approx(60, abs=2)
    assert levels.light == pytest.approx(180, abs=4)


def test_a_clean_picture_has_no_noise() -> None:
    clean = noisy(0)
    assert (without_noise(clean) == count_levels(clean)).all()


def test_paper_ink_and_what_is_between() -> None:
    row = np.array([[0, 60, 120, 180, 255]], np.uint8)
    assert separate(row, Levels(40, 200)).tolist() == [[0, 0, 128, 255, 255]]


@pytest.mark.parametrize("contrast", [0, 15.4])
def test_no_contrast(contrast: float) -> None:
    with pytest.raises(PictureError, match=rf"no ink to see: .* differ by {contrast:.0f} of 255"):
        require_contrast(Levels(100, 100 + contrast))
    require_contrast(Levels(100, 116))
