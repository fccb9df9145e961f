"""``convcli bench``: our engine and the frameworks side by side, on the user's own machine."""

from pathlib import Path

import click

from convcli.benchmark import frameworks
from convcli.benchmark.machine import processor_name
from convcli.benchmark.material import Material
from convcli.benchmark.race import Task, TaskResult, race
from convcli.benchmark.tasks import QUICK_SIZES, SIZES, all_tasks
from convcli.cli import console, inputs, options
from convcli.cli.commands.bench.run import Run
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish
from convcli.engine.fast.threads import usable_cores
from convcli.storage.mnist.dataset import Dataset, open_dataset

REPEAT, QUICK_REPEAT = 5, 3


@click.command()
@click.option(
    "--quick",
    is_flag=True,
    help="Fewer images and runs: under half a minute in place of some five minutes.",
)
@click.option(
    "--repeat",
    type=options.COUNT,
    metavar="N",
    help="Timed runs of each contender; the median is shown. Without it: "
    f"{REPEAT}, and {QUICK_REPEAT} with --quick.",
)
@options.data_dir_option
@options.output_options
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
    programs first, and expect to need 6 GB of memory without --quick.

    \b
    Examples:
      convcli bench --quick
      convcli bench --out measured
      convcli bench --repeat 9 --no-figures --json
    """
    sizes, usual_repeat = (QUICK_SIZES, QUICK_REPEAT) if quick else (SIZES, REPEAT)
    folder = PictureFolder("bench", out, no_figures)
    dataset = open_dataset("test", data_dir)
    opened = inputs.open_network(None)
    inputs.announce(dataset)
    run = _prepare_run(quick, repeat or usual_repeat, dataset, opened.name)
    material = Material(dataset.images(), dataset.labels(), opened.network.parameters)
    tasks = all_tasks(material, run.frameworks, sizes)
    publish(run.report((_race(task, run.repeat) for task in tasks), folder), as_json)


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
