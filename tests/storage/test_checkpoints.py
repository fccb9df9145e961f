import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.errors import FileError
from convcli.storage.checkpoints import (
    LONGEST_RECORD,
    MOST_GROUPS,
    Checkpoint,
    load_checkpoint,
    save_checkpoint,
)
from convcli.storage.parameters.formats import load

PATH = Path("run.state.npz")
RECORD = {"step": 3, "loss": 0.1 + 0.2, "title": "é", "history": [None, True]}
GROUPS = {
    "parameters": {"W1": np.asfortranarray(np.eye(3, 4, dtype="float32")), "b.1": np.zeros(2)},
    "best": {"W1": np.arange(6, dtype=">i2").reshape(2, 3)},
}


def test_what_is_saved_is_read_again_bit_for_bit() -> None:
    save_checkpoint(PATH, Checkpoint(GROUPS, RECORD))
    found = load_checkpoint(PATH)
    assert found.record == RECORD
    assert {group: list(arrays) for group, arrays in found.groups.items()} == {
        "parameters": ["W1", "b.1"],
        "best": ["W1"],
    }
    for group, arrays in GROUPS.items():
        for name, array in arrays.items():
            again = found.groups[group][name]
            assert again.dtype == array.dtype
            assert again.flags.f_contiguous == array.flags.f_contiguous
            np.testing.assert_array_equal(again, array)


def test_numpy_reads_the_arrays_and_the_same_state_has_the_same_bytes() -> None:
    save_checkpoint(PATH, Checkpoint(GROUPS, RECORD))
    first = PATH.read_bytes()
    with np.load(PATH) as arrays:
        np.testing.assert_array_equal(arrays["best/W1"], GROUPS["best"]["W1"])
    save_checkpoint(PATH, Checkpoint(GROUPS, RECORD))
    assert PATH.read_bytes() == first


def test_a_group_without_arrays_is_not_there_again() -> None:
    save_checkpoint(PATH, Checkpoint({"best": {}, **GROUPS}, {}))
    assert set(load_checkpoint(PATH).groups) == set(GROUPS)


def test_a_state_is_no_parameter_file_and_says_what_it_is() -> None:
    save_checkpoint(PATH, Checkpoint(GROUPS, RECORD))
    with pytest.raises(FileError, match=r"the state of a training; 'convcli train --resume'"):
        load(PATH)


@pytest.mark.parametrize(
    ("groups", "record", "message"),
    [
        ({"best": {"W": np.array([np.inf])}}, {}, "best: W holds values that are not finite"),
        ({"best": {"a b": np.zeros(1)}}, {}, "an array is named 'a b'"),
        ({f"g{'_' * n}": {} for n in range(MOST_GROUPS + 1)}, {}, "9 groups of arrays"),
        ({}, {"text": "a" * LONGEST_RECORD}, "a record of 1,048,5.. bytes"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(
    groups: dict[str, Any], record: dict[str, Any], message: str
) -> None:
    PATH.write_bytes(b"before")
    with pytest.raises(FileError, match=message):
        save_checkpoint(PATH, Checkpoint(groups, record))
    assert PATH.read_bytes() == b"before"


def _member(name: str, data: bytes) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda members: {**members, name: data}


def _npy(array: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


PICKLED = _npy(np.array([{}]), allow_pickle=True)
CLAIMS_MUCH = _npy(np.zeros(3)).replace(b"(3,)", b"(9999999999,)").replace(b" " * 9, b"", 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: {}, "no state of a training"),
        (lambda members: dict(list(members.items())[1:]), "no state of a training"),
        (lambda members: dict(reversed(members.items())), "no state of a training"),
        (_member("convcli.state.json", b"[1]"), "a record that is no JSON object"),
        (_member("convcli.state.json", b'{"a": NaN}'), "a record that is no JSON"),
        (_member("convcli.state.json", b'{"a": 1, "a": 2}'), "a name that is there twice"),
        (_member("convcli.state.json", b"[" * 100_000), "a record that is no JSON"),
        (_member("convcli.state.json", b" " * (LONGEST_RECORD + 1)), "a record of 1,048,577 bytes"),
        (_member("W1.npy", _npy(np.zeros(2))), "'W1.npy' in it is no array of a state"),
        (_member("best/W1", b"x"), "'best/W1' in it is no array of a state"),
        (_member("../W1.npy", _npy(np.zeros(2))), "in it is no array of a state"),
        (_member("best/../W1.npy", _npy(np.zeros(2))), "an array is named '../W1'"),
        (_member("best/\x1b[2J.npy", _npy(np.zeros(2))), "an array is named"),
        (_member("best/W1.npy", CLAIMS_MUCH), "best/W1: an array of more than 256 MiB"),
        (_member("best/W1.npy", _npy(np.array([1.0, np.nan]))), "best: W1 holds values that are"),
        (_member("best/W1.npy", PICKLED), "best/W1: dtype '.O' is not read"),
        (_member("best/W1.npy", b"\x93NUMPY"), "best/W1: "),
    ],
)  # fmt: skip
def test_hostile_states_made_of_a_good_one_are_refused_in_one_line(
    change: Callable[[dict[str, bytes]], dict[str, bytes]], message: str
) -> None:
    save_checkpoint(PATH, Checkpoint(GROUPS, RECORD))
    with zipfile.ZipFile(PATH) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(PATH, "w") as archive:
        for name, data in change(members).items():
            archive.writestr(name, data)
    with pytest.raises(FileError, match=message) as refusal:
        load_checkpoint(PATH)
    said = str(refusal.value)
    assert said.startswith("run.state.npz: ")
    assert said.isprintable()


def test_a_state_that_was_cut_off_is_refused_wherever_it_was() -> None:
    save_checkpoint(PATH, Checkpoint(GROUPS, RECORD))
    whole = PATH.read_bytes()
    for length in range(0, len(whole), 5):
        PATH.write_bytes(whole[:length])
        with pytest.raises(FileError, match=r"run\.state\.npz: "):
            load_checkpoint(PATH)


def test_a_state_with_a_changed_byte_is_refused_or_the_same() -> None:
    save_checkpoint(PATH, Checkpoint(GROUPS, RECORD))
    whole = PATH.read_bytes()
    random = np.random.default_rng(0)
    for place in random.integers(len(whole), size=300).tolist():
        changed = bytearray(whole)
        changed[place] ^= 1 << int(random.integers(8))
        PATH.write_bytes(changed)
        try:
            found = load_checkpoint(PATH)
        except FileError:
            continue
        # Not every byte of a zip means something.
        assert json.dumps(found.record) == json.dumps(RECORD)


def test_no_file_and_no_regular_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"run\.state\.npz: no such file"):
        load_checkpoint(PATH)
    with pytest.raises(FileError, match="Is a directory"):
        load_checkpoint(tmp_path)
