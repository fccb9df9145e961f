"""``convcli train``: from random filters to ones that read digits."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import console, options
from convcli.cli.commands.train.result import Result
from convcli.cli.folder import HOME
from convcli.cli.inputs import announce
from convcli.cli.report import publish
from convcli.cli.training_watch import BestEpoch, watch
from convcli.interrupts import AnsweredWith
from convcli.network.building import build, untrained
from convcli.network.evaluation import evaluate
from convcli.network.known import CHAPTER_7_SIZED, CHAPTER_7_TITLE, MNIST
from convcli.network.optimizers import OPTIMIZERS
from convcli.network.training import LabelledPixels, TrainingSettings, hold_out, train
from convcli.storage.mnist.dataset import open_dataset

DEFAULTS = TrainingSettings()
DEFAULT_FILE = HOME / "train" / "simple_convnet.npz"
USUAL_RATES = ", ".join(f"{name} {kind.usual_learning_rate}" for name, kind in OPTIMIZERS.items())


@click.command()
@options.count_option("--epochs", DEFAULTS.epochs, "How often every training image is seen.")
@options.count_option("--batch", DEFAULTS.batch, "Images a step.")
@click.option(
    "--learning-rate",
    type=float,
    help="Of the first step; it falls to zero along half a cosine. Without it: the optimizer's "
    f"usual one ({USUAL_RATES}).",
)
@click.option(
    "--optimizer",
    type=click.Choice(list(OPTIMIZERS)),
    default=DEFAULTS.optimizer,
    show_default=True,
    help="How a gradient changes the parameters.",
)
@options.seed_option
@click.option(
    "--validation",
    type=int,
    metavar="N",
    help="Keep the last N training images out of the training and measure each epoch with them. "
    "Without it: one in twelve, which is 5,000 of MNIST.",
)
@click.option(
    "--save",
    type=options.PATH,
    metavar="FILE",
    default=DEFAULT_FILE,
    show_default=True,
    help="Where the parameters go: .npz or .safetensors. A file that is there is not overwritten.",
)
@options.data_dir_option
@options.json_option
def command(
    validation: int | None, save: Path, data_dir: Path | None, as_json: bool, **chosen: Any
) -> None:
    """Train the network on MNIST and save its parameters.

    The network is the book's: 30 filters 5x5, ReLU, 2x2 max pooling, 100 hidden units, 10 digits.
    The same seed gives the same parameters, bit for bit on the same machine and NumPy.

    Each epoch that reads more validation images than any before is written when it ends, so neither
    Ctrl-C nor a crash loses it. The test images are read once, after the last epoch, by the
    parameters that were kept; they decide nothing.

    \b
    Examples:
      convcli train
      convcli train --epochs 3 --seed 1 --save seed-1.npz
      convcli train --optimizer sgd --learning-rate 0.05 --save sgd.npz --json
    """
    settings = TrainingSettings(**chosen)
    best = BestEpoch(save)
    data, test_data = open_dataset("train", data_dir), open_dataset("test", data_dir)
    learned, held_out = hold_out(LabelledPixels(data.images(), data.labels()), validation)
    network = untrained(CHAPTER_7_SIZED, MNIST, settings.seed, title=CHAPTER_7_TITLE)
    events = train(network, learned, held_out, settings)
    announce(data)
    # The lines of the epochs are the result, and JSON takes their place on stdout.
    say = console.notice if as_json else console.print_text
    say(f"{network.title}: {network.specification}; {settings.optimizer}, seed {settings.seed}")
    say(f"{data.name}: {len(learned):,} images to learn from, {len(held_out):,} for validation")
    with AnsweredWith(best.interrupted):
        history = watch(events, settings.epochs, best, say)
        outcome = evaluate(build(best.parameters), test_data.images(), test_data.labels())
    counts = {"name": data.name, "training": len(learned), "validation": len(held_out)}
    publish(Result(settings, counts, history, best, outcome).report(), as_json)
