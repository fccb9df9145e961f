"""Plain PNG files, read back with Pillow."""

import io
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from convcli.views.palette import BYTES, GAP
from convcli.views.png import write, write_maps
from tests.views.reading import blocks


def noise(*shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(8).integers(0, 256, (*shape, 3), np.uint8)


def greys(*shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(8).integers(0, 256, shape, np.uint8)


def written(maps: NDArray[np.uint8], title: str = "noise") -> Image.Image:
    file = io.BytesIO()
    write_maps(file, maps, BYTES, title)
    return Image.open(file)


@pytest.mark.parametrize(("size", "factor"), [(28, 20), (5, 112), (24, 23), (12, 46), (700, 1)])
def test_one_map_is_enlarged_by_a_whole_factor(size: int, factor: int) -> None:
    values = greys(size, size)
    tile = np.dstack([values] * 3)
    np.testing.assert_array_equal(np.asarray(written(values[None])), blocks(tile, factor))


def test_thirty_maps_are_a_sheet_that_reads_row_by_row() -> None:
    maps = greys(30, 24, 24)
    sheet = np.asarray(written(maps))
    factor = 1120 // (6 * 25 + 1)
    assert sheet.shape == ((5 * 25 + 1) * factor, (6 * 25 + 1) * factor, 3)
    assert (sheet[:factor] == GAP).all()
    for number in (0, 5, 6, 29):
        row, column = divmod(number, 6)
        top, left = factor * (1 + row * 25), factor * (1 + column * 25)
        block = sheet[top : top + 24 * factor, left : left + 24 * factor]
        np.testing.assert_array_equal(block, blocks(np.dstack([maps[number]] * 3), factor))


@pytest.mark.parametrize("title", ["train image 5, label 2", "Ziffer 五 – [bold]"])
def test_the_title_is_in_the_metadata(title: str) -> None:
    image = written(greys(1, 3, 3), title)
    assert image.info == {"Title": title}
    assert image.mode == "RGB"


def test_pixels_are_written_as_they_are() -> None:
    pixels = noise(7, 11)
    file = io.BytesIO()
    write(file, pixels, "")
    np.testing.assert_array_equal(np.asarray(Image.open(file)), pixels)


def test_neither_plain_pictures_nor_the_terminal_import_matplotlib() -> None:
    modules = "convcli.views.png, convcli.views.terminal, convcli.views.stages"
    program = (
        f"import sys, {modules}, convcli.views.filter_tiles; print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
