import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from convcli.network.building import build
from convcli.network.training import EpochResult, StepResult
from convcli.storage.parameters.formats import load
from tests import chapter_7

Command = Callable[..., Any]
Events = Iterator[StepResult | EpochResult]
Bytes = Callable[[NDArray[np.uint8]], bytes]

TEST = 12
QUICK = ("--epochs", "2", "--batch", "11", "--no-figures")


def _files(directory: Path) -> list[str]:
    return sorted(
        str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()
    )


def test_it_trains_saves_and_says_how_well_it_reads(convcli: Command, data: Path) -> None:
    outcome = convcli("train", "--data-dir", data, *QUICK)
    assert outcome.code == 0
    assert outcome.stderr == ""
    lines = outcome.stdout.splitlines()
    assert lines[0].startswith("the book's network of chapter 7: conv1(30@5x5) relu")
    assert lines[1].endswith("22 images to learn from, 2 for validation")
    assert lines[2].split("  ")[-1] == "seconds"
    assert re.fullmatch(r" +1  2\.\d{4} +\d\.\d{4} .*%  .* \d+\.\d( \*)?", lines[4])
    assert lines[5].split()[0] == "2"
    file = Path("convcli-out/train/simple_convnet.npz")
    assert lines[-1] == f"wrote {file}"

    parameters = load(file).arrays
    assert {str(array.dtype) for array in parameters.values()} == {"float32"}
    assert build(parameters).convolutions[0].filters == 30
    assert (parameters["W1"] != chapter_7.parameters(0)["W1"]).any()


def test_json_tells_the_whole_run(convcli: Command, data: Path) -> None:
    outcome = convcli("train", "--data-dir", data, *QUICK, "--save", "a/b.npz", "--json")
    result = json.loads(outcome.stdout)
    assert result["settings"] == {
        "epochs": 2,
        "batch": 11,
        "learning_rate": 0.002,
        "optimizer": "adam",
        "seed": 0,
        "weight_decay": 0.0,
        "augment": [],
        "patience": None,
    }
    assert result["data"]["training"] == 22
    assert [epoch["epoch"] for epoch in result["epochs"]] == [1, 2]
    accuracies = [epoch["validation_accuracy"] for epoch in result["epochs"]]
    assert result["best_epoch"] == 1 + accuracies.index(max(accuracies))
    confusion = np.array(result["test"]["confusion"])
    assert confusion.sum() == result["test"]["images"] == TEST
    assert np.trace(confusion) == result["test"]["correct"]
    assert result["test"]["accuracy"] == result["test"]["correct"] / TEST
    written = Path("a/b.npz").read_bytes()
    assert result["file"] == "a/b.npz"
    assert result["sha256"] == hashlib.sha256(written).hexdigest()
    assert result["bytes"] == len(written)
    assert result["environment"]["numpy"] == np.__version__
    # What a reader would have seen on stdout goes to stderr.
    assert re.search(r"^ +2  \d\.\d{4}  ", outcome.stderr, re.MULTILINE)
    # What a column is called is its name in the JSON.
    (headings,) = [line for line in outcome.stderr.splitlines() if line.endswith("  seconds")]
    names = {heading.replace(" ", "_") for heading in re.split(" {2,}", headings.strip())}
    assert names < set(result["epochs"][0])


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(
    convcli: Command, data: Path
) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        arguments = ("--seed", str(seed), "--save", f"{name}.npz")
        assert convcli("train", "--data-dir", data, *QUICK, *arguments).code == 0
    one, two, three = (Path(f"{name}.npz").read_bytes() for name in ("one", "two", "three"))
    assert one == two
    assert one != three


def test_without_mnist_the_sample_digits_are_learned_and_a_note_says_so(convcli: Command) -> None:
    outcome = convcli("train", "--epochs", "1", "--batch", "92", "--no-figures", "--json")
    assert outcome.code == 0
    note, *progress = outcome.stderr.splitlines()
    assert note.startswith("Note: MNIST was not found")
    assert not any("Note" in line for line in progress)
    result = json.loads(outcome.stdout)
    assert result["data"] == {"name": "sample digits", "training": 184, "validation": 16}
    assert result["test"]["images"] == 100


def test_patience_ends_the_training_and_says_so(convcli: Command, data: Path) -> None:
    slowly = ("--optimizer", "sgd", "--learning-rate", "1e-30", "--epochs", "9", "--patience", "2")
    outcome = convcli("train", "--data-dir", data, *QUICK, *slowly)
    assert outcome.code == 0
    assert len(re.findall(r"^ +\d  ", outcome.stdout, re.MULTILINE)) == 3
    assert "epoch 1 was kept: validation accuracy" in outcome.stdout
    assert "; 2 more were no better, and --patience ended the training\n" in outcome.stdout


def test_the_folder_gets_the_history_and_the_curves(convcli: Command, data: Path) -> None:
    arguments = ("--epochs", "2", "--batch", "11", "--out", "curves", "--save", "a.npz", "--json")
    outcome = convcli("train", "--data-dir", data, *arguments, "--animate")
    assert outcome.code == 0
    result = json.loads(outcome.stdout)
    assert result["files"] == [
        "curves/history.json",
        "curves/filters.gif",
        "curves/curves.png",
    ]
    history = json.loads(Path("curves/history.json").read_bytes())
    assert history == {name: result[name] for name in history}
    assert set(history) == {"layers", "settings", "data", "epochs", "best_epoch"}
    assert Path("curves/curves.png").read_bytes().startswith(b"\x89PNG")
    with Image.open("curves/filters.gif") as animation:
        # Before the first of the four steps, and after each.
        assert getattr(animation, "n_frames", 1) == 5


def test_safetensors_hold_the_same_numbers(convcli: Command, data: Path) -> None:
    for name in ("one.npz", "one.safetensors"):
        assert convcli("train", "--data-dir", data, *QUICK, "--save", name).code == 0
    expected = load(Path("one.npz")).arrays
    found = load(Path("one.safetensors")).arrays
    assert set(expected) == set(found)
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)


def test_a_file_that_is_there_is_left_alone(convcli: Command, data: Path) -> None:
    Path("mine.npz").write_bytes(b"hours of work")
    outcome = convcli("train", "--data-dir", data, *QUICK, "--save", "mine.npz")
    assert outcome.code == 2
    assert outcome.stdout == ""
    assert "mine.npz is there already" in outcome.stderr
    assert "--save" in outcome.stderr
    assert Path("mine.npz").read_bytes() == b"hours of work"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "0 is not in the range 1<=x<="),
        (["--batch", "-3"], "-3 is not in the range 1<=x<="),
        (["--batch", "23"], "batch of 23 is larger than the 22 training images"),
        (["--learning-rate", "0"], "0.0 is not in the range 0<x<="),
        (["--learning-rate", "nan"], "nan is no number"),
        (["--learning-rate", "fast"], "'fast' is not a valid float"),
        (["--optimizer", "lion"], "'lion' is not one of"),
        (["--seed", "-1"], "-1 is not in the range 0<=x<="),
        (["--validation", "0"], "0 is not in the range 1<=x<="),
        (["--validation", "24"], "it must be 1 to 23"),
        (["--save", "parameters.txt"], "parameters.txt"),
        (["--weight-decay", "-1"], "-1.0 is not in the range 0<=x<="),
        (["--weight-decay", "nan"], "nan is no number"),
        (["--patience", "0"], "0 is not in the range 1<=x<="),
        (["--augment", "shift,flip"], "'flip' is none of shift, rotate"),
        (["--augment", ""], "'' is none of shift, rotate"),
        (["--checkpoint-every", "-1"], "-1 is not in the range 0<=x<="),
        (["--state", "state.txt"], "state.txt does not end in .npz"),
        (["--state", "x.npz", "--save", "x.npz"], "x.npz cannot be both the parameters and the"),
        (["--state", "x.npz", "--checkpoint-every", "0"], "--state and --checkpoint-every 0"),
        (["--no-figures", "--animate"], "--no-figures and --animate contradict each other"),
        (["--layers", "flatten fc1(10)", "--batch", "8", "--animate"], "and the network has none"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_before_anything_is_written(
    convcli: Command, data: Path, arguments: list[str], message: str
) -> None:
    before = _files(Path())
    outcome = convcli("train", "--data-dir", data, *arguments)
    assert outcome.code == 2
    assert outcome.stdout == ""
    error = outcome.stderr.splitlines()[-1]
    assert error.startswith("Error: ")
    assert message in error
    assert len(error) <= 200
    assert "Traceback" not in outcome.stderr
    assert _files(Path()) == before


def test_a_place_that_cannot_be_written_is_refused_before_the_training(
    convcli: Command, data: Path
) -> None:
    Path("file").write_text("no folder", encoding="utf-8")
    outcome = convcli("train", "--data-dir", data, *QUICK, "--save", "file/parameters.npz")
    assert outcome.code == 1
    assert outcome.stdout == ""
    assert "file is not a directory; choose another place with --save" in outcome.stderr


def test_data_without_test_images_are_refused_before_the_training(
    convcli: Command, data: Path
) -> None:
    (data / "t10k-images-idx3-ubyte.gz").unlink()
    outcome = convcli("train", "--data-dir", data, *QUICK)
    assert outcome.code == 1
    assert outcome.stdout == ""
    assert "t10k-images-idx3-ubyte" in outcome.stderr


def test_a_training_that_diverges_ends_with_one_line(convcli: Command, data: Path) -> None:
    far_too_fast = ("--optimizer", "sgd", "--learning-rate", "1e39")
    outcome = convcli("train", "--data-dir", data, *QUICK, *far_too_fast)
    assert outcome.code == 1
    assert outcome.stderr.splitlines() == [
        "Error: training diverged: the loss is no longer finite; take a smaller learning rate"
    ]
    assert not Path("convcli-out").exists()


# Ctrl-C takes no exception through the training, so this program stands in for the console script:
# epochs that read these shares of the validation images, then Ctrl-C.
INTERRUPTED_TRAINING = """
import signal, sys
from convcli import interrupts
from convcli.cli import main
from convcli.cli.training import files
from convcli.network.training import BestEpoch, Epoch, EpochResult, StepResult, Training
from tests import chapter_7

def epochs(training):
    yield StepResult(1, 100, 2.3)
    best = 0
    for epoch, accuracy in enumerate({accuracies}, 1):
        measured = Epoch(epoch, 1.0, 0.5, 1.0, accuracy, 0.001, 0.1)
        parameters, is_best = chapter_7.parameters(epoch), accuracy > best
        training.history.append(measured)
        if is_best:
            best = accuracy
            training._best = BestEpoch(epoch, accuracy, parameters)
        yield EpochResult(measured, parameters, is_best)
    signal.raise_signal(signal.SIGINT)

def save(path, arrays, description):
    if {in_the_write} and path.exists():
        signal.raise_signal(signal.SIGINT)
    save_whole(path, arrays, description)

Training.events = epochs
save_whole, files.save_parameters = files.save_parameters, save
sys.argv[1:] = {arguments}
interrupts.answer()
main.run()
"""


def _train_until_ctrl_c(
    data: Path, accuracies: list[float], in_the_write: bool = False
) -> subprocess.CompletedProcess[str]:
    arguments = ["train", "--data-dir", str(data), *QUICK, "--save", "kept.npz"]
    code = INTERRUPTED_TRAINING.format(
        accuracies=accuracies, in_the_write=in_the_write, arguments=arguments
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert finished.returncode == 130
    return finished


@pytest.mark.parametrize("in_the_write", [False, True])
def test_ctrl_c_keeps_the_best_epoch_so_far(data: Path, in_the_write: bool) -> None:
    finished = _train_until_ctrl_c(data, [0.5, 0.75, 0.75, 0.25], in_the_write)
    assert finished.stderr.splitlines() == [
        "Error: interrupted; the best epoch so far, 2 with 75.00% of the validation images, "
        "is in kept.npz; --resume kept.state.npz goes on"
    ]
    np.testing.assert_array_equal(
        load(Path("kept.npz")).arrays["W1"], chapter_7.parameters(2)["W1"]
    )
    saved = [line for line in finished.stdout.splitlines() if line.endswith(" *")]
    expected = ["1"] if in_the_write else ["1", "2"]
    assert [line.split()[0] for line in saved] == expected


def test_ctrl_c_before_the_first_epoch_writes_nothing(data: Path) -> None:
    finished = _train_until_ctrl_c(data, [])
    assert finished.stderr.splitlines() == [
        "Error: interrupted before the first epoch ended; nothing was written"
    ]
    assert not Path("kept.npz").exists()


@pytest.mark.parametrize(("ending", "code"), [("SIGINT", 130), ("SIGKILL", -9)])
def test_a_signal_leaves_a_whole_file_and_no_litter(data: Path, ending: str, code: int) -> None:
    if not hasattr(signal, ending):
        pytest.skip(f"no {ending} on this system")
    arguments = ("--data-dir", data, "--epochs", "100000", "--batch", "8", "--save", "out/kept.npz")
    with subprocess.Popen(
        [sys.executable, "-m", "convcli", "train", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if line.startswith("    2  "):
                process.send_signal(getattr(signal, ending))
                break
        process.stdout.read()
        errors = process.stderr.read()
    assert process.returncode == code
    assert "Traceback" not in errors
    if ending == "SIGINT":
        assert "the best epoch so far" in errors
    assert _files(Path("out")) == ["kept.npz", "kept.state.npz"]
    build(load(Path("out/kept.npz")).arrays)
