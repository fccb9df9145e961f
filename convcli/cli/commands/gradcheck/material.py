"""What ``convcli gradcheck`` works on: a network in double precision, images and labels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.cli.inputs import OpenedNetwork
from convcli.errors import UsageError
from convcli.network.gradient_check import prepared
from convcli.network.network import Network
from convcli.storage.mnist.dataset import Dataset, open_dataset


@dataclass(frozen=True)
class Material:
    """A network with a batch.

    Attributes:
        opened: As it was opened.
        count: Images in the batch.
        dataset: Where the images come from; None where they are noise.
        seed: Of all chance.
        jitter: Noise in the parameters.
        untrained: Whether they are random.
    """

    opened: OpenedNetwork
    count: int
    dataset: Dataset | None
    seed: int
    jitter: float
    untrained: bool

    @property
    def network(self) -> Network:
        """A copy that may be changed."""
        return prepared(self.opened.network, self.seed, self.jitter, self.untrained)

    @property
    def images(self) -> NDArray[Any]:
        """(N, C, H, W), float64: the first training images, or noise."""
        contract = self.opened.network.contract
        if self.dataset is not None:
            pixels = self.dataset.images(0, self.count)
        else:
            random = np.random.default_rng([self.seed, 4])
            pixels = random.integers(0, 256, (self.count, *contract.shape), np.uint8)
        return contract.values(pixels).astype(np.float64)

    @property
    def labels(self) -> NDArray[np.integer[Any]]:
        """One for each image, drawn at random."""
        random = np.random.default_rng([self.seed, 5])
        return random.integers(self.opened.network.classes, size=self.count)

    @property
    def title(self) -> str:
        """The images, for a reader."""
        if self.dataset is None:
            return f"{self.count:,} images of noise"
        return f"{self.count:,} train images of {self.dataset.name}"


def open_material(
    opened: OpenedNetwork,
    count: int,
    data_dir: Path | None,
    seed: int,
    jitter: float,
    untrained: bool,
) -> Material:
    """The first training images, or noise for a network that takes another size than MNIST's.

    Raises:
        FileError: The data cannot be read.
        ParameterError: The network does not end in scores.
        UsageError: There are not so many images.
    """
    with opened.named():
        network = opened.network
        _ = network.classes
    dataset = open_dataset("train", data_dir) if network.contract.is_mnist else None
    if dataset is not None and count > len(dataset):
        raise UsageError(
            f"--images {count}, and there are {len(dataset):,} train images ({dataset.name})",
            "take fewer",
        )
    return Material(opened, count, dataset, seed, jitter, untrained)
