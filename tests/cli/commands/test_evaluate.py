"""Readings that are counted by hand, and those of the book's networks on MNIST."""

import json
import math
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.stats import binomtest

from convcli.cli import console
from convcli.cli.commands.evaluate import material
from convcli.storage.parameters import formats
from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import save
from tests.outcome import Convcli

LAYERS = "flatten fc1"
# Of precision, recall and F1, by SciPy; what is never read has no precision.
NOTHING = ["0.00% to 79.35%", "0.00% to 88.48%"]
ONE_OF_FOUR = ["4.56% to 69.94%", "20.65% to 100.00%", "8.72% to 82.31%"]
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
    for row, counts in enumerate(told["classes"]):
        assert (counts["name"], counts["right"], counts["total"]) == (
            *(str(row), int(row == 3), int(row < 5)),
        )
        recall = None if row >= 5 else float(row == 3)
        assert counts["accuracy"] == counts["recall"] == recall
        assert counts["precision"] == (0.2 if row == 3 else None)
        assert counts["f1"] == (None if row >= 5 else pytest.approx(1 / 3) if row == 3 else 0)
        assert (counts["recall_interval"] is None) == (row >= 5)
        assert counts["readings"] == {
            str(column): int(column == 3 and row < 5) for column in range(10)
        }
    assert told["classes"][3]["precision_interval"] == pytest.approx(told["interval"])
    # The scores are 1 for a 3 and 0 for the rest.
    sure = math.e / (math.e + 9)
    assert told["negative_log_likelihood"] == pytest.approx(math.log(math.e + 9) - 0.2)
    assert told["calibration_error"] == pytest.approx(abs(0.2 - sure))
    (part,) = told["calibration"]
    assert (part["low"], part["high"]) == pytest.approx((3 / 15, 4 / 15))
    assert (part["total"], part["accuracy"]) == (5, 0.2)
    assert part["probability"] == pytest.approx(sure)
    assert [
        (mistake["index"], mistake["label"], mistake["reading"]) for mistake in told["mistakes"]
    ] == [(0, 0, 3), (1, 1, 3), (2, 2, 3), (4, 4, 3)]
    for mistake in told["mistakes"]:
        assert mistake["probability"] == pytest.approx(sure)
        assert mistake["loss"] == pytest.approx(math.log(math.e + 9))
    assert "against" not in told
    assert told["params"] == "three.npz"
    assert told["data"] == {"name": "IDX files in small-mnist", "split": "test"}
    assert told["files"] == []


def test_what_a_reader_gets(convcli: Convcli, small_mnist: Path) -> None:
    params = always(1, "one.npz", names=("nought", *"123456789"))
    arguments = ("--params", params, "--data-dir", small_mnist, "--split", "train", "--limit", "4")
    lines = convcli("evaluate", *arguments).stdout.splitlines()
    assert lines[0] == "4 train images of IDX files in small-mnist, read by one.npz"
    assert [line.split() for line in lines[3:5]] == [
        ["nought", "0", "1", "0.00%", "0.00%"],
        ["1", "1", "1", "25.00%", "100.00%", "40.00%"],
    ]
    # A class that no image has, has no recall.
    assert lines[12].split() == ["9", "0", "0"]
    assert lines[14] == "95% intervals"
    assert re.split(" {2,}", lines[17].strip()) == ["nought", *NOTHING]
    assert re.split(" {2,}", lines[18].strip()) == ["1", *ONE_OF_FOUR]
    assert lines[28] == "row: label, column: what was read"
    assert lines[29].split() == ["name", "nought", *"123456789"]
    assert lines[32].split() == ["1", *"0100000000"]
    assert lines[42] == "how sure, and how often right"
    assert lines[45].split() == ["0.200", "0.267", "4", "23.20%", "25.00%", "4.56%", "to", "69.94%"]
    assert lines[47] == "the 3 worst of 3 mistakes, by their loss"
    assert lines[50].split() == ["0", "nought", "1", "0.232", "2.461"]
    assert lines[54] == "how each of them came about"
    assert lines[57].startswith("    0  convcli explain --split train --params one.npz --data-dir")
    assert lines[60:] == [
        "1 of 4 right: 25.00% (95% interval by Wilson: 4.56% to 69.94%)",
        "negative log-likelihood 2.21115 nats an image; calibration error 0.01803 (ECE, 15 bins)",
        "wrote convcli-out/evaluate-train/confusion.png",
        "wrote convcli-out/evaluate-train/calibration.png",
        "wrote convcli-out/evaluate-train/mistakes.png",
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
    assert outcome.stdout.splitlines()[29].split() == ["name", *"0123456789"]


def test_of_many_classes_there_is_no_table(convcli: Convcli, small_mnist: Path) -> None:
    arguments = ("--params", always(0, "net.npz", classes=40), "--data-dir", small_mnist)
    outcome = convcli("evaluate", *arguments)
    assert outcome.code == 0
    assert "what was read" not in outcome.stdout
    told = json.loads(convcli("evaluate", *arguments, "--json").stdout)
    assert np.shape(told["confusion"]) == (40, 40)
    assert len(told["files"]) == 3


def test_the_command_that_explains_a_mistake_runs_as_it_is_printed(
    convcli: Convcli, small_mnist: Path
) -> None:
    """With a name, a folder and a description that a shell would take apart."""
    folder = small_mnist.rename(small_mnist.with_name("small mnist $HOME"))
    arrays = {"W1": np.random.default_rng(0).normal(size=(784, 10)), "b1": np.zeros(10)}
    save(Path("it's a net.npz"), arrays)
    asked = ("--params", "it's a net.npz", "--layers", LAYERS, "--input-size", "28x28")
    told = json.loads(
        convcli("evaluate", *asked, "--data-dir", folder, "--no-figures", "--json").stdout
    )
    worst = told["mistakes"][0]
    words = shlex.split(worst["explain"])
    assert words[:2] == ["convcli", "explain"]
    outcome = convcli(*words[1:], "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    explained = json.loads(outcome.stdout)
    assert explained["image"] == f"test image {worst['index']}, label {worst['label']}"
    assert explained["at"] == f"score:{worst['reading']}"


def test_how_many_mistakes_are_shown(convcli: Convcli, small_mnist: Path) -> None:
    asked = ("evaluate", "--params", always(3, "three.npz"), "--data-dir", small_mnist)
    told = json.loads(convcli(*asked, "--worst", "2", "--no-figures", "--json").stdout)
    assert len(told["mistakes"]) == 2
    assert "the 2 worst of 4 mistakes" in convcli(*asked, "--worst", "2").stdout
    # Nothing is wrong, and so nothing is drawn of it.
    outcome = convcli(*asked, "--limit", "1", "--params", always(0, "zero.npz"), "--out", "right")
    assert "mistakes" not in outcome.stdout
    assert sorted(path.name for path in Path("right").iterdir()) == [
        "calibration.png",
        "confusion.png",
    ]


def test_two_files_side_by_side(convcli: Convcli, small_mnist: Path) -> None:
    """One reads a 3 everywhere, the other a 1."""
    asked = ("--params", always(3, "three.npz"), "--against", always(1, "one.npz"))
    told = json.loads(convcli("evaluate", *asked, "--data-dir", small_mnist, "--json").stdout)
    against = told["against"]
    counts = [against[key] for key in ("both", "only_first", "only_second", "neither", "p")]
    assert counts == [0, 1, 1, 3, 1.0]
    assert against["params"] == "one.npz"
    assert [(image["only"], image["index"]) for image in against["images"]] == [
        ("first", 3),
        ("second", 1),
    ]
    assert [(image["first_reading"], image["second_reading"]) for image in against["images"]] == [
        (3, 1),
        (3, 1),
    ]
    assert told["two_by_two"] == [
        {"first": "right", "second_right": 0, "second_wrong": 1},
        {"first": "wrong", "second_right": 1, "second_wrong": 3},
    ]
    assert told["files"][-1] == "convcli-out/evaluate-test/only-one.png"
    text = convcli("evaluate", *asked, "--data-dir", small_mnist, "--no-figures").stdout
    assert "Only three.npz reads 1 right, only one.npz 1:" in text
    same = ("--params", "three.npz", "--against", "three.npz", "--data-dir", small_mnist)
    outcome = convcli("evaluate", *same, "--no-figures")
    assert "read right by only one" not in outcome.stdout
    assert "p = 1 " in outcome.stdout


def test_without_mnist_the_sample_digits_are_read(convcli: Convcli) -> None:
    outcome = convcli("evaluate", "--no-figures")
    assert outcome.code == 0
    assert outcome.stderr.startswith("Note: MNIST was not found")
    assert "test images of sample digits, read by simple_convnet.npz" in outcome.stdout


@pytest.mark.parametrize(
    ("file", "right", "interval", "likelihood", "error", "only"),
    [
        # By SciPy and torchmetrics, in float64.
        (None, 9_891, (0.98687, 0.99096), 0.02992, 0.00290, None),
        ("params-2016.pkl", 9_890, (0.98676, 0.99086), 0.05235, 0.00718, (54, 55)),
        ("params-2022.pkl", 9_600, (0.95598, 0.96367), 0.13251, 0.00950, (31, 322)),
    ],
)
def test_all_of_mnist_in_every_figure(
    convcli: Convcli,
    book_directory: Path,
    mnist_directory: Path,
    file: str | None,
    right: int,
    interval: tuple[float, float],
    likelihood: float,
    error: float,
    only: tuple[int, int] | None,
) -> None:
    params = ("--params", book_directory / file, "--against", formats.bundled()) if file else ()
    asked = ("--data-dir", mnist_directory, "--json", "--no-figures")
    told = json.loads(convcli("evaluate", *params, *asked).stdout)
    assert (told["right"], told["total"]) == (right, 10_000)
    assert told["data"]["name"] == "MNIST"
    assert told["interval"] == pytest.approx(interval, abs=5e-6)
    assert told["negative_log_likelihood"] == pytest.approx(likelihood, abs=5e-6)
    assert told["calibration_error"] == pytest.approx(error, abs=5e-6)
    if only is None:
        worst = told["mistakes"][0]
        assert (worst["index"], worst["label"], worst["reading"]) == (2654, 6, 1)
    else:
        against = told["against"]
        assert (against["only_first"], against["only_second"]) == only
        assert against["p"] == pytest.approx(binomtest(only[0], sum(only)).pvalue, rel=1e-12)


def test_all_of_mnist_by_chapter_3(
    convcli: Convcli, book_directory: Path, mnist_directory: Path
) -> None:
    arguments = ("--params", book_directory / "sample-weight.pkl", "--data-dir", mnist_directory)
    told = json.loads(convcli("evaluate", *arguments, "--json", "--no-figures").stdout)
    assert (told["right"], told["total"]) == (9_352, 10_000)


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

    monkeypatch.setattr(material, "evaluate", interrupted)
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
        (["--against", "missing.npz"], 1, "missing.npz"),
        (["--against", "two.npz"], 1, "two.npz: the network has 2 classes"),
        (["--against", "huge.npz"], 1, "huge.npz: the scores are not finite"),
        (["--worst", "0"], 2, "0 is not in the range 1<=x<=1000"),
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
