"""How long something takes next to something else, measured so that both have the same chances."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

# A run is as many calls as fit into this time, and one at least.
RUN_SECONDS = 0.1
# Calls before a run that do not count, as a share of its time. The threads of another library stay
# awake for some 40 ms after its last call, and keep a core from whoever comes next.
WARM_UP_SHARE = 0.5
# A call that takes as long as so many runs needs no warm-up.
LONG_CALL_RUNS = 10


@dataclass(frozen=True)
class Timing:
    """Seconds of one call, measured in several runs.

    Attributes:
        seconds: One number a run, in the order of the runs.

    >>> Timing((3.0, 1.0, 2.5)).median_seconds
    2.5
    """

    seconds: tuple[float, ...]

    @property
    def median_seconds(self) -> float:
        """The run in the middle."""
        return median(self.seconds)

    @property
    def fastest_seconds(self) -> float:
        """The fastest run."""
        return min(self.seconds)

    @property
    def slowest_seconds(self) -> float:
        """The slowest run."""
        return max(self.seconds)


def interleave(
    calls: Mapping[str, Callable[[], object]], repeat: int, run_seconds: float = RUN_SECONDS
) -> dict[str, Timing]:
    """Time calls in turn: a run of each, then again a run of each, so that a slow moment hits all.

    Every other round goes backwards, so that nobody always comes after the same other one. Before a
    run of short calls come some that do not count.

    Args:
        calls: Name to what is timed.
        repeat: Runs of each, at least 1.
        run_seconds: A run ends with the call during which this time has passed.

    >>> timings = interleave({"sum": lambda: sum(range(9))}, repeat=3, run_seconds=0)
    >>> len(timings["sum"].seconds)
    3
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    names = list(calls)
    for _ in range(repeat):
        for name in names:
            seconds[name].append(_seconds_of_one_call(calls[name], run_seconds))
        names.reverse()
    return {name: Timing(tuple(runs)) for name, runs in seconds.items()}


def spell_seconds(seconds: float) -> str:
    """A time as a reader says it, with three digits.

    >>> [spell_seconds(seconds) for seconds in (1.5, 0.0009996, 0.00002)]
    ['1.50 s', '1.00 ms', '20.0 µs']
    """
    for name, value in (("s", seconds), ("ms", 1e3 * seconds)):
        # Rounded before it is compared, so that nothing is called 1000 of a smaller unit.
        if _rounded(value) >= 1:
            return f"{spell_ratio(value)} {name}"
    return f"{spell_ratio(1e6 * seconds)} µs"


def spell_ratio(ratio: float) -> str:
    """A number above zero with three digits, two of them behind the point at most.

    >>> [spell_ratio(ratio) for ratio in (0.046, 1, 27.05, 170.98)]
    ['0.05', '1.00', '27.1', '171']
    """
    rounded = _rounded(ratio)
    decimals = 2 if rounded < 10 else 1 if rounded < 100 else 0
    return f"{rounded:.{decimals}f}"


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _seconds_of_one_call(call: Callable[[], object], run_seconds: float) -> float:
    seconds = _mean_seconds(call, WARM_UP_SHARE * run_seconds)
    if seconds >= LONG_CALL_RUNS * run_seconds:
        return seconds
    return _mean_seconds(call, run_seconds)


def _mean_seconds(call: Callable[[], object], at_least: float) -> float:
    start = perf_counter()
    count = 0
    while True:
        call()
        count += 1
        elapsed = perf_counter() - start
        if elapsed >= at_least:
            return elapsed / count
