"""What a run leaves on the disk while it goes on: the best parameters, and its state."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from convcli.cli.hints import advised
from convcli.cli.training.record import FRAMES, Run
from convcli.errors import ConvcliError, OutputError, UsageError
from convcli.inspection.filter_growth import FilterGrowth
from convcli.interrupts import Held
from convcli.network.training import BestEpoch, Training
from convcli.storage.checkpoints import LARGEST_STATE, Checkpoint, save_checkpoint
from convcli.storage.files.writing import check_writable
from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import Arrays, check_format, load
from convcli.storage.parameters.formats import save as save_parameters
from convcli.text import file_name

STATE_SUFFIX = ".state.npz"

MOST_SHARE = 0.02
"""Of the time of a run, for its states."""


@dataclass
class ParametersOfBest:
    """The file with the parameters of the best epoch, there from the moment the epoch ends.

    Attributes:
        path: Of the file.
        description: What it says of the network, if its arrays do not tell.
        epoch: The epoch that it holds; 0 before there is one.
        accuracy: Share of the validation images that this one reads right.
        sha256: Of the file; empty before there is one.

    Raises:
        UsageError: The name is of no format that is written.
        OutputError: Nothing can be written there.
    """

    path: Path
    description: Description | None = None
    epoch: int = 0
    accuracy: float = 0.0
    sha256: str = ""

    def __post_init__(self) -> None:
        with advised(OutputError, "choose another place with --save"):
            check_writable(self.path.parent)
        check_format(self.path)

    def require_new(self) -> None:
        """Refuse a file that is there already.

        Raises:
            UsageError: It is.
        """
        if self.path.exists():
            raise UsageError(
                f"{file_name(self.path)} is there already, and training does not overwrite it",
                "choose another name with --save, or move it away",
            )

    def go_on(self, best: BestEpoch | None, sha256: str) -> None:
        """Bring the file to the best epoch of a state.

        Args:
            best: Of the state.
            sha256: Of the file when the state was written, which may be of an earlier epoch.

        Raises:
            UsageError: What is there is no file of this run.
        """
        if self.path.exists():
            if not self._holds(best, sha256):
                raise UsageError(
                    f"{file_name(self.path)} is there already, and is no file of this run",
                    "choose another name with --save, or move it away",
                )
            self.sha256 = sha256
        if best is not None:
            self.keep(best)

    def _holds(self, best: BestEpoch | None, sha256: str) -> bool:
        try:
            found = load(self.path)
        except ConvcliError:
            return False
        return found.sha256 == sha256 or (
            best is not None and _alike(found.arrays, best.parameters)
        )

    def keep(self, best: BestEpoch) -> None:
        """Write what this epoch has learned.

        Raises:
            OutputError: It cannot be written; what was there before is untouched.
        """
        with Held(), advised(OutputError, "choose another place with --save"):
            save_parameters(self.path, best.parameters, self.description)
            self.epoch, self.accuracy = best.epoch, best.validation_accuracy
            self.sha256 = load(self.path).sha256


def _alike(found: Arrays, expected: Arrays) -> bool:
    return set(found) == set(expected) and all(
        found[name].dtype == array.dtype and np.array_equal(found[name], array)
        for name, array in expected.items()
    )


class StateFile:
    """The state of a run, written now and then, and gone when the run has ended.

    Args:
        path: Of the file.
        every: Steps from one state to the next; 0 for none at all.
        exactly: Whether that is so whatever it takes; else states are left out where they would
            take more than :data:`MOST_SHARE` of the time.
        run: Which run it is.

    Raises:
        OutputError: Nothing can be written there.

    Attributes:
        path: Of the file.
        is_written: Whether there is one by now.
    """

    def __init__(self, path: Path, every: int, exactly: bool, run: Run) -> None:
        self.path, self._every, self._exactly, self._run = path, every, exactly, run
        self.is_written = False
        self._begun, self._spent, self._last = perf_counter(), 0.0, 0.0
        if every:
            with advised(OutputError, "choose another place with --state"):
                check_writable(path.parent)

    def require_new(self) -> None:
        """Refuse a state that is there already.

        Raises:
            UsageError: It is.
        """
        if self._every and self.path.exists():
            raise UsageError(
                f"{file_name(self.path)} is there already, and a new run does not overwrite it",
                "go on with it by --resume, or move it away",
            )

    def require_room(self, training: Training) -> None:
        """Refuse a network whose state would be larger than is read.

        Raises:
            ConvcliError: It would be.
        """
        size = sum(array.nbytes for array in self._run.network.parameters.values())
        size *= 2 + len(training.state().optimizer.moments)
        if self._every and size > LARGEST_STATE:
            raise ConvcliError(
                f"the state of this training would have {size:,} bytes, and {LARGEST_STATE:,} are "
                "the most",
                "train without one: --checkpoint-every 0",
            )

    def is_due(self, step: int) -> bool:
        """Whether a state is to be written after so many steps."""
        if not self._every or step % self._every:
            return False
        elapsed = perf_counter() - self._begun
        return self._exactly or self._spent + self._last <= MOST_SHARE * elapsed

    def write(
        self, training: Training, kept: ParametersOfBest, growth: FilterGrowth | None
    ) -> None:
        """Put the state of now in the place of the one before.

        Raises:
            OutputError: It cannot be written; the one before is untouched.
        """
        if not self._every:
            return
        started = perf_counter()
        state = training.state()
        groups: dict[str, Mapping[str, Any]] = dict(state.groups)
        if growth is not None:
            groups[FRAMES] = growth.arrays
        with Held(), advised(OutputError, "choose another place with --state"):
            save_checkpoint(self.path, Checkpoint(groups, self._run.record(state, kept.sha256)))
            self.is_written = True
        self._last = perf_counter() - started
        self._spent += self._last

    def remove(self) -> None:
        """The run has ended, and nothing is left to go on with."""
        if self.is_written:
            # If it cannot go, it does no harm: to go on from it gives the same results again.
            with suppress(OSError):
                self.path.unlink()
