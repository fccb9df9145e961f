"""Gives mutants to a reader in a process of bounded memory, and notes what becomes of them.

A mutant may be read, or refused with the project's own error in one short line. Anything else is a
failure: another exception, memory beyond the bound, a process that dies or hangs.
"""

import multiprocessing
import resource
import tempfile
import time
from ctypes import Structure, c_double, c_int64
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from typing import Any

from convcli.errors import ConvcliError
from tests.fuzz.targets import Target

MEBIBYTE = 2**20
LONGEST_LINE = 200
MOST_FAILURES = 20
_POLL = 0.05
# Some file systems take milliseconds to replace a file, and a reader less than one to read it.
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a name of its own is made in it


@dataclass(frozen=True)
class Limits:
    """How long a run goes on, and how much a reader may take.

    Attributes:
        mutants: How many are given to the reader, if the time allows.
        seconds: After how many it ends.
        memory: Bytes that the process may take beyond what it has when nothing has been read.
        patience: Seconds after which a mutant counts as hanging.
    """

    mutants: int
    seconds: float = float("inf")
    memory: int = 256 * MEBIBYTE
    patience: float = 20.0


@dataclass(frozen=True)
class Failure:
    """A mutant that was neither read nor refused.

    Attributes:
        number: Which one; with the target and the seed it can be made again.
        reason: What happened.
        path: Where it has been kept.
    """

    number: int
    reason: str
    path: Path


@dataclass(frozen=True)
class Report:
    """What became of the mutants.

    Attributes:
        mutants: How many the reader was given.
        refused: How many were refused with the project's own error.
        loaded: How many were read.
        failures: The rest.
        worst_seconds: The most processor time that one of them took.
        worst_number: Which one that was.
        peak_memory: Bytes that the process took at most, Python and its libraries included.
        seconds: How long it all took.
    """

    mutants: int
    refused: int
    loaded: int
    failures: tuple[Failure, ...]
    worst_seconds: float
    worst_number: int
    peak_memory: int
    seconds: float


class _Progress(Structure):
    """What the reading process tells, in memory that outlives it."""

    _fields_ = [
        ("reading", c_int64),
        ("number", c_int64),
        ("refused", c_int64),
        ("loaded", c_int64),
        ("worst_seconds", c_double),
        ("worst_number", c_int64),
        ("peak_memory", c_int64),
    ]


@dataclass(frozen=True)
class _Task:
    """What the reading process is told."""

    target: Target
    seed: int
    limits: Limits
    deadline: float
    scratch: Path
    keep: Path

    def is_done(self, number: int) -> bool:
        return number >= self.limits.mutants or time.monotonic() >= self.deadline

    def failed(self, number: int, mutant: bytes, reason: str) -> Failure:
        path = self.keep / f"seed-{self.seed}-{number}-{self.target.file_name}"
        path.write_bytes(mutant)
        return Failure(number, reason, path)


def run(target: Target, seed: int, limits: Limits, keep: Path) -> Report:
    """Give a reader mutants until their number or the time is reached.

    Args:
        target: The reader.
        seed: Of all chance; mutant 7 of a seed is always the same.
        limits: When it ends, and what a reader may take.
        keep: Folder that failing mutants are kept in; it must exist.
    """
    started = time.monotonic()
    context = multiprocessing.get_context("spawn")
    progress, queue = RawValue(_Progress), context.SimpleQueue()
    failures: list[Failure] = []
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as scratch:
        task = _Task(target, seed, limits, started + limits.seconds, Path(scratch), keep)
        while not task.is_done(progress.number) and len(failures) < MOST_FAILURES:
            process = context.Process(target=_read_mutants, args=(task, progress, queue))
            progress.reading = 0
            process.start()
            reason = _watched(process, progress, limits.patience)
            while not queue.empty():
                failures.append(queue.get())
            if reason:
                mutant = target.build(target.genuine(), seed, progress.number)
                failures.append(task.failed(progress.number, mutant, reason))
                progress.number += 1
    return Report(
        mutants=progress.number,
        refused=progress.refused,
        loaded=progress.loaded,
        failures=tuple(failures),
        worst_seconds=progress.worst_seconds,
        worst_number=progress.worst_number,
        peak_memory=progress.peak_memory,
        seconds=time.monotonic() - started,
    )


def _watched(process: BaseProcess, progress: Any, patience: float) -> str:
    """Wait for the end of a process; says what was wrong with it, if anything was."""
    number, since = -1, time.monotonic()
    while process.is_alive():
        process.join(_POLL)
        if progress.number != number or not progress.reading:
            number, since = progress.number, time.monotonic()
        elif time.monotonic() - since > patience:
            process.kill()
            process.join()
            return f"hung for {patience:g} s"
    return f"died with exit code {process.exitcode}" if process.exitcode else ""


def _read_mutants(task: _Task, progress: Any, failures: "SimpleQueue[Failure]") -> None:
    files = task.target.genuine()
    path = task.scratch / task.target.file_name
    _bound_memory(task.limits.memory)
    failed, progress.reading = 0, 1
    while not task.is_done(progress.number) and failed < MOST_FAILURES:
        mutant = task.target.build(files, task.seed, progress.number)
        path.write_bytes(mutant)
        started = time.process_time()
        refused, fault = _outcome(task.target, path)
        seconds = time.process_time() - started
        if seconds > progress.worst_seconds:
            progress.worst_seconds, progress.worst_number = seconds, progress.number
        if fault:
            failed += 1
            failures.put(task.failed(progress.number, mutant, fault))
        else:
            progress.refused += refused
            progress.loaded += not refused
        progress.peak_memory = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        progress.number += 1


def _outcome(target: Target, path: Path) -> tuple[bool, str]:
    """Whether the reader refused the file, and what was wrong with how it did."""
    try:
        target.read(path)
    except ConvcliError as error:
        return True, _fault_of(error)
    # Whatever else a reader raises is what is looked for here.
    except Exception as error:  # noqa: BLE001
        return False, f"{type(error).__name__}: {error}"[:LONGEST_LINE]
    return False, ""


def _fault_of(error: ConvcliError) -> str:
    line = f"Error: {error}"
    if len(line) > LONGEST_LINE:
        return f"a message of {len(line)} characters"
    return "" if line.isprintable() else f"a message that does not print: {line!a}"


def _bound_memory(allowance: int) -> None:
    """Let this process take so many bytes more than it has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    bound = pages * resource.getpagesize() + allowance
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
