"""The curve of errors, read back from its lines."""

import numpy as np
import pytest

from convcli.network.gradient_sweep import STEPS, SweepPoint
from convcli.views.figures.gradient_sweep import LEAST, draw
from tests.views.reading import assert_nothing_leaves_the_sheet, png


def points(names: list[str]) -> list[SweepPoint]:
    return [
        SweepPoint(step, {name: step**2 * (place + 1) for place, name in enumerate(names)}, 0, 0)
        for step in STEPS
    ]


@pytest.mark.parametrize("count", [1, 6, 20])
def test_each_parameter_has_a_line_of_its_own(count: int) -> None:
    names = [f"W{number}" for number in range(count)]
    sheet = draw(points(names), "a network")
    (axes,) = sheet.figure.axes
    lines = axes.get_lines()
    assert [line.get_label() for line in lines] == names
    styles = {(line.get_color(), line.get_linestyle(), line.get_marker()) for line in lines}
    assert len(styles) == min(count, 18)
    for place, line in enumerate(lines):
        assert np.asarray(line.get_xdata()).tolist() == list(STEPS)
        assert np.asarray(line.get_ydata()).tolist() == pytest.approx(
            [max(step**2 * (place + 1), LEAST) for step in STEPS]
        )
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert_nothing_leaves_the_sheet(sheet)


def test_no_error_at_all_can_be_drawn() -> None:
    sheet = draw([SweepPoint(1e-5, {"W1": 0.0}, 0.0, 0.0)], "a network")
    (line,) = sheet.figure.axes[0].get_lines()
    assert np.asarray(line.get_ydata()).tolist() == [LEAST]
    assert len(png(sheet)) > 1000
