"""The state of a training in one file: groups of named arrays, and a record in JSON.

The file is a zip like an ``.npz`` file: ``numpy.load`` reads it. Its first member is the record,
the others are arrays named ``group/name``. It is read like a stranger's parameter file: nothing in
it is run, nothing is allocated because the file says so, and all numbers are finite.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.files.archives import contents_of, plain_zip
from convcli.storage.files.opening import MEBIBYTE, regular_file
from convcli.storage.files.strict_json import parse_json
from convcli.storage.files.writing import atomic_file
from convcli.storage.parameters.arrays import MOST_ARRAYS, check_arrays, check_name
from convcli.storage.parameters.npz import SUFFIX, array_of, entry, write_array
from convcli.storage.parameters.unread import STATE_RECORD
from convcli.text import file_name, printable

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MOST_GROUPS = 8
"""Parameters, those of the best epoch, the optimizer's moments, what was measured, and pictures."""

LARGEST_STATE = 512 * MEBIBYTE
LONGEST_RECORD = MEBIBYTE

_GROUP = re.compile("[a-z_]{1,32}")
_NO_STATE = "give a file that 'convcli train' wrote as --state"
_DAMAGED = "the file is damaged"


@dataclass(frozen=True)
class Checkpoint:
    """What a state file holds.

    Attributes:
        groups: Name of a group -> name of an array -> array.
        record: Values of JSON by their names.
    """

    groups: Mapping[str, Mapping[str, NDArray[Any]]]
    record: Mapping[str, Any]


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a state whole, in the place of the one before, or not at all.

    Raises:
        FileError: A number in it is not finite, or :func:`load_checkpoint` would not read it again.
        OutputError: The place cannot be written; the state before is untouched.

    >>> import tempfile
    >>> import numpy as np
    >>> path = Path(tempfile.mkdtemp()) / "run.state.npz"
    >>> save_checkpoint(path, Checkpoint({"parameters": {"b1": np.zeros(2)}}, {"step": 7}))
    >>> load_checkpoint(path).record
    {'step': 7}
    """
    import json
    from zipfile import ZipFile

    text = json.dumps(checkpoint.record, allow_nan=False, separators=(",", ":"))
    _check(checkpoint.groups, len(text))
    with atomic_file(path) as file, ZipFile(file, "w") as archive:
        archive.writestr(entry(STATE_RECORD), text)
        for group, arrays in checkpoint.groups.items():
            for name, array in arrays.items():
                write_array(archive, f"{group}/{name}{SUFFIX}", array)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a state file; what its numbers mean is not asked here.

    Raises:
        FileError: It is missing, unreadable, too large, damaged, or holds anything else.
    """
    with regular_file(path, LARGEST_STATE) as file:
        try:
            return _read(file)
        except FileError as error:
            raise FileError(f"{file_name(path)}: {error.message}", error.hint) from error


def _read(file: BinaryIO) -> Checkpoint:
    groups: dict[str, dict[str, NDArray[Any]]] = {}
    if file.read(2) != b"PK":
        raise FileError("no state of a training", _NO_STATE)
    with plain_zip(file, MOST_GROUPS * MOST_ARRAYS) as (archive, members):
        if not members or members[0].orig_filename != STATE_RECORD:
            raise FileError("no state of a training", _NO_STATE)
        record = _record(archive, members[0])
        size = 0
        for member in members[1:]:
            group, name = _names(member)
            size += member.file_size
            if size > LARGEST_STATE:
                raise FileError(f"arrays of {size:,} bytes and more", _DAMAGED)
            try:
                groups.setdefault(group, {})[name] = array_of(archive, member)
            except FileError as error:
                raise FileError(f"{group}/{name}: {error.message}", error.hint) from error
    _check(groups, 0)
    return Checkpoint(groups, record)


def _record(archive: "ZipFile", member: "ZipInfo") -> dict[str, Any]:
    if member.file_size > LONGEST_RECORD:
        raise FileError(f"a record of {member.file_size:,} bytes", _DAMAGED)
    record = parse_json(b"".join(contents_of(archive, member)), "a record")
    if not isinstance(record, dict):
        raise FileError("a record that is no JSON object", _DAMAGED)
    return record


def _names(member: "ZipInfo") -> tuple[str, str]:
    whole = member.orig_filename
    group, slash, name = whole.removesuffix(SUFFIX).partition("/")
    if not (slash and whole.endswith(SUFFIX) and _GROUP.fullmatch(group)):
        raise FileError(f"'{printable(whole, 30)}' in it is no array of a state", _DAMAGED)
    check_name(name)
    return group, name


def _check(groups: Mapping[str, Mapping[str, NDArray[Any]]], record_bytes: int) -> None:
    if record_bytes > LONGEST_RECORD:
        raise FileError(
            f"a record of {record_bytes:,} bytes; {LONGEST_RECORD:,} are the most", "train less"
        )
    if len(groups) > MOST_GROUPS:
        raise FileError(f"{len(groups):,} groups of arrays", f"{MOST_GROUPS} are the most")
    for group, arrays in groups.items():
        # A group may be empty where nothing has been measured yet.
        if arrays:
            try:
                check_arrays(arrays)
            except FileError as error:
                raise FileError(f"{group}: {error.message}", error.hint) from error
