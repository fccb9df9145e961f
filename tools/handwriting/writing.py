"""One digit written somewhere on a sheet: how much ink lies where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.sample_digits.drawing import PHASE, SWELL, lay_ink, pen_paths

Field = NDArray[np.float64]

# Bounds of the pen's radius, in hundredths of the digit's height.
BALLPOINT = (1.6, 3.2)
FELT_TIP = (3.2, 6.5)
MARKER = (7.5, 11.0)
FINE = (0.7, 1.5)

TURN = (-0.12, 0.12)  # radians, beside the turn that each hand has


@dataclass(frozen=True)
class Written:
    """Ink on a sheet.

    Attributes:
        ink: (height, width), from 0, bare, to 1, covered.
        digit_height: In pixels.
    """

    ink: Field
    digit_height: int


def digit(
    label: int, height: float, radius: tuple[float, float], rng: np.random.Generator
) -> Field:
    """The ink of one digit, cropped to it.

    Args:
        label: 0 to 9.
        height: Of the digit in pixels, about.
        radius: Bounds of the pen's, in hundredths of the height.
        rng: Where chance comes from.
    """
    turn = rng.uniform(*TURN)
    turning = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    scale = height / 100
    paths = [path @ turning * scale for path in pen_paths(label, rng)]
    pen = max(rng.uniform(*radius) * scale, 0.6)
    ink = lay_ink(paths, pen, rng.uniform(*SWELL), rng.uniform(*PHASE)) / 255
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def sheet_size(rng: np.random.Generator) -> tuple[int, int]:
    """Height and width of a picture, upright or lying."""
    longer = int(rng.integers(320, 900))
    shorter = int(longer * rng.uniform(0.7, 1))
    return (longer, shorter) if rng.random() < 0.5 else (shorter, longer)


def written(
    label: int,
    rng: np.random.Generator,
    part: tuple[float, float] = (0.35, 0.75),
    radius: tuple[float, float] = FELT_TIP,
    wander: float = 0.5,
) -> Written:
    """A digit on a sheet of its own.

    Args:
        label: 0 to 9.
        rng: Where chance comes from.
        part: Bounds of the digit's height, as a part of the sheet's shorter side.
        radius: Bounds of the pen's, in hundredths of the digit's height.
        wander: How much of the free space the digit may leave the middle by; 1 reaches the border.
    """
    size = sheet_size(rng)
    ink = digit(label, rng.uniform(*part) * min(size), radius, rng)
    sheet = np.zeros(size)
    height, width = (min(side, most - 4) for side, most in zip(ink.shape, size, strict=True))
    ink = ink[:height, :width]
    top, left = (
        round((most - side) * (0.5 + wander * rng.uniform(-0.48, 0.48)))
        for side, most in zip(ink.shape, size, strict=True)
    )
    sheet[top : top + height, left : left + width] = ink
    return Written(sheet, height)
