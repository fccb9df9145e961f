"""What the state of a run says besides its arrays: which run it is of."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from convcli.cli import environment
from convcli.errors import ConvcliError, FileError
from convcli.network.building import build
from convcli.network.contract import InputContract
from convcli.network.network import Network
from convcli.network.training import TrainingSettings, TrainingState
from convcli.network.training.state import BEST, HISTORY, MOMENTS, PARAMETERS
from convcli.storage.checkpoints import Checkpoint, load_checkpoint
from convcli.storage.parameters.description import Description
from convcli.text import file_name, printable

VERSION = 1
FRAMES = "frames"
DAMAGED = "the state is damaged"

_LONGEST_TEXT = 500
_MOST_EPOCHS = 10**6
# What a setting may be: its type and its largest value.
_NUMBERS: dict[str, tuple[type, float]] = {
    "epochs": (int, _MOST_EPOCHS),
    "batch": (int, 10**6),
    "learning_rate": (float, 1e40),
    "seed": (int, 2**63 - 1),
    "weight_decay": (float, 1e40),
}
_KEYS = {"version", "training", "settings", "validation", "layers", "input", "title", "suffix",
         "file_sha256", "data", "fingerprint"}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """Which run it is.

    Attributes:
        settings: How it trains.
        network: What it trains.
        validation: Images that are kept out.
        data: SHA-256 of the training images and of the test images.
        suffix: Of the file for the parameters.
    """

    settings: TrainingSettings
    network: Network
    validation: int
    data: Mapping[str, str]
    suffix: str

    def record(self, state: TrainingState, file_sha256: str) -> dict[str, Any]:
        """As values of JSON.

        Args:
            state: Of its training.
            file_sha256: Of the parameter file as it is now; empty before there is one.
        """
        settings = asdict(self.settings) | {"learning_rate": self.settings.peak_learning_rate}
        return {
            "version": VERSION,
            "training": state.json,
            "settings": settings,
            "validation": self.validation,
            "layers": self.network.specification,
            "input": self.network.contract.json,
            "title": self.network.title,
            "suffix": self.suffix,
            "file_sha256": file_sha256,
            "data": dict(self.data),
            "fingerprint": environment.fingerprint(),
        }


@dataclass(frozen=True)
class StoredRun:
    """What a state file holds.

    Attributes:
        name: The file's, for a reader.
        run: Which run it is of, its network with the parameters of the state.
        state: Of its training.
        frames: The filters that were kept for an animation; None where none were asked for.
        file_sha256: Of the parameter file when the state was written.
        fingerprint: What the bits of the run rested on.
    """

    name: str
    run: Run
    state: TrainingState
    frames: Mapping[str, Any] | None
    file_sha256: str
    fingerprint: Mapping[str, str]

    def differences(self) -> list[str]:
        """What the bits rest on and is otherwise now, in clauses."""
        now = environment.fingerprint()
        return [
            f"{printable(name, 20)} {printable(self.fingerprint.get(name, 'unknown'), 40)} before, "
            f"{printable(now.get(name, 'unknown'), 40)} now"
            for name in dict.fromkeys([*now, *self.fingerprint])
            if now.get(name) != self.fingerprint.get(name)
        ]


def load_run(path: Path) -> StoredRun:
    """Read a state file.

    Raises:
        FileError: It cannot be read, or is no state of a run.
    """
    checkpoint = load_checkpoint(path)
    with in_state(path):
        return _stored(file_name(path), checkpoint)


@contextmanager
def in_state(path: Path) -> Iterator[None]:
    """Say of whatever is wrong that it is so in this state file.

    Raises:
        FileError: In place of any other error of ours.
    """
    try:
        yield
    except ConvcliError as error:
        raise FileError(f"{file_name(path)}: {error.message}", error.hint) from error


def _stored(name: str, checkpoint: Checkpoint) -> StoredRun:
    record = checkpoint.record
    if record.get("version") != VERSION:
        raise FileError("a state of another version of convcli", "go on with that version")
    if set(record) != _KEYS:
        raise FileError("a record without what belongs to it", DAMAGED)
    state = TrainingState.from_file(checkpoint.groups, _object(record["training"]))
    description = Description(record["layers"], record["input"])
    contract = InputContract.from_json(description.input)
    network = build(state.parameters, description.layers, contract)
    run = Run(
        _settings(record["settings"]),
        replace(network, title=_text(record, "title")),
        _whole(record, "validation"),
        _texts(record["data"]),
        _suffix(record),
    )
    for group in checkpoint.groups:
        if group not in (PARAMETERS, BEST, HISTORY, FRAMES) and not group.startswith(MOMENTS):
            raise FileError(f"{group} is no part of a run", DAMAGED)
    frames = checkpoint.groups.get(FRAMES)
    return StoredRun(
        name, run, state, frames, _text(record, "file_sha256"), _texts(record["fingerprint"])
    )


def _settings(values: Any) -> TrainingSettings:
    names = {field.name for field in fields(TrainingSettings)}
    if not isinstance(values, dict) or set(values) != names:
        raise FileError("settings of another training", DAMAGED)
    for name, (kind, most) in _NUMBERS.items():
        value = values[name]
        if type(value) not in {kind, int} or not 0 <= value <= most:
            raise FileError(f"{name} is no number that it may be", DAMAGED)
    patience, augment = values["patience"], values["augment"]
    if patience is not None and (type(patience) is not int or not 1 <= patience <= _MOST_EPOCHS):
        raise FileError("patience is no number of epochs", DAMAGED)
    if not isinstance(augment, list) or not all(isinstance(kind, str) for kind in augment):
        raise FileError("augment is no list of names", DAMAGED)
    _text(values, "optimizer")
    return TrainingSettings(**values | {"augment": tuple(map(printable, augment))})


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FileError("no object where there should be one", DAMAGED)
    return value


def _whole(record: Mapping[str, Any], name: str) -> int:
    value = record[name]
    if type(value) is not int or not 0 < value < 2**31:
        raise FileError(f"{name} is no count", DAMAGED)
    return value


def _suffix(record: Mapping[str, Any]) -> str:
    suffix = _text(record, "suffix")
    if not re.fullmatch(r"\.[a-z]{1,20}", suffix):
        raise FileError("suffix is none of a file", DAMAGED)
    return suffix


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record[name]
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise FileError(f"{name} is no text", DAMAGED)
    return printable(value, _LONGEST_TEXT)


def _texts(values: Any) -> dict[str, str]:
    return {name: _text(values, name) for name in _object(values)}
