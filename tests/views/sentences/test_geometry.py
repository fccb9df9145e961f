import pytest

from convcli.engine.geometry import Window
from convcli.inspection.chain import LayerGeometry, chain_geometry
from convcli.inspection.left_over import LeftOver
from convcli.inspection.possible_windows import NearestWindows
from convcli.inspection.roundings import Rule
from convcli.network.specification import parse
from convcli.views.sentences.geometry import left_over_text, nearest_text, never_read, used_by

NONE = LeftOver(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("rows", "columns", "text"),
    [
        (NONE, NONE, "nothing"),
        (LeftOver(1, 0, 0, 0), NONE, "the last row"),
        (NONE, LeftOver(2, 0, 0, 0), "the last 2 columns"),
        (LeftOver(2, 0, 0, 0), LeftOver(2, 0, 0, 0), "the last 2 rows and columns"),
        (LeftOver(1, 0, 0, 0), LeftOver(2, 0, 0, 0), "the last row and the last 2 columns"),
        (LeftOver(0, 1, 0, 0), LeftOver(0, 1, 0, 0), "1 row and column between windows"),
        (LeftOver(1, 0, 1, 0), NONE, "the last row; the last row of padding"),
        (LeftOver(0, 0, 0, 3), NONE, "nothing"),
    ],
)
def test_what_is_left_over(rows: LeftOver, columns: LeftOver, text: str) -> None:
    assert left_over_text(rows, columns) == text


def _layer(text: str, shape: tuple[int, int, int]) -> LayerGeometry:
    return chain_geometry(parse(text), shape).layers[-1]


def test_what_is_never_read() -> None:
    assert never_read(_layer("maxpool2", (1, 5, 5))) == [
        "pool1: the last row and column are never read."
    ]
    assert never_read(_layer("maxpool2", (1, 5, 4))) == ["pool1: the last row is never read."]
    assert never_read(_layer("maxpool2(ceil)", (1, 5, 4))) == [
        "pool1: the last windows reach 1 row over the edge."
    ]
    assert never_read(_layer("maxpool2", (1, 4, 4))) == []
    assert never_read(_layer("relu", (1, 4, 4))) == []


def test_what_would_fit() -> None:
    taller = Window(2, 3, stride=(2, 1), pad=(1, 0))
    assert nearest_text(NearestWindows(taller, taller, taller)) == (
        "the nearest that fit: pad 1/0, or size 2x3, or stride 2/1"
    )
    assert nearest_text(NearestWindows(taller, None, None)) == (
        "the nearest that fit: pad 1/0; no size and no stride does"
    )
    assert nearest_text(NearestWindows(None, None, None)) == (
        "no other pad, size or stride alone makes it fit"
    )


def test_whose_rule_it_is() -> None:
    convolution = _layer("conv1(1@5)", (1, 28, 28))
    assert used_by(Rule.FLOOR, convolution) == "PyTorch, ONNX, TensorFlow (VALID), Caffe"
    assert used_by(Rule.SAME_UPPER, convolution).endswith(", PyTorch with padding='same'")
    stepping = _layer("conv1(1@5,stride=2,pad=1)", (1, 28, 28))
    assert used_by(Rule.FLOOR, stepping).endswith("TensorFlow (VALID, padded before), Caffe")
    assert "PyTorch" not in used_by(Rule.SAME_UPPER, stepping)
    pooling = _layer("maxpool3(stride=2)", (1, 24, 24))
    assert "Caffe" not in used_by(Rule.FLOOR, pooling)
    assert used_by(Rule.CEIL, pooling).endswith(", Caffe always")
    assert "Caffe" not in used_by(Rule.CEIL, _layer("maxpool3(stride=9)", (1, 4, 4)))
    assert used_by(Rule.FLOOR, _layer("relu", (1, 4, 4))) == ""
