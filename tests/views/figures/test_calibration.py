"""The reliability diagram, read back from its lines and bars."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from convcli.network.calibration import calibration_bins
from convcli.views.figures.calibration import draw
from tests.views.reading import assert_nothing_leaves_the_sheet, png


def test_points_bars_and_counts_are_those_of_the_bins() -> None:
    random = np.random.default_rng(0)
    probabilities = random.random(300)
    bins = calibration_bins(probabilities, random.random(300) < probabilities, bins=5)
    sheet = draw(bins, "300 images", "calibration error 0.01")
    reliability, counts = sheet.figure.axes
    lines = [np.asarray(line.get_xydata()) for line in reliability.get_lines()]
    np.testing.assert_array_equal(lines[0], [[0, 0], [1, 1]])
    for part, interval, point in zip(bins, lines[1::2], lines[2::2], strict=True):
        assert part.interval is not None
        assert interval[:, 1] == pytest.approx(part.interval)
        assert point.tolist() == [pytest.approx([part.probability, part.accuracy])]
    assert [bar.get_bbox().height for bar in counts.patches if isinstance(bar, Rectangle)] == [
        part.total for part in bins
    ]
    assert [text.get_text() for text in counts.texts] == [str(part.total) for part in bins]
    assert counts.get_yscale() == "log"
    assert_nothing_leaves_the_sheet(sheet)


def test_one_bin_is_enough() -> None:
    bins = calibration_bins(np.array([1.0]), np.array([False]))
    assert len(png(draw(bins, "one image", "calibration error 1"))) > 1000
