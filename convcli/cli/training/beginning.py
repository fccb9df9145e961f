"""Where a run begins: with new parameters, with those of a file, or with the state of a run."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from convcli.cli import console, options
from convcli.cli.inputs import OpenedNetwork
from convcli.cli.training.files import STATE_SUFFIX
from convcli.cli.training.learner import (
    check_fits_mnist,
    open_learner,
    own,
    usual_file,
)
from convcli.cli.training.record import Run, StoredRun, in_state, load_run
from convcli.errors import ConvcliError, UsageError
from convcli.network.training import TrainingSettings
from convcli.text import file_name

# The learning rate of a step, the images in it and all chance rest on these.
_FIXED = ("epochs", "batch", "learning_rate", "optimizer", "seed", "weight_decay", "augment")


@dataclass(frozen=True)
class Beginning:
    """A run that has not begun, or not again.

    Attributes:
        settings: How it trains.
        learner: What it trains.
        validation: Images to keep out; None for the usual share.
        save: Where the parameters go.
        state: Where the state goes.
        stored: The run that it goes on with; None for a new one.

    Raises:
        UsageError: Both would go to the same file.
    """

    settings: TrainingSettings
    learner: OpenedNetwork
    validation: int | None
    save: Path
    state: Path
    stored: StoredRun | None = None

    def __post_init__(self) -> None:
        if self.save.resolve() == self.state.resolve():
            raise UsageError(
                f"{file_name(self.save)} cannot be both the parameters and the state",
                "choose another name with --save",
            )

    def named(self) -> AbstractContextManager[None]:
        """Say of what is wrong with a run that is gone on with that it is so in its state."""
        return nullcontext() if self.stored is None else in_state(self.state)

    def require_same_data(self, run: Run) -> None:
        """Refuse other images than the run has had so far.

        Raises:
            ConvcliError: They are others.
        """
        if self.stored is not None and dict(self.stored.run.data) != dict(run.data):
            raise ConvcliError(
                f"the images are not those of the run of {self.stored.name}",
                "name the folder with them by --data-dir",
            )


def begin(
    params: Path | None,
    layers: str | None,
    validation: int | None,
    save: Path | None,
    state: Path | None,
    checkpoint_every: int,
    chosen: dict[str, Any],
) -> Beginning:
    """A new run.

    Raises:
        ConvcliError: Something cannot be, or a file is refused.
    """
    options.require("resume", ["accept_rounding"])
    options.exclude("no_figures", ["animate"])
    settings = TrainingSettings(**chosen)
    chosen_save = save or usual_file(params, layers)
    if state is not None and not checkpoint_every:
        raise UsageError(
            "--state and --checkpoint-every 0 contradict each other", "leave one of them out"
        )
    return Beginning(
        settings,
        open_learner(params, layers, settings.seed),
        validation,
        chosen_save,
        state or chosen_save.parent / (chosen_save.stem + STATE_SUFFIX),
    )


def go_on(
    resume: Path,
    validation: int | None,
    save: Path | None,
    accept_rounding: bool,
    chosen: dict[str, Any],
) -> Beginning:
    """The run of a state, as it was left.

    Raises:
        UsageError: A setting is another one than the run began with.
        ConvcliError: The file is refused, or the last bits would come out otherwise here.
    """
    options.exclude("resume", ["params", "layers", "state"])
    stored = load_run(resume)
    _require_same_settings(stored, validation, chosen)
    _require_same_rounding(stored, accept_rounding)
    with in_state(resume):
        learner = own(stored.run.network)
        check_fits_mnist(learner)
    settings = stored.run.settings
    if options.was_given("patience"):
        settings = replace(settings, patience=chosen["patience"])
    return Beginning(
        settings,
        OpenedNetwork(stored.name, learner),
        stored.run.validation,
        save or _file_beside(resume, stored.run.suffix),
        resume,
        stored,
    )


def _require_same_settings(
    stored: StoredRun, validation: int | None, chosen: dict[str, Any]
) -> None:
    settings = stored.run.settings
    wanted = {name: (chosen[name], getattr(settings, name)) for name in _FIXED}
    wanted["validation"] = (validation, stored.run.validation)
    for name, (now, before) in wanted.items():
        if options.was_given(name) and now != before:
            option = "--" + name.replace("_", "-")
            raise UsageError(
                f"{option} is {_written(now)}, and the run of {stored.name} began with "
                f"{_written(before)}",
                f"leave {option} out, or begin a new run",
            )


def _written(value: Any) -> str:
    return ",".join(value) or "none" if isinstance(value, tuple) else str(value)


def _require_same_rounding(stored: StoredRun, accepted: bool) -> None:
    differences = stored.differences()
    if not differences:
        return
    said = "; ".join(differences)
    if accepted:
        console.notice(f"Note: the last bits may come out otherwise: {said}")
        return
    raise ConvcliError(
        f"the run would not end in the same bits: {said}", "--accept-rounding goes on all the same"
    )


def _file_beside(resume: Path, suffix: str) -> Path:
    """The file for the parameters that a state of the usual name stands beside."""
    if not resume.name.endswith(STATE_SUFFIX):
        raise UsageError(
            f"{file_name(resume)} does not tell where the parameters go", "add --save FILE"
        )
    return resume.with_name(resume.name.removesuffix(STATE_SUFFIX) + suffix)
