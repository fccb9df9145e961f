"""A few large inputs through the commands, each in a process of its own."""

from pathlib import Path

import pytest

from tests.hostile.large import Large, assert_within, quick
from tests.hostile.refusals import files_in
from tests.hostile.running import run


@pytest.mark.parametrize("large", list(quick()), ids=lambda large: large.name)
def test_what_is_large_is_done_within_the_bounds_or_refused(large: Large, tmp_path: Path) -> None:
    large.write(tmp_path)
    for command, code in large.commands.items():
        before = files_in(tmp_path)
        assert_within(run(command.split(), tmp_path), code)
        if code:
            assert files_in(tmp_path) == before
