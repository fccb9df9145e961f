"""A process that is killed while it writes leaves the old file whole or the new file whole."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SIZE = 3_000_000

# Writes files of one letter, each in the block for a while, and says on stdout what it does.
WRITER = f"""
import itertools, sys
from pathlib import Path
from convcli.storage.files.writing import atomic_file

folder, same_name = Path(sys.argv[1]), sys.argv[2] == "same"
for number in itertools.count():
    letter = b"abcdefghij"[number % 10 : number % 10 + 1]
    name = "same.bin" if same_name else f"{{number}}.bin"
    with atomic_file(folder / name) as file:
        for part in range(30):
            file.write(letter * {SIZE // 30})
            file.flush()
            if part == 15:
                print("half", flush=True)
    print("whole", flush=True)
"""


def start(folder: Path, names: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), names], stdout=subprocess.PIPE, text=True
    )


def assert_whole(path: Path) -> None:
    contents = path.read_bytes()
    assert len(contents) == SIZE
    assert set(contents) == {contents[0]}


@pytest.mark.parametrize("delay", [0.0, 0.002, 0.005, 0.011, 0.023, 0.031, 0.047, 0.09])
def test_killed_at_any_moment(delay: float, tmp_path: Path) -> None:
    with start(tmp_path, "new") as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read().split()
    files = sorted(tmp_path.iterdir())
    assert len(files) >= said.count("whole")
    for path in files:
        assert path.suffix == ".bin"
        assert_whole(path)


@pytest.mark.parametrize("rounds", range(1, 6))
def test_killed_while_it_replaces(rounds: int, tmp_path: Path) -> None:
    with start(tmp_path, "same") as process:
        assert process.stdout is not None
        for line in process.stdout:
            rounds -= line == "whole\n"
            if rounds == 0:
                break
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert_whole(tmp_path / "same.bin")
