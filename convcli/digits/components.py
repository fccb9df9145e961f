"""The connected parts of a mask: which pixels of ink hang together."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Components:
    """The connected parts of a mask, numbered from 1 as a reader meets them.

    Attributes:
        labels: int64 (height, width), the number of the part of each pixel, 0 outside.
        areas: Pixels of each part; the first is part 1.
        tops: First row of each.
        bottoms: The row after its last.
        lefts: First column of each.
        rights: The column after its last.
        breadths: How far the pixels of each are from its long axis: their standard deviation.
    """

    labels: Numbers
    areas: Numbers
    tops: Numbers
    bottoms: Numbers
    lefts: Numbers
    rights: Numbers
    breadths: NDArray[np.float64]


def find_components(mask: Mask) -> Components:
    """The parts of a mask that hang together, by sides or by corners.

    Each row is a list of runs. Runs of neighbouring rows that touch are of one part; every run
    takes the smallest number among those it touches, again and again, until nothing changes.

    Args:
        mask: bool (height, width).

    >>> find_components(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 1]], dtype=bool)).labels
    array([[1, 0, 0],
           [0, 1, 0],
           [0, 0, 0],
           [2, 0, 3]])
    """
    rows, starts, stops = _runs(mask)
    upper, lower = _touching(rows, starts, stops, mask.shape)
    numbers = _joined(np.arange(len(rows)), upper, lower)
    # Runs are in reading order, so the smallest number of a part is where a reader meets it.
    _, parts = np.unique(numbers, return_inverse=True)
    count = int(parts.max()) + 1 if len(parts) else 0
    labels = np.zeros(mask.shape, dtype=np.int64)
    labels[mask] = np.repeat(parts + 1, stops - starts)

    def gathered(choose: np.ufunc, first: int, values: Numbers) -> Numbers:
        result = np.full(count, first, dtype=np.int64)
        choose.at(result, parts, values)
        return result

    height, width = mask.shape
    return Components(
        labels,
        gathered(np.add, 0, stops - starts),
        gathered(np.minimum, height, rows),
        gathered(np.maximum, 0, rows + 1),
        gathered(np.minimum, width, starts),
        gathered(np.maximum, 0, stops),
        _breadths(labels, count),
    )


def _breadths(labels: Numbers, count: int) -> NDArray[np.float64]:
    """The square root of the smaller eigenvalue of the covariance of each part's places."""
    rows, columns = np.nonzero(labels)
    parts = labels[rows, columns] - 1

    areas = np.bincount(parts, minlength=count)

    def mean(values: NDArray[Any]) -> NDArray[Any]:
        return np.bincount(parts, weights=values, minlength=count) / areas

    down, right = (place - mean(place)[parts] for place in (rows, columns))
    along, across, mixed = mean(down * down), mean(right * right), mean(down * right)
    half = (along + across) / 2
    smaller = half - np.sqrt((along - across) ** 2 / 4 + mixed**2)
    breadths: NDArray[np.float64] = np.sqrt(smaller.clip(0))
    return breadths


def _runs(mask: Mask) -> tuple[Numbers, Numbers, Numbers]:
    """Row, first column and the column after the last of each run, in reading order."""
    height, width = mask.shape
    framed = np.zeros((height, width + 2), dtype=np.int8)
    framed[:, 1:-1] = mask
    change = np.diff(framed, axis=1)
    rows, starts = np.nonzero(change == 1)
    stops = np.nonzero(change == -1)[1]
    return rows, starts, stops


def _touching(
    rows: Numbers, starts: Numbers, stops: Numbers, shape: tuple[int, ...]
) -> tuple[Numbers, Numbers]:
    """Which runs touch one of the row above: the numbers of the upper and of the lower ones."""
    # On one line on which every row lies behind the one above, a search finds the neighbours.
    length = shape[1] + 2
    first = np.searchsorted(rows * length + stops, (rows - 1) * length + starts, side="left")
    last = np.searchsorted(rows * length + starts, (rows - 1) * length + stops, side="right")
    counts = (last - first).clip(0)
    lower = np.repeat(np.arange(len(rows)), counts)
    before = np.repeat(counts.cumsum() - counts, counts)
    return np.repeat(first, counts) + np.arange(len(lower)) - before, lower


def _joined(numbers: Numbers, upper: Numbers, lower: Numbers) -> Numbers:
    """Of each run the smallest number in its part."""
    while True:
        smaller = np.minimum(numbers[upper], numbers[lower])
        if (numbers[upper] == numbers[lower]).all():
            return numbers
        # A run hands on what it hears to the run that it is named after, and so to all of its part.
        np.minimum.at(numbers, numbers[upper], smaller)
        np.minimum.at(numbers, numbers[lower], smaller)
        while (numbers != numbers[numbers]).any():
            numbers = numbers[numbers]


def length_of_runs(mask: Mask) -> NDArray[Any]:
    """Of each pixel in the mask how many in its column hang together with it; 0 outside.

    >>> length_of_runs(np.array([[1, 0], [1, 1], [0, 0], [1, 1]], dtype=bool))
    array([[2, 0],
           [2, 1],
           [0, 0],
           [1, 1]])
    """
    _, starts, stops = _runs(mask.T)
    lengths = np.zeros(mask.shape[::-1], dtype=np.int64)
    lengths[mask.T] = np.repeat(stops - starts, stops - starts)
    return lengths.T
