"""What a training run depends on, besides its network and its images."""

import math
from dataclasses import dataclass

from convcli.digits.augmentation import KINDS
from convcli.errors import UsageError
from convcli.network.optimizers import find_optimizer


@dataclass(frozen=True)
class TrainingSettings:
    """What a training run depends on, besides its images.

    Args:
        epochs: How often every training image is seen, at least 1.
        batch: Images a step, at least 1.
        learning_rate: Of the first step; the optimizer's usual one where it is None. It falls to
            zero along half a cosine.
        optimizer: A name of :data:`convcli.network.optimizers.OPTIMIZERS`.
        seed: Of the order of the images, of dropout and of augmentation, at least 0.
        weight_decay: Share of every weight that a step takes away, in learning rates; decoupled
            from the gradient (:func:`convcli.network.optimizers.decay`). 0 for none.
        augment: How images are changed before they are learned, some of
            :data:`convcli.digits.augmentation.KINDS`.
        patience: End after so many epochs without a better one, at least 1; None for never.

    Raises:
        UsageError: One of them cannot be.

    >>> TrainingSettings(optimizer="sgd").peak_learning_rate
    0.1
    """

    epochs: int = 8
    batch: int = 100
    learning_rate: float | None = None
    optimizer: str = "adam"
    seed: int = 0
    weight_decay: float = 0.0
    augment: tuple[str, ...] = ()
    patience: int | None = None

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch", 1), ("seed", 0), ("patience", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise UsageError(f"{name} is {value}", f"it must be at least {least}")
        if not 0 < self.peak_learning_rate < math.inf:
            raise UsageError(
                f"the learning rate is {self.learning_rate}", "it must be a number above 0"
            )
        if not 0 <= self.weight_decay < math.inf:
            raise UsageError(
                f"the weight decay is {self.weight_decay}", "it must be a number of at least 0"
            )
        for kind in self.augment:
            if kind not in KINDS:
                raise UsageError(f"no augmentation {kind!r}", f"choose from {', '.join(KINDS)}")

    @property
    def peak_learning_rate(self) -> float:
        """The learning rate of the first step."""
        usual = find_optimizer(self.optimizer).usual_learning_rate
        return usual if self.learning_rate is None else self.learning_rate


def cosine_learning_rate(peak: float, step: int, steps: int) -> float:
    """The learning rate of a step: from the peak at step 0 down to zero at the end.

    ``peak * (1 + cos(pi * step / steps)) / 2`` (Loshchilov and Hutter, *SGDR: stochastic gradient
    descent with warm restarts*, 2017, equation 5, without a restart).

    >>> [round(cosine_learning_rate(0.001, step, steps=4), 6) for step in (0, 2, 4)]
    [0.001, 0.0005, 0.0]
    """
    return peak * (1 + math.cos(math.pi * step / steps)) / 2
