"""What is no regular file, or cannot be reached: refused, and never waited for."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.cases import IMAGES, LABELS
from tests.hostile.idx import LABELS as GOOD_LABELS
from tests.hostile.npz import GOOD
from tests.hostile.refusals import assert_refused, files_in
from tests.outcome import Convcli, Outcome

NOBODY = 65534
COMMANDS = (
    ("params", "show", "{}"),
    ("params", "convert", "{}", "converted.npz"),
    ("forward", "--params", "{}"),
    ("show-filters", "--params", "{}"),
    ("forward", "--image", "{}", "--params", "good.npz"),
    ("compare-im2col", "--image", "{}"),
    ("data", "show", "--data-dir", "."),
    ("forward", "--data-dir", "."),
)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _nowhere(path: Path) -> None:
    path.symlink_to("gone")


def _link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


PLACES: dict[str, Callable[[Path], None]] = {
    "a FIFO": _fifo,
    "a socket": _socket,
    "a folder": _folder,
    "a link to itself": _loop,
    "a link to nothing": _nowhere,
    "zeros without an end": _link_to("/dev/zero"),
    "chance without an end": _link_to("/dev/urandom"),
    "nothing at all": _link_to("/dev/null"),
    "a full disk": _link_to("/dev/full"),
    "a terminal": _link_to("/dev/tty"),
    "memory that cannot be read": _link_to("/proc/self/mem"),
    "a file that says it is empty": _link_to("/proc/self/maps"),
    "a file below a file": _link_to("good.npz/params"),
}


def put(make: Callable[[Path], None], folder: Path, command: tuple[str, ...]) -> list[str]:
    """Make the place, under the name that the command reads it by; gives the command line."""
    (folder / "good.npz").write_bytes(GOOD)
    (folder / LABELS).write_bytes(GOOD_LABELS)
    make(folder / IMAGES)
    return [word.format(IMAGES) for word in command]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("place", [place for place in PLACES if place != "a FIFO"])
def test_a_place_that_is_no_file(
    place: str, command: tuple[str, ...], convcli: Convcli, tmp_path: Path
) -> None:
    arguments = put(PLACES[place], tmp_path, command)
    before = files_in(tmp_path)
    assert_refused(convcli(*arguments))
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_file_that_may_not_be_read(
    command: tuple[str, ...], convcli: Convcli, tmp_path: Path
) -> None:
    arguments = put(PLACES["a link to nothing"], tmp_path, command)
    # Loads what the command needs, which another user may not be able to read.
    assert_refused(convcli(*arguments))
    (tmp_path / "gone").write_bytes(GOOD)
    (tmp_path / "gone").chmod(0)
    user = os.geteuid()
    if user == 0:
        # What nobody may read, root can.
        os.seteuid(NOBODY)
    try:
        outcome = convcli(*arguments)
    finally:
        os.seteuid(user)
    assert_refused(outcome)
    assert "Permission denied" in outcome.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_fifo_is_not_waited_for(command: tuple[str, ...], tmp_path: Path) -> None:
    arguments = put(PLACES["a FIFO"], tmp_path, command)
    finished = subprocess.run(
        [sys.executable, "-m", "convcli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert_refused(Outcome(finished.returncode, finished.stdout, finished.stderr))


@pytest.mark.parametrize("name", ["a" * 300, "gone/" * 900, "gone\nfile", "\x1b[2J", "[bold]"])
def test_a_name_of_nothing(name: str, convcli: Convcli, tmp_path: Path) -> None:
    (tmp_path / "good.npz").write_bytes(GOOD)
    for command in COMMANDS[:6]:
        assert_refused(convcli(*(word.format(name) for word in command)))
    assert_refused(convcli("data", "show", "--data-dir", name))
    assert list(files_in(tmp_path)) == ["good.npz"]
