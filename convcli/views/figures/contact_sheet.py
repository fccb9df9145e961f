"""Many digits on one sheet, each with its index and its label."""

from collections.abc import Sequence
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from convcli.views.figures.sheet import MARGIN, Sheet, colour_bar_height
from convcli.views.figures.texts import SMALL, line_height
from convcli.views.mosaic import Picture, enlarge
from convcli.views.palette import BYTES, MUTED, colours

# Wide enough for an index of five digits beside a label.
ENLARGEMENT = 3
LARGEST_ENLARGEMENT = 10
USUAL_WIDTH = 1000
BETWEEN = 16


def draw(
    images: NDArray[np.uint8], indices: Sequence[int], labels: Sequence[int], title: str
) -> Sheet:
    """Lay the images out row by row; below each its index on the left and its label on the right.

    Args:
        images: uint8, shape (N, height, width), at least one.
        indices: Their numbers in the data set.
        labels: The digits they show.
        title: Names the source, the split and the indices.
    """
    count, height, width = images.shape
    columns = isqrt(count - 1) + 1
    rows = -(-count // columns)
    factor = min(LARGEST_ENLARGEMENT, max(ENLARGEMENT, USUAL_WIDTH // (columns * width)))
    across = factor * width + BETWEEN
    down = factor * height + line_height(SMALL) + BETWEEN
    # One or two images are narrower than the title and the bar.
    room = max(columns * across - BETWEEN, USUAL_WIDTH // 2)
    sheet = Sheet(
        width=room + 2 * MARGIN,
        height=rows * down + BETWEEN + colour_bar_height() + MARGIN,
        title=title,
        subtitle="Below each image: index on the left, label on the right.",
    )
    numbered = zip(indices, labels, colours(images, BYTES), strict=True)
    for place, (index, label, pixels) in enumerate(numbered):
        left = MARGIN + place % columns * across
        top = sheet.top + place // columns * down
        sheet.picture(left, top, enlarge(pixels, factor))
        below, right = top + factor * height + 2, left + factor * width
        sheet.write(left, below, str(index), size=SMALL, colour=MUTED)
        sheet.write(right, below, str(label), size=SMALL, bold=True, align="right")
    sheet.colour_bar(MARGIN, sheet.top + rows * down + BETWEEN, room, BYTES)
    return sheet


def pictures(
    images: NDArray[np.uint8], indices: Sequence[int], labels: Sequence[int]
) -> list[Picture]:
    """The images for a terminal, each with its index and its label above.

    Args:
        images: uint8, shape (N, height, width).
        indices: Their numbers in the data set.
        labels: The digits they show.

    >>> (picture,) = pictures(np.zeros((1, 28, 28), np.uint8), [5], [2])
    >>> picture.caption, picture.pixels.shape
    (('image 5', 'label 2'), (28, 28, 3))
    """
    return [
        Picture((f"image {index}", f"label {label}"), pixels, BYTES)
        for index, label, pixels in zip(indices, labels, colours(images, BYTES), strict=True)
    ]
