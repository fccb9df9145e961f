import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from convcli.engine.geometry import Window
from convcli.engine.im2col import im2col
from convcli.engine.im2col_variants import VARIANTS, find_variant, im2col_by, trace_im2col
from convcli.errors import UsageError
from tests.engine.strategies import Case, cases, values

DTYPES = ("float64", "float32", "float16", "int64", "uint8")


@settings(deadline=None, max_examples=200)
@given(case=cases(dtypes=DTYPES, ceil=True))
def test_all_variants_give_the_same_matrix_bit_for_bit(case: Case) -> None:
    first = im2col(case.images, case.window)
    assert len(VARIANTS) == 5
    for name in VARIANTS:
        other = im2col_by(case.images, case.window, name)
        assert other.flags.c_contiguous
        assert other.dtype == first.dtype
        assert other.shape == first.shape
        assert other.tobytes() == first.tobytes(), name


def test_the_article_s_image_gives_the_article_s_shapes_and_counts() -> None:
    images = np.zeros((1, 1, 28, 28))
    shapes = {name: trace_im2col(images, Window(5, 5), name) for name in VARIANTS}
    assert {name: (t.slices.shape, t.slice_assignments) for name, t in shapes.items()} == {
        "offset": ((1, 1, 5, 5, 24, 24), 25),
        "position": ((1, 1, 24, 24, 5, 5), 576),
        "strided": ((1, 1, 24, 24, 5, 5), 0),
        "gather": ((1, 1, 5, 5, 24, 24), 1),
        "strips": ((1, 1, 24, 24, 5, 5), 2),
    }
    assert {t.matrix.shape for t in shapes.values()} == {(576, 25)}


@pytest.mark.parametrize("window", [Window(5, 5), Window(4, 3, stride=2, pad=1)])
def test_strips_of_more_images_than_a_block_holds_are_cut_alike(window: Window) -> None:
    images = values(np.random.default_rng(5), (100, 2, 28, 28), "float64")
    trace = trace_im2col(images, window, "strips")
    assert trace.slice_assignments > 10, "several blocks were meant"
    assert trace.matrix.tobytes() == im2col(images, window).tobytes()


def test_by_position_with_stride_two_reads_pixels_and_not_positions() -> None:
    image = np.arange(25).reshape(1, 1, 5, 5)
    matrix = im2col_by(image, Window(3, 3, stride=2), "position")
    assert matrix[1].tolist() == [2, 3, 4, 7, 8, 9, 12, 13, 14]
    assert matrix[3].tolist() == [12, 13, 14, 17, 18, 19, 22, 23, 24]


@pytest.mark.parametrize("name", list(VARIANTS))
@pytest.mark.parametrize(
    "window", [Window(5, 5), Window(3, 4, 2, 1), Window(1, 1), Window(20, 20, 4)]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_bytes_told_are_the_bytes_allocated(name: str, window: Window, channels: int) -> None:
    images = np.zeros((8, channels, 28, 28))
    trace_im2col(images, window, name)
    tracemalloc.start()
    trace = trace_im2col(images, window, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The small objects of Python around the arrays weigh a few kilobytes; the index arrays are
    # given back before the matrix is made.
    assert abs(trace.allocated_bytes - peak) < 25_000


@pytest.mark.parametrize("name", list(VARIANTS))
@pytest.mark.parametrize("window", [Window(28, 28), Window(1, 28), Window(1, 1)])
def test_writing_into_the_matrix_never_changes_the_images(name: str, window: Window) -> None:
    images = np.ones((1, 1, 28, 28))
    im2col_by(images, window, name)[:] = 7
    assert (images == 1).all()


@pytest.mark.parametrize("name", list(VARIANTS))
@pytest.mark.parametrize("pad", [0, 1])
def test_the_matrix_may_be_written_to(name: str, pad: int) -> None:
    for height, width in ((28, 28), (1, 28), (28, 1), (1, 1)):
        images = np.broadcast_to(np.float32(1), (2, 3, 28, 28))
        matrix = im2col_by(images, Window(height, width, pad=pad), name)
        assert matrix.flags.writeable
        assert matrix.flags.c_contiguous


@pytest.mark.parametrize("name", list(VARIANTS))
def test_axes_of_length_one_may_have_any_strides(name: str) -> None:
    column = np.arange(24.0).reshape(1, 2, 4, 3)[:, :, :, 1:2]
    point = np.broadcast_to(np.float64(7), (1, 1, 1, 1))
    odd = np.ndarray((1, 1, 1, 1), np.int16, bytes(4), 0, (7, 5, 3, 1))
    for images, window in ((column, Window(2, 1)), (point, Window(1, 1)), (odd, Window(1, 1))):
        expected = im2col(np.array(images), window)
        assert im2col_by(images, window, name).tobytes() == expected.tobytes()


def test_objects_are_copied_by_all_but_strips() -> None:
    images = np.array([Fraction(1, n) for n in range(1, 10)], object).reshape(1, 1, 3, 3)
    expected = im2col(images, Window(2, 2)).tolist()
    assert expected[0] == [1, Fraction(1, 2), Fraction(1, 4), Fraction(1, 5)]
    for name in VARIANTS.keys() - {"strips"}:
        assert im2col_by(images, Window(2, 2), name).tolist() == expected
    with pytest.raises(UsageError, match="strips copies bytes"):
        im2col_by(images, Window(2, 2), "strips")


def test_an_unknown_variant_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="choose from offset, position, strided, gather, strips"):
        find_variant("fourier")
