"""Which steps share a frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.inspection.schedule import (
    MOST_OF_A_KIND,
    Schedule,
    every_step,
    from_fine_to_coarse,
    teaching,
    thinned,
)

STEPS = st.integers(1, 5000)


def assert_whole(schedule: Schedule, steps: int) -> None:
    """Every step is in one frame, in its order."""
    shown = [step for moment in schedule for step in range(moment.first, moment.last + 1)]
    assert shown == list(range(steps))
    assert all(moment.first <= moment.last for moment in schedule)


@given(STEPS, st.integers(1, 300), st.integers(1, 300), st.integers(1, 9))
def test_no_schedule_leaves_a_step_out(steps: int, row: int, singly: int, factor: int) -> None:
    for schedule in (every_step(steps), teaching(steps, row), teaching(steps, row, singly)):
        assert_whole(schedule, steps)
        assert_whole(thinned(schedule, factor), steps)


@given(STEPS, st.integers(1, 300))
def test_to_teach_takes_about_fifty_frames(steps: int, row: int) -> None:
    assert len(teaching(steps, row)) <= 2 * MOST_OF_A_KIND + 2


def test_the_first_row_goes_step_by_step_and_then_a_row_a_frame() -> None:
    schedule = teaching(24 * 24, row=24)
    assert [moment.last for moment in schedule[:24]] == list(range(24))
    assert [moment.last + 1 for moment in schedule[24:]] == list(range(48, 577, 24))
    assert len(schedule) == 47


def test_both_orders_go_step_by_step_until_the_first_is_done() -> None:
    lasts = [moment.last for moment in teaching(576, row=24, singly=25)]
    assert lasts[:25] == list(range(25))
    assert lasts[25:27] == [47, 71]


@pytest.mark.parametrize(("steps", "row"), [(576, 24), (1, 1), (30, 6), (50_176, 224)])
def test_schedules_become_coarser_down_to_two_frames(steps: int, row: int) -> None:
    found = from_fine_to_coarse(steps, teaching(steps, row))
    counts = [len(schedule) for schedule in found]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == steps
    assert counts[-1] == min(2, steps)
    assert teaching(steps, row) in found
    for schedule in found:
        assert_whole(schedule, steps)
