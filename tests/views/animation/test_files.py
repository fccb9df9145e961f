"""Every frame of a GIF and of a WebP shows the numbers, in the order and for the time it should."""

from functools import partial
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from convcli.inspection.filling import ORDERS, filling_of
from convcli.inspection.schedule import every_step, teaching
from convcli.inspection.sliding import slide_filter, slide_pooling
from convcli.network.layers import MaxPooling
from convcli.views.animation import contact_sheet
from convcli.views.animation.canvas import packed, unpacked
from convcli.views.animation.convolution import ConvolutionScene
from convcli.views.animation.files import MOST_COLOURS, few_colours
from convcli.views.animation.film import Film, delays_within, least_seconds, usual_delays
from convcli.views.animation.formats import WRITERS
from convcli.views.animation.im2col import FillingScene, RaceScene
from convcli.views.animation.pooling import PoolingScene
from convcli.views.animation.scene import Scene
from convcli.views.palette import BYTES, Scale
from tests.inspection.motions import network_of, stages_of
from tests.views.animation.decoding import Cells, decoded

PICTURES = ("gif", "webp")


def film_of(scene: Scene, row: int) -> Film:
    schedule = teaching(scene.steps, row)
    return Film(scene, schedule, usual_delays(schedule))


def written(film: Film, kind: str) -> tuple[bytes, int]:
    file = BytesIO()
    merged = WRITERS[kind](file, film)
    return file.getvalue(), merged


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("name", ["one", "three", "uneven"])
def test_a_convolution_fills_its_output_with_the_network_s_values(name: str, kind: str) -> None:
    network = network_of(name)
    slide = slide_filter(network, stages_of(name, network), network.first_convolution, 1)
    scene = ConvolutionScene(slide, "a title")
    film = film_of(scene, slide.row)
    data, merged = written(film, kind)
    frames, delays = decoded(data)
    assert delays == [10 * delay for delay in film.delays]
    assert delays[-1] == 2000
    assert len(frames) == len(film.schedule)
    assert merged == 1 or kind == "gif"
    cells = Cells(scene.moving.made, slide.output, scene.scales[1], merged)
    for frame, moment in zip(frames, film.schedule, strict=True):
        cells.assert_shown(frame, np.arange(slide.steps) <= moment.last)


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("name", ["one", "three", "uneven"])
def test_a_pooling_fills_its_output_with_the_network_s_values(name: str, kind: str) -> None:
    network = network_of(name)
    layer = next(one for one in network.layers if isinstance(one, MaxPooling))
    slide = slide_pooling(network, stages_of(name, network), layer, 0)
    scene = PoolingScene(slide, "a title")
    film = film_of(scene, slide.row)
    data, merged = written(film, kind)
    frames, _ = decoded(data)
    cells = Cells(scene.moving.made, slide.output, scene.scales[1], merged)
    for frame, moment in zip(frames, film.schedule, strict=True):
        cells.assert_shown(frame, np.arange(slide.steps) <= moment.last)


@pytest.mark.parametrize("order", ORDERS)
def test_the_matrix_fills_in_its_order(order: str) -> None:
    network = network_of("uneven")
    filling = filling_of(network, stages_of("uneven", network), network.first_convolution, order)
    scene = FillingScene(filling, "a title")
    film = film_of(scene, filling.patches.output_size[1])
    data, merged = written(film, "gif")
    cells = Cells(scene.cell, filling.matrix, scene.scales[0], merged)
    for frame, moment in zip(decoded(data)[0], film.schedule, strict=True):
        cells.assert_shown(frame, filling.filled(moment.last + 1))


def test_on_one_clock_both_matrices_have_as_many_slices_until_one_is_whole() -> None:
    network = network_of("uneven")
    stages = stages_of("uneven", network)
    fillings = [filling_of(network, stages, network.first_convolution, one) for one in ORDERS]
    scene = RaceScene(fillings, "a title")
    film = Film(scene, every_step(scene.steps), usual_delays(every_step(scene.steps)))
    assert scene.steps == max(filling.steps for filling in fillings)
    frames, _ = decoded(written(film, "webp")[0])
    for number, filling in enumerate(fillings):
        cells = Cells(partial(scene.cell, number), filling.matrix, scene.scales[0], merged=1)
        for frame, moment in zip(frames, film.schedule, strict=True):
            cells.assert_shown(frame, filling.filled(min(moment.last + 1, filling.steps)))


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_film_has_the_same_bytes(kind: str) -> None:
    network = network_of("three")
    results = []
    for _ in range(2):
        slide = slide_filter(network, stages_of("three", network), network.first_convolution, 0)
        results.append(written(film_of(ConvolutionScene(slide, "a title"), slide.row), kind))
    assert results[0] == results[1]


@pytest.mark.parametrize("kind", PICTURES)
def test_a_decoded_frame_is_the_frame_that_was_drawn(kind: str) -> None:
    network = network_of("uneven")
    slide = slide_filter(network, stages_of("uneven", network), network.first_convolution, 0)
    scene = ConvolutionScene(slide, "a title")
    film = film_of(scene, slide.row)
    data, merged = written(film, kind)
    _, drawn = few_colours(scene.colours()) if kind == "gif" else (1, scene.colours())
    for frame, canvas in zip(decoded(data)[0], film.frames(), strict=True):
        expected = drawn[np.searchsorted(scene.colours(), canvas)]
        assert np.array_equal(frame, unpacked(expected))
    assert merged >= 1


def test_one_frame_is_a_film_too() -> None:
    network = network_of("uneven")
    layer = network.layers[-1]
    slide = slide_pooling(network, stages_of("uneven", network), layer, 0)  # type: ignore[arg-type]
    film = film_of(PoolingScene(slide, "a title"), slide.row)
    for kind in WRITERS:
        data, _ = written(film, kind)
        assert data
    with Image.open(BytesIO(written(film, "gif")[0])) as picture:
        assert getattr(picture, "n_frames", 1) == 1
        assert picture.size == film.size


def test_a_frame_has_no_colour_that_its_scene_does_not_know() -> None:
    network = network_of("three")
    stages = stages_of("three", network)
    conv, pool = network.first_convolution, network.layers[2]
    slides = slide_filter(network, stages, conv, 1), slide_pooling(network, stages, pool, 1)  # type: ignore[arg-type]
    fillings = [filling_of(network, stages, conv, order) for order in ORDERS]
    scenes: list[Scene] = [
        ConvolutionScene(slides[0], "a"), PoolingScene(slides[1], "b"),
        FillingScene(fillings[0], "c"), FillingScene(fillings[1], "d"), RaceScene(fillings, "e"),
    ]  # fmt: skip
    for scene in scenes:
        known = scene.colours()
        for moment in teaching(scene.steps, 8):
            assert np.isin(np.unique(scene.frame(moment)), known).all()


def test_shades_are_merged_only_where_there_are_too_many() -> None:
    grey, signed = BYTES.gradient, Scale(1.0, diverging=True).gradient
    few = packed(grey[::2])
    merged, drawn = few_colours(few)
    assert merged == 1
    assert np.array_equal(drawn, few)
    every = np.unique(np.concatenate([packed(grey), packed(signed)]))
    merged, drawn = few_colours(every)
    assert merged == 4
    assert len(np.unique(drawn)) <= MOST_COLOURS
    # Zero keeps its colour on both scales.
    for colour in (packed(grey[0]), packed(signed[128])):
        assert drawn[np.searchsorted(every, colour)] == colour


def test_a_film_plays_as_long_as_is_asked() -> None:
    schedule = teaching(576, row=24)
    for seconds in (least_seconds(schedule) + 0.1, 7.77, 60.0):
        delays = delays_within(schedule, seconds)
        assert delays is not None
        assert sum(delays) == round(100 * seconds)
        assert (min(delays) >= 2, delays[-1]) == (True, 200)
    assert delays_within(schedule, 2.5) is None


def test_the_sheet_for_print_is_made_of_frames() -> None:
    network = network_of("three")
    slide = slide_filter(network, stages_of("three", network), network.first_convolution, 0)
    film = film_of(ConvolutionScene(slide, "a <title>"), slide.row)
    file = BytesIO()
    assert contact_sheet.write(file, film) == 6
    width, height = film.size
    with Image.open(file) as picture:
        assert picture.size == contact_sheet.size_of(film)
        assert picture.info["Title"] == "a <title>"
        pixels = np.asarray(picture.convert("RGB"))
    gap = contact_sheet.BETWEEN
    last = unpacked(film.scene.frame(film.schedule[-1]))
    assert np.array_equal(pixels[-height - gap : -gap, -width - gap : -gap], last)
