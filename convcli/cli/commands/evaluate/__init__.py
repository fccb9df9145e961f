"""``convcli evaluate``: how well a network reads MNIST, and where it does not."""

from pathlib import Path

import click

from convcli.cli import inputs, options
from convcli.cli.commands.evaluate.against import against_of
from convcli.cli.commands.evaluate.material import Material, count_of
from convcli.cli.commands.evaluate.result import Result
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish
from convcli.storage.mnist.dataset import open_dataset


@click.command()
@options.split_option("test")
@click.option(
    "--limit",
    type=options.COUNT,
    metavar="N",
    help="Read the first N images only. Without it: all.",
)
@click.option(
    "--worst",
    type=click.IntRange(1, 1000),
    default=25,
    show_default=True,
    metavar="N",
    help="How many mistakes are listed and drawn, the worst loss first.",
)
@click.option(
    "--against",
    type=options.PATH,
    metavar="FILE",
    help="A second parameter file, which reads the same images; --layers is not about it.",
)
@options.data_dir_option
@options.network_options
@options.output_options
def command(
    split: str,
    limit: int | None,
    worst: int,
    against: Path | None,
    data_dir: Path | None,
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
) -> None:
    """Say how well a network reads MNIST, and show what it reads wrong.

    Precision, recall and F1 of each class with their 95 % intervals by Wilson; the confusion
    matrix; whether the network is as sure as it is right; and its mistakes, the worst loss first,
    each with the command that explains it. --against counts what only one of two files reads right,
    and says by McNemar's exact test how likely that is by chance. Pictures go to --out (without
    it: convcli-out/evaluate-test, named after the split).

    \b
    Examples:
      convcli evaluate
      convcli evaluate --params deep_convnet_params.pkl --limit 1000 --worst 10
      convcli evaluate --against params.pkl
      convcli evaluate --split train --no-figures --json
    """
    opened = inputs.open_network(params, layers, input_size)
    second = None if against is None else inputs.open_network(against)
    data = open_dataset(split, data_dir)
    material = Material(data, count_of(data, limit))
    for network in (opened, second):
        if network is not None:
            material.require_readable_by(network)
    folder = PictureFolder(f"evaluate-{split}", out, no_figures)
    inputs.announce(data, opened)
    inputs.announce(None, second)
    outcome = material.read_by(opened)
    beside = None if second is None else against_of(opened, second, material, outcome, worst)
    why: dict[str, object] = {
        "--split": split,
        "--params": params,
        "--layers": layers,
        "--input-size": input_size and "x".join(map(str, input_size)),
        "--data-dir": data_dir,
    }
    result = Result(opened, material, outcome, worst, beside, why)
    publish(result.report(folder), as_json)
