"""Every frame of filters.gif shows the weights that the filters had at its step."""

from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest

from convcli.inspection.filter_growth import FilterGrowth
from convcli.inspection.schedule import Moment
from convcli.views.animation.canvas import Box
from convcli.views.animation.files import write_gif
from convcli.views.animation.filter_growth import FilterGrowthScene, film_of
from convcli.views.animation.scene import WIDTH
from tests.views.animation.decoding import Cells, decoded


def _growth(number: int, frames: int, side: int = 5, total: int = 0) -> FilterGrowth:
    random = np.random.default_rng(number)
    growing = random.normal(size=(frames, number, 1, side, side)).cumsum(axis=0)
    return FilterGrowth(total or number, list(range(0, 10 * frames, 10)), list(growing))


@pytest.mark.parametrize(("number", "frames", "side"), [(30, 12, 5), (1, 2, 5), (7, 3, 9)])
def test_every_cell_of_every_frame_has_the_colour_of_its_weight(
    number: int, frames: int, side: int
) -> None:
    growth = _growth(number, frames, side)
    film = film_of(growth, "a network: its filters")
    file = BytesIO()
    merged = write_gif(file, film)
    pictures, delays = decoded(file.getvalue())
    scene = film.scene
    assert isinstance(scene, FilterGrowthScene)
    assert len(pictures) == frames
    assert delays[-1] == 2000
    assert scene.scales[0].high == np.abs(growth.filters).max()

    def box_of(place: int, row: int, column: int) -> Box:
        box = scene.box(place)
        cell = (box.right - box.left) // side
        left, top = box.left + column * cell, box.top + row * cell
        return Box(left, top, left + cell, top + cell)

    for picture, filters in zip(pictures, growth.filters, strict=True):
        weights = filters[:, 0]
        cells = Cells(box_of, weights, scene.scales[0], merged)  # type: ignore[arg-type]
        cells.assert_shown(picture, np.ones(weights.shape, bool))


def test_the_same_growth_gives_the_same_bytes() -> None:
    files = [BytesIO(), BytesIO()]
    for file in files:
        write_gif(file, film_of(_growth(4, 3), "title"))
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.parametrize("number", [1, 6, 30, 97, 655])
def test_no_filter_lies_on_another_or_outside(number: int) -> None:
    scene = FilterGrowthScene(_growth(number, 1), "title")
    boxes = [scene.box(place) for place in range(number)]
    for one, other in pairwise(boxes):
        assert other.left > one.right or other.top > one.bottom
    assert max(box.right for box in boxes) < WIDTH
    assert scene.frame(Moment(0, 0)).shape == scene.background.shape


def test_the_words_say_the_step_and_what_is_left_out() -> None:
    scene = FilterGrowthScene(_growth(3, 5, total=900), "title")
    assert scene.words(Moment(2, 2)) == ["after step 20 of 40; the first 3 of 900 filters"]
    scene = FilterGrowthScene(_growth(3, 5), "title")
    assert scene.words(Moment(4, 4)) == ["after step 40 of 40"]


def test_it_plays_for_about_eight_seconds() -> None:
    assert film_of(_growth(2, 48), "title").seconds == pytest.approx(8)
    assert film_of(_growth(2, 2), "title").seconds == pytest.approx(2.3)
