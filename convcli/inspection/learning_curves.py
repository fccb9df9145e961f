"""What became of the loss and of the accuracy from epoch to epoch."""

from collections.abc import Sequence
from dataclasses import dataclass

from convcli.network.proportions import wilson_interval
from convcli.network.training import Epoch


@dataclass(frozen=True)
class LearningCurves:
    """A number for each epoch, from the first to the last.

    Attributes:
        epochs: Their numbers.
        loss: Of the training images, in nats.
        validation_loss: Of the validation images, in nats.
        accuracy: Share of the training images that were read right.
        validation_accuracy: Share of the validation images that were read right.
        validation_low: The lower end of the Wilson 95 % interval of that share.
        validation_high: Its upper end.
        validation_images: How many images were kept out.
        best: The epoch that was kept.
    """

    epochs: Sequence[int]
    loss: Sequence[float]
    validation_loss: Sequence[float]
    accuracy: Sequence[float]
    validation_accuracy: Sequence[float]
    validation_low: Sequence[float]
    validation_high: Sequence[float]
    validation_images: int
    best: int


def learning_curves(history: Sequence[Epoch], validation_images: int, best: int) -> LearningCurves:
    """The curves of a training.

    Args:
        history: At least one epoch.
        validation_images: How many images were kept out.
        best: The epoch that was kept.

    >>> curves = learning_curves([Epoch(1, 0.5, 0.8, 0.4, 0.9, 0.001, 2.0)], 100, best=1)
    >>> [round(end, 3) for end in (*curves.validation_low, *curves.validation_high)]
    [0.826, 0.945]
    """
    shares = [epoch.validation_accuracy for epoch in history]
    intervals = [
        wilson_interval(round(share * validation_images), validation_images) for share in shares
    ]
    return LearningCurves(
        epochs=[epoch.epoch for epoch in history],
        loss=[epoch.loss for epoch in history],
        validation_loss=[epoch.validation_loss for epoch in history],
        accuracy=[epoch.accuracy for epoch in history],
        validation_accuracy=shares,
        validation_low=[low for low, _ in intervals],
        validation_high=[high for _, high in intervals],
        validation_images=validation_images,
        best=best,
    )
