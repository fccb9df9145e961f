"""``convcli train --resume``: the same bits, or one line that says why not."""

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.cli import environment
from convcli.storage.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from convcli.storage.parameters.formats import load
from tests.kills.killing import KILLED, dying, without_times
from tests.outcome import Convcli

LAYERS = "conv1(2@5x5,stride=2) relu maxpool2 flatten fc1(10) dropout(0.25)"
SETTINGS = ("--epochs", "3", "--batch", "8", "--layers", LAYERS, "--checkpoint-every", "2")
OTHERS = ("--augment", "shift,rotate", "--weight-decay", "0.01", "--seed", "3")
RESUME = ("train", "--resume", "run.state.npz", "--no-figures", "--json")
Whole = list[tuple[dict[str, Any], bytes]]
SAVED, STATE = Path("run.npz"), Path("run.state.npz")


def _train(data: Path, figures: str = "--no-figures") -> tuple[str, ...]:
    begin = ("train", "--data-dir", str(data), *SETTINGS, *OTHERS)
    return (*begin, "--save", "run.npz", figures, "--json")


@pytest.fixture(scope="module")
def whole() -> Whole:
    """What a run that nothing happened to has printed, and its file; empty before the first."""
    return []


@pytest.fixture(scope="module")
def half_done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run that was killed in its second epoch: its data, its state, its file."""
    return tmp_path_factory.mktemp("half-done")


@pytest.fixture
def killed(data: Path, half_done: Path, tmp_path: Path) -> Path:
    """The data of a run whose files lie in the current folder."""
    if not (half_done / STATE).exists():
        outcome = dying("step:6", half_done, *_train(data, "--animate"))
        assert outcome.returncode == KILLED, outcome.stderr
    for file in half_done.iterdir():
        shutil.copy(file, tmp_path)
    return data


@pytest.mark.parametrize(
    "moment",
    ["step:2", "step:5", "validation:2", "write:30", "write:90", "flush:4", "name:2", "replace:3"],
)
def test_whenever_it_was_killed_the_same_bits_come_out(
    convcli: Convcli, data: Path, tmp_path: Path, whole: Whole, moment: str
) -> None:
    if not whole:
        whole.append((without_times(convcli(*_train(data)).stdout), SAVED.read_bytes()))
        assert not STATE.exists()
        SAVED.unlink()
    ((expected, file),) = whole
    assert dying(moment, tmp_path, *_train(data)).returncode == KILLED
    arguments = RESUME if STATE.exists() else _train(data)
    resumed = convcli(*arguments, "--data-dir", data)
    assert resumed.code == 0, resumed.stderr
    assert without_times(resumed.stdout) == expected
    assert SAVED.read_bytes() == file
    assert not STATE.exists()


def test_a_reader_sees_the_whole_table_again(convcli: Convcli, killed: Path) -> None:
    outcome = convcli(*RESUME[:-1], "--data-dir", killed)
    assert outcome.code == 0, outcome.stderr
    lines = outcome.stdout.splitlines()
    assert lines[0].startswith("the network as described: conv1(2@5x5,stride=2) relu")
    assert lines[2] == "going on after step 4 of 9"
    assert [line.split()[0] for line in lines[5:8]] == ["1", "2", "3"]


def test_the_state_is_one_file_that_says_which_run_it_is_of(killed: Path) -> None:
    found = load_checkpoint(STATE)
    assert found.record["training"]["step"] == 4
    assert found.record["settings"]["weight_decay"] == 0.01
    assert found.record["fingerprint"]["NumPy"] == np.__version__
    assert set(found.groups) == {
        "parameters", "best", "history", "optimizer_mean", "optimizer_square_mean", "frames",
    }  # fmt: skip
    assert found.groups["frames"]["steps"].tolist() == [0, 1, 2, 3, 4]


def test_settings_may_be_repeated_and_patience_changed(convcli: Convcli, killed: Path) -> None:
    repeated = ("--seed", "3", "--augment", "rotate,shift", "--batch", "8", "--validation", "2")
    outcome = convcli(*RESUME, "--data-dir", killed, *repeated, "--patience", "7")
    assert outcome.code == 0, outcome.stderr
    assert json.loads(outcome.stdout)["settings"]["patience"] == 7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "4"], "--epochs is 4, and the run of run.state.npz began with 3"),
        (["--batch", "9"], "--batch is 9, and the run of run.state.npz began with 8"),
        (["--learning-rate", "0.1"], "--learning-rate is 0.1, and the run of .* with 0.002"),
        (["--optimizer", "sgd"], "--optimizer is sgd, and the run of .* began with adam"),
        (["--seed", "4"], "--seed is 4, and the run of .* began with 3"),
        (["--weight-decay", "0"], "--weight-decay is 0.0, and the run of .* began with 0.01"),
        (["--augment", "shift"], "--augment is shift, and the run .* began with shift,rotate"),
        (["--validation", "3"], "--validation is 3, and the run of .* began with 2"),
        (["--layers", LAYERS], "--resume and --layers contradict each other"),
        (["--params", "x.npz"], "--resume and --params contradict each other"),
        (["--state", "x.npz"], "--resume and --state contradict each other"),
    ],
)
def test_another_setting_is_refused_by_its_name(
    convcli: Convcli, killed: Path, arguments: list[str], message: str
) -> None:
    before = STATE.read_bytes(), SAVED.read_bytes()
    outcome = convcli(*RESUME, "--data-dir", killed, *arguments)
    _assert_one_line(outcome, 2, message)
    assert (STATE.read_bytes(), SAVED.read_bytes()) == before


def _assert_one_line(outcome: Any, code: int, message: str) -> None:
    assert outcome.code == code, outcome.stderr
    assert outcome.stdout == ""
    *usage, error = outcome.stderr.splitlines()
    assert code == 2 or not usage
    assert error.startswith("Error: ")
    assert len(error) <= 200
    assert re.search(message, error), error


def test_another_machine_is_refused_with_the_difference_until_it_is_accepted(
    convcli: Convcli, killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = environment.fingerprint()
    there = here | {"BLAS kernel": "Zen", "cores": "64"}
    monkeypatch.setattr(environment, "fingerprint", lambda: there)
    refused = convcli(*RESUME, "--data-dir", killed)
    cores = f"cores {here['cores']} before, 64 now"
    differences = f"BLAS kernel {here['BLAS kernel']} before, Zen now; {cores}"
    _assert_one_line(refused, 1, f"same bits: {differences}; --accept-rounding goes on")
    accepted = convcli(*RESUME, "--data-dir", killed, "--accept-rounding")
    assert accepted.code == 0
    assert accepted.stderr.startswith(f"Note: the last bits may come out otherwise: {differences}")


def test_other_images_are_refused(convcli: Convcli, killed: Path) -> None:
    _assert_one_line(convcli(*RESUME), 1, "the images are not those of the run of run.state.npz")


def test_the_parameters_of_somebody_else_are_left_alone(convcli: Convcli, killed: Path) -> None:
    SAVED.write_bytes(b"hours of work")
    outcome = convcli(*RESUME, "--data-dir", killed)
    _assert_one_line(outcome, 2, "run.npz is there already, and is no file of this run")
    assert SAVED.read_bytes() == b"hours of work"
    # An earlier best epoch is no file of somebody else, and a missing one comes back.
    SAVED.unlink()
    outcome = convcli(*RESUME, "--data-dir", killed, "--save", "other.npz")
    assert outcome.code == 0, outcome.stderr
    assert load(Path("other.npz")).description is not None


def test_a_state_of_another_name_does_not_tell_where_the_parameters_go(
    convcli: Convcli, killed: Path
) -> None:
    STATE.rename("state.npz")
    arguments = ("train", "--resume", "state.npz", "--no-figures", "--json", "--data-dir", killed)
    _assert_one_line(convcli(*arguments), 2, "state.npz does not tell where .*; add --save FILE")
    outcome = convcli(*arguments, "--save", SAVED)
    assert outcome.code == 0, outcome.stderr


def test_a_new_run_does_not_overwrite_the_state_of_an_old_one(
    convcli: Convcli, killed: Path
) -> None:
    SAVED.unlink()
    before = STATE.read_bytes()
    _assert_one_line(convcli(*_train(killed)), 2, "run.state.npz is there already.*--resume")
    assert STATE.read_bytes() == before


def test_without_checkpoints_nothing_but_the_parameters_is_written(
    convcli: Convcli, data: Path, tmp_path: Path
) -> None:
    never = ("--checkpoint-every", "0")
    assert dying("validation:3", tmp_path, *_train(data), *never).returncode == KILLED
    assert SAVED.exists()
    assert not STATE.exists()


def test_frames_cannot_be_asked_for_afterwards(
    convcli: Convcli, data: Path, tmp_path: Path
) -> None:
    assert dying("step:6", tmp_path, *_train(data)).returncode == KILLED
    outcome = convcli("train", "--resume", STATE, "--data-dir", data, "--animate")
    _assert_one_line(outcome, 2, "the run of run.state.npz began without --animate")


def test_frames_from_before_and_after_make_one_animation(convcli: Convcli, killed: Path) -> None:
    outcome = convcli("train", "--resume", STATE, "--data-dir", killed, "--out", "here")
    assert outcome.code == 0, outcome.stderr
    with Image.open("here/filters.gif") as animation:
        # Before the first of the nine steps, and after each.
        assert getattr(animation, "n_frames", 1) == 10


def _set(place: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def change(record: dict[str, Any], _groups: dict[str, Any]) -> None:
        *path, last = place.split(".")
        for name in path:
            record = record[name]
        record[last] = value

    return change


def _array(group: str, name: str, array: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def change(_record: dict[str, Any], groups: dict[str, Any]) -> None:
        groups[group][name] = array

    return change


WHOLE_NUMBERS = np.zeros((2, 1, 5, 5), "int8")
FOUR_COLUMNS = np.zeros((2, 1, 5, 4), "float32")


def _without(name: str) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def change(record: dict[str, Any], groups: dict[str, Any]) -> None:
        (groups if name in groups else record).pop(name)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_set("version", 2), "a state of another version of convcli"),
        (_set("extra", 2), "a record without what belongs to it"),
        (_without("data"), "a record without what belongs to it"),
        (_set("training", 3), "no object where there should be one"),
        (_set("training.step", -1), "step is no count"),
        (_set("training.step", 10**400), "step is no count"),
        (_set("training.step", 1.5), "step is no count"),
        (_set("training.step", True), "step is no count"),
        (_set("training.step", 8), "step 8 of 9, with 1 epochs ended"),
        (_set("training.summed_loss", "much"), "summed_loss is no amount"),
        (_set("training.right", 10**6), "1000000 images of 1 steps are read right"),
        (_set("training.best_epoch", 2), "best epoch 2 of 1"),
        (_set("training.optimizer_steps", None), "optimizer_steps is no count"),
        (_set("settings", {}), "settings of another training"),
        (_set("settings.epochs", 10**9), "epochs is no number that it may be"),
        (_set("settings.epochs", 0), "epochs is 0; it must be at least 1"),
        (_set("settings.epochs", "3"), "epochs is no number that it may be"),
        (_set("settings.batch", 10**6), "a batch of 1000000 is larger than the 22 training images"),
        (_set("settings.seed", 2**80), "seed is no number that it may be"),
        (_set("settings.learning_rate", -1), "learning_rate is no number that it may be"),
        (_set("settings.optimizer", "lion"), "no optimizer 'lion'"),
        (_set("settings.optimizer", "sgd"), "moments of another optimizer: mean, square_mean"),
        (_set("settings.optimizer", ["adam"]), "optimizer is no text"),
        (_set("settings.augment", "shift"), "augment is no list of names"),
        (_set("settings.augment", ["\x1b[2J"]), "no augmentation"),
        (_set("settings.patience", 0), "patience is no number of epochs"),
        (_set("validation", 24), "24 of 24 images cannot be kept for validation"),
        (_set("validation", 0), "validation is no count"),
        (_set("validation", 2.0), "validation is no count"),
        (_set("layers", "swish"), "'swish' is no layer"),
        (_set("layers", "flatten fc1(10)"), "W1 has shape"),
        (_set("layers", 7), "layers: no line of"),
        (_set("input.height", 29), "and the network takes 1x29x28"),
        (_set("input", []), "input: channels, height, width are needed"),
        (_set("title", 7), "title is no text"),
        (_set("suffix", "/../../somewhere.npz"), "suffix is none of a file"),
        (_set("suffix", ".pkl"), "pickle files are read but never written"),
        (_set("file_sha256", None), "file_sha256 is no text"),
        (_set("data", "all"), "no object where there should be one"),
        (_set("fingerprint", {"NumPy": 3}), "NumPy is no text"),
        (_array("parameters", "W1", WHOLE_NUMBERS), "W1 of the parameters is int8"),
        (_array("parameters", "W1", FOUR_COLUMNS), "W1 has shape \\(2, 1, 5, 4\\)"),
        (_array("parameters", "b9", np.zeros(1)), "b9"),
        (_array("best", "W1", np.zeros(1)), "W1 of the best parameters is float64 \\(1,\\)"),
        (_array("optimizer_mean", "b1", np.zeros(3)), "b1 of the moment mean is float64"),
        (_array("history", "loss", np.zeros(2)), "a history of unequal lengths"),
        (_array("history", "loss", np.zeros((1, 1))), "a history of unequal lengths"),
        (_array("history", "loss", np.zeros(1, "int8")), "a history of "),
        (_array("history", "accuracy", np.array([7.0])), "a history that cannot be measured"),
        (_array("history", "epoch", np.array([2.0])), "a history whose epochs are not in order"),
        (lambda _, groups: groups.update(more={"x": np.zeros(1)}), "more is no part of a run"),
        (_without("history"), "best epoch 1 of 0"),
        (_without("parameters"), "no arrays|W1"),
        (_without("optimizer_mean"), "moments of another optimizer: square_mean"),
        (_array("frames", "steps", np.zeros(500, "int64")), "frames that do not fit their steps"),
        (_array("frames", "filters", np.zeros((5, 9))), "frames of other filters"),
    ],
)  # fmt: skip
def test_hostile_states_made_of_a_good_one_are_refused_in_one_line(
    convcli: Convcli,
    killed: Path,
    change: Callable[[dict[str, Any], dict[str, Any]], None],
    message: str,
) -> None:
    good = load_checkpoint(STATE)
    record = json.loads(json.dumps(good.record))
    groups = {group: dict(arrays) for group, arrays in good.groups.items()}
    change(record, groups)
    save_checkpoint(STATE, Checkpoint(groups, record))
    before = sorted(Path().iterdir())
    outcome = convcli(*RESUME, "--data-dir", killed)
    assert "Traceback" not in outcome.stderr
    _assert_one_line(outcome, 2 if "never written" in message else 1, message)
    assert sorted(Path().iterdir()) == before


def test_a_file_that_is_no_state_is_refused(convcli: Convcli, data: Path) -> None:
    for contents, message in ((b"", "no state of a training"), (b"PK", "too short for a zip")):
        STATE.write_bytes(contents)
        _assert_one_line(convcli(*RESUME, "--data-dir", data), 1, f"run.state.npz: {message}")
    with zipfile.ZipFile(STATE, "w") as archive:
        archive.writestr("W1.npy", b"")
    _assert_one_line(convcli(*RESUME, "--data-dir", data), 1, "no state of a training")
    _assert_one_line(convcli("train", "--accept-rounding"), 2, "means nothing without --resume")
