"""The images that ``convcli evaluate`` has read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convcli.cli import console, inputs
from convcli.cli.inputs import OpenedNetwork
from convcli.errors import ParameterError, UsageError
from convcli.network.evaluation import Evaluation, evaluate
from convcli.storage.mnist.dataset import Dataset

if TYPE_CHECKING:
    from convcli.views.figures.captioned_images import Captioned


@dataclass(frozen=True)
class Material:
    """The first images of a split.

    Attributes:
        data: The split.
        count: How many of them.
    """

    data: Dataset
    count: int

    def require_readable_by(self, opened: OpenedNetwork) -> None:
        """Refuse a network that cannot be measured with these images.

        Raises:
            ParameterError: It takes other images, gives no scores, or knows too few classes.
        """
        with opened.named():
            contract = opened.network.contract
            inputs.require_mnist_shape(contract, "MNIST is all it can be measured with")
            classes = opened.network.classes
        largest = self.data.labels()[: self.count].max()
        if largest >= classes:
            raise ParameterError(
                f"{opened.name}: the network has {classes} classes, and the labels run to "
                f"{largest}",
                "give a network that knows ten digits",
            )

    def read_by(self, opened: OpenedNetwork) -> Evaluation:
        """Let a network read them all.

        Raises:
            ParameterError: Its scores are not finite.
        """
        images, labels = self.data.images(0, self.count), self.data.labels()[: self.count]
        task = f"reading {self.data.split} images"
        with opened.named(), console.progress(task, self.count) as progress:
            return evaluate(opened.network, images, labels, progress)

    def captioned(self, captions: Sequence[tuple[int, tuple[str, ...]]]) -> list["Captioned"]:
        """Some of the images, each with its lines: pairs of index and lines."""
        from convcli.views.figures.captioned_images import Captioned

        pixels = self.data.images_at([index for index, _ in captions])
        return [Captioned(image, lines) for image, (_, lines) in zip(pixels, captions, strict=True)]


def count_of(data: Dataset, limit: int | None) -> int:
    """How many images are read.

    Raises:
        UsageError: There are not so many.
    """
    if limit is not None and limit > len(data):
        raise UsageError(
            f"--limit {limit}, and there are {len(data):,} {data.split} images ({data.name})",
            "leave it out to read them all",
        )
    return limit or len(data)
