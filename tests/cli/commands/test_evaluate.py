"""Readings that are counted by hand, and those of the book's networks on MNIST."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.stats import binomtest

from convcli.cli import console
from convcli.cli.commands import evaluate
from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import save
from tests.outcome import Convcli

LAYERS = "flatten fc1"
SIZE = {"channels": 1, "height": 28, "width": 28}


def always(place: int, name: str, classes: int = 10, names: tuple[str, ...] = ()) -> Path:
    """A network that reads the same on every image."""
    bias = np.zeros(classes)
    bias[place] = 1
    described = Description(LAYERS, {**SIZE, "classes": list(names)})
    save(Path(name), {"W1": np.zeros((784, classes)), "b1": bias}, described)
    return Path(name)


def test_every_key_by_hand(convcli: Convcli, small_mnist: Path) -> None:
    """Five images with the labels 0, 1, 2, 3 and 4, each of which is read as a 3."""
    arguments = ("--params", always(3, "three.npz"), "--data-dir", small_mnist)
    outcome = convcli("evaluate", *arguments, "--no-figures", "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    told = json.loads(outcome.stdout)
    assert (told["right"], told["total"], told["accuracy"]) == (1, 5, 0.2)
    expected = binomtest(1, 5).proportion_ci(method="wilson")
    assert told["interval"] == pytest.approx([expected.low, expected.high])
    assert told["confusion"] == [
        [int(column == 3 and row < 5) for column in range(10)] for row in range(10)
    ]
    assert told["classes"] == [
        {
            "name": str(row),
            "right": int(row == 3),
            "total": int(row < 5),
            "accuracy": None if row >= 5 else float(row == 3),
            "readings": {
                str(column): int(column == 3 and row < 5) for column in range(10)
            },
        }
        for row in range(10)
    ]  # fmt: skip
    assert told["params"] == "three.npz"
    assert told["data"] == {"name": "IDX files in small-mnist", "split": "test"}
    assert told["files"] == []


def test_what_a_reader_gets(convcli: Convcli, small_mnist: Path) -> None:
    params = always(1, "one.npz", names=("nought", *"123456789"))
    arguments = ("--params", params, "--data-dir", small_mnist, "--split", "train", "--limit", "4")
    lines = convcli("evaluate", *arguments).stdout.splitlines()
    assert lines[0] == "4 train images of IDX files in small-mnist, read by one.npz"
    assert [line.split() for line in lines[3:5]] == [
        ["nought", "0", "1", "0.00%"],
        ["1", "1", "1", "100.00%"],
    ]
    # A class that no image has, has no accuracy.
    assert lines[12].split() == ["9", "0", "0"]
    assert lines[14] == "row: label, column: what was read"
    assert lines[15].split() == ["name", "nought", *"123456789"]
    assert lines[18].split() == ["1", *"0100000000"]
    assert lines[27:] == [
        "1 of 4 right: 25.00% (95% interval by Wilson: 4.56% to 69.94%)",
        "wrote convcli-out/evaluate-train/confusion.png",
    ]
    with Image.open("convcli-out/evaluate-train/confusion.png") as picture:
        assert picture.info["Title"] == lines[0]


@pytest.mark.parametrize("names", [("same",) * 10, ("name", *"123456789")])
def test_classes_whose_names_tell_nothing_have_numbers(
    convcli: Convcli, small_mnist: Path, names: tuple[str, ...]
) -> None:
    arguments = ("--params", always(0, "net.npz", names=names), "--data-dir", small_mnist)
    outcome = convcli("evaluate", *arguments, "--no-figures")
    assert outcome.code == 0
    assert outcome.stdout.splitlines()[15].split() == ["name", *"0123456789"]


def test_of_many_classes_there_is_no_table(convcli: Convcli, small_mnist: Path) -> None:
    arguments = ("--params", always(0, "net.npz", classes=40), "--data-dir", small_mnist)
    outcome = convcli("evaluate", *arguments)
    assert outcome.code == 0
    assert "what was read" not in outcome.stdout
    told = json.loads(convcli("evaluate", *arguments, "--json").stdout)
    assert np.shape(told["confusion"]) == (40, 40)
    assert len(told["files"]) == 1


def test_without_mnist_the_sample_digits_are_read(convcli: Convcli) -> None:
    outcome = convcli("evaluate", "--no-figures")
    assert outcome.code == 0
    assert outcome.stderr.startswith("Note: MNIST was not found")
    assert "test images of sample digits, read by simple_convnet.npz" in outcome.stdout


@pytest.mark.parametrize(
    ("file", "right"),
    [
        ("sample-weight.pkl", 9_352),
        ("params-2016.pkl", 9_890),
        ("params-2022.pkl", 9_600),
        (None, 9_891),
    ],
)
def test_all_of_mnist(
    convcli: Convcli, book_directory: Path, mnist_directory: Path, file: str | None, right: int
) -> None:
    params = ("--params", book_directory / file) if file else ()
    outcome = convcli("evaluate", *params, "--data-dir", mnist_directory, "--json", "--no-figures")
    told = json.loads(outcome.stdout)
    assert (told["right"], told["total"]) == (right, 10_000)
    assert told["data"]["name"] == "MNIST"


@pytest.mark.parametrize(
    ("file", "right"),
    [("deep-convnet-params-2016.pkl", 9_935), ("deep-convnet-params-2022.pkl", 9_797)],
)
def test_all_of_mnist_by_chapter_8(
    convcli: Convcli, book_directory: Path, mnist_directory: Path, file: str, right: int
) -> None:
    arguments = ("--params", book_directory / file, "--data-dir", mnist_directory)
    told = json.loads(convcli("evaluate", *arguments, "--json", "--no-figures").stdout)
    assert (told["right"], told["total"]) == (right, 10_000)


def test_ctrl_c_is_one_line(
    convcli: Convcli, small_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate, "evaluate", interrupted)
    outcome = convcli("evaluate", "--data-dir", small_mnist)
    assert (outcome.code, outcome.stdout) == (130, "")
    assert outcome.stderr == "Error: interrupted; nothing half-written was left behind\n"
    assert not Path("convcli-out").exists()


def test_progress_is_told_while_images_are_read(
    convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    outcome = convcli("evaluate", "--no-figures")
    assert "reading test images" in outcome.stderr
    assert "reading" not in outcome.stdout
    with console.progress("nothing", 0) as progress:
        progress(0)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--params", "missing.npz"], 1, "missing.npz"),
        (["--split", "other"], 2, "'other' is not one of 'train', 'test'"),
        (["--limit", "0"], 2, "0 is not in the range 1<=x<="),
        (["--limit", "6"], 2, "--limit 6, and there are 5 test images (IDX files in small-mnist)"),
        (["--data-dir", "missing"], 1, "missing"),
        (["--params", "two.npz"], 1, "two.npz: the network has 2 classes, and the labels run to 4"),
        (["--params", "filters.npz"], 1, "filters.npz: a convolution alone ends in conv1"),
        (["--params", "huge.npz"], 1, "huge.npz: the scores are not finite"),
        (
            ["--params", "colour.npz"],
            1,
            "colour.npz: MNIST's images are 1x28x28, and the network takes 3x8x8; MNIST is all it",
        ),
        (["--no-figures", "--out", "x"], 2, "contradict each other"),
        (["--out", "two.npz"], 1, "choose another place with --out"),
    ],
)
def test_bad_input_is_one_line(
    convcli: Convcli, small_mnist: Path, arguments: list[str], code: int, message: str
) -> None:
    always(0, "two.npz", classes=2)
    save(Path("filters.npz"), {"W1": np.ones((2, 1, 5, 5)), "b1": np.ones(2)})
    huge = {"W1": np.full((784, 10), 1e308), "b1": np.zeros(10)}
    save(Path("huge.npz"), huge, Description(LAYERS, dict(SIZE)))
    described = Description(LAYERS, {"channels": 3, "height": 8, "width": 8})
    save(Path("colour.npz"), {"W1": np.zeros((192, 10)), "b1": np.zeros(10)}, described)
    outcome = convcli("evaluate", "--data-dir", small_mnist, *arguments)
    assert (outcome.code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert not Path("convcli-out").exists()
