"""How well a network that is being trained reads the images that were kept out."""

from dataclasses import dataclass

import numpy as np

from convcli.engine.losses import cross_entropy
from convcli.errors import ConvcliError
from convcli.network.plan import Plan
from convcli.network.training.images import LabelledPixels

# Images that are read at once.
PART = 1_000


class DivergenceError(ConvcliError):
    """The loss or a parameter has grown past every number; more training cannot mend it."""

    def __init__(self, *_: str) -> None:
        super().__init__(
            "training diverged: the loss is no longer finite", "take a smaller learning rate"
        )


@dataclass(frozen=True)
class Validation:
    """What a network made of the images that were kept out.

    Attributes:
        loss: Mean cross-entropy, in nats.
        right: Images that were read right.
    """

    loss: float
    right: int


def validate(plan: Plan, images: LabelledPixels) -> Validation:
    """Read every image as the network reads when it predicts.

    Args:
        plan: Of the network.
        images: At least one.

    Raises:
        DivergenceError: A parameter or a score is not finite.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    >>> digits = LabelledPixels(np.zeros((4, 28, 28), np.uint8), np.array([0, 1, 2, 0]))
    >>> outcome = validate(Plan(network), digits)
    >>> round(outcome.loss, 4), outcome.right  # ln 10
    (2.3026, 2)
    """
    if not all(np.isfinite(array).all() for array in plan.network.parameters.values()):
        raise DivergenceError
    summed_loss, right = 0.0, 0
    for start in range(0, len(images), PART):
        labels = images.labels[start : start + PART]
        with np.errstate(over="ignore", invalid="ignore"):
            scores = plan.scores_of_pixels(images.pixels[start : start + PART])
        if not np.isfinite(scores).all():
            raise DivergenceError
        summed_loss += cross_entropy(scores, labels) * len(labels)
        right += int((scores.argmax(axis=1) == labels).sum())
    return Validation(summed_loss / len(images), right)
