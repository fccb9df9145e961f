"""``convcli bench``: our engine and the frameworks side by side, on the user's own machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from convcli.benchmark import frameworks
from convcli.benchmark.frameworks import Framework
from convcli.benchmark.machine import processor_name
from convcli.benchmark.material import Material
from convcli.benchmark.measure import spell_ratio, spell_seconds
from convcli.benchmark.race import RaceResult, Task, TaskResult, race
from convcli.benchmark.tasks import GROWTH, QUICK_SIZES, SIZES, all_tasks
from convcli.cli import console, environment, inputs, options
from convcli.cli.folder import PictureFolder
from convcli.engine.fast.threads import usable_cores
from convcli.storage.mnist.dataset import Dataset, open_dataset

REPEAT, QUICK_REPEAT = 5, 3
HEADINGS = ("images", "contender", "median", "fastest", "slowest", "/image", "relative")


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


@click.command()
@click.option(
    "--quick",
    is_flag=True,
    help="Fewer images and runs: under half a minute in place of some five minutes.",
)
@click.option(
    "--repeat",
    type=options.AT_LEAST_ONE,
    metavar="N",
    help="Timed runs of each contender; the median is shown. Without it: "
    f"{REPEAT}, and {QUICK_REPEAT} with --quick.",
)
@options.data_dir_option
@options.out_option
@options.no_figures_option
@options.json_option
def command(
    quick: bool,
    repeat: int | None,
    data_dir: Path | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
) -> None:
    """Race the engine against PyTorch and ONNX Runtime on this machine.

    Five tasks: convolution with ReLU and pooling, scores of the whole network, one training step,
    im2col, and scores of more and more images. Our fast path races against our plain path (the
    book's way, in float64, a hundred images at a time) and against the frameworks that are
    installed: pip install 'convcli[bench]'. Each has as many threads as the others; one "by 100" is
    given a hundred images at a time, as may suit it better than all at once.

    Before a race the contenders' results are compared; exit code 1 if one computes something else.
    Then they take turns. A run is one call, or as many as fit into a tenth of a second. Close other
    programs first, and expect to need 4 GB of memory without --quick.

    \b
    Examples:
      convcli bench --quick
      convcli bench --out measured
      convcli bench --repeat 9 --no-figures --json
    """
    options.exclude("no_figures", ["out"])
    sizes, usual_repeat = (QUICK_SIZES, QUICK_REPEAT) if quick else (SIZES, REPEAT)
    folder = None if no_figures else PictureFolder("bench", out, no_figures)
    dataset = open_dataset("test", data_dir)
    parameters_name, parameters = inputs.open_parameters(None)
    inputs.announce(dataset)
    run = _prepare_run(quick, repeat or usual_repeat, dataset, parameters_name)
    material = Material(dataset.images(), dataset.labels(), parameters)
    if not as_json:
        _print_run(run)
    results = []
    for task in all_tasks(material, run.frameworks, sizes):
        result = _race(task, run.repeat)
        results.append(result)
        if not as_json:
            _print_result(result)
        if folder is not None:
            _draw(folder, result, run.machine)
    files = [] if folder is None else folder.files
    if as_json:
        console.print_json(_as_json(run, results, files))
    else:
        console.print_files(files)


def _prepare_run(quick: bool, repeat: int, dataset: Dataset, parameters: str) -> Run:
    threads = usable_cores()
    found = frameworks.find(threads)
    for framework in found:
        if framework.missing:
            console.notice(f"Note: without {framework.name}, which is {framework.missing}")
    data = f"{dataset.name}, {dataset.split} images"
    return Run(quick, repeat, data, parameters, processor_name(), threads, found)


def _race(task: Task, repeat: int) -> TaskResult:
    races = console.track(race(task, repeat), f"racing: {task.name}", len(task.sizes))
    return TaskResult(task.name, task.title, tuple(races))


def _print_run(run: Run) -> None:
    machine = environment.describe()
    console.print_text(f"{run.machine}; {run.data}, {run.parameters}")
    versions = [f"Python {machine['python']}", f"NumPy {machine['numpy']} ({machine['blas']})"]
    for framework in run.frameworks:
        version = ", ".join(f"{name} {number}" for name, number in framework.versions.items())
        versions.append(f"{framework.name} ({framework.missing or version})")
    console.print_text(", ".join(versions))
    console.print_text("relative: the median divided by that of the first contender")


def _print_result(result: TaskResult) -> None:
    from convcli.views.terminal import Column, table

    rows = [_row(race, name) for race in result.races for name in race.timings]
    console.print_text()
    columns = [Column(heading, numeric=heading != "contender") for heading in HEADINGS]
    console.show(table(result.title, columns, rows))


def _row(race: RaceResult, name: str) -> tuple[str, ...]:
    timing = race.timings[name]
    return (
        f"{race.size:,}",
        name,
        spell_seconds(timing.median_seconds),
        spell_seconds(timing.fastest_seconds),
        spell_seconds(timing.slowest_seconds),
        spell_seconds(race.per_image(name).median_seconds),
        spell_ratio(race.relative(name)),
    )


def _draw(folder: PictureFolder, result: TaskResult, machine: str) -> None:
    from convcli.views.figures import benchmark

    draw = benchmark.draw_growth if result.name == GROWTH else benchmark.draw_bars
    folder.write(f"{result.name}.png", draw(result, machine).save)


def _as_json(run: Run, results: Sequence[TaskResult], files: Sequence[Path]) -> dict[str, Any]:
    return {
        "quick": run.quick,
        "repeat": run.repeat,
        "data": run.data,
        "parameters": run.parameters,
        "processor": run.processor,
        "threads": run.threads,
        "environment": environment.describe(),
        "frameworks": [
            {
                "name": framework.name,
                "versions": framework.versions,
                "missing": framework.missing or None,
            }
            for framework in run.frameworks
        ],
        "tasks": [
            {
                "name": result.name,
                "title": result.title,
                "races": [
                    {
                        "images": race.size,
                        "contenders": [_contender_as_json(race, name) for name in race.timings],
                    }
                    for race in result.races
                ],
            }
            for result in results
        ],
        "files": [str(file) for file in files],
    }


def _contender_as_json(race: RaceResult, name: str) -> dict[str, Any]:
    timing = race.timings[name]
    return {
        "name": name,
        "median_seconds": timing.median_seconds,
        "fastest_seconds": timing.fastest_seconds,
        "slowest_seconds": timing.slowest_seconds,
        "seconds": timing.seconds,
        "seconds_per_image": race.per_image(name).median_seconds,
        "relative": race.relative(name),
        "deviation": race.deviations[name],
    }
