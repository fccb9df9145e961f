"""Readings of small networks, computed by hand, and of the book's."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import save
from tests.outcome import Convcli

SIZE = {"channels": 3, "height": 1, "width": 2}


@pytest.fixture
def colours() -> Path:
    """Scores: the sum of the red pixels, of the green ones, and of the blue ones."""
    weights = np.kron(np.eye(3), np.ones((2, 1)))
    described = Description("flatten fc1", {**SIZE, "classes": ["red", "green", "blue"]})
    save(Path("colours.npz"), {"W1": weights, "b1": np.zeros(3)}, described)
    Image.fromarray(np.array([[[0, 51, 255], [0, 204, 255]]], np.uint8)).save("picture.png")
    return Path("colours.npz")


def test_every_key_by_hand(convcli: Convcli, colours: Path) -> None:
    arguments = ("--image", "picture.png", "--params", colours, "--no-figures", "--json")
    outcome = convcli("predict", *arguments)
    assert (outcome.code, outcome.stderr) == (0, "")
    told = json.loads(outcome.stdout)
    powers = [1, math.e, math.e**2]
    expected = [power / sum(powers) for power in powers]
    assert told["probabilities"] == pytest.approx(expected, abs=1e-7)
    assert told["probability"] == max(told["probabilities"])
    assert (told["image"], told["label"], told["reading"]) == ("picture picture.png", None, 2)
    assert (told["params"], told["files"]) == ("colours.npz", [])
    assert [row["class"] for row in told["top"]] == ["blue", "green", "red"]
    assert [row["probability"] for row in told["top"]] == told["probabilities"][::-1]


def test_what_a_reader_gets(convcli: Convcli, colours: Path) -> None:
    arguments = ("--image", "picture.png", "--params", colours, "--top", "2")
    lines = convcli("predict", *arguments).stdout.splitlines()
    assert lines[0] == "picture picture.png: read by colours.npz"
    assert [line.split() for line in lines[3:5]] == [["blue", "0.6652"], ["green", "0.2447"]]
    assert lines[5] == "The whole network reads a blue, with a probability of 0.665241."
    # 50 columns are a probability of 1.
    assert [(line.split()[0], line.count("█")) for line in lines[7:10]] == [
        ("red", 4),
        ("green", 12),
        ("blue", 33),
    ]
    assert lines[10:] == ["wrote convcli-out/predict-image-picture/probabilities.png"]
    with Image.open(lines[10].removeprefix("wrote ")) as picture:
        assert picture.info["Title"] == lines[0]


def test_the_label_of_mnist_is_known(convcli: Convcli) -> None:
    outcome = convcli("predict", "--index", "5", "--no-figures")
    assert outcome.stderr.startswith("Note: MNIST was not found")
    lines = outcome.stdout.splitlines()
    assert "The label says 2: the reading is right." in lines
    assert next(line for line in lines if line.endswith("◀ label")).startswith("2 ")
    told = json.loads(convcli("predict", "--index", "5", "--no-figures", "--json").stdout)
    assert (told["label"], told["reading"]) == (2, 2)
    assert len(told["probabilities"]) == 10
    assert sum(told["probabilities"]) == pytest.approx(1, abs=1e-6)


def test_a_label_that_is_no_class_of_the_network_has_no_bar(convcli: Convcli) -> None:
    save(Path("two.npz"), {"W1": np.zeros((784, 2)), "b1": np.array([1.0, 0.0])})
    arguments = ("--index", "5", "--params", "two.npz", "--layers", "flatten fc1")
    outcome = convcli("predict", *arguments)
    assert outcome.code == 0
    assert "label says" not in outcome.stdout
    assert json.loads(convcli("predict", *arguments, "--json").stdout)["label"] == 2


@pytest.mark.parametrize(
    "file", ["sample-weight", "params-2016", "params-2022", "deep-convnet-params-2022"]
)
def test_the_book_s_networks_read_a_seven(
    convcli: Convcli, book_directory: Path, mnist_directory: Path, file: str
) -> None:
    outcome = convcli(
        *("predict", "--params", book_directory / f"{file}.pkl", "--data-dir", mnist_directory),
        *("--split", "test", "--index", "0", "--no-figures", "--json"),
    )
    assert (outcome.code, outcome.stderr) == (0, "")
    told = json.loads(outcome.stdout)
    assert (told["image"], told["label"], told["reading"]) == ("test image 0, label 7", 7, 7)


def test_the_input_goes_in_as_the_network_expects_it(convcli: Convcli) -> None:
    """A network that adds up (pixels - 1) / 0.5: white ink on black counts as little as can be."""
    described = Description(
        "flatten fc1",
        {**SIZE, "channels": 1, "height": 2, "mean": [1], "standard_deviation": [0.5]},
    )
    weights = np.array([[1.0, 0.0]] * 4)
    save(Path("sum.npz"), {"W1": weights, "b1": np.zeros(2)}, described)
    Image.fromarray(np.array([[0, 255], [255, 255]], np.uint8)).save("picture.png")
    arguments = ("--image", "picture.png", "--params", "sum.npz", "--no-figures", "--json")
    told = json.loads(convcli("predict", *arguments).stdout)
    # One black pixel: -2 against 0.
    assert told["probabilities"][0] == pytest.approx(1 / (1 + math.e**2))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--params", "missing.npz"], 1, "missing.npz"),
        (["--index", "300"], 2, "there is no train image 300"),
        (["--image", "missing.png"], 1, "missing.png"),
        (["--image", "picture.png", "--index", "3"], 2, "contradict each other"),
        (["--image", "picture.png", "--keep-size"], 2, "No such option '--keep-size'"),
        (["--top", "0"], 2, "0 is not in the range 1<=x<="),
        (
            ["--params", "colours.npz"],
            1,
            "MNIST's images are 1x28x28, and the network takes 3x1x2; give a picture with --image",
        ),
        (["--params", "filters.npz"], 1, "filters.npz: a convolution alone ends in conv1"),
        (["--params", "huge.npz"], 1, "huge.npz: the scores are not finite"),
        (["--no-figures", "--out", "x"], 2, "contradict each other"),
        (["--out", "picture.png"], 1, "choose another place with --out"),
    ],
)
def test_bad_input_is_one_line(
    convcli: Convcli, colours: Path, arguments: list[str], code: int, message: str
) -> None:
    save(Path("filters.npz"), {"W1": np.ones((2, 1, 5, 5)), "b1": np.ones(2)})
    huge = np.full((784, 50), 1e300)
    save(Path("huge.npz"), {"W1": huge, "b1": np.zeros(50), "W2": np.full((50, 60), 1e300),
        "b2": np.zeros(60), "W3": np.full((60, 10), 1e308), "b3": np.zeros(10)})  # fmt: skip
    outcome = convcli("predict", *arguments)
    assert (outcome.code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert not Path("convcli-out").exists()
