"""The images of a training: those to learn from, and those that are kept out to measure with."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.errors import UsageError
from convcli.network.network import Labels

# One image in twelve is kept for validation unless told otherwise: 5,000 of MNIST's 60,000.
VALIDATION_SHARE = 12


@dataclass(frozen=True)
class LabelledPixels:
    """Images with their labels.

    Attributes:
        pixels: uint8, (N, 28, 28).
        labels: (N,), 0..9.
    """

    pixels: NDArray[np.uint8]
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def sha256(self) -> str:
        """SHA-256 of the shape, the pixels and the labels, whatever files they came from.

        >>> digits = LabelledPixels(np.zeros((1, 28, 28), np.uint8), np.array([7]))
        >>> digits.sha256[:8]
        '06ee8ab6'
        """
        digest = hashlib.sha256(repr(self.pixels.shape).encode())
        digest.update(np.ascontiguousarray(self.pixels).data)
        digest.update(np.ascontiguousarray(self.labels, "<i8").data)
        return digest.hexdigest()


def hold_out(
    images: LabelledPixels, validation: int | None = None
) -> tuple[LabelledPixels, LabelledPixels]:
    """Part images into those to learn from and, from the end, those to validate with.

    The last images are taken, so that runs with different seeds are measured by the same ones.

    Args:
        images: All of them.
        validation: How many to keep out; one in twelve where it is None.

    Returns:
        Training and validation images, both views.

    Raises:
        UsageError: Nothing would be left to learn from or to validate with.

    >>> digits = LabelledPixels(np.zeros((60, 28, 28), np.uint8), np.zeros(60, np.uint8))
    >>> [len(part) for part in hold_out(digits)]
    [55, 5]
    """
    kept = len(images) // VALIDATION_SHARE if validation is None else validation
    if not 1 <= kept < len(images):
        raise UsageError(
            f"{kept} of {len(images)} images cannot be kept for validation",
            f"it must be 1 to {len(images) - 1}",
        )
    learned = len(images) - kept
    return (
        LabelledPixels(images.pixels[:learned], images.labels[:learned]),
        LabelledPixels(images.pixels[learned:], images.labels[learned:]),
    )
