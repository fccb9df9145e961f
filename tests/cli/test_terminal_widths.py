"""Every command's tables in a real terminal of some width: whatever a pipe gets is there, uncut."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

COMMANDS = [
    ("forward", "--steps", "--out", "a-folder-of-a-long-name/that/holds/pictures"),
    ("params", "show"),
    ("data", "status"),
    ("evaluate", "--limit", "50"),
    ("summary",),
    ("explain", "--at", "conv:12,7", "--sort", "contribution"),
    ("explain", "--at", "cell:295,13"),
    ("geometry", "conv:5,stride=2", "pool:2"),
]
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
PART = re.compile(r"(?:\([\d, ]*\)|\S)+")
COLUMNS_OF_RULE = re.compile(r"─+")


def run(
    arguments: tuple[str, ...], width: int | None, folder: Path, **variables: str
) -> tuple[str, int]:
    """Everything that a terminal of so many columns, or a pipe, is given, and the exit code."""
    command = [sys.executable, "-m", "convcli", *arguments]
    environment = {**os.environ, "TERM": "xterm-256color", **variables}
    environment.pop("NO_COLOR", None)
    if width is None:
        piped = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
        return piped.stdout.decode(), piped.returncode
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # The other side is closed.
                break
            if not chunk:
                break
            shown += chunk
    os.close(ours)
    return ESCAPE.sub("", shown.decode(variables.get("PYTHONIOENCODING", "utf-8"))).replace(
        "\r", ""
    ), process.returncode


@pytest.mark.parametrize("arguments", COMMANDS)
def test_no_number_path_or_shape_is_cut_at_any_width(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    piped, code = run(arguments, None, tmp_path)
    assert code == 0
    parts = {part for part in PART.findall(piped) if not COLUMNS_OF_RULE.fullmatch(part)}
    for width in (20, 40, 80):
        shown, code = run(arguments, width, tmp_path)
        assert code == 0
        # A heading has a colon behind it where the table is stacked.
        assert parts <= {*PART.findall(shown), *(p.rstrip(":") for p in PART.findall(shown))}
        for line in shown.splitlines():
            # Longer than the terminal is only what must not be broken: a path, or a word.
            words = line.removeprefix("wrote ").split(": ")[-1]
            assert len(line) <= width or len(PART.findall(words)) == 1, line


@pytest.mark.parametrize("batch", ["1", "100"])
def test_a_comparison_of_im2col_stands_in_columns_on_80(batch: str, tmp_path: Path) -> None:
    arguments = ("compare-im2col", "--batch", batch, "--repeat", "1", "--no-figures")
    shown, code = run(arguments, 80, tmp_path)
    assert code == 0
    heading = next(line for line in shown.splitlines() if line.startswith("name "))
    words = ["name", "slices", "sliced", "shape", "bytes", "median", "seconds", "relative", "equal"]
    assert heading.split() == words
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    "variables", [{"TERM": "dumb"}, {"PYTHONIOENCODING": "cp1252", "COLORTERM": "truecolor"}]
)
def test_a_terminal_without_blocks_gets_letters(variables: dict[str, str], tmp_path: Path) -> None:
    shown, code = run(("forward", "--no-figures"), 80, tmp_path, **variables)
    assert code == 0
    assert "▀" not in shown
    assert "\\u2" not in shown
    assert "convolution 0" in shown
    assert "- before negative, + before positive" in shown
    assert "orange" not in shown


def test_a_terminal_of_sixteen_colours_names_the_ones_it_shows(tmp_path: Path) -> None:
    variables = {"TERM": "xterm", "COLORTERM": ""}
    shown, _ = run(("forward", "--no-figures"), 200, tmp_path, **variables)
    assert "yellow and red negative, white near zero, blue and dark blue positive" in shown
    assert "orange" not in shown


def test_no_color_shows_no_pictures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "convcli", "forward", "--no-figures"]
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert b"\x1b[38" not in done.stdout
    assert "▀" not in done.stdout.decode()
