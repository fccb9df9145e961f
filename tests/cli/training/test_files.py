from pathlib import Path
from typing import Any

import pytest

from convcli.cli.training import files
from convcli.cli.training.files import MOST_SHARE, StateFile


class Clock:
    """A clock that goes on when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("cost", "written"), [(0.001, 20), (0.02, 20), (0.04, 10), (0.2, 2)])
def test_states_are_left_out_where_they_take_more_than_their_share(
    cost: float, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, saved = Clock(), []

    def save(path: Path, checkpoint: Any) -> None:
        saved.append(path)
        clock.now += cost

    class Anything:
        groups: dict[str, Any] = {}  # noqa: RUF012  # nothing changes it
        sha256 = ""

        def state(self) -> "Anything":
            return self

        def record(self, *_: Any) -> dict[str, Any]:
            return {}

    monkeypatch.setattr(files, "perf_counter", clock)
    monkeypatch.setattr(files, "save_checkpoint", save)
    anything: Any = Anything()
    for exactly, expected in ((False, written), (True, 20)):
        clock.now = 0.0
        saved.clear()
        state = StateFile(Path("x.state.npz"), 200, exactly, anything)
        for step in range(1, 20 * 200 + 1):
            clock.now += 1 / 200
            if state.is_due(step):
                state.write(anything, anything, None)
        assert len(saved) == pytest.approx(expected, abs=1)
        if not exactly:
            # The first one comes at once: how long it takes is not known before.
            assert cost * (len(saved) - 1) <= MOST_SHARE * clock.now


def test_without_states_nothing_is_due_and_nothing_is_checked() -> None:
    anything: Any = None
    Path("file").touch()
    state = StateFile(Path("file/x.state.npz"), 0, False, anything)
    assert not any(state.is_due(step) for step in range(1, 10))
    state.write(anything, anything, None)
    assert not state.is_written
