"""What describes a layer is what it is built from, whatever its arrays are called."""

import pytest

from convcli.engine.geometry import Window
from convcli.network import layers
from convcli.network.specification import parse
from convcli.network.words import array_names, describe, layer_names, window_of


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (layers.Convolution("conv1", "W1", "b1", 2, 1, Window(3, 4)), "conv1(2@3x4)"),
        (layers.Convolution("conv1", "W1", None, 2, 1, Window(3, 3)), "conv1(2@3x3,weight=W1)"),
        (
            layers.Convolution("conv1", "conv1.weight", None, 2, 1, Window(3, 3)),
            "conv1(2@3x3)",
        ),
        (
            layers.Convolution("conv1", "features.0.weight", "features.0.bias", 2, 1, Window(1, 1)),
            "conv1(2@1x1,from=features.0)",
        ),
        (
            layers.Convolution("conv1", "weight", "bias", 2, 1, Window(1, 1)),
            "conv1(2@1x1,weight=weight,bias=bias)",
        ),
        (
            layers.Convolution("conv1", "k", "b1", 2, 1, Window(1, 1, (2, 1), (0, 1, 0, 2))),
            "conv1(2@1x1,stride=2/1,pad=0/1/0/2,weight=k,bias=b1)",
        ),
        (layers.Affine("affine1", "fc7.weight", "fc7.bias", 4, 3, turned=True), "fc7(3)"),
        (layers.Affine("affine1", "W1", "b1", 4, 3, turned=True), "affine1(3,out_in)"),
        (layers.Affine("affine1", "fc1.weight", "fc1.bias", 4, 3), "fc1(3,in_out)"),
        (layers.MaxPooling("pool1", Window(2, 2, stride=2)), "maxpool2"),
        (layers.MaxPooling("pool1", Window(2, 2)), "maxpool2(stride=1)"),
        (layers.MaxPooling("pool1", Window(3, 2, (3, 2))), "maxpool3x2"),
        (layers.AveragePooling("pool1", Window(3, 3, 2, 1, ceil=True), count_include_pad=False),
         "avgpool3(stride=2,pad=1,ceil,exclude_pad)"),
        (layers.GlobalAveragePooling("pool1"), "globalavgpool"),
        (layers.LeakyReLU("relu1", 0.2), "leakyrelu(0.2)"),
        (layers.Dropout("dropout1", 0.5, scales_prediction=True), "dropout(0.5,book)"),
        (layers.Flatten("flatten1", channels_last=True), "flatten(channels_last)"),
        (layers.LogSoftmax("logsoftmax1"), "logsoftmax"),
    ],
)  # fmt: skip
def test_a_layer_is_described(layer: layers.Layer, text: str) -> None:
    assert describe([layer]) == text
    (word,) = parse(text)
    assert str(word) == text


def test_kinds_are_counted_each_by_itself_and_all_poolings_as_one() -> None:
    words = parse(
        "conv1 leakyrelu maxpool2 conv9 relu avgpool2 globalavgpool flatten fc3 fc(from=a)"
    )
    assert list(layer_names(words)) == [
        "conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "pool3", "flatten1", "affine1",
        "affine2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "there", "expected"),
    [
        ("conv1", [], {"weight": "W4", "bias": "b4"}),
        ("conv1", ["conv1.weight"], {"weight": "conv1.weight", "bias": "conv1.bias"}),
        ("conv1(from=a.b)", [], {"weight": "a.b.weight", "bias": "a.b.bias"}),
        ("conv1(weight=a.weight)", [], {"weight": "a.weight", "bias": "a.bias"}),
        ("conv1(weight=weight)", [], {"weight": "weight", "bias": "bias"}),
        ("conv1(weight=W9)", [], {"weight": "W9", "bias": "b9"}),
        ("conv1(bias=c)", [], {"weight": "W4", "bias": "c"}),
        (
            "bn2(mean=m)",
            [],
            {"scale": "gamma4", "shift": "beta4", "mean": "m", "variance": "variance4"},
        ),
    ],
)
def test_the_names_of_arrays_follow_from_the_word(
    text: str, there: list[str], expected: dict[str, str]
) -> None:
    (word,) = parse(text)
    assert array_names(word, 4, there) == expected


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("conv1", Window(4, 3)),
        ("conv1(stride=2)", Window(4, 3, stride=2)),
        ("conv1(stride=2/3,pad=1/2)", Window(4, 3, (2, 3), (1, 2))),
        ("maxpool4x3", Window(4, 3, (4, 3))),
        ("maxpool4x3(stride=1,ceil)", Window(4, 3, 1, ceil=True)),
        ("avgpool4x3(pad=0/1/2/1)", Window(4, 3, (4, 3), (0, 1, 2, 1))),
    ],
)
def test_a_window_moves_as_the_word_says(text: str, window: Window) -> None:
    (word,) = parse(text)
    assert window_of(word, (4, 3)) == window
