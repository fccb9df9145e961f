"""The curves of a training: prepared values, read back from the lines and bars."""

import numpy as np
from matplotlib.axes import Axes

from convcli.inspection.learning_curves import LearningCurves
from convcli.views.figures.learning_curves import draw
from convcli.views.figures.sheet import Sheet
from tests.views.reading import drawn, texts

CURVES = LearningCurves(
    epochs=[1, 2, 3],
    loss=[0.9, 0.4, 0.2],
    validation_loss=[0.8, 0.5, 0.6],
    accuracy=[0.7, 0.8, 0.95],
    validation_accuracy=[0.75, 0.9, 0.85],
    validation_low=[0.7, 0.86, 0.8],
    validation_high=[0.8, 0.93, 0.89],
    validation_images=300,
    best=2,
)


def _charts(sheet: Sheet) -> tuple[Axes, Axes]:
    loss, accuracy = sheet.figure.axes
    return loss, accuracy


def _lines(axes: Axes) -> dict[str, list[tuple[float, float]]]:
    return {
        str(line.get_label()): [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]
        for line in axes.get_lines()
        if str(line.get_label()) in ("training", "validation")
    }


def test_both_charts_have_a_line_of_what_was_learned_and_one_of_what_was_not() -> None:
    loss, accuracy = _charts(draw(CURVES, "title"))
    assert _lines(loss) == {
        "training": list(zip(CURVES.epochs, CURVES.loss, strict=True)),
        "validation": list(zip(CURVES.epochs, CURVES.validation_loss, strict=True)),
    }
    assert _lines(accuracy) == {
        "training": list(zip(CURVES.epochs, CURVES.accuracy, strict=True)),
        "validation": list(zip(CURVES.epochs, CURVES.validation_accuracy, strict=True)),
    }


def test_the_bars_go_from_end_to_end_of_the_interval() -> None:
    _, accuracy = _charts(draw(CURVES, "title"))
    (bars,) = accuracy.collections
    ends = [segment[:, 1].tolist() for segment in bars.get_segments()]  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        ends, list(zip(CURVES.validation_low, CURVES.validation_high, strict=True))
    )


def test_the_epoch_that_was_kept_is_marked_and_named() -> None:
    sheet = draw(CURVES, "what was trained")
    for axes in _charts(sheet):
        marks = [line for line in axes.get_lines() if line.get_linestyle() == "--"]
        assert [np.asarray(mark.get_xdata()).tolist() for mark in marks] == [[2, 2]]
    said = " ".join(texts(sheet))
    assert "what was trained" in said
    assert "300 images" in said
    assert "epoch 2, which was kept" in said


def test_one_epoch_can_be_drawn() -> None:
    one = LearningCurves([1], [0.9], [0.8], [0.0], [1.0], [0.99], [1.0], 300, 1)
    assert drawn(draw(one, "title")).shape[2] == 3
