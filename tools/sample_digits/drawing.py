"""Digits drawn as a hand writes them, with nothing taken from MNIST.

One digit is drawn in five steps:

1. **Choose a glyph.** :mod:`.strokes` knows several ways to write each digit: a 7 with a bar or
   without, a 2 with a loop or without. Chance picks one.
2. **Miss the points.** No hand writes a digit twice alike: each point of the strokes is missed by a
   little, and the whole digit is widened, leans to the right and turns a little.
3. **Move the pen.** The pen runs through the points of each stroke in a smooth curve.
4. **Lay down ink.** On a fine sheet, ten times as fine as MNIST, a pixel within the pen's radius of
   its path is full of ink, one farther away is empty, and there is a soft edge between. The radius
   swells and shrinks along the stroke, as the pressure of a hand does.
5. **Normalise.** As in MNIST, the ink is fitted into 20x20 pixels and centred by mass in 28x28.

Chance comes from ``numpy.random.default_rng``, seeded for each digit, so that each can be drawn
without those before it. All of it is uniform between bounds, so that none is too wild to read.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from convcli.digits.normalizing import Pixels, centre_by_mass, fit_in_box, ink_bounds
from tools.sample_digits.strokes import GLYPHS, Stroke

# Places on the sheet, one a row, columns x and y; the unit is a hundredth of a digit's height.
Points = NDArray[np.float64]

# Bounds of chance. They were chosen so that the mean ink, the share of pixels with ink and the
# width of the digits are near those of MNIST.
MISS = (-5.0, 5.0)  # of each point, in x and in y
WIDTH = (0.85, 1.4)  # times the glyph's
LEAN = (-0.15, 0.45)  # to the right, for each unit upwards
TURN = (-0.12, 0.12)  # radians, clockwise
RADIUS = (4.4, 9.4)  # of the pen
SWELL = (0.05, 0.3)  # of the radius, as a part of it
PHASE = (0.0, 2 * np.pi)  # of the swelling where a stroke begins

SWELL_LENGTH = 25.0  # of the path, for each radian of the swelling
EDGE = 2.5  # the width of the soft edge
STEPS = 8  # from each point to the next


def draw_digit(label: int, rng: np.random.Generator) -> Pixels:
    """One digit, as one hand might write it.

    Args:
        label: 0 to 9.
        rng: Where chance comes from.

    Returns:
        uint8 (28, 28), white ink on black.

    >>> digit = draw_digit(7, np.random.default_rng(1))
    >>> digit.shape, digit.dtype, int(digit.max())
    ((28, 28), dtype('uint8'), 255)
    """
    paths = pen_paths(label, rng)
    ink = lay_ink(paths, *(rng.uniform(*bounds) for bounds in (RADIUS, SWELL, PHASE)))
    return centre_by_mass(fit_in_box(ink[ink_bounds(ink)]))


def pen_paths(label: int, rng: np.random.Generator) -> list[Points]:
    """Where the pen goes, as one hand might write a digit.

    Args:
        label: 0 to 9.
        rng: Where chance comes from.

    Returns:
        A path for each stroke.
    """
    glyphs = GLYPHS[label]
    glyph = glyphs[int(rng.random() * len(glyphs))]
    hand = _hand(rng)
    return [smooth_path(_missed(stroke, rng) @ hand) for stroke in glyph]


def draw_digits(labels: NDArray[np.uint8], seed: int) -> Pixels:
    """One digit for each label, the one at ``index`` with the seed ``(seed, index)``.

    Args:
        labels: (N,), 0 to 9.
        seed: Another seed gives other digits.

    Returns:
        uint8 (N, 28, 28).

    >>> draw_digits(np.array([5, 0], dtype=np.uint8), seed=1).shape
    (2, 28, 28)
    """
    return np.stack(
        [
            draw_digit(label, np.random.default_rng((seed, index)))
            for index, label in enumerate(labels.tolist())
        ]
    )


def _missed(stroke: Stroke, rng: np.random.Generator) -> Points:
    points = np.array(stroke, dtype=np.float64)
    misses = rng.uniform(*MISS, points.shape)
    # A corner is a point given twice, and must stay one point.
    corners = 1 + np.flatnonzero((points[1:] == points[:-1]).all(axis=1))
    misses[corners] = misses[corners - 1]
    return points + misses


def _hand(rng: np.random.Generator) -> Points:
    """What the strokes of one digit share, as the matrix that points are multiplied by."""
    width, lean, turn = (rng.uniform(*bounds) for bounds in (WIDTH, LEAN, TURN))
    widening = np.array([[width, 0], [0, 1]])
    leaning = np.array([[1, 0], [-lean, 1]])
    turning = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    matrix: Points = widening @ leaning @ turning
    return matrix


def smooth_path(points: Points) -> Points:
    """The curve of the pen through the points, in steps short enough to be drawn straight.

    Between two points it is the cubic that leaves and arrives in the direction of the line between
    the points' neighbours (E. Catmull and R. Rom, 1974). At a point given twice it stops and turns.

    Args:
        points: (N, 2), at least two.

    Returns:
        ((N - 1) * STEPS + 1, 2): every point, and ``STEPS - 1`` places on the way to the next.

    >>> smooth_path(np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 8.0]]))[::STEPS]
    array([[0., 0.],
           [8., 0.],
           [8., 8.]])
    """
    padded = np.concatenate([points[:1], points, points[-1:]])
    before, here, there, after = (padded[k : len(points) - 1 + k, None] for k in range(4))
    time = np.arange(STEPS)[:, None] / STEPS
    curves = (
        here
        + (there - before) / 2 * time
        + (2 * before - 5 * here + 4 * there - after) / 2 * time**2
        + (3 * here - before - 3 * there + after) / 2 * time**3
    )
    return np.concatenate([curves.reshape(-1, 2), points[-1:]])


def lay_ink(paths: list[Points], radius: float, swell: float, phase: float) -> Pixels:
    """A sheet with the strokes of one digit, large enough to hold them.

    Args:
        paths: Of the pen, a pixel for each unit.
        radius: Of the pen.
        swell: How much of the radius comes and goes along a path.
        phase: Of this swelling where a path begins.

    Returns:
        uint8, full ink 255.
    """
    places = np.concatenate(paths)
    margin = radius * (1 + swell) + EDGE + 1
    corner = places.min(axis=0) - margin
    columns, rows = np.ceil(places.max(axis=0) + margin - corner).astype(int)
    depth = np.full((rows, columns), -EDGE)
    for path in paths:
        steps = np.hypot(*(path[1:] - path[:-1]).T)
        radii = radius * (1 + swell * np.sin(steps.cumsum() / SWELL_LENGTH + phase))
        for (start, end), pen in zip(pairwise(path - corner), radii.tolist(), strict=True):
            _press(depth, start, end, pen)
    coverage = (depth / EDGE + 0.5).clip(0, 1)
    return np.floor(coverage * 255 + 0.5).astype(np.uint8)


def _press(depth: Points, start: Points, end: Points, radius: float) -> None:
    """Raise the depth of ink along one straight step: the radius less the distance to the step."""
    reach = radius + EDGE
    left, top = np.floor(np.minimum(start, end) - reach).astype(int)
    right, bottom = np.ceil(np.maximum(start, end) + reach).astype(int)
    y, x = np.mgrid[top:bottom, left:right] + 0.5
    (x0, y0), (along_x, along_y) = start, end - start
    length = np.hypot(along_x, along_y)
    # How far along the step the nearest place lies; in a corner the step has no length.
    part = (((x - x0) * along_x + (y - y0) * along_y) / max(length**2, 1e-9)).clip(0, 1)
    distance = np.hypot(x - x0 - part * along_x, y - y0 - part * along_y)
    touched = depth[top:bottom, left:right]
    np.maximum(touched, radius - distance, out=touched)
