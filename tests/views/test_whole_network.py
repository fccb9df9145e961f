"""A whole network for the terminal: the first maps of each stage, and the numbers of a vector."""

import numpy as np

from convcli.inspection.walkthrough import Stage
from convcli.views.palette import PAPER_PIXEL, colours, own_scale
from convcli.views.whole_network import legends, rows

RANDOM = np.random.default_rng(8)
MAPS = Stage("conv1", RANDOM.normal(size=(1, 12, 6, 7)), "")
FEW = Stage("relu1", RANDOM.random(size=(1, 3, 6, 7)), "")
VECTOR = Stage("affine1", RANDOM.normal(size=(1, 70)), "")
LONG = Stage("flatten1", RANDOM.random(size=(1, 201)), "")


def test_each_stage_has_a_row_that_says_what_is_left_out() -> None:
    found = rows([MAPS, FEW, VECTOR, LONG])
    assert [(row.heading, len(row.pictures)) for row in found] == [
        ("conv1, 6x7, the first 8 of 12", 8),
        ("relu1, 6x7", 3),
        ("affine1, 70 numbers", 1),
        ("flatten1, 201 numbers, the first 200", 1),
    ]


def test_every_map_has_its_number_and_the_colours_of_its_stage() -> None:
    (row,) = rows([MAPS])
    for number, picture in enumerate(row.pictures):
        assert tuple(picture.caption) == (str(number),)
        expected = colours(MAPS.array[0, number], own_scale(MAPS.array))
        np.testing.assert_array_equal(picture.pixels, expected)


def test_a_number_is_a_block_and_fifty_make_a_row() -> None:
    (row,) = rows([VECTOR])
    pixels = row.pictures[0].pixels
    assert pixels.shape == (4, 100, 3)
    expected = colours(VECTOR.array[0], own_scale(VECTOR.array))
    np.testing.assert_array_equal(pixels[0, ::2], expected[:50])
    np.testing.assert_array_equal(pixels[3, 1:40:2], expected[50:])
    assert (pixels[2:, 40:] == PAPER_PIXEL).all()


def test_there_is_a_legend_for_each_kind_of_scale() -> None:
    subjects = [(legend.subject, legend.with_ends) for legend in legends([MAPS, FEW, VECTOR])]
    assert subjects == [
        ("a stage without negative values, on a scale of its own", False),
        ("a stage with negative values, on a scale of its own", False),
    ]
    assert len(legends([FEW])) == 1
