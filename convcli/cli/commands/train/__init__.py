"""``convcli train``: from random filters to ones that read digits."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import console, options
from convcli.cli.commands.train.choices import training_options
from convcli.cli.commands.train.file_choices import file_options
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish
from convcli.cli.training.beginning import begin, go_on
from convcli.cli.training.session import open_session
from convcli.interrupts import AnsweredWith


@click.command()
@training_options
@file_options
@options.data_dir_option
@options.output_options
def command(
    layers: str | None,
    params: Path | None,
    validation: int | None,
    save: Path | None,
    state: Path | None,
    checkpoint_every: int,
    resume: Path | None,
    accept_rounding: bool,
    animate: bool,
    data_dir: Path | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Train a network on MNIST and save its parameters.

    It is the book's: 30 filters 5x5, ReLU, 2x2 max pooling, 100 hidden units, 10 digits; or the one
    that --layers describes. The file that is saved says which network it is for, and so needs no
    --layers. The same seed gives the same parameters, bit for bit on the same machine and NumPy.

    Each epoch that reads more validation images than any before is written when it ends, and the
    state of the run now and then. After a crash or Ctrl-C, --resume goes on, and ends in the same
    bits as if nothing had been. The test images are read once, after the last epoch, by the
    parameters that were kept; they decide nothing. curves.png and history.json go to --out (without
    it: convcli-out/train).

    \b
    Examples:
      convcli train
      convcli train --epochs 3 --seed 1 --save seed-1.npz
      convcli train --resume seed-1.state.npz
      convcli train --params seed-1.npz --optimizer sgd --learning-rate 0.01 --json
      convcli train --layers 'conv1(6@5x5,pad=2) relu maxpool2 flatten fc1(10)' --save small.npz
    """
    if resume is None:
        beginning = begin(params, layers, validation, save, state, checkpoint_every, chosen)
    else:
        beginning = go_on(resume, validation, save, accept_rounding, chosen)
    folder = PictureFolder("train", out, no_figures)
    session = open_session(beginning, data_dir, checkpoint_every, animate)
    # The rows of the epochs are the result, and JSON takes their place on stdout.
    say = console.notice if as_json else console.print_text
    with AnsweredWith(session.watched.interrupted):
        result = session.run(say)
    publish(result.report(folder, session.animation), as_json)
    session.watched.state.remove()
