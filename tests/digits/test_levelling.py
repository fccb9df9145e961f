"""Paper under any light becomes even, and ink stays what it was."""

import numpy as np
import pytest
import scipy.ndimage
from numpy.typing import NDArray

from convcli.digits.levelling import ink_is_dark, is_even, level, paper_level

Bytes = NDArray[np.uint8]


def sheet() -> Bytes:
    inked = np.full((120, 160), 220, np.uint8)
    inked[30:90, 70:78] = inked[30:38, 50:78] = 90
    return inked


def lights() -> dict[str, NDArray[np.float64]]:
    y, x = np.mgrid[:120, :160] / 160
    sharp = {
        "side": np.where(x + 0.1 * y > 0.45, 0.4, 1),
        "corner": np.where(x + y < 0.6, 0.4, 1),
        "lamp": 1 / (1 + 2.5 * np.hypot(x - 0.2, y - 0.9) ** 2),
    }
    return {name: scipy.ndimage.gaussian_filter(light, 3.0) for name, light in sharp.items()}


@pytest.mark.parametrize("name", lights())
def test_ink_is_told_from_paper_by_one_threshold(name: str) -> None:
    lit = (sheet() * lights()[name]).round().astype(np.uint8)
    paper = paper_level(lit)
    assert not is_even(paper)
    levelled = level(lit, paper)
    is_ink = sheet() == 90
    assert levelled[~is_ink].min() > 160
    # Where the edge of a shadow crosses a stroke, some of it is lost.
    assert (levelled[is_ink] < 160).mean() > 0.9
    # Without it no threshold would do.
    assert lit[~is_ink].min() <= lit[is_ink].max()


def test_an_even_sheet_is_known() -> None:
    assert is_even(paper_level(sheet()))
    assert is_even(paper_level(np.full((5, 9), 17, np.uint8)))


@pytest.mark.parametrize("name", lights())
def test_which_of_the_two_is_ink(name: str) -> None:
    lit = (sheet() * lights()[name]).round().astype(np.uint8)
    assert ink_is_dark(lit)
    assert not ink_is_dark(255 - lit)


def test_bare_paper_is_white_whatever_its_level() -> None:
    levels = np.arange(256, dtype=np.uint8)[None]
    assert (level(levels, levels)[0, 1:] == 255).all()
