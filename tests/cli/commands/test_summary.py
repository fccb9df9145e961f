"""The numbers of a small network, counted by hand."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import save
from tests.outcome import Convcli

LAYERS = "conv1(stride=2/1,pad=1/0) relu maxpool2(ceil) flatten fc1"
# 3 channels of 9x8; conv: 4 filters 3x2, rows (9 + 2 - 3) / 2 + 1 = 5, columns 8 - 2 + 1 = 7;
# pool 2x2, rounded up: 3x4; 4 * 3 * 4 = 48 numbers.
SHAPES = {"W1": (4, 3, 3, 2), "b1": (4,), "W2": (48, 5), "b2": (5,)}
SIZE = ("--layers", LAYERS, "--input-size", "9x8")


@pytest.fixture
def small() -> Path:
    save(Path("small.npz"), {name: np.ones(shape) for name, shape in SHAPES.items()})
    return Path("small.npz")


def test_every_number_of_a_small_network(convcli: Convcli, small: Path) -> None:
    outcome = convcli("summary", "--params", small, *SIZE, "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    told = json.loads(outcome.stdout)
    keys = (
        *("name", "kind", "output_shape", "parameters", "multiply_adds"),
        *("receptive_field", "jump"),
    )
    convolution = 4 * 5 * 7 * 3 * 3 * 2
    assert [[layer[key] for key in keys] for layer in told["layers"]] == [
        ["conv1", "convolution", [4, 5, 7], 4 * 18 + 4, convolution, [3, 2], [2, 1]],
        ["relu1", "ReLU", [4, 5, 7], 0, 0, [3, 2], [2, 1]],
        ["pool1", "max pooling", [4, 3, 4], 0, 0, [5, 3], [4, 2]],
        ["flatten1", "flatten", [48], 0, 0, [5, 3], [4, 2]],
        ["affine1", "affine", [5], 48 * 5 + 5, 48 * 5, [9, 8], None],
    ]
    assert [layer["window"] for layer in told["layers"][::2]] == [
        {"size": [3, 2], "stride": [2, 1], "pad": [1, 1, 0, 0], "ceil": False},
        {"size": [2, 2], "stride": [2, 2], "pad": [0, 0, 0, 0], "ceil": True},
        None,
    ]
    assert told["parameters"] == 76 + 245
    assert told["multiply_adds"] == convolution + 240
    assert told["params"] == "small.npz"
    assert told["network"] == "the network as described"
    assert told["specification"] == (
        "conv1(4@3x2,stride=2/1,pad=1/1/0/0) relu maxpool2(ceil) flatten affine1(5)"
    )
    assert told["input"] == {
        "channels": 3,
        "height": 9,
        "width": 8,
        "scale": 255.0,
        "mean": [0.0],
        "standard_deviation": [1.0],
        "classes": list("01234"),
    }


def test_the_table_and_the_totals(convcli: Convcli, small: Path) -> None:
    lines = convcli("summary", "--params", small, *SIZE).stdout.splitlines()
    assert lines[0] == "small.npz: the network as described"
    assert re.split(" {2,}", lines[3].strip()) == [
        *("conv1", "convolution", "3x2, stride 2/1, pad 1/1/0/0", "(4, 5, 7)"),
        *("76", "2,520", "3x2", "2x1"),
    ]
    assert re.split(" {2,}", lines[5].strip()) == [
        *("pool1", "max pooling", "2x2, stride 2, pad 0, rounded up", "(4, 3, 4)", "0", "0"),
        *("5x3", "4x2"),
    ]
    # An affine layer sees everything, and has no jump.
    assert re.split(" {2,}", lines[7].strip())[-3:] == ["245", "240", "9x8"]
    assert lines[8:] == [
        "Input: 3x9x8, pixels / 255; 5 classes: 0, 1, 2, 3, 4",
        "Parameters: 321",
        "Multiply-adds for one image: 2,760",
        "Described by: conv1(4@3x2,stride=2/1,pad=1/1/0/0) relu maxpool2(ceil) flatten affine1(5)",
    ]


def test_the_book_s_networks(convcli: Convcli, book_directory: Path) -> None:
    counts = {}
    for name in ("sample-weight", "params-2022", "deep-convnet-params-2022"):
        outcome = convcli("summary", "--params", book_directory / f"{name}.pkl", "--json")
        told = json.loads(outcome.stdout)
        counts[told["network"]] = (told["parameters"], told["multiply_adds"])
    convolutions = (
        9 * 28 * 28 * (16 + 16 * 16) + 9 * 14 * 14 * 16 * 32 + 9 * 16 * 16 * 32 * 32
        + 9 * 8 * 8 * (32 * 64 + 64 * 64)
    )  # fmt: skip
    assert counts == {
        "the book's network of chapter 3": (45_360, 784 * 50 + 50 * 100 + 100 * 10),
        "the book's network of chapter 7": (433_890, 25 * 30 * 24 * 24 + 4320 * 100 + 1000),
        "the book's network of chapter 8": (123_552, convolutions + 1024 * 50 + 500),
    }


def test_what_was_assumed_is_said_on_stderr(convcli: Convcli) -> None:
    shapes = {
        "conv1.weight": (6, 1, 5, 5),
        "conv1.bias": (6,),
        "conv2.weight": (16, 6, 5, 5),
        "conv2.bias": (16,),
        "fc1.weight": (120, 256),
        "fc1.bias": (120,),
        "fc2.weight": (84, 120),
        "fc2.bias": (84,),
        "fc3.weight": (10, 84),
        "fc3.bias": (10,),
    }
    save(Path("lenet.npz"), {name: np.ones(shape) for name, shape in shapes.items()})
    outcome = convcli("summary", "--params", "lenet.npz")
    assert outcome.code == 0
    assert outcome.stderr == (
        "Note: assumed of LeNet-5: ReLU and max pooling, the input (pixels / 255 - 0.1307) / "
        "0.3081\n"
    )
    assert "Input: 1x28x28, (pixels / 255 - 0.1307) / 0.3081; 10 classes" in outcome.stdout


def test_names_of_classes_reach_the_terminal_on_one_line(convcli: Convcli) -> None:
    classes = [f"class number {number}" for number in range(500)]
    described = Description(
        "flatten fc1", {"channels": 1, "height": 2, "width": 2, "classes": list(classes)}
    )
    save(Path("many.npz"), {"W1": np.ones((4, 500)), "b1": np.ones(500)}, described)
    shown = convcli("summary", "--params", "many.npz")
    (line,) = [line for line in shown.stdout.splitlines() if line.startswith("Input: ")]
    assert line.startswith("Input: 1x2x2, pixels / 255; 500 classes: class number 0, ")
    assert len(line) < 200
    told = json.loads(convcli("summary", "--params", "many.npz", "--json").stdout)
    assert told["input"]["classes"] == classes


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--params", "missing.npz"], 1, "missing.npz"),
        (["--params", "small.npz"], 1, "small.npz: W2 has shape (48, 5); (676, 5) is expected"),
        (["--params", "strange.npz"], 1, "describe its layers with --layers"),
        (["--layers", "conv1\x1b[2J"], 2, r"'conv1\x1b[2J' is no layer"),
        (["--layers", ""], 2, "names no layer"),
        (["--layers", "conv1 relu"], 1, "W2 of shape (4320, 100) is taken by no layer"),
        (["--input-size", "28"], 2, "'28' is no size such as 3x32x32 or 32x32"),
        (["--input-size", "0x28"], 2, "'0x28' is no size"),
        (["--input-size", "1x2x3x4"], 2, "'1x2x3x4' is no size"),
        (["--input-size", "٣x٣"], 2, "is no size"),
        (["--input-size", "4x4"], 1, "conv1"),
        (["--input-size", "60000x60000"], 2, "16,777,216 numbers are the most"),
    ],
)
def test_bad_input_is_one_line(
    convcli: Convcli, small: Path, arguments: list[str], code: int, message: str
) -> None:
    save(Path("strange.npz"), {"weights": np.ones((2, 2))})
    outcome = convcli("summary", *arguments)
    assert (outcome.code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1
