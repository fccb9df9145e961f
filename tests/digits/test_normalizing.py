"""The geometry of MNIST against SciPy, Pillow and arithmetic by hand."""

import gzip
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from convcli.digits.normalizing import (
    FIELD_SIZE,
    Pixels,
    centre_by_mass,
    fit_in_box,
    ink_bounds,
)


def pictures(longest: int) -> st.SearchStrategy[Pixels]:
    sides = st.integers(1, longest)
    return hnp.arrays(np.uint8, st.tuples(sides, sides))


class TestInkBounds:
    def test_are_the_smallest_rectangle(self) -> None:
        pixels = np.zeros((9, 12), dtype=np.uint8)
        pixels[2, 7] = 1
        pixels[5, 4] = 255
        assert ink_bounds(pixels) == (slice(2, 6), slice(4, 8))

    @given(pictures(12).filter(lambda pixels: pixels.any()))
    @settings(deadline=None, max_examples=50)
    def test_agree_with_scipy(self, pixels: Pixels) -> None:
        assert ink_bounds(pixels) == scipy.ndimage.find_objects((pixels > 0).astype(int))[0]


class TestFitInBox:
    @given(pictures(31), st.integers(1, 24))
    @settings(deadline=None, max_examples=60)
    def test_is_the_mean_of_the_area_that_each_pixel_covers(
        self, pixels: Pixels, size: int
    ) -> None:
        fitted = fit_in_box(pixels, size)
        # Every pixel cut into so many parts that the borders of the result fall between parts.
        rows, columns = fitted.shape
        parts = pixels.repeat(rows, axis=0).repeat(columns, axis=1).astype(object)
        height, width = pixels.shape
        for row in range(rows):
            for column in range(columns):
                covered = parts[
                    row * height : (row + 1) * height, column * width : (column + 1) * width
                ]
                mean = Fraction(int(covered.sum()), height * width)
                assert fitted[row, column] == int(mean + Fraction(1, 2))

    @pytest.mark.parametrize(
        ("shape", "fitted"),
        [
            ((40, 40), (20, 20)),
            ((100, 50), (20, 10)),
            ((30, 90), (7, 20)),
            ((3, 2), (20, 13)),
            ((5000, 3), (20, 1)),
            ((1, 4000), (1, 20)),
            ((40, 39), (20, 20)),
            ((40, 37), (20, 19)),
        ],
    )
    def test_keeps_the_aspect(self, shape: tuple[int, int], fitted: tuple[int, int]) -> None:
        assert fit_in_box(np.full(shape, 200, dtype=np.uint8)).shape == fitted

    @pytest.mark.parametrize("factor", [1, 2, 5, 8])
    def test_agrees_with_pillow_where_pixels_are_covered_whole(self, factor: int) -> None:
        pixels = np.random.default_rng(factor).integers(
            0, 256, (20 * factor, 12 * factor), dtype=np.uint8
        )
        theirs = Image.fromarray(pixels).resize((12, 20), Image.Resampling.BOX)
        assert np.abs(fit_in_box(pixels).astype(int) - np.asarray(theirs)).max() <= 1

    def test_leaves_twenty_rows_as_they_are(self) -> None:
        pixels = np.random.default_rng(3).integers(0, 256, (20, 13), dtype=np.uint8)
        assert (fit_in_box(pixels) == pixels).all()

    def test_leaves_the_source_as_it_is(self) -> None:
        pixels = np.random.default_rng(3).integers(0, 256, (50, 33), dtype=np.uint8)
        before = pixels.copy()
        fit_in_box(pixels)
        assert (pixels == before).all()


class TestCentreByMass:
    @given(pictures(20).filter(lambda pixels: pixels.any()))
    @settings(deadline=None, max_examples=100)
    def test_moves_the_ink_as_it_is(self, pixels: Pixels) -> None:
        centred = centre_by_mass(pixels)
        assert centred.shape == (FIELD_SIZE, FIELD_SIZE)
        assert (centred[ink_bounds(centred)] == pixels[ink_bounds(pixels)]).all()

    @given(pictures(14).filter(lambda pixels: pixels.any()))
    @settings(deadline=None, max_examples=100)
    def test_brings_the_centre_of_mass_to_the_middle_pixel(self, pixels: Pixels) -> None:
        # Ink of at most 14 pixels each way reaches the middle from anywhere in the field.
        centre = scipy.ndimage.center_of_mass(centre_by_mass(pixels).astype(float))
        assert np.abs(np.subtract(centre, 14)).max() <= 0.5 + 1e-9

    def test_stops_at_the_edge_rather_than_cut_ink_off(self) -> None:
        pixels = np.zeros((20, 20), dtype=np.uint8)
        pixels[0, :] = 255
        pixels[19, 19] = 1
        centred = centre_by_mass(pixels)
        assert centred.sum() == pixels.sum()
        assert ink_bounds(centred)[0] == slice(8, 28)

    def test_leaves_mnist_where_it_is(self, mnist_directory: Path) -> None:
        content = gzip.decompress((mnist_directory / "t10k-images-idx3-ubyte.gz").read_bytes())
        digits = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)[:500]
        moved = [(centre_by_mass(digit[ink_bounds(digit)]) != digit).any() for digit in digits]
        assert sum(moved) == 0
