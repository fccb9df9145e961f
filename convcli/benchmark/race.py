"""A race: contenders that compute the same thing, which is made sure of before they are timed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.benchmark.material import Material
from convcli.benchmark.measure import RUN_SECONDS, Timing, interleave
from convcli.errors import ConvcliError
from convcli.text import printable

Array = NDArray[Any]
Call = Callable[[], Sequence[Array]]
Prepare = Callable[[Material], Call]

# Rows that are compared at once, so that a comparison takes little memory beside the results.
ROWS = 1_000


@dataclass(frozen=True)
class Contender:
    """One way to do a task.

    Attributes:
        name: As tables and charts call it.
        prepare: Does what is not timed, such as copying into the framework's own arrays, and
            returns a call without arguments that does the work once.
        above: It takes part at sizes above this one only.
        failures: What it raises for want of memory, besides a ``MemoryError``.
    """

    name: str
    prepare: Prepare
    above: int = 0
    failures: tuple[type[Exception], ...] = ()


@dataclass(frozen=True)
class Task:
    """A piece of work, and everyone who races to do it.

    Attributes:
        name: One word, for programs and file names.
        title: One line that says what is done.
        material: What it is done with.
        sizes: With how many images.
        contenders: Our fast path first: all others are compared with it, results and times.
        tolerance: The largest deviation that still counts as the same result; see
            :func:`deviation`.
        batches: How many lots of so many images there must be.
        checked_calls: How many calls in a row are compared; more than one where a call changes what
            the next one finds.
    """

    name: str
    title: str
    material: Material
    sizes: tuple[int, ...]
    contenders: tuple[Contender, ...]
    tolerance: float
    batches: int = 1
    checked_calls: int = 1

    def at(self, size: int) -> tuple[Contender, ...]:
        """Those who take part at this size."""
        return tuple(contender for contender in self.contenders if size > contender.above)


@dataclass(frozen=True)
class RaceResult:
    """How a task went at one size.

    Attributes:
        size: Images.
        timings: Contender to its times, the fast path first.
        deviations: Contender to how far its result was from that of the fast path.
    """

    size: int
    timings: Mapping[str, Timing]
    deviations: Mapping[str, float]

    @property
    def fast(self) -> str:
        """The contender that all are compared with."""
        return next(iter(self.timings))

    def per_image(self, name: str) -> Timing:
        """The times of a contender, each divided by the number of images."""
        return Timing(tuple(seconds / self.size for seconds in self.timings[name].seconds))

    def relative(self, name: str) -> float:
        """The median time of a contender divided by that of the fast path."""
        return self.timings[name].median_seconds / self.timings[self.fast].median_seconds


@dataclass(frozen=True)
class TaskResult:
    """How a task went at all its sizes.

    Attributes:
        name: Of the task.
        title: Of the task.
        races: One for each size.
    """

    name: str
    title: str
    races: tuple[RaceResult, ...]


def race(task: Task, repeat: int, run_seconds: float = RUN_SECONDS) -> Iterator[RaceResult]:
    """Race at every size of the task, one after the other.

    The first call of each contender is compared with the fast path's and not timed.

    Args:
        task: What is done, and by whom.
        repeat: Timed runs of each contender.
        run_seconds: A run takes at least so long; see :func:`convcli.benchmark.measure.interleave`.

    Returns:
        An iterator that races while it is read.

    Raises:
        ConvcliError: A contender computes something else.
    """
    for size in task.sizes:
        yield _race_at(size, task, repeat, run_seconds)


def deviation(found: Array, expected: Array) -> float:
    """The largest difference between two arrays, as a share of the largest magnitude expected.

    Infinite where the shapes differ; not a number where one of the values is none.

    >>> deviation(np.array([1.0, 3.0]), np.array([1.0, -4.0]))
    1.75
    """
    if found.shape != expected.shape:
        return float("inf")
    rows = [slice(start, start + ROWS) for start in range(0, len(found), ROWS)]
    difference = np.max([np.abs(found[part] - expected[part]).max() for part in rows])
    largest = np.max([np.abs(expected[part]).max() for part in rows])
    return float(difference / largest) if largest else float(difference)


def _race_at(size: int, task: Task, repeat: int, run_seconds: float) -> RaceResult:
    material = task.material.first(size * task.batches)
    calls = {contender.name: contender.prepare(material) for contender in task.at(size)}
    deviations = _check(task, size, calls)
    return RaceResult(size, interleave(calls, repeat, run_seconds), deviations)


def _check(task: Task, size: int, calls: Mapping[str, Call]) -> dict[str, float]:
    fast, *others = task.at(size)
    deviations = dict.fromkeys(calls, 0.0)
    for _ in range(task.checked_calls):
        expected = calls[fast.name]()
        for other in others:
            found = _result(other, calls[other.name])
            apart = [deviation(*pair) for pair in zip(found, expected, strict=True)]
            farthest = float(np.max([deviations[other.name], *apart]))
            # "Not a number" is not within the tolerance either.
            if not farthest <= task.tolerance:
                raise ConvcliError(
                    f"{task.name}, size {size}: {other.name} and {fast.name} differ by "
                    f"{farthest:.2g} of the largest value, where {task.tolerance:g} is allowed",
                    "this is a fault of convcli; please report it",
                )
            deviations[other.name] = farthest
    return deviations


def _result(contender: Contender, call: Call) -> Sequence[Array]:
    try:
        return call()
    except contender.failures as error:
        raise ConvcliError(
            f"{contender.name} failed: {printable(error, 90)}",
            "where memory is too little for this, take --quick",
        ) from error
