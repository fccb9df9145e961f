"""What ``convcli bench`` has to say about a run."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from convcli.benchmark.frameworks import Framework
from convcli.benchmark.race import TaskResult
from convcli.cli import environment
from convcli.cli.commands.bench.task import report_of
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Report, Said


@dataclass(frozen=True)
class Run:
    """What a run depends on besides the engine.

    Attributes:
        quick: Whether the sizes are the small ones.
        repeat: Timed runs of each contender.
        data: Where the images are from.
        parameters: Name of the parameter file.
        processor: As its maker calls it.
        threads: That each contender has.
        frameworks: Those that take part, and those that are missing.
    """

    quick: bool
    repeat: int
    data: str
    parameters: str
    processor: str
    threads: int
    frameworks: tuple[Framework, ...]

    @property
    def machine(self) -> str:
        """Where and how often, as one clause."""
        runs = "1 run" if self.repeat == 1 else f"{self.repeat} runs"
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads each"
        return f"{self.processor}, {threads}, {runs}"

    def report(self, results: Iterable[TaskResult], folder: PictureFolder) -> Report:
        """The run first, then each task as soon as it has been raced."""
        machine = environment.describe()
        return Report(
            title=f"{self.machine}; {self.data}, {self.parameters}",
            facts={
                "quick": self.quick,
                "repeat": self.repeat,
                "data": self.data,
                "parameters": self.parameters,
                "processor": self.processor,
                "threads": self.threads,
                "environment": Said(machine, self._versions(machine)),
                "frameworks": [
                    {"name": one.name, "versions": one.versions, "missing": one.missing or None}
                    for one in self.frameworks
                ],
            },
            notes=["relative: the median divided by that of the first contender"],
            folder=folder,
            parts_key="tasks",
            parts=(report_of(result, folder, self.machine) for result in results),
        )

    def _versions(self, machine: dict[str, Any]) -> str:
        versions = [f"Python {machine['python']}", f"NumPy {machine['numpy']} ({machine['blas']})"]
        for framework in self.frameworks:
            version = ", ".join(f"{name} {number}" for name, number in framework.versions.items())
            versions.append(f"{framework.name} ({framework.missing or version})")
        return ", ".join(versions)
