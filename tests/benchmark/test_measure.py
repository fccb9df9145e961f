from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.benchmark import measure
from convcli.benchmark.measure import Timing, interleave, spell_ratio, spell_seconds


def test_contenders_take_turns_and_every_other_round_goes_backwards() -> None:
    order: list[str] = []

    def contender(name: str) -> Callable[[], None]:
        return lambda: order.append(name)

    timings = interleave({name: contender(name) for name in "abc"}, repeat=3, run_seconds=0)
    assert "".join(order) == "abccbaabc"
    assert list(timings) == ["a", "b", "c"]
    assert all(len(timing.seconds) == 3 for timing in timings.values())


def test_a_run_is_as_many_calls_as_fit_and_its_time_is_that_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0

    def work_for(seconds: float) -> Callable[[], None]:
        def work() -> None:
            nonlocal now
            now += seconds

        return work

    monkeypatch.setattr(measure, "perf_counter", lambda: now)
    calls = {"short": work_for(0.25), "long": work_for(3.0), "very long": work_for(10.0)}
    timings = interleave(calls, repeat=2, run_seconds=1)
    assert timings == {
        "short": Timing((0.25, 0.25)),
        "long": Timing((3.0, 3.0)),
        "very long": Timing((10.0, 10.0)),
    }
    # Warm-up and run; a very long call is both.
    assert now == 2 * ((2 + 4) * 0.25 + 2 * 3.0 + 10.0)


def test_what_comes_before_a_run_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now, calls = 0.0, 0

    def work() -> None:
        nonlocal now, calls
        calls += 1
        now += 0.4 if calls == 1 else 0.1

    monkeypatch.setattr(measure, "perf_counter", lambda: now)
    (seconds,) = interleave({"one": work}, repeat=1, run_seconds=1)["one"].seconds
    assert seconds == pytest.approx(0.1)
    assert calls == 2 + 10


def test_a_slow_moment_is_in_its_own_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def clock() -> Iterator[float]:
        now = 0.0
        for seconds in (10.0, 50.0, 30.0):
            yield now
            now += seconds
            yield now

    ticks = clock()
    monkeypatch.setattr(measure, "perf_counter", lambda: next(ticks))
    timing = interleave({"one": lambda: None}, repeat=3, run_seconds=1)["one"]
    assert timing.seconds == (10.0, 50.0, 30.0)
    assert timing.median_seconds == 30.0
    assert timing.fastest_seconds == 10.0
    assert timing.slowest_seconds == 50.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (61.4, "61.4 s"),
        (1, "1.00 s"),
        (0.9996, "1.00 s"),
        (0.9994, "999 ms"),
        (0.00099949, "999 µs"),
        (0.00000123456, "1.23 µs"),
        (0.00000004, "0.04 µs"),
    ],
)
def test_times_are_spelled_with_three_digits(seconds: float, text: str) -> None:
    assert spell_seconds(seconds) == text


@settings(deadline=None, max_examples=200)
@given(st.floats(min_value=1e-6, max_value=999))
def test_a_spelled_time_is_the_time_to_half_a_percent(seconds: float) -> None:
    value, unit = spell_seconds(seconds).split()
    factor = {"s": 1.0, "ms": 1e-3, "µs": 1e-6}[unit]
    assert 1 <= float(value) < 1000
    assert float(value) * factor == pytest.approx(seconds, rel=0.005)


def test_ratios_have_three_digits() -> None:
    assert [spell_ratio(ratio) for ratio in (9.996, 99.96, 1234.5)] == ["10.0", "100", "1230"]
