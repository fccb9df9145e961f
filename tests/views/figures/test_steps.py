"""The drawing of the steps: a box for each array, as large as its shape says."""

from math import sqrt

import pytest
from matplotlib.patches import FancyArrowPatch, Rectangle

from convcli.engine.geometry import Window
from convcli.inspection.steps import (
    average_pooling_steps,
    convolution_steps,
    max_pooling_steps,
)
from convcli.views.figures.sheet import Sheet
from convcli.views.figures.steps import draw
from tests.views.figures.test_rendering import saved
from tests.views.files import svg_pictures, svg_texts
from tests.views.reading import (
    assert_no_text_on_another,
    assert_nothing_leaves_the_sheet,
    texts,
)

ARTICLE = (
    *convolution_steps("convolution", (1, 1, 28, 28), (1, 1, 5, 5), Window(5, 5)),
    *max_pooling_steps("pooling", (1, 1, 24, 24), Window(2, 2, 2)),
)
CHAINS = {
    "article": ARTICLE,
    "deep": (
        *convolution_steps("conv4", (1, 32, 14, 14), (32, 32, 3, 3), Window(3, 3, pad=2)),
        *max_pooling_steps("pool2", (1, 32, 16, 16), Window(2, 2, 2)),
    ),
    "average": average_pooling_steps("pool1", (1, 3, 2, 2), Window(2, 2, 2)),
    "wide": convolution_steps("conv1", (1, 3, 3000, 2), (64, 3, 1, 1), Window(1, 1)),
    "tiny": max_pooling_steps("pool1", (1, 1, 2, 2), Window(2, 2, 2)),
}


def boxes(sheet: Sheet) -> list[Rectangle]:
    return [one for one in sheet.figure.artists if isinstance(one, Rectangle)]


def shapes(sheet: Sheet) -> list[tuple[float, float]]:
    """Height and width of every box in pixels."""
    return [
        (one.get_height() * sheet.height, one.get_width() * sheet.width) for one in boxes(sheet)
    ]


def test_every_step_has_its_name_its_shape_and_what_its_axes_count() -> None:
    written = texts(draw(ARTICLE, "image 5"))
    for text in (
        *("1 im2col", "(576, 25)", "(N*OH*OW, C*FH*FW)", "2 filters", "(25, 1)", "(C*FH*FW, FN)"),
        *("3 product", "(576, 1)", "(N*OH*OW, FN)", "4 output", "(1, 1, 24, 24)"),
        *("2 rows", "(144, 4)", "3 argmax", "4 max", "(144,)", "(N*OH*OW*C,)", "5 output"),
        *("(1, 1, 5, 5)", "(FN, C, FH, FW)", "(1, 1, 12, 12)", "576", "25", "@", "+ b ="),
    ):
        assert text in written, text
    joined = " ".join(written)
    assert "each 5x5 patch of the image becomes one row" in joined
    assert "reshape to (N, OH, OW, FN), transpose to (N, FN, OH, OW)" in joined


def test_a_box_is_as_large_as_its_shape_says() -> None:
    found = shapes(draw(ARTICLE[:4], "image 5"))
    # Input, im2col, filter matrix, product, output; the filters are drawn last.
    unit = found[1][0] / sqrt(576)
    expected = [(28, 28), (576, 25), (25, 1), (576, 1), (24, 24), (5, 5)]
    for (height, width), (rows, columns) in zip(found, expected, strict=True):
        assert height == pytest.approx(unit * sqrt(rows))
        assert width == pytest.approx(max(8, unit * sqrt(columns)))


def test_maps_lie_behind_each_other_four_at_most() -> None:
    steps = convolution_steps("conv1", (1, 3, 8, 8), (2, 3, 3, 3), Window(3, 3))
    # 3 channels, 3 matrices, 2 maps, and of 6 kernels four.
    assert len(boxes(draw(steps, "x"))) == 3 + 3 + 2 + 4


@pytest.mark.parametrize("name", CHAINS)
def test_nothing_lies_on_another_and_all_is_on_the_sheet(name: str) -> None:
    sheet = draw(CHAINS[name], "train image 5, label 2: steps")
    assert_nothing_leaves_the_sheet(sheet)
    assert_no_text_on_another(sheet)
    figure = sheet.figure
    for one in figure.artists:
        box = one.get_window_extent()
        assert 0 <= box.x0 <= box.x1 <= sheet.width
        assert 0 <= box.y0 <= box.y1 <= sheet.height
        if isinstance(one, Rectangle):
            for text in figure.texts:
                assert not box.overlaps(text.get_window_extent()), text.get_text()


def test_arrows_lead_from_step_to_step() -> None:
    arrows = [one for one in draw(ARTICLE, "x").figure.artists if isinstance(one, FancyArrowPatch)]
    # im2col, the filters, the output; then im2col, rows, largest, output.
    assert len(arrows) == 3 + 4


def test_the_article_s_steps_fit_a_slide() -> None:
    sheet = draw(ARTICLE, "train image 5, label 2: steps")
    assert sheet.width / sheet.height == pytest.approx(16 / 9, rel=0.05)


def test_as_a_drawing_it_has_no_pixels_at_all() -> None:
    data = saved(draw(CHAINS["deep"], "image 5"), "svg")
    assert svg_pictures(data) == []
    assert "(256, 288)" in svg_texts(data)
    assert b"<clipPath" not in data
