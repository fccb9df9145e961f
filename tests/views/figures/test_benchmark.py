"""Bars and growth, read back from their artists."""

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from convcli.benchmark.measure import Timing
from convcli.benchmark.race import RaceResult, TaskResult
from convcli.views.figures.benchmark import draw_bars, draw_growth
from convcli.views.figures.sheet import Sheet
from convcli.views.palette import LINES, RULE
from tests.views.reading import assert_no_text_on_another, drawn, texts

NAMES = ["fast path", "plain path, float64", "ONNX Runtime by 100"]
MACHINE = "Abacus 9, 2 threads each, 3 runs"


def result() -> TaskResult:
    random = np.random.default_rng(1)
    races = tuple(
        RaceResult(
            size, {name: Timing(tuple(size * random.uniform(1e-6, 9e-4, 3))) for name in NAMES}, {}
        )
        for size in (1, 100, 1000)
    )
    return TaskResult("convolution", "convolution with 30 filters 5x5; float32", races)


def bars(axes: Axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def test_every_contender_is_a_bar_as_long_as_its_median_with_a_whisker() -> None:
    shown = result()
    sheet = draw_bars(shown, MACHINE)
    assert len(sheet.figure.axes) == len(shown.races)
    for axes, race in zip(sheet.figure.axes, shown.races, strict=True):
        timings = list(race.timings.values())
        assert [bar.get_width() for bar in bars(axes)] == [t.median_seconds for t in timings]
        assert all(bar.get_x() == 0 for bar in bars(axes))
        assert [to_hex(bar.get_facecolor()) for bar in bars(axes)] == [LINES[0], RULE, RULE]
        (whiskers,) = axes.collections
        assert isinstance(whiskers, LineCollection)
        ends = [np.asarray(segment)[:, 0].tolist() for segment in whiskers.get_segments()]
        assert ends == [[t.fastest_seconds, t.slowest_seconds] for t in timings]
        assert axes.get_xlim() == (0, max(t.slowest_seconds for t in timings))
        # The first on top.
        bottom, top = axes.get_ylim()
        assert bottom > top


def test_a_bar_stands_in_the_row_of_its_name_and_numbers() -> None:
    timings = {"fast path": Timing((0.001,)), "other": Timing((0.0125,))}
    shown = TaskResult("predict", "scores", (RaceResult(1, timings, {}),))
    sheet = draw_bars(shown, MACHINE)
    written = texts(sheet)
    first = written.index("1 image")
    assert written[first:] == [
        *("1 image", "fast path", "1.00 ms", "× 1.00", "other", "12.5 ms", "× 12.5")
    ]
    drawn(sheet)
    (axes,) = sheet.figure.axes
    for place, bar in enumerate(bars(axes)):
        name, *numbers = sheet.figure.texts[first + 1 + 3 * place :][:3]
        box, text = bar.get_window_extent(), name.get_window_extent()
        assert box.y0 <= (text.y0 + text.y1) / 2 <= box.y1
        assert text.x1 < box.x0
        assert all(box.x1 < number.get_window_extent().x0 for number in numbers)


def test_the_sheet_says_what_where_and_how() -> None:
    sheet = draw_bars(result(), MACHINE)
    drawn(sheet)
    assert texts(sheet)[0] == result().title
    subtitle = " ".join(texts(sheet)[1:3])
    assert subtitle.startswith(f"{MACHINE} · bar: median, from zero · whisker: fastest to slowest")
    assert "×: time divided by that of fast path" in subtitle
    assert {"1 image", "100 images", "1,000 images"} <= set(texts(sheet))
    assert_no_text_on_another(sheet)
    for text in sheet.figure.texts:
        box = text.get_window_extent()
        assert 0 <= box.x0 <= box.x1 <= sheet.width, text
        assert 0 <= box.y0 <= box.y1 <= sheet.height, text


def test_growth_is_time_per_image_from_zero() -> None:
    shown = result()
    sheet = draw_growth(shown, MACHINE)
    (axes,) = sheet.figure.axes
    assert [line.get_label() for line in axes.lines] == NAMES
    for line, name in zip(axes.lines, NAMES, strict=True):
        np.testing.assert_array_equal(np.asarray(line.get_xdata()), [1, 100, 1000])
        medians = [race.timings[name].median_seconds / race.size for race in shown.races]
        np.testing.assert_allclose(np.asarray(line.get_ydata()), medians, rtol=1e-12)
    assert len(axes.collections) == len(NAMES)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylabel() == "time per image"
    assert texts(sheet)[:2] == [
        shown.title,
        f"{MACHINE} · line: median · band: fastest to slowest run",
    ]


@pytest.mark.parametrize("draw", [draw_bars, draw_growth])
def test_a_single_run_of_one_contender_can_be_drawn(
    draw: Callable[[TaskResult, str], Sheet],
) -> None:
    alone = TaskResult("growth", "scores", (RaceResult(1, {"fast path": Timing((0.1,))}, {}),))
    assert drawn(draw(alone, MACHINE)).std() > 0
