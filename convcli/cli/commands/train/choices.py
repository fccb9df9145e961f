"""The options of ``convcli train``."""

import click

from convcli.cli import options
from convcli.cli.commands.train.learner import usual_file
from convcli.cli.folder import HOME
from convcli.network.optimizers import OPTIMIZERS
from convcli.network.training import TrainingSettings

DEFAULTS = TrainingSettings()
USUAL_RATES = ", ".join(f"{name} {kind.usual_learning_rate}" for name, kind in OPTIMIZERS.items())

training_options = options.compose(
    [
        click.option(
            "--layers",
            metavar="TEXT",
            help="Another network for MNIST: its layers in order with their sizes, or those of "
            "--params. Without it: the book's network of chapter 7.",
        ),
        click.option(
            "--params",
            type=options.PATH,
            metavar="FILE",
            help="Go on from the parameters of this file, the learning rate as at the beginning. "
            "Without it: random parameters.",
        ),
        options.count_option(
            "--epochs", DEFAULTS.epochs, "How often every training image is seen."
        ),
        options.count_option("--batch", DEFAULTS.batch, "Images a step."),
        click.option(
            "--learning-rate",
            type=options.Amount(0, 1e40, min_open=True),
            help="Of the first step; it falls to zero along half a cosine. Without it: the "
            f"optimizer's usual one ({USUAL_RATES}).",
        ),
        click.option(
            "--optimizer",
            type=click.Choice(list(OPTIMIZERS)),
            default=DEFAULTS.optimizer,
            show_default=True,
            help="How a gradient changes the parameters.",
        ),
        options.seed_option,
        click.option(
            "--validation",
            type=options.COUNT,
            metavar="N",
            help="Keep the last N training images out of the training and measure each epoch with "
            "them. Without it: one in twelve, which is 5,000 of MNIST.",
        ),
        click.option(
            "--save",
            type=options.PATH,
            metavar="FILE",
            help="Where the parameters go: .npz or .safetensors. A file that is there is not "
            f"overwritten. Without it: {usual_file(None, None).name}, or with --layers or --params "
            f"{usual_file(None, '').name}, in {HOME / 'train'}.",
        ),
    ]
)
