"""``convcli evaluate``: how many images of MNIST the network reads right."""

from pathlib import Path

import click

from convcli.cli import console, inputs, options
from convcli.cli.commands.evaluate.result import Result
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish
from convcli.errors import ParameterError, UsageError
from convcli.network.evaluation import evaluate
from convcli.storage.mnist.dataset import Dataset, open_dataset


@click.command()
@options.split_option("test")
@click.option(
    "--limit",
    type=options.COUNT,
    metavar="N",
    help="Read the first N images only. Without it: all.",
)
@options.data_dir_option
@options.network_options
@options.output_options
def command(
    split: str,
    limit: int | None,
    data_dir: Path | None,
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
) -> None:
    """Count how many images of MNIST the network reads right.

    Prints the accuracy, the Wilson interval in which the true one lies with a confidence of 95 %,
    the count of each class, and the confusion matrix: a row for each label, a column for each
    reading. The same matrix is drawn as confusion.png in --out (without it:
    convcli-out/evaluate-test, named after the split).

    \b
    Examples:
      convcli evaluate
      convcli evaluate --params deep_convnet_params.pkl --limit 1000
      convcli evaluate --split train --no-figures --json
    """
    opened = inputs.open_network(params, layers, input_size)
    with opened.named():
        inputs.require_mnist_shape(opened.network.contract, "MNIST is all it can be measured with")
        classes = opened.network.classes
    data = open_dataset(split, data_dir)
    count = _count(data, limit)
    labels = data.labels()[:count]
    if labels.max() >= classes:
        raise ParameterError(
            f"{opened.name}: the network has {classes} classes, and the labels run to "
            f"{labels.max()}",
            "give a network that knows ten digits",
        )
    folder = PictureFolder(f"evaluate-{split}", out, no_figures)
    inputs.announce(data, opened)
    with opened.named(), console.progress(f"reading {data.split} images", count) as progress:
        outcome = evaluate(opened.network, data.images(0, count), labels, progress)
    publish(Result(opened, data, outcome).report(folder), as_json)


def _count(data: Dataset, limit: int | None) -> int:
    if limit is not None and limit > len(data):
        raise UsageError(
            f"--limit {limit}, and there are {len(data):,} {data.split} images ({data.name})",
            "leave it out to read them all",
        )
    return limit or len(data)
