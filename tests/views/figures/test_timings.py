"""The charts of time: prepared values, read back from the lines and bands."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.colors import to_hex

from convcli.inspection.im2col_comparison import Timing, TimingPoint
from convcli.views.figures.sheet import Sheet
from convcli.views.figures.timings import draw
from convcli.views.palette import LINES
from tests.views.reading import drawn, texts

SIZES = (1, 10, 100, 1000)
VARIANTS = ("offset", "position", "gather")
TITLE = "im2col of train image 5: filter 5x5, stride 1, pad 0; 3 runs each"


def points(sizes: tuple[int, ...] = SIZES) -> list[TimingPoint]:
    random = np.random.default_rng(13)
    return [
        TimingPoint(
            size,
            {
                name: Timing(*(tuple(1e-5 * size * random.uniform(1, 9, 3)) for _ in range(2)))
                for name in VARIANTS
            },
        )
        for size in sizes
    ]


def axes_of(sheet: Sheet) -> Axes:
    (axes,) = sheet.figure.axes
    return axes


def test_every_variant_is_a_line_of_medians_with_a_band_around_it() -> None:
    measured = points()
    axes = axes_of(draw(measured, "images in the batch", TITLE, logarithmic_size=True))
    assert len(axes.lines) == len(axes.collections) == len(VARIANTS)
    for place, name in enumerate(VARIANTS):
        timings = [point.timings[name] for point in measured]
        line, band = axes.lines[place], axes.collections[place]
        assert line.get_label() == name
        assert to_hex(str(line.get_color())) == LINES[place]
        np.testing.assert_array_equal(np.asarray(line.get_xdata()), SIZES)
        medians = [timing.median_seconds for timing in timings]
        np.testing.assert_array_equal(np.asarray(line.get_ydata()), medians)
        assert isinstance(band, FillBetweenPolyCollection)
        (path,) = band.get_paths()
        corners = {tuple(corner) for corner in np.asarray(path.vertices).tolist()}
        for size, timing in zip(SIZES, timings, strict=True):
            assert (size, min(timing.totals)) in corners
            assert (size, max(timing.totals)) in corners
    assert axes.get_xscale() == axes.get_yscale() == "log"


def test_the_chart_says_what_it_shows_and_in_which_unit() -> None:
    sheet = draw(points(), "images in the batch", TITLE, logarithmic_size=True)
    axes = axes_of(sheet)
    assert texts(sheet)[0] == TITLE
    assert texts(sheet)[1].startswith("line: median of the runs · band: fastest to slowest run")
    assert axes.get_xlabel() == "images in the batch"
    assert axes.get_ylabel() == "time of one im2col"
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == list(VARIANTS)
    drawn(sheet)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["1", "10", "100", "1,000"]
    low, high = axes.get_ylim()
    shown = {
        label.get_text()
        for place, label in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
        if low <= place <= high
    }
    assert {"100 µs", "1 ms", "10 ms"} <= shown


def test_times_within_one_decade_still_have_numbers_at_the_axis() -> None:
    timing = {"offset": Timing((2e-4, 3e-4), (1e-4, 1e-4))}
    sheet = draw([TimingPoint(1, timing), TimingPoint(2, timing)], "images", TITLE)
    drawn(sheet)
    axes = axes_of(sheet)
    low, high = axes.get_ylim()
    assert any(low <= place <= high for place in axes.get_yticks())


@pytest.mark.parametrize(
    ("sizes", "labels"),
    [
        (tuple(range(1, 25)), ["1", "4", "8", "12", "16", "20", "24"]),
        ((1, 2, 3), ["1", "2", "3"]),
        ((1,), ["1"]),
    ],
)
def test_filter_sizes_are_on_a_plain_axis(sizes: tuple[int, ...], labels: list[str]) -> None:
    sheet = draw(points(sizes), "filter size", TITLE)
    drawn(sheet)
    axes = axes_of(sheet)
    assert axes.get_xscale() == "linear"
    assert [label.get_text() for label in axes.get_xticklabels()] == labels


def test_nothing_of_the_chart_leaves_the_sheet() -> None:
    sheet = draw(points(), "images in the batch", TITLE, logarithmic_size=True)
    drawn(sheet)
    box = axes_of(sheet).get_tightbbox()
    assert box is not None
    assert 0 <= box.x0 <= box.x1 <= sheet.width
    assert 0 <= box.y0 <= box.y1 <= sheet.height - sheet.top
