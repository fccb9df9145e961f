"""``convcli train``: from random filters to ones that read digits."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from numpy.typing import NDArray

from convcli.cli import console, environment, options
from convcli.cli.folder import HOME
from convcli.cli.inputs import announce
from convcli.errors import OutputError, UsageError
from convcli.network.architecture import Architecture
from convcli.network.convnet import SimpleConvNet
from convcli.network.evaluation import Evaluation, evaluate
from convcli.network.optimizers import OPTIMIZERS
from convcli.network.training import (
    EpochResult,
    LabelledPixels,
    StepResult,
    TrainingSettings,
    hold_out,
    train,
)
from convcli.storage.files.writing import check_writable
from convcli.storage.mnist.dataset import open_dataset
from convcli.storage.parameters.formats import check_format
from convcli.storage.parameters.formats import save as save_parameters
from convcli.text import file_name

if TYPE_CHECKING:
    from rich.progress import Progress

DEFAULTS = TrainingSettings()
DEFAULT_FILE = HOME / "train" / "simple_convnet.npz"
USUAL_RATES = ", ".join(f"{name} {kind.usual_learning_rate}" for name, kind in OPTIMIZERS.items())


@dataclass
class BestEpoch:
    """The best epoch so far, on the disk from the moment it ends.

    Attributes:
        path: The parameter file.
        epoch: Its number, from 1; 0 before the first has ended.
        accuracy: Share of the validation images that it reads right.
        parameters: What it had learned.
    """

    path: Path
    epoch: int = 0
    accuracy: float = -1.0
    parameters: dict[str, NDArray[Any]] = field(default_factory=dict)
    _written: bool = True

    def offer(self, result: EpochResult) -> bool:
        """Keep an epoch that reads more validation images than any before; says whether it did."""
        if result.validation_accuracy <= self.accuracy:
            return False
        self.epoch, self.accuracy = result.epoch, result.validation_accuracy
        self.parameters, self._written = result.parameters, False
        self.write()
        return True

    def write(self) -> None:
        """Write the best epoch unless the file holds it already."""
        if not self._written:
            with _hint_at_save():
                save_parameters(self.path, self.parameters)
            self._written = True


@dataclass(frozen=True)
class Run:
    """Everything a finished training has to tell."""

    settings: TrainingSettings
    data: str
    training: int
    validation: int
    history: list[dict[str, Any]]
    best: BestEpoch
    test: Evaluation


@click.command()
@click.option(
    "--epochs",
    type=int,
    default=DEFAULTS.epochs,
    show_default=True,
    help="How often every training image is seen.",
)
@click.option("--batch", type=int, default=DEFAULTS.batch, show_default=True, help="Images a step.")
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
    epochs: int,
    batch: int,
    learning_rate: float | None,
    optimizer: str,
    seed: int,
    validation: int | None,
    save: Path,
    data_dir: Path | None,
    as_json: bool,
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
    settings = TrainingSettings(epochs, batch, learning_rate, optimizer, seed)
    _check_place(save)
    data, test_data = open_dataset("train", data_dir), open_dataset("test", data_dir)
    learned, held_out = hold_out(LabelledPixels(data.images(), data.labels()), validation)
    events = train(learned, held_out, settings)
    announce(data)
    # The lines of the epochs are the result, and JSON takes their place on stdout.
    say = console.notice if as_json else console.print_text
    say(f"{Architecture()}, {optimizer}, seed {seed}")
    say(f"{data.name}: {len(learned):,} images to learn from, {len(held_out):,} for validation")
    best = BestEpoch(save)
    try:
        history = _watch(events, epochs, best, say)
        network = SimpleConvNet(best.parameters)
        outcome = evaluate(network, test_data.images(), test_data.labels())
    except KeyboardInterrupt:
        best.write()
        raise _interrupted(best) from None
    say(f"epoch {best.epoch} was kept: validation accuracy {best.accuracy:.2%}")
    say(f"test accuracy {outcome.accuracy:.2%}: {outcome.correct:,} of {outcome.total:,} right")
    say(f"wrote {save}")
    if as_json:
        run = Run(settings, data.name, len(learned), len(held_out), history, best, outcome)
        console.print_json(_result(run))


def _check_place(path: Path) -> None:
    with _hint_at_save():
        check_writable(path.parent)
    check_format(path)
    if path.exists():
        raise UsageError(
            f"{file_name(path)} is there already, and training does not overwrite it",
            "choose another name with --save, or move it away",
        )


@contextmanager
def _hint_at_save() -> Iterator[None]:
    try:
        yield
    except OutputError as error:
        raise OutputError(error.message, "choose another place with --save") from error


def _watch(
    events: Iterator[StepResult | EpochResult],
    epochs: int,
    best: BestEpoch,
    say: Callable[[str], None],
) -> list[dict[str, Any]]:
    history = []
    with _progress() as progress:
        task = progress.add_task("", total=None, loss="")
        for event in events:
            if isinstance(event, StepResult):
                loss = f"loss {event.loss:.4f}"
                progress.update(task, total=event.steps, completed=event.step, loss=loss)
                continue
            kept = best.offer(event)
            # Without the parameters: a thousand epochs of them would fill the memory.
            history.append(
                {
                    "epoch": event.epoch,
                    "loss": event.loss,
                    "validation_accuracy": event.validation_accuracy,
                    "seconds": event.seconds,
                }
            )
            # The bar is on stderr and the line on stdout, which may be one and the same terminal.
            progress.stop()
            say(
                f"epoch {event.epoch}/{epochs}: loss {event.loss:.4f}, validation "
                f"accuracy {event.validation_accuracy:.2%}, {event.seconds:.1f} s"
                + (", saved" if kept else "")
            )
            progress.start()
    return history


def _progress() -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    stderr = console.stderr()
    return Progress(
        TextColumn("step {task.completed}/{task.total}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=stderr,
        transient=True,
        redirect_stdout=False,
        disable=not stderr.is_terminal,
    )


def _interrupted(best: BestEpoch) -> click.exceptions.Exit:
    from convcli.cli.main import EXIT_INTERRUPTED

    if best.epoch:
        console.fail(
            "interrupted",
            f"the best epoch so far, {best.epoch} with {best.accuracy:.2%} of the validation "
            f"images, is in {file_name(best.path)}",
        )
    else:
        console.fail("interrupted before the first epoch ended", "nothing was written")
    return click.exceptions.Exit(EXIT_INTERRUPTED)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _result(run: Run) -> dict[str, Any]:
    settings = run.settings
    return {
        "architecture": asdict(Architecture()),
        "settings": {
            "epochs": settings.epochs,
            "batch": settings.batch,
            "learning_rate": settings.peak_learning_rate,
            "optimizer": settings.optimizer,
            "seed": settings.seed,
        },
        "data": {"name": run.data, "training": run.training, "validation": run.validation},
        "epochs": run.history,
        "best_epoch": run.best.epoch,
        "test": {
            "images": run.test.total,
            "correct": run.test.correct,
            "accuracy": run.test.accuracy,
            "class_accuracies": run.test.class_accuracies,
            "confusion": run.test.confusion.tolist(),
        },
        "file": str(run.best.path),
        "bytes": run.best.path.stat().st_size,
        "sha256": _sha256(run.best.path),
        "environment": environment.describe(),
    }
