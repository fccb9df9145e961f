from dataclasses import replace

import numpy as np
import pytest

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import VARIANTS, Array, Slicing
from convcli.errors import UsageError
from convcli.inspection import im2col_comparison
from convcli.inspection.im2col_comparison import compare

IMAGES = np.random.default_rng(0).random((2, 1, 28, 28))


def test_all_variants_are_equal_and_their_counts_are_told() -> None:
    results = compare(IMAGES, Window(5, 5), list(VARIANTS), repeat=2)
    assert [result.name for result in results] == list(VARIANTS)
    assert all(result.equal for result in results)
    assert all(len(result.timing.totals) == 2 for result in results)
    assert results[0].relative == 1
    assert results[1].relative == pytest.approx(
        results[1].timing.median_seconds / results[0].timing.median_seconds
    )


def test_a_variant_that_is_wrong_by_one_bit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = VARIANTS["position"]

    def almost(padded: Array, window: Window, size: tuple[int, int]) -> Slicing:
        slicing = right.gather(padded, window, size)
        slicing.slices[-1, -1, -1, -1, -1, -1] = np.nextafter(
            slicing.slices[-1, -1, -1, -1, -1, -1], 9
        )
        return slicing

    monkeypatch.setitem(VARIANTS, "position", replace(right, gather=almost))
    results = compare(IMAGES, Window(5, 5), ["offset", "position"], repeat=1)
    assert [result.equal for result in results] == [True, False]


def test_minus_zero_is_not_plus_zero() -> None:
    zeros = np.zeros((2, 2))
    assert not im2col_comparison._same_bits(zeros, -zeros)
    assert im2col_comparison._same_bits(zeros, zeros.copy())


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(UsageError, match="no im2col variant 'fourier'"):
        compare(IMAGES, Window(5, 5), ["fourier"], repeat=1)


def test_sweeps_visit_every_size_that_fits() -> None:
    batches = im2col_comparison.sweep_batches(
        lambda number: np.zeros((number, 1, 8, 8)), Window(3, 3), ["strided"], 1, (1, 10)
    )
    assert [(point.size, set(point.timings)) for point in batches] == [
        (1, {"offset", "strided"}),
        (10, {"offset", "strided"}),
    ]
    images, window = np.zeros((1, 1, 8, 6)), Window(3, 3, pad=1)
    sizes = im2col_comparison.filter_sizes(images, window)
    points = im2col_comparison.sweep_filter_sizes(images, window, ["offset"], 1, sizes)
    assert [point.size for point in points] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert im2col_comparison.filter_sizes(IMAGES, Window(5, 5)) == range(1, 25)


def test_tiles_are_slices_where_each_is_made_by_one() -> None:
    results = compare(IMAGES, Window(5, 5), list(VARIANTS), repeat=1)
    assert [one.name for one in results if one.is_slice_by_slice] == ["offset", "position"]
