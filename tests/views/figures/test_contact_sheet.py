"""The contact sheet: every pixel of every image, and the right words below it."""

import io

import numpy as np
import pytest
from matplotlib.image import FigureImage
from numpy.typing import NDArray
from PIL import Image

from convcli.views.figures.contact_sheet import draw, pictures
from convcli.views.figures.sheet import Sheet

RANDOM = np.random.default_rng(3)


def some_images(count: int) -> NDArray[np.uint8]:
    return RANDOM.integers(0, 256, (count, 28, 28), np.uint8)


def boxes(sheet: Sheet) -> list[tuple[int, int, int, int]]:
    """Left, bottom, height and width of every picture with its frame, the scale's bar last."""
    found = []
    for artist in sheet.figure.images:
        assert isinstance(artist, FigureImage)
        height, width = np.asarray(artist.get_array()).shape[:2]
        found.append((int(artist.ox), int(artist.oy), height, width))
    return found


@pytest.mark.parametrize(("count", "factor"), [(1, 10), (7, 10), (100, 3), (150, 3)])
def test_every_pixel_is_a_block_of_its_own_grey(count: int, factor: int) -> None:
    images = some_images(count)
    sheet = draw(images, range(count), [0] * count, "noise")
    file = io.BytesIO()
    sheet.save(file)
    drawn = np.asarray(Image.open(file))
    tiles = boxes(sheet)[:-1]
    assert len(tiles) == count
    for image, (left, bottom, height, width) in zip(images, tiles, strict=True):
        top = drawn.shape[0] - bottom - height
        tile = drawn[top + 1 : top + height - 1, left + 1 : left + width - 1]
        for channel in range(3):
            np.testing.assert_array_equal(
                tile[..., channel], np.kron(image, np.ones((factor, factor), np.uint8))
            )


def test_tiles_do_not_touch_each_other_or_the_edge() -> None:
    sheet = draw(some_images(6), range(6), [0] * 6, "noise")
    covered = np.zeros((sheet.height, sheet.width), int)
    for left, bottom, height, width in boxes(sheet):
        assert 0 < left < left + width < sheet.width
        assert 0 < bottom < bottom + height < sheet.height
        covered[bottom : bottom + height, left : left + width] += 1
    assert covered.max() == 1


def test_index_and_label_stand_below_their_image() -> None:
    indices, labels = [59999, 5, 17], [8, 2, 0]
    sheet = draw(some_images(3), indices, labels, "MNIST, train images 59999,5,17")
    words = [text.get_text() for text in sheet.figure.texts]
    assert words[0] == "MNIST, train images 59999,5,17"
    start = words.index("59999")
    assert words[start : start + 6] == ["59999", "8", "5", "2", "17", "0"]
    assert {"0", "255", "black zero, white largest"} <= set(words)


def test_pictures_for_a_terminal() -> None:
    images = some_images(2)
    first, second = pictures(images, [5, 9], [2, 4])
    assert (first.caption, second.caption) == (("image 5", "label 2"), ("image 9", "label 4"))
    np.testing.assert_array_equal(second.pixels[..., 1], images[1])


def test_as_many_words_as_images() -> None:
    with pytest.raises(ValueError, match="is longer than"):
        draw(some_images(2), [1], [2], "one too few")
