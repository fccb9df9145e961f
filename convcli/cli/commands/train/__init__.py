"""``convcli train``: from random filters to ones that read digits."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import console, options
from convcli.cli.commands.train.choices import training_options
from convcli.cli.commands.train.learner import description_of, open_learner, usual_file
from convcli.cli.commands.train.result import Result
from convcli.cli.inputs import announce
from convcli.cli.report import publish
from convcli.cli.training_watch import BestEpoch, watch
from convcli.interrupts import AnsweredWith
from convcli.network.building import build
from convcli.network.evaluation import evaluate
from convcli.network.training import LabelledPixels, TrainingSettings, hold_out, train
from convcli.storage.mnist.dataset import open_dataset


@click.command()
@training_options
@options.data_dir_option
@options.json_option
def command(
    layers: str | None,
    params: Path | None,
    validation: int | None,
    save: Path | None,
    data_dir: Path | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Train a network on MNIST and save its parameters.

    It is the book's: 30 filters 5x5, ReLU, 2x2 max pooling, 100 hidden units, 10 digits; or the one
    that --layers describes. The file that is saved says which network it is for, and so needs no
    --layers. The same seed gives the same parameters, bit for bit on the same machine and NumPy.

    Each epoch that reads more validation images than any before is written when it ends, so neither
    Ctrl-C nor a crash loses it. The test images are read once, after the last epoch, by the
    parameters that were kept; they decide nothing.

    \b
    Examples:
      convcli train
      convcli train --epochs 3 --seed 1 --save seed-1.npz
      convcli train --params seed-1.npz --optimizer sgd --learning-rate 0.01 --json
      convcli train --layers 'conv1(6@5x5,pad=2) relu maxpool2 flatten fc1(10)' --save small.npz
    """
    settings = TrainingSettings(**chosen)
    learner = open_learner(params, layers, settings.seed)
    network = learner.network
    best = BestEpoch(save or usual_file(params, layers), description_of(network))
    data, test_data = open_dataset("train", data_dir), open_dataset("test", data_dir)
    learned, held_out = hold_out(LabelledPixels(data.images(), data.labels()), validation)
    events = train(network, learned, held_out, settings)
    announce(data, learner)
    # The lines of the epochs are the result, and JSON takes their place on stdout.
    say = console.notice if as_json else console.print_text
    say(f"{network.title}: {network.specification}; {settings.optimizer}, seed {settings.seed}")
    say(f"{data.name}: {len(learned):,} images to learn from, {len(held_out):,} for validation")
    with AnsweredWith(best.interrupted):
        history = watch(events, settings.epochs, best, say)
        kept = build(best.parameters, network.specification, network.contract)
        outcome = evaluate(kept, test_data.images(), test_data.labels())
    counts = {"name": data.name, "training": len(learned), "validation": len(held_out)}
    publish(Result(network, settings, counts, history, best, outcome).report(), as_json)
