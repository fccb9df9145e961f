"""Hostile files of every kind through the commands: each is refused, and none leaves a trace."""

from pathlib import Path

import pytest

from tests.hostile.cases import Case, controls, hostile
from tests.hostile.refusals import assert_refused, bounded_memory, files_in
from tests.outcome import Convcli

HOSTILE = list(hostile())


def test_there_are_hundreds_of_every_kind() -> None:
    assert len({case.id for case in HOSTILE}) == len(HOSTILE) > 400


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.id)
def test_a_hostile_file_is_refused_and_leaves_no_trace(
    case: Case, convcli: Convcli, tmp_path: Path
) -> None:
    case.write(tmp_path)
    before = files_in(tmp_path)
    for command in case.commands:
        with bounded_memory():
            outcome = convcli(*command)
        assert_refused(outcome)
        assert case.file in outcome.stderr
        assert files_in(tmp_path) == before


@pytest.mark.parametrize("case", list(controls()), ids=lambda case: case.id)
def test_a_file_with_nothing_wrong_is_read(case: Case, convcli: Convcli, tmp_path: Path) -> None:
    case.write(tmp_path)
    command = case.commands[0]
    outcome = convcli(*command, *(["--no-figures"] if command[:2] != ("params", "show") else []))
    assert outcome.code == 0, outcome.stderr
    assert not (tmp_path / "escaped").exists()
