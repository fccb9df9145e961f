"""A short run of every fuzzing target, and the harness against readers with known faults."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from convcli.storage.pictures.reading import read_picture
from tests.fuzz import faulty
from tests.fuzz.harness import Limits, run
from tests.fuzz.targets import TARGETS, Target

MUTANTS = 1500


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_but_the_projects_error_escapes(name: str, tmp_path: Path) -> None:
    report = run(TARGETS[name], 0, Limits(MUTANTS), tmp_path)
    assert report.failures == ()
    assert report.mutants == report.refused + report.loaded == MUTANTS
    # A target that refuses everything, or nothing, tests little.
    assert report.refused > MUTANTS // 4
    assert report.loaded > 10


def test_nor_from_the_child_process_of_the_sandbox(tmp_path: Path) -> None:
    report = run(replace(TARGETS["image"], read=read_picture), 1, Limits(60), tmp_path)
    assert report.failures == ()
    assert report.refused > 15
    assert report.loaded > 1


@pytest.mark.parametrize("name", TARGETS)
def test_genuine_files_are_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / TARGETS[name].file_name
    for data in TARGETS[name].genuine():
        path.write_bytes(data)
        TARGETS[name].read(path)


@pytest.mark.parametrize("name", TARGETS)
def test_a_mutant_is_known_by_its_number(name: str) -> None:
    target = TARGETS[name]
    files = target.genuine()
    some = [target.build(files, 1, number) for number in range(50)]
    assert [target.build(files, 1, number) for number in range(50)] == some
    assert len(set(some)) > 40
    assert target.build(files, 2, 0) != some[0]


def _target(read: Callable[[Path], object]) -> Target:
    return Target("faulty", "mutant", faulty.genuine, faulty.mutant, read)


def test_a_reader_without_faults(tmp_path: Path) -> None:
    report = run(_target(faulty.reads), 0, Limits(100), tmp_path)
    assert report.failures == ()
    assert (report.mutants, report.refused + report.loaded) == (100, 100)
    assert 0 < report.refused < 30
    assert report.peak_memory > 2**20


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (faulty.raises, "ValueError: no such number"),
        (faulty.talks, r"a message that does not print: 'Error: a name with an escape: \x1b[2J'"),
        (faulty.talks_too_long, "a message of 207 characters"),
        (faulty.devours, "MemoryError: "),
        (faulty.dies, "died with exit code -6"),
        (faulty.hangs, "hung for 0.5 s"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_fault_is_found_and_kept(
    read: Callable[[Path], object], reason: str, tmp_path: Path
) -> None:
    target = _target(read)
    report = run(target, 0, Limits(40, patience=0.5), tmp_path)
    assert report.mutants == report.loaded + len(report.failures) == 40
    assert 1 <= len(report.failures) <= 9
    for failure in report.failures:
        assert failure.reason == reason
        assert failure.path.read_bytes() == faulty.BAD
        assert target.build(faulty.genuine(), 0, failure.number) == faulty.BAD


def test_the_command_tells_what_it_did(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--target", "idx", "--mutants", "200"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("idx, seed 0: 200 mutants in ")
    assert " 0 failures; worst " in finished.stdout
