import numpy as np
import pytest

from convcli.digits.pixels import scale_pixels
from convcli.errors import GeometryError


def test_every_byte_becomes_its_255th_part_in_float32() -> None:
    scaled = scale_pixels(np.arange(256, dtype=np.uint8).reshape(16, 16))
    assert scaled.shape == (1, 1, 16, 16)
    assert scaled.dtype == np.float32
    assert [float(v) for v in scaled.ravel()] == [
        float(np.float32(i) / np.float32(255)) for i in range(256)
    ]


def test_a_stack_of_pictures_gets_a_channel_axis() -> None:
    assert scale_pixels(np.zeros((7, 3, 4), dtype=np.uint8)).shape == (7, 1, 3, 4)


def test_other_ranks_are_refused() -> None:
    with pytest.raises(GeometryError, match="two or three axes"):
        scale_pixels(np.zeros((1, 1, 3, 4), dtype=np.uint8))
