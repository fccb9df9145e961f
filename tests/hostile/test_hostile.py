"""Hostile files of every kind through the commands: each is refused, and none leaves a trace."""

from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.cases import Case, controls, hostile
from tests.hostile.refusals import assert_refused, bounded_memory, files_in
from tests.outcome import Convcli

HOSTILE, CONTROLS = list(hostile()), list(controls())
README = Path(__file__).parents[1] / "README.md"
NAMES = {
    "pickle": "pickles",
    "npz": "`.npz`",
    "safetensors": "`.safetensors`",
    "idx": "IDX files",
    "picture": "pictures",
}


def test_there_are_as_many_of_every_kind_as_the_readme_says() -> None:
    assert len({case.id for case in HOSTILE}) == len(HOSTILE) > 500
    kinds = Counter(case.kind.split()[0] for case in HOSTILE)
    told = README.read_text(encoding="utf-8")
    assert f"builds {len(HOSTILE)} files" in told
    assert f"{len(CONTROLS)} files that only look dangerous" in told
    for kind, name in NAMES.items():
        assert f"{kinds[kind]} {name}" in told


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


@pytest.mark.parametrize("case", CONTROLS, ids=lambda case: case.id)
def test_a_file_with_nothing_wrong_is_read(case: Case, convcli: Convcli, tmp_path: Path) -> None:
    case.write(tmp_path)
    command = case.commands[0]
    outcome = convcli(*command, *(["--no-figures"] if command[:2] != ("params", "show") else []))
    assert outcome.code == 0, outcome.stderr
    assert not (tmp_path / "escaped").exists()
