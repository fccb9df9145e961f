"""The options of ``convcli train``."""

import click

from convcli.cli import options
from convcli.digits.augmentation import KINDS, MOST_DEGREES, MOST_PIXELS
from convcli.network.optimizers import OPTIMIZERS
from convcli.network.training import TrainingSettings
from convcli.text import printable


def _as_kinds(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> tuple[str, ...]:
    """The kinds of a list, each once, in the order in which they are done."""
    if text is None:
        return ()
    named = [name.strip() for name in text.split(",")]
    for name in named:
        if name not in KINDS:
            raise click.BadParameter(f"{printable(name)!r} is none of {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in named)


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
            "--weight-decay",
            type=options.Amount(0, 1e40),
            default=DEFAULTS.weight_decay,
            show_default=True,
            help="Share of every weight that a step takes away, in learning rates. Decoupled from "
            "the gradient, as in AdamW; biases are left alone.",
        ),
        click.option(
            "--augment",
            callback=_as_kinds,
            metavar="LIST",
            help="Change each image by chance before it is learned: shift (up to "
            f"{MOST_PIXELS} pixels each way), rotate (up to {MOST_DEGREES:g} degrees), or both: "
            "shift,rotate. Without it: images as they are.",
        ),
        click.option(
            "--patience",
            type=options.COUNT,
            metavar="N",
            help="End after N epochs without a better one. Without it: all epochs.",
        ),
        click.option(
            "--validation",
            type=options.COUNT,
            metavar="N",
            help="Keep the last N training images out of the training and measure each epoch with "
            "them. Without it: one in twelve, which is 5,000 of MNIST.",
        ),
    ]
)
