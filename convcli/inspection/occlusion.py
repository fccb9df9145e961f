"""What a network reads without some pixels: a patch is painted over, place after place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import softmax
from convcli.errors import ParameterError, UsageError
from convcli.network.network import Network
from convcli.network.plan import Plan

Array = NDArray[Any]

AT_ONCE = 200
"""Covered images that are in memory together."""


@dataclass(frozen=True, eq=False)
class Occlusion:
    """The probability of one class without each patch (Zeiler and Fergus, 2014).

    Attributes:
        size: Pixels a side of the patch.
        rows: The first row of the patch at each place.
        columns: The first column likewise.
        whole: The probability where nothing is covered.
        probabilities: (places down, places across).
        readings: The number of the class that is read there, of the same shape.
        image_size: (height, width).
        channels: Of the image.
    """

    size: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    whole: float
    probabilities: Array
    readings: NDArray[np.integer[Any]]
    image_size: tuple[int, int]
    channels: int

    @property
    def strongest(self) -> tuple[int, int]:
        """First row and first column of the patch that the probability falls most without."""
        down, across = np.unravel_index(self.probabilities.argmin(), self.probabilities.shape)
        return self.rows[int(down)], self.columns[int(across)]

    @property
    def least(self) -> float:
        """The probability without that patch."""
        return float(self.probabilities.min())

    @property
    def mean_drops(self) -> Array:
        """For each pixel the mean fall of the probability over all patches that cover it.

        Returns:
            float64, (channels, height, width), each channel the same; negative where the
            probability rises; zero where no patch comes.
        """
        total, times = np.zeros(self.image_size), np.zeros(self.image_size)
        for (row, column), probability in zip(
            _places(self.rows, self.columns), self.probabilities.ravel().tolist(), strict=True
        ):
            patch = np.s_[row : row + self.size, column : column + self.size]
            total[patch] += self.whole - probability
            times[patch] += 1
        mean = np.divide(total, times, out=np.zeros_like(total), where=times > 0)
        return np.repeat(mean[None], self.channels, axis=0)


def occlude(network: Network, image: Array, number: int, size: int = 4, step: int = 1) -> Occlusion:
    """Cover every patch of the image in turn, and read it again.

    A patch is painted with :func:`background`.

    Args:
        network: Ends in scores.
        image: (1, channels, height, width), as the network takes it.
        number: Of the class whose probability is asked for.
        size: Pixels a side of the patch.
        step: Pixels from one place to the next.

    Raises:
        UsageError: The patch is larger than the image.
        ParameterError: The network gives no scores, or they are not finite.
        GeometryError: The image has another shape than the network takes.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    >>> occlude(network, np.zeros((1, 1, 28, 28)), 3).probabilities.shape
    (25, 25)
    """
    channels, height, width = image.shape[1:]
    rows, columns = places_of((height, width), size, step)
    plan = Plan(network)
    whole = float(_probabilities(plan, image)[0, number])
    paint = background(image[0])[:, None, None]
    covered = _covered(image, paint, rows, columns, size)
    blocks = iter(lambda: list(islice(covered, AT_ONCE)), [])
    found = np.concatenate([_probabilities(plan, np.concatenate(block)) for block in blocks])
    shape = (len(rows), len(columns))
    return Occlusion(
        size, rows, columns, whole, found[:, number].reshape(shape),
        found.argmax(axis=1).reshape(shape), (height, width), channels,
    )  # fmt: skip


def places_of(
    image_size: tuple[int, int], size: int, step: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where a patch begins, from one end of an image to the other: rows, and columns.

    Raises:
        UsageError: The patch is larger than the image.

    >>> places_of((10, 5), size=4, step=3)
    ((0, 3, 6), (0,))
    """
    height, width = image_size
    if size > min(height, width):
        raise UsageError(
            f"a patch of {size}x{size} on an image of {height}x{width}", "give a smaller patch"
        )
    rows, columns = (tuple(range(0, side - size + 1, step)) for side in image_size)
    return rows, columns


def background(image: Array) -> Array:
    """What stands for nothing on an image: the median of its outermost pixels, by channel.

    On a digit of MNIST that is black.

    Args:
        image: (channels, height, width).

    Returns:
        (channels,), in the image's dtype.

    >>> background(np.pad(np.ones((1, 2, 2)), ((0, 0), (1, 1), (1, 1)))).tolist()
    [0.0]
    """
    edges = [image[:, 0], image[:, -1], image[:, 1:-1, 0], image[:, 1:-1, -1]]
    found: Array = np.median(np.concatenate(edges, axis=1), axis=1).astype(image.dtype)
    return found


def _probabilities(plan: Plan, images: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        scores = plan.scores(images)
    if not np.isfinite(scores).all():
        raise ParameterError(
            "the scores are not finite", "the parameters hold values far too large"
        )
    return softmax(scores)


def _covered(
    image: Array, paint: Array, rows: tuple[int, ...], columns: tuple[int, ...], size: int
) -> Iterator[Array]:
    for row, column in _places(rows, columns):
        covered = image.copy()
        covered[0, :, row : row + size, column : column + size] = paint
        yield covered


def _places(rows: tuple[int, ...], columns: tuple[int, ...]) -> list[tuple[int, int]]:
    return [(row, column) for row in rows for column in columns]
