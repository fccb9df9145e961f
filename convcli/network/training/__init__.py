"""Training by mini-batches: its settings, its images, its state, and the run itself."""

from convcli.network.training.images import LabelledPixels, hold_out
from convcli.network.training.run import EpochResult, StepResult, Training, train
from convcli.network.training.settings import TrainingSettings, cosine_learning_rate
from convcli.network.training.state import BestEpoch, Epoch, TrainingState
from convcli.network.training.validation import DivergenceError

__all__ = [
    "BestEpoch",
    "DivergenceError",
    "Epoch",
    "EpochResult",
    "LabelledPixels",
    "StepResult",
    "Training",
    "TrainingSettings",
    "TrainingState",
    "cosine_learning_rate",
    "hold_out",
    "train",
]
