"""A run with all that belongs to it: data, files, and what is watched."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from convcli.cli import options
from convcli.cli.folder import Drawing
from convcli.cli.inputs import announce
from convcli.cli.training.beginning import Beginning
from convcli.cli.training.files import ParametersOfBest, StateFile
from convcli.cli.training.learner import description_of
from convcli.cli.training.record import Run
from convcli.cli.training.result import Result
from convcli.cli.training.watch import Watched
from convcli.errors import UsageError
from convcli.inspection.filter_growth import FilterGrowth, growth_of
from convcli.network.building import build
from convcli.network.evaluation import evaluate
from convcli.network.network import Network
from convcli.network.training import LabelledPixels, Training, hold_out
from convcli.storage.mnist.dataset import open_dataset


@dataclass(frozen=True)
class Session:
    """A run that may begin.

    Attributes:
        beginning: Where it begins.
        watched: The training with its files.
        counts: The name of the data, and how many images are learned and held out.
        test: The images that are read at the end.
    """

    beginning: Beginning
    watched: Watched
    counts: dict[str, Any]
    test: LabelledPixels

    def run(self, say: Callable[[str], None]) -> Result:
        """Train to the end and read the test images.

        Args:
            say: Is given the lines for a reader.
        """
        settings, network, kept = self.beginning.settings, self.watched.network, self.watched.kept
        stored, counts = self.beginning.stored, self.counts
        say(f"{network.title}: {network.specification}; {settings.optimizer}, seed {settings.seed}")
        say(
            f"{counts['name']}: {counts['training']:,} images to learn from, "
            f"{counts['validation']:,} for validation"
        )
        if stored is not None:
            say(f"going on after step {stored.state.step:,} of {self.watched.training.steps:,}")
            kept.go_on(stored.state.best, stored.file_sha256)
        self.watched.run(say)
        history, best = self.watched.training.history, self.watched.training.best
        reader = build(best.parameters, network.specification, network.contract)
        outcome = evaluate(reader, self.test.pixels, self.test.labels)
        return Result(network, settings, counts, history, kept, outcome)

    @property
    def animation(self) -> Drawing | None:
        """Writes the filters on their way; None where nobody wants to see them."""
        growth, title = self.watched.growth, f"{self.watched.network.title}: its filters"
        if growth is None:
            return None

        def write(file: BinaryIO) -> None:
            from convcli.views.animation.files import write_gif
            from convcli.views.animation.filter_growth import film_of

            write_gif(file, film_of(growth, title))

        return write


def open_session(
    beginning: Beginning, data_dir: Path | None, checkpoint_every: int, animate: bool
) -> Session:
    """Everything a run needs, checked before it begins.

    Args:
        beginning: Where it begins.
        data_dir: The folder with the MNIST files, if the user named one.
        checkpoint_every: Steps from one state to the next; 0 for no state.
        animate: Whether the filters are to be seen on their way.

    Raises:
        ConvcliError: Something cannot be, or a file is refused.
    """
    network, stored = beginning.learner.network, beginning.stored
    kept = ParametersOfBest(beginning.save, description_of(network))
    if stored is None:
        kept.require_new()
    data, test_data = open_dataset("train", data_dir), open_dataset("test", data_dir)
    whole = LabelledPixels(data.images(), data.labels())
    test = LabelledPixels(test_data.images(), test_data.labels())
    with beginning.named():
        learned, held_out = hold_out(whole, beginning.validation)
    run = Run(
        beginning.settings,
        network,
        len(held_out),
        {"training": whole.sha256, "test": test.sha256},
        beginning.save.suffix.lower(),
    )
    beginning.require_same_data(run)
    exactly = options.was_given("checkpoint_every")
    state_file = StateFile(beginning.state, checkpoint_every, exactly, run)
    if stored is None:
        state_file.require_new()
    with beginning.named():
        state = stored.state if stored else None
        training = Training(network, learned, held_out, beginning.settings, state)
    state_file.require_room(training)
    growth = _growth(beginning, network, animate)
    announce(data, beginning.learner)
    counts = {"name": data.name, "training": len(learned), "validation": len(held_out)}
    return Session(beginning, Watched(training, network, kept, state_file, growth), counts, test)


def _growth(beginning: Beginning, network: Network, animate: bool) -> FilterGrowth | None:
    stored = beginning.stored
    if stored is None:
        if animate and not network.convolutions:
            raise UsageError(
                "--animate shows the filters of a convolution, and the network has none",
                "leave it out",
            )
        return growth_of(network) if animate else None
    if stored.frames is None:
        if animate:
            raise UsageError(
                f"the run of {stored.name} began without --animate",
                "leave it out, or begin a new run",
            )
        return None
    with beginning.named():
        return growth_of(network, stored.frames)
