import numpy as np
import pytest

from convcli.benchmark.material import Material
from convcli.benchmark.measure import Timing
from convcli.benchmark.race import (
    ROWS,
    Call,
    Contender,
    Prepare,
    RaceResult,
    Task,
    deviation,
    race,
)
from convcli.errors import ConvcliError

DIGITS = Material(
    np.arange(4 * 28 * 28, dtype=np.uint8).reshape(4, 28, 28), np.array([3, 1, 4, 1]), {}
)


def sums(plus: float = 0.0) -> Prepare:
    def prepare(material: Material) -> Call:
        return lambda: [material.pixels.sum(axis=(1, 2)) + plus]

    return prepare


def task(*contenders: Contender, tolerance: float = 0.0, checked_calls: int = 1) -> Task:
    return Task(
        *("sums", "sums of pixels", DIGITS, (1, 6), contenders, tolerance),
        checked_calls=checked_calls,
    )


def test_every_size_is_raced_with_all_who_take_part_at_it() -> None:
    contenders = (Contender("fast", sums()), Contender("in blocks", sums(), above=1))
    first, second = race(task(*contenders), repeat=2, run_seconds=0)
    assert (first.size, list(first.timings)) == (1, ["fast"])
    assert (second.size, list(second.timings)) == (6, ["fast", "in blocks"])
    assert all(len(timing.seconds) == 2 for timing in second.timings.values())
    assert second.deviations == {"fast": 0, "in blocks": 0}


def test_each_contender_gets_as_many_images_as_the_size_says() -> None:
    seen = []

    def prepare(material: Material) -> Call:
        seen.append(material.labels.tolist())
        return lambda: [material.labels]

    list(race(task(Contender("fast", prepare)), repeat=1, run_seconds=0))
    assert seen == [[3], [3, 1, 4, 1, 3, 1]]


def test_who_computes_something_else_is_not_raced() -> None:
    calls = 0

    def prepare(material: Material) -> Call:
        def call() -> list[np.ndarray]:
            nonlocal calls
            calls += 1
            return [material.pixels.sum(axis=(1, 2)) + 2000.0]

        return call

    race_of_two = race(task(Contender("fast", sums()), Contender("other", prepare)), 5, 0)
    with pytest.raises(ConvcliError, match=r"sums, size 1: other and fast differ by 0\.02.*0 is"):
        next(race_of_two)
    assert calls == 1


def test_within_the_tolerance_is_the_same() -> None:
    contenders = (Contender("fast", sums()), Contender("other", sums(plus=1.0)))
    results = list(race(task(*contenders, tolerance=0.01), repeat=1, run_seconds=0))
    assert results[0].deviations["other"] == 1 / DIGITS.pixels[0].sum()


def test_a_later_call_is_compared_where_calls_build_on_each_other() -> None:
    def growing(step: float) -> Prepare:
        def prepare(material: Material) -> Call:
            total = np.zeros(1)

            def call() -> list[np.ndarray]:
                before = total.copy()
                total[:] += step
                return [before]

            return call

        return prepare

    contenders = (Contender("fast", growing(1.0)), Contender("other", growing(1.5)))
    list(race(task(*contenders, checked_calls=1), repeat=1, run_seconds=0))
    with pytest.raises(ConvcliError, match=r"other and fast differ by 0\.5"):
        list(race(task(*contenders, checked_calls=2), repeat=1, run_seconds=0))


def test_not_a_number_is_no_result() -> None:
    contenders = (Contender("fast", sums()), Contender("other", sums(plus=float("nan"))))
    with pytest.raises(ConvcliError, match="other and fast differ by nan"):
        list(race(task(*contenders, tolerance=1.0), repeat=1, run_seconds=0))


def test_a_framework_that_fails_is_explained() -> None:
    def prepare(material: Material) -> Call:
        def call() -> list[np.ndarray]:
            raise RuntimeError("you tried to allocate\n737280000 bytes")

        return call

    other = Contender("other", prepare, failures=(RuntimeError,))
    with pytest.raises(
        ConvcliError, match=r"other failed: you tried to allocate\\n737280000 bytes; .* --quick"
    ):
        list(race(task(Contender("fast", sums()), other), repeat=1, run_seconds=0))


def test_a_fault_of_our_own_is_not_explained_away() -> None:
    def prepare(material: Material) -> Call:
        def call() -> list[np.ndarray]:
            raise RuntimeError("a fault")

        return call

    other = Contender("other", sums(), failures=(RuntimeError,))
    with pytest.raises(RuntimeError, match="a fault"):
        list(race(task(Contender("fast", prepare), other), repeat=1, run_seconds=0))


def test_deviation_is_the_largest_difference_over_the_largest_value() -> None:
    expected = np.zeros((ROWS + 5, 2))
    expected[ROWS + 1, 0], expected[3, 1] = -8.0, 2.0
    found = expected.copy()
    found[ROWS + 4, 1] = -2.0
    assert deviation(found, expected) == 0.25
    assert deviation(expected, expected) == 0
    assert deviation(expected[1:], expected) == float("inf")
    assert deviation(np.array([0.5]), np.array([0.0])) == 0.5


def test_ratios_and_times_per_image() -> None:
    result = RaceResult(4, {"fast": Timing((2.0, 1.0, 4.0)), "other": Timing((8.0, 3.0, 6.0))}, {})
    assert result.fast == "fast"
    assert result.relative("other") == 3.0
    assert result.relative("fast") == 1.0
    assert result.per_image("other").seconds == (2.0, 0.75, 1.5)
