"""A gallery, read back from its pictures and its lines."""

import numpy as np
import pytest

from convcli.views.figures.captioned_images import ENLARGEMENT, MOST_IMAGES, Captioned, draw
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    placed,
    texts,
)


def gallery(count: int, name: str = "read 1: 0.99") -> list[Captioned]:
    random = np.random.default_rng(0)
    return [
        Captioned(random.integers(0, 256, (28, 28), np.uint8), (f"{place}: label 6", name))
        for place in range(count)
    ]


@pytest.mark.parametrize("count", [1, 8, 25])
@pytest.mark.parametrize("name", ["read 1: 0.99", "read a very long name indeed: 0.99"])
def test_every_image_has_its_lines_below_it(count: int, name: str) -> None:
    images = gallery(count, name)
    sheet = draw(images, "a title", "a subtitle")
    shown = placed(sheet)
    assert len(shown) == count
    for image, picture in zip(images, shown, strict=True):
        np.testing.assert_array_equal(picture.inside[::ENLARGEMENT, ::ENLARGEMENT, 0], image.pixels)
    written = texts(sheet)
    assert written[-2 * count :] == [line for image in images for line in image.lines]
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


def test_of_very_many_the_first_are_drawn_and_it_is_said() -> None:
    sheet = draw(gallery(MOST_IMAGES + 1), "a title", "a subtitle")
    assert len(placed(sheet)) == MOST_IMAGES
    assert f"the first {MOST_IMAGES} of {MOST_IMAGES + 1} are drawn" in " ".join(texts(sheet)[:4])
