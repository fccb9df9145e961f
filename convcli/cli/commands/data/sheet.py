"""The images of ``convcli data show``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convcli.cli.report import Gallery
from convcli.storage.mnist.dataset import Dataset

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet

MOST_IN_A_TERMINAL = 20


@dataclass(frozen=True)
class ImageSheet:
    """Images with their labels.

    Attributes:
        images: uint8, (N, 28, 28).
        indices: Their places in the data.
        labels: The digits that they show.
        title: Names the data and the indices.
    """

    images: NDArray[np.uint8]
    indices: Sequence[int]
    labels: Sequence[int]
    title: str

    def digits(self) -> list[dict[str, Any]]:
        """For each digit there is: how many images show it, and which."""
        found: dict[int, list[int]] = {digit: [] for digit in sorted(set(self.labels))}
        for index, label in zip(self.indices, self.labels, strict=True):
            found[label].append(index)
        return [
            {"digit": digit, "images": len(indices), "indices": indices}
            for digit, indices in found.items()
        ]

    def figure(self) -> "Sheet":
        """All of them on one sheet."""
        from convcli.views.figures import contact_sheet

        return contact_sheet.draw(self.images, self.indices, self.labels, self.title)

    def gallery(self) -> Gallery:
        """As many as a terminal has room for."""
        from convcli.views.figures.contact_sheet import pictures
        from convcli.views.mosaic import Row

        shown, number = slice(MOST_IN_A_TERMINAL), len(self.indices)
        drawn = pictures(self.images[shown], self.indices[shown], self.labels[shown])
        title = f"the first {len(drawn)} of {number} images" if number > len(drawn) else ""
        return Gallery([Row(drawn, title)])


def sheet_of(dataset: Dataset, indices: Sequence[int], title: str) -> ImageSheet:
    """Read images and their labels.

    Raises:
        FileError: The data cannot be read.
    """
    images = dataset.images_at(indices)
    return ImageSheet(images, indices, dataset.labels()[list(indices)].tolist(), title)
