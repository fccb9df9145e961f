"""``convcli train`` with networks of the user's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import load, save

Command = Callable[..., Any]

QUICK = ("--epochs", "2", "--batch", "11", "--no-figures")
SMALL = "conv1(2@5x5,stride=2) relu maxpool2 flatten fc1(10) dropout(0.25,book)"


def test_another_network_is_trained_and_its_file_says_what_it_is(
    convcli: Command, data: Path
) -> None:
    trained = convcli("train", "--data-dir", data, *QUICK, "--layers", SMALL)
    assert trained.code == 0, trained.stderr
    said = "conv1(2@5x5,stride=2) relu maxpool2 flatten affine1(10) dropout(0.25,book)"
    assert trained.stdout.startswith(f"the network as described: {said}; adam, seed 0")
    file = Path("convcli-out/train/network.npz")
    assert trained.stdout.splitlines()[-1] == f"wrote {file}"
    saved = load(file)
    assert saved.description is not None
    assert saved.description.layers == said
    # No --layers are needed where the file is opened.
    summary = json.loads(convcli("summary", "--params", file, "--json").stdout)
    assert [layer["name"] for layer in summary["layers"]] == [
        "conv1", "relu1", "pool1", "flatten1", "affine1", "dropout1",
    ]  # fmt: skip
    again = convcli("train", "--data-dir", data, *QUICK, "--params", file, "--save", "b.npz")
    assert again.code == 0, again.stderr


def test_a_known_network_s_file_holds_its_arrays_alone(convcli: Command, data: Path) -> None:
    assert convcli("train", "--data-dir", data, *QUICK, "--save", "a.npz").code == 0
    assert load(Path("a.npz")).description is None
    same = "conv1(30@5x5) relu maxpool2 flatten fc1(100) relu fc2(10)"
    arguments = ("--layers", same, "--save", "b.npz")
    assert convcli("train", "--data-dir", data, *QUICK, *arguments).code == 0
    assert Path("a.npz").read_bytes() == Path("b.npz").read_bytes()


def test_json_says_which_layers_were_trained(convcli: Command, data: Path) -> None:
    arguments = ("--layers", SMALL, "--save", "small.safetensors", "--json")
    outcome = convcli("train", "--data-dir", data, *QUICK, *arguments)
    layers = json.loads(outcome.stdout)["layers"]
    saved = load(Path("small.safetensors"))
    assert saved.description is not None
    assert layers == saved.description.layers


def test_training_goes_on_from_a_file_and_leaves_it_alone(convcli: Command, data: Path) -> None:
    random = np.random.default_rng(0)
    arrays = {
        "fc.weight": random.normal(size=(10, 784)).astype("float32") / 28,
        "fc.bias": np.zeros(10, "float64"),
    }
    save(Path("begin.npz"), arrays)
    before = Path("begin.npz").read_bytes()
    # So slow that it stays where it began.
    arguments = ("--params", "begin.npz", "--layers", "flatten fc(from=fc)", "--save", "end.npz")
    slowly = ("--optimizer", "sgd", "--learning-rate", "1e-30")
    outcome = convcli("train", "--data-dir", data, *QUICK, *arguments, *slowly)
    assert outcome.code == 0, outcome.stderr
    assert Path("begin.npz").read_bytes() == before
    end = load(Path("end.npz"))
    for name, array in arrays.items():
        assert end.arrays[name].dtype == array.dtype
        np.testing.assert_allclose(end.arrays[name], array, rtol=0, atol=1e-25)
    assert end.description is not None
    assert end.description.layers == "flatten affine1(10,from=fc)"


def test_whole_numbers_are_learned_as_float32(convcli: Command, data: Path) -> None:
    save(Path("whole.npz"), {"W1": np.ones((784, 10), "int16"), "b1": np.zeros(10, "float16")})
    arguments = ("--params", "whole.npz", "--layers", "flatten fc1", "--save", "end.npz")
    assert convcli("train", "--data-dir", data, *QUICK, *arguments).code == 0
    assert {str(array.dtype) for array in load(Path("end.npz")).arrays.values()} == {"float32"}


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("conv1 relu flatten fc1(10)", "'conv1' has no size; write conv1(30@5x5)"),
        ("flatten fc1(9)", "ends in affine1 of shape (9,), and MNIST has 10 classes; end with 10"),
        ("conv1(10@5x5) relu", "ends in relu1 of shape (10, 24, 24), and MNIST has 10 classes"),
        ("conv1(2@29x29) flatten fc1(10)", "a window of 29 rows does not fit 28 rows"),
        ("fc1(10)", "affine1 takes one row of numbers and is given (1, 28, 28); put a flatten"),
        ("flatten fc1(99999) relu fc2(99999) relu fc3(10)", "134,217,728 are the most"),
        ("swish", "'swish' is no layer; write for example"),
        ("", "the description names no layer"),
    ],
)
def test_a_network_that_does_not_read_mnist_is_one_line(
    convcli: Command, data: Path, layers: str, message: str
) -> None:
    before = sorted(Path().rglob("*"))
    outcome = convcli("train", "--data-dir", data, "--layers", layers)
    assert outcome.code == 2
    assert outcome.stdout == ""
    (error,) = outcome.stderr.splitlines()[-1:]
    assert error.startswith("Error: ")
    assert message in error
    assert len(error) <= 200
    assert sorted(Path().rglob("*")) == before


def test_a_file_for_other_pictures_or_classes_is_not_trained(convcli: Command, data: Path) -> None:
    arrays = {"W1": np.zeros((12, 10)), "b1": np.zeros(10)}
    described = {"channels": 3, "height": 2, "width": 2}
    save(Path("rgb.npz"), arrays, Description("flatten fc1", described))
    outcome = convcli("train", "--data-dir", data, "--params", "rgb.npz", "--save", "x.npz")
    assert outcome.code == 2
    assert "MNIST's images are 1x28x28, and the network takes 3x2x2" in outcome.stderr
    save(Path("nine.npz"), {"W1": np.zeros((784, 9)), "b1": np.zeros(9)})
    arguments = ("--params", "nine.npz", "--layers", "flatten fc1", "--save", "x.npz")
    outcome = convcli("train", "--data-dir", data, *arguments)
    assert outcome.code == 2
    assert "and MNIST has 10 classes" in outcome.stderr
    outcome = convcli("train", "--data-dir", data, "--params", "nine.npz", "--save", "x.npz")
    assert outcome.code == 1
    assert not Path("x.npz").exists()
