"""A command opens each file of MNIST once: what it has checked is what it shows."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from convcli.storage.mnist.registry import FILES

# os.open tells of every file that is opened with it; open() with an opener tells twice.
COUNTING = """
import sys
opened = []
def listen(event, arguments):
    if event == "open" and arguments[1] is None:
        opened.append(str(arguments[0]))
sys.addaudithook(listen)
from convcli.cli.main import execute
code = execute(sys.argv[1:])
sys.stderr.write("\\n".join(opened))
sys.exit(code)
"""
ALL = {file.name for file in FILES}
TRAIN = {name for name in ALL if name.startswith("train")}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("data", "show", "--index", "11,0", "--no-figures"), TRAIN),
        (("forward", "--index", "5", "--no-figures"), TRAIN),
        (("data", "status"), ALL),
    ],
)
def test_each_file_is_opened_once(
    command: tuple[str, ...], expected: set[str], small_mnist: Path, tmp_path: Path
) -> None:
    process = subprocess.run(
        [sys.executable, "-c", COUNTING, *command, "--data-dir", str(small_mnist)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"CONVCLI_DATA_DIR": ""},
    )
    opened = Counter(
        Path(path).name for path in process.stderr.splitlines() if path.startswith(str(small_mnist))
    )
    assert opened == Counter(expected)
