"""The stages in colours: who shares a scale, and what each map is called."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.inspection.walkthrough import Stage, Walkthrough, walk_through
from convcli.views.palette import BYTES, PIXELS, Legend, Scale, colours
from convcli.views.stages import (
    maps_of,
    prepared_pictures,
    stage_legends,
    stage_rows,
    stage_scales,
    tile_labels,
)

HALF = Window(2, 2, stride=2)


def walked(filters: int = 1, *, with_relu: bool = False, channels: int = 1) -> Walkthrough:
    random = np.random.default_rng(4)
    return walk_through(
        random.random((1, channels, 28, 28)),
        random.normal(size=(filters, channels, 5, 5)),
        random.normal(size=filters),
        pool=HALF,
        with_relu=with_relu,
    )


def magnitude(walkthrough: Walkthrough, name: str) -> float:
    return float(np.abs(walkthrough.stage(name).array).max())


def test_convolution_and_pooling_share_a_scale_centred_at_zero() -> None:
    walkthrough = walked(3)
    scales = stage_scales(walkthrough)
    assert list(scales) == ["input", "filters", "convolution", "pooling"]
    assert scales["input"] == PIXELS
    assert scales["filters"] == Scale(magnitude(walkthrough, "filters"), diverging=True)
    assert scales["convolution"] == Scale(magnitude(walkthrough, "convolution"), diverging=True)
    assert scales["pooling"] == scales["convolution"]


def test_after_a_relu_the_maps_share_a_sequential_scale() -> None:
    walkthrough = walked(3, with_relu=True)
    scales = stage_scales(walkthrough)
    assert scales["convolution"] == Scale(magnitude(walkthrough, "convolution"), diverging=True)
    assert scales["relu"] == Scale(magnitude(walkthrough, "relu"), diverging=False)
    assert scales["pooling"] == scales["relu"]


def test_each_legend_names_the_stages_that_share_it() -> None:
    names = [legend.subject for legend in stage_legends(walked(with_relu=True))]
    assert names == ["input", "filters", "convolution", "relu, pooling"]
    legends = stage_legends(walked())
    assert legends[0] == Legend("input", PIXELS)
    assert legends[2].subject == "convolution, pooling"
    assert legends[2].scale.diverging


def test_every_map_is_a_tile_in_the_order_of_the_array() -> None:
    stage = walked(2, channels=3).stage("filters")
    maps = maps_of(stage)
    assert maps.shape == (6, 5, 5)
    np.testing.assert_array_equal(maps[4], stage.array[1, 1])


def test_one_filter_makes_one_row_of_the_article_s_four_pictures() -> None:
    (row,) = stage_rows(walked(1), [3])
    assert row.heading == ""
    assert [tuple(picture.caption) for picture in row.pictures] == [
        ("input", "28x28"),
        ("filter 3", "5x5"),
        ("convolution 3", "24x24"),
        ("pooling 3", "12x12"),
    ]


def test_several_filters_make_a_row_for_each_stage() -> None:
    walkthrough = walked(2)
    rows = stage_rows(walkthrough, [3, 17])
    assert [row.heading for row in rows] == [
        "input, 28x28",
        "filters, 5x5",
        "convolution, 24x24",
        "pooling, 12x12",
    ]
    captions = [[tuple(picture.caption) for picture in row.pictures] for row in rows]
    assert captions == [[()], *[[("3",), ("17",)]] * 3]
    scale = stage_scales(walkthrough)["pooling"]
    pooled = walkthrough.stage("pooling").array
    last = rows[-1].pictures[-1]
    np.testing.assert_array_equal(last.pixels, colours(pooled[0, 1], scale))
    assert last.scale == scale


def test_of_very_many_maps_the_first_are_drawn_in_a_terminal() -> None:
    *_, pooling = stage_rows(walked(130), range(130))
    assert pooling.heading == "pooling, 12x12, the first 120 of 130 drawn"
    assert [picture.caption[0] for picture in pooling.pictures] == [*map(str, range(120))]


@pytest.mark.parametrize(
    ("name", "shape", "labels"),
    [
        ("input", (1, 1, 4, 4), [""]),
        ("input", (1, 2, 4, 4), ["0", "1"]),
        ("filters", (2, 1, 2, 2), ["3", "17"]),
        ("filters", (2, 2, 2, 2), ["3:0", "3:1", "17:0", "17:1"]),
        ("pooling", (1, 2, 2, 2), ["3", "17"]),
    ],
)
def test_labels_are_the_numbers_of_the_filters(
    name: str, shape: tuple[int, ...], labels: list[str]
) -> None:
    assert tile_labels(Stage(name, np.zeros(shape), ""), [3, 17]) == labels


@dataclass(frozen=True)
class Prepared:
    """What a step of a picture's preparation looks like to a view."""

    name: str
    description: str
    pixels: NDArray[Any]


def test_the_steps_of_a_picture_are_drawn_from_bytes() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    (picture,) = prepared_pictures([Prepared("grey", "read", pixels)])
    assert tuple(picture.caption) == ("grey", "3x4")
    np.testing.assert_array_equal(picture.pixels, colours(pixels, BYTES))


def test_a_step_in_colour_keeps_its_colours() -> None:
    pixels = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    (picture,) = prepared_pictures([Prepared("colour", "read", pixels)])
    assert (tuple(picture.caption), picture.scale) == (("colour", "3x4"), None)
    np.testing.assert_array_equal(picture.pixels, pixels)


def test_of_very_many_maps_the_first_are_shown_and_the_others_counted() -> None:
    random = np.random.default_rng(4)
    walkthrough = walk_through(
        random.random((1, 20, 8, 8)), random.normal(size=(8, 20, 3, 3)), np.zeros(8), pool=HALF
    )
    rows = stage_rows(walkthrough, range(8))
    assert [(row.heading, len(row.pictures)) for row in rows] == [
        ("input, 8x8", 20),
        ("filters, 3x3, the first 120 of 160 drawn", 120),
        ("convolution, 6x6", 8),
        ("pooling, 3x3", 8),
    ]


def test_an_input_that_is_no_pixel_has_a_scale_of_its_own() -> None:
    image = np.random.default_rng(4).normal(size=(1, 1, 28, 28))
    bright = walk_through(255 * abs(image), np.ones((1, 1, 5, 5)), np.zeros(1), pool=HALF)
    shifted = walk_through(image, np.ones((1, 1, 5, 5)), np.zeros(1), pool=HALF)
    assert stage_scales(bright)["input"] == Scale(255 * np.abs(image).max(), diverging=False)
    assert stage_scales(shifted)["input"] == Scale(np.abs(image).max(), diverging=True)
