"""Everything that a training has to know to go on from where it was, to the same bits."""

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError
from convcli.network.optimizers import OptimizerState

Array = NDArray[Any]
Groups = Mapping[str, Mapping[str, Array]]

# Groups of arrays, and the beginning of the names of those that are an optimizer's.
PARAMETERS, BEST, HISTORY, MOMENTS = "parameters", "best", "history", "optimizer_"
_MOST_STEPS = 2**53


@dataclass(frozen=True)
class Epoch:
    """What was measured in an epoch.

    Attributes:
        epoch: Its number, from 1.
        loss: Mean over the training images of the loss that each had when its turn came, in nats.
        accuracy: Share of the training images that were read right when their turn came, 0..1.
        validation_loss: Mean over the validation images at the end of the epoch, in nats.
        validation_accuracy: Share of the validation images that are read right then, 0..1.
        learning_rate: Of its last step.
        seconds: What it took, validation included.
    """

    epoch: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class BestEpoch:
    """The first epoch that read more validation images right than any before it.

    Attributes:
        epoch: Its number, from 1.
        validation_accuracy: Share of the validation images that it reads right.
        parameters: What it had learned, as a file holds them.
    """

    epoch: int
    validation_accuracy: float
    parameters: Mapping[str, Array]


@dataclass(frozen=True)
class TrainingState:
    """A training between two steps. Its arrays are its own.

    Attributes:
        step: Steps that are done.
        summed_loss: Of the images that the epoch has seen so far, in nats.
        right: How many of these were read right.
        seconds: What the epoch has taken so far.
        parameters: As they are now, as a file of the network holds them.
        optimizer: What it remembers.
        history: What was measured in the epochs that have ended.
        best: The best of these; None before the first has ended.
    """

    step: int
    summed_loss: float
    right: int
    seconds: float
    parameters: Mapping[str, Array]
    optimizer: OptimizerState = field(default_factory=OptimizerState)
    history: tuple[Epoch, ...] = ()
    best: BestEpoch | None = None

    @property
    def groups(self) -> dict[str, Mapping[str, Array]]:
        """All arrays, in groups, for a file."""
        columns = zip(*map(astuple, self.history), strict=True)
        names = [column.name for column in fields(Epoch)]
        history = {
            name: np.array(column, np.float64) for name, column in zip(names, columns, strict=False)
        }
        moments = {MOMENTS + kind: arrays for kind, arrays in self.optimizer.moments.items()}
        best = {} if self.best is None else self.best.parameters
        return {PARAMETERS: self.parameters, BEST: best, HISTORY: history, **moments}

    @property
    def json(self) -> dict[str, Any]:
        """Everything else, as values of JSON."""
        return {
            "step": self.step,
            "summed_loss": self.summed_loss,
            "right": self.right,
            "seconds": self.seconds,
            "optimizer_steps": self.optimizer.steps,
            "best_epoch": self.best.epoch if self.best else 0,
        }

    @classmethod
    def from_file(cls, groups: Groups, values: Mapping[str, Any]) -> "TrainingState":
        """The state that :attr:`groups` and :attr:`json` gave.

        Raises:
            ParameterError: They are not those of a state.

        >>> state = TrainingState(3, 2.5, 1, 0.1, {"b1": np.zeros(2)})
        >>> TrainingState.from_file(state.groups, state.json) == state
        True
        """
        history = _history(groups.get(HISTORY, {}))
        best_epoch = _count(values, "best_epoch")
        if best_epoch > len(history) or bool(best_epoch) != bool(history):
            refuse(f"best epoch {best_epoch} of {len(history)}")
        best = None
        if best_epoch:
            accuracy = history[best_epoch - 1].validation_accuracy
            best = BestEpoch(best_epoch, accuracy, dict(groups.get(BEST, {})))
        moments = {
            group.removeprefix(MOMENTS): dict(arrays)
            for group, arrays in groups.items()
            if group.startswith(MOMENTS)
        }
        return cls(
            step=_count(values, "step"),
            summed_loss=_amount(values, "summed_loss"),
            right=_count(values, "right"),
            seconds=_amount(values, "seconds"),
            parameters=dict(groups.get(PARAMETERS, {})),
            optimizer=OptimizerState(_count(values, "optimizer_steps"), moments),
            history=history,
            best=best,
        )


def _history(columns: Mapping[str, Array]) -> tuple[Epoch, ...]:
    if not columns:
        return ()
    names = [column.name for column in fields(Epoch)]
    if set(columns) != set(names) or {array.dtype.str for array in columns.values()} != {"<f8"}:
        refuse(f"a history of {', '.join(columns)}")
    lengths = {array.shape for array in columns.values()}
    if len(lengths) != 1 or len(next(iter(lengths))) != 1:
        refuse("a history of unequal lengths")
    rows = zip(*(columns[name].tolist() for name in names), strict=True)
    if (
        any(array.min(initial=0) < 0 for array in columns.values())
        or max(columns[name].max(initial=0) for name in ("accuracy", "validation_accuracy")) > 1
    ):
        refuse("a history that cannot be measured")
    epochs = tuple(Epoch(int(number), *measured) for number, *measured in rows)
    if [epoch.epoch for epoch in epochs] != list(range(1, len(epochs) + 1)):
        refuse("a history whose epochs are not in order")
    return epochs


def _count(values: Mapping[str, Any], name: str) -> int:
    value = values.get(name)
    if type(value) is not int or not 0 <= value <= _MOST_STEPS:
        refuse(f"{name} is no count")
    return value


def _amount(values: Mapping[str, Any], name: str) -> float:
    value = values.get(name)
    if not isinstance(value, int | float) or not 0 <= value < math.inf:
        refuse(f"{name} is no amount")
    return float(value)


def check_alike(what: str, arrays: Mapping[str, Array], like: Mapping[str, Array]) -> None:
    """Refuse arrays that are not named, shaped and typed like others.

    Args:
        what: What they are, for the message.
        arrays: Of a state.
        like: Of the training that is to go on from it.

    Raises:
        ParameterError: One is missing, left over, or of another shape or dtype.
    """
    for name in [*arrays, *like]:
        if name not in arrays or name not in like:
            refuse(f"{name} of the {what} is missing or left over")
        found, expected = arrays[name], like[name]
        if (found.shape, found.dtype) != (expected.shape, expected.dtype):
            refuse(
                f"{name} of the {what} is {found.dtype} {found.shape} in place of "
                f"{expected.dtype} {expected.shape}"
            )


def refuse(problem: str) -> NoReturn:
    """Say what is wrong with a state.

    Raises:
        ParameterError: Always.
    """
    raise ParameterError(problem, "the state is damaged")
