"""The article's pictures beside what they stand for: the very cells, and where they differ."""

import numpy as np
import pytest

from convcli.engine.geometry import Window
from convcli.inspection.article_pictures import as_in_the_article
from convcli.views.figures.as_article import draw
from convcli.views.palette import INK, PIXELS, Scale, colours, pixel
from convcli.views.sentences.im2col import what_the_article_makes
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    blocks,
    placed,
    texts,
)

IMAGE = np.random.default_rng(5).uniform(size=(1, 1, 12, 12))


def test_every_picture_shows_its_cells() -> None:
    made = as_in_the_article(IMAGE, Window(3, 3))
    sheet = draw(made, "a title", PIXELS, what_the_article_makes(made))
    pictures = [picture.inside for picture in placed(sheet)]
    right, theirs, differ, strided, second, strided_differ, seen, second_seen, _ = pictures
    for shown, values in (
        (right, made.lying.right),
        (theirs, made.lying.theirs),
        (strided, made.strided.right.T),
        (second, made.strided.theirs.T),
        (seen, made.seen.right),
        (second_seen, made.seen.theirs),
    ):
        down, across = (shown.shape[axis] // values.shape[axis] for axis in (0, 1))
        np.testing.assert_array_equal(shown, blocks(colours(values, PIXELS), down, across))
    for shown, pair in ((differ, made.lying.differs), (strided_differ, made.strided.differs.T)):
        down, across = (shown.shape[axis] // pair.shape[axis] for axis in (0, 1))
        dark = (shown[::down, ::across] == pixel(INK)).all(axis=2)
        np.testing.assert_array_equal(dark, pair)
    written = " ".join(texts(sheet))
    assert f"dark: the {np.count_nonzero(made.lying.differs)} of 900 cells that differ" in written
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)


@pytest.mark.parametrize(
    ("shape", "window"),
    [
        ((1, 1, 28, 28), Window(5, 5)),
        ((1, 64, 14, 14), Window(5, 5, pad=2)),
        ((1, 1, 60, 50), Window(3, 3, stride=3)),
        ((1, 1, 3, 3), Window(3, 3)),
        ((1, 3, 400, 3), Window(2, 3, stride=(1, 2), pad=1)),
    ],
)
def test_any_matrix_fits_the_sheet_and_what_is_left_out_is_said(
    shape: tuple[int, ...], window: Window
) -> None:
    image = np.random.default_rng(1).normal(size=shape)
    made = as_in_the_article(image, window)
    scale = Scale(float(np.abs(image).max()), diverging=True)
    sheet = draw(made, "a title", scale, what_the_article_makes(made))
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)
    assert sheet.width == 1336
    cut = max(made.lying.right.shape) > 1240
    assert ("drawn: the first 1240 of" in " ".join(texts(sheet))) == cut
