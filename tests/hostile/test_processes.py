"""A few of every kind in a process of their own, with Python's own checks of ``assert`` off."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.cases import Case, hostile
from tests.hostile.refusals import assert_refused, files_in
from tests.outcome import Outcome

ADDRESS_SPACE = 2**30
CHOSEN = {
    "pickle: os.system as the last thing",
    "pickle: one buffer, a thousand arrays",
    "pickle: two million tuples",
    "npz: a bomb that says little",
    "npz: objects that run something",
    "safetensors: brackets, 500,000 deep",
    "safetensors: overlapping arrays",
    "idx images: packed: more than 2**64 bytes that wrap to few",
    "idx images: raw: a byte too many",
    "idx images: packing: a bomb",
    "idx labels: label 10",
    "picture: PNG: half a file",
    "picture: JPEG: a hundred thousand scans",
    "picture: GIF: ten million comments",
    "picture: a PostScript program",
}
CASES = [case for case in hostile() if case.id in CHOSEN]


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


def test_the_names_are_right() -> None:
    assert {case.id for case in CASES} == CHOSEN


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_rests_on_assert(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    before = files_in(tmp_path)
    finished = subprocess.run(
        [sys.executable, "-O", "-m", "convcli", *case.commands[0]],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_bound,
        # A thread reserves address space, and there is nothing to multiply here.
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    assert_refused(Outcome(finished.returncode, finished.stdout, finished.stderr))
    assert files_in(tmp_path) == before
