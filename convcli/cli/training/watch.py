"""A training that is watched: a row for each epoch, and what matters on the disk at once."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from convcli.cli import console
from convcli.cli.report import Column
from convcli.cli.training.files import ParametersOfBest, StateFile
from convcli.inspection.filter_growth import FilterGrowth, moments
from convcli.network.network import Network
from convcli.network.training import Epoch, EpochResult, Training
from convcli.text import file_name

if TYPE_CHECKING:
    from rich.progress import Progress

COLUMNS = (
    Column("epoch", "{:,}".format),
    Column("loss", "{:.4f}".format),
    Column("validation_loss", "{:.4f}".format),
    Column("validation_accuracy", "{:.2%}".format),
    Column("learning_rate", "{:.3g}".format),
    Column("seconds", "{:.1f}".format),
)
MARK = " *"
# A loss takes more room than its heading.
_WIDTHS = [max(len(column.heading), len("2.3026") * (column.key == "loss")) for column in COLUMNS]


@dataclass(frozen=True)
class Watched:
    """A training with all that is kept of it.

    Attributes:
        training: Itself.
        network: What it trains.
        kept: The file of the best epoch.
        state: The file of its state.
        growth: The filters on their way; None where nobody wants to see them.
    """

    training: Training
    network: Network
    kept: ParametersOfBest
    state: StateFile
    growth: FilterGrowth | None = None

    def run(self, say: Callable[[str], None]) -> None:
        """Train to the end, with a progress bar on stderr.

        Args:
            say: Is given a line after each epoch, and the headings before the first.
        """
        training = self.training
        _say_head(say)
        best = 0.0
        for epoch in training.history:
            say(_row(epoch, epoch.validation_accuracy > best))
            best = max(best, epoch.validation_accuracy)
        wanted = set(moments(training.steps))
        if self.growth is not None and not self.growth.steps:
            self.growth.keep(0, self.network)
        with _progress() as progress:
            task = progress.add_task("", total=None, loss="")
            for event in training.events():
                if isinstance(event, EpochResult):
                    self._end_epoch(event)
                    # The bar is on stderr and the row on stdout, which may be the same terminal.
                    progress.stop()
                    say(_row(event.measured, event.is_best))
                    progress.start()
                    continue
                loss = f"loss {event.loss:.4f}"
                progress.update(task, total=event.steps, completed=event.step, loss=loss)
                if self.growth is not None and event.step in wanted:
                    self.growth.keep(event.step, self.network)
                if self.state.is_due(event.step):
                    self._write_state()

    def _end_epoch(self, event: EpochResult) -> None:
        if event.is_best or self.training.has_ended:
            # First the state, so that what is in the other file is always known to it.
            self._write_state()
        if event.is_best:
            self.kept.keep(self.training.best)

    def _write_state(self) -> None:
        self.state.write(self.training, self.kept, self.growth)

    def interrupted(self) -> str:
        """What to say after Ctrl-C."""
        kept, state = self.kept, self.state
        if not (kept.epoch or state.is_written):
            return "interrupted before the first epoch ended; nothing was written"
        said = ["interrupted"]
        if kept.epoch:
            said.append(
                f"the best epoch so far, {kept.epoch} with {kept.accuracy:.2%} of the "
                f"validation images, is in {file_name(kept.path)}"
            )
        if state.is_written:
            said.append(f"--resume {file_name(state.path)} goes on")
        return "; ".join(said)


def measured(history: Sequence[Epoch]) -> list[dict[str, Any]]:
    """What was measured in each epoch, by the names of the JSON."""
    return [asdict(epoch) for epoch in history]


def _say_head(say: Callable[[str], None]) -> None:
    headings = [column.heading for column in COLUMNS]
    # A mark stands behind the last column.
    line = _line(headings)
    say(line)
    say(console.rule(len(line) + len(MARK)))


def _row(epoch: Epoch, is_best: bool) -> str:
    """What an epoch came to, for a reader."""
    values = asdict(epoch)
    return _line([column.cell(values) for column in COLUMNS]) + MARK * is_best


def _line(cells: list[str]) -> str:
    return "  ".join(cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True))


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
