import numpy as np
import pytest

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import trace_im2col
from convcli.inspection.im2col_comparison import Timing, VariantResult
from convcli.views.sentences.im2col import outcome, without_picture

IMAGES = np.random.default_rng(0).random((2, 1, 28, 28))


def _result(name: str, slicing: float, layout: float) -> VariantResult:
    trace = trace_im2col(IMAGES, Window(5, 5), name)
    return VariantResult(trace, Timing((slicing,), (layout,)), 1.0, equal=True)


@pytest.mark.parametrize(
    ("offset", "position", "winner", "decider"),
    [
        ((0.001, 0.002), (0.009, 0.001), "offset", "the number of slices"),
        ((0.001, 0.020), (0.009, 0.001), "position", "the final transpose"),
        ((0.005, 0.001), (0.001, 0.002), "position", "the slicing, not how many slices,"),
    ],
)
def test_the_sentence_follows_from_the_numbers(
    offset: tuple[float, float], position: tuple[float, float], winner: str, decider: str
) -> None:
    results = [_result("offset", *offset), _result("position", *position)]
    lines = outcome(results, batch=2)
    assert lines[0].startswith(f"Fastest in this run of 2 images: {winner}")
    assert lines[1].startswith(f"Between offset and position {winner} won, and {decider} decided")
    assert "25 against 576 slices took" in lines[1]


def test_as_many_slices_did_not_decide_by_their_number() -> None:
    images = np.random.default_rng(0).random((2, 1, 9, 9))
    results = [
        VariantResult(
            trace_im2col(images, Window(5, 5), name), Timing((slicing,), (0.001,)), 1.0, equal=True
        )
        for name, slicing in (("offset", 0.002), ("position", 0.009))
    ]
    line = outcome(results, batch=2)[1]
    assert "offset won, and the slicing, not how many slices, decided: 25 against 25 slices" in line


def test_variants_without_a_picture_are_named_with_the_reason() -> None:
    results = {name: _result(name, 1.0, 1.0) for name in ("offset", "position", "gather", "strips")}
    (line,) = without_picture(list(results.values()))
    assert line.startswith("Without a picture: gather, strips. Their tiles would be those of")
    assert without_picture([results["offset"], results["position"]]) == []
