"""A training that is watched: a line for each epoch, and the best one on the disk at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from convcli.cli import console
from convcli.cli.hints import advised
from convcli.errors import OutputError, UsageError
from convcli.interrupts import Held
from convcli.network.training import EpochResult, StepResult
from convcli.storage.files.writing import check_writable
from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import check_format
from convcli.storage.parameters.formats import save as save_parameters
from convcli.text import file_name

if TYPE_CHECKING:
    from rich.progress import Progress

HINT = "choose another place with --save"


@dataclass
class BestEpoch:
    """The best epoch so far, on the disk from the moment it ends.

    Attributes:
        path: The parameter file.
        description: What the file says of the network, if its arrays do not tell.
        epoch: Its number, from 1; 0 before the first has ended.
        accuracy: Share of the validation images that it reads right.
        parameters: What it had learned.

    Raises:
        UsageError: The file is there already, or has a name of no format that is written.
        OutputError: Nothing can be written there.
    """

    path: Path
    description: Description | None = None
    epoch: int = 0
    accuracy: float = -1.0
    parameters: dict[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with advised(OutputError, HINT):
            check_writable(self.path.parent)
        check_format(self.path)
        if self.path.exists():
            raise UsageError(
                f"{file_name(self.path)} is there already, and training does not overwrite it",
                "choose another name with --save, or move it away",
            )

    def offer(self, result: EpochResult) -> bool:
        """Keep an epoch that reads more validation images than any before; says whether it did."""
        if result.validation_accuracy <= self.accuracy:
            return False
        with Held(), advised(OutputError, HINT):
            save_parameters(self.path, result.parameters, self.description)
            self.epoch, self.accuracy = result.epoch, result.validation_accuracy
            self.parameters = result.parameters
        return True

    def interrupted(self) -> str:
        """What to say after Ctrl-C."""
        if not self.epoch:
            return "interrupted before the first epoch ended; nothing was written"
        return (
            f"interrupted; the best epoch so far, {self.epoch} with {self.accuracy:.2%} of the "
            f"validation images, is in {file_name(self.path)}"
        )


def watch(
    events: Iterator[StepResult | EpochResult],
    epochs: int,
    best: BestEpoch,
    say: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Train to the end, with a progress bar on stderr.

    Args:
        events: The training.
        epochs: How many there will be.
        best: Is offered each.
        say: Is given a line after each epoch.

    Returns:
        What was measured in each epoch, by the names of the JSON.
    """
    history = []
    with _progress() as progress:
        task = progress.add_task("", total=None, loss="")
        for event in events:
            if isinstance(event, StepResult):
                loss = f"loss {event.loss:.4f}"
                progress.update(task, total=event.steps, completed=event.step, loss=loss)
                continue
            kept = best.offer(event)
            history.append(_measured(event))
            # The bar is on stderr and the line on stdout, which may be one and the same terminal.
            progress.stop()
            say(_epoch_line(event, epochs) + (", saved" if kept else ""))
            progress.start()
    return history


def _measured(event: EpochResult) -> dict[str, Any]:
    # Without the parameters: a thousand epochs of them would fill the memory.
    return {
        "epoch": event.epoch,
        "loss": event.loss,
        "validation_accuracy": event.validation_accuracy,
        "seconds": event.seconds,
    }


def _epoch_line(event: EpochResult, epochs: int) -> str:
    """What an epoch came to, for a reader."""
    return (
        f"epoch {event.epoch}/{epochs}: loss {event.loss:.4f}, validation accuracy "
        f"{event.validation_accuracy:.2%}, {event.seconds:.1f} s"
    )


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
