"""Is a picture like those that a network has learned from? The angle to the nearest of them.

Two pictures, each as one long vector, have the cosine 1 where one is the other made brighter or
darker, and 0 where no pixel is lit in both. ``python -m tools.likeness`` sets this measure beside
the network's own probability and its largest score: it finds more of the pictures that are no
digits, at the same number of false alarms.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

USUAL_SHARE = 0.99
"""Of the validation images are called usual."""

AT_ONCE = 2_000


@dataclass(frozen=True)
class Likeness:
    """How near a picture is to the images that were seen.

    Attributes:
        cosine: Of the picture and the nearest image, 0..1.
        nearest: The number of that image; of equal ones the first.
        seen: How many images were looked at.
        least_usual: The cosine that :data:`USUAL_SHARE` of the validation images reach.
        judged_by: How many validation images that is measured on.
    """

    cosine: float
    nearest: int
    seen: int
    least_usual: float
    judged_by: int

    @property
    def is_usual(self) -> bool:
        """Whether the picture is as near as the validation images are."""
        return self.cosine >= self.least_usual


def likeness(
    picture: Pixels, seen: Pixels, validation: Pixels, leave_out: int | None = None
) -> Likeness:
    """Compare a picture with images that a network has learned from.

    Args:
        picture: uint8, (height, width).
        seen: uint8, (N, height, width); N at least 1.
        validation: uint8, (M, height, width), images that were kept out; M at least 1.
        leave_out: The number of the picture among the seen images, if it is one of them.

    >>> seen = np.eye(4, dtype=np.uint8).reshape(4, 2, 2)
    >>> found = likeness(np.array([[0, 9], [0, 0]], np.uint8), seen, seen)
    >>> found.nearest, found.cosine, found.is_usual
    (1, 1.0, True)
    """
    cosines = cosines_of(picture[None], seen)[0]
    if leave_out is not None:
        cosines[leave_out] = -1
    usual = np.quantile(nearest_cosines(validation, seen), 1 - USUAL_SHARE)
    nearest = int(cosines.argmax())
    return Likeness(float(cosines[nearest]), nearest, len(seen), float(usual), len(validation))


def nearest_cosines(pictures: Pixels, seen: Pixels) -> NDArray[np.float32]:
    """The cosine of each picture and the nearest of the images seen: (pictures,)."""
    found = np.full(len(pictures), -1, np.float32)
    for start in range(0, len(seen), AT_ONCE):
        block = cosines_of(pictures, seen[start : start + AT_ONCE])
        np.maximum(found, block.max(axis=1), out=found)
    return found


def cosines_of(pictures: Pixels, seen: Pixels) -> NDArray[np.float32]:
    """The cosine of every picture and every image: (pictures, images); 0 with an empty one."""
    cosines: NDArray[np.float32] = _directions(pictures) @ _directions(seen).T
    # Rounding may lead a hair above 1.
    return np.minimum(cosines, np.float32(1), out=cosines)


def _directions(pixels: Pixels) -> NDArray[Any]:
    rows = pixels.reshape(len(pixels), -1).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    rows /= lengths
    return rows
