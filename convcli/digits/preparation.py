"""A user's picture of a digit, made into 28x28 pixels the way MNIST was, with every stage kept.

The way is that of NIST and MNIST: ink is told from paper, cropped, fitted into 20x20 by averaging
and centred by mass in 28x28 (:mod:`convcli.digits.normalizing`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from convcli.digits.normalizing import (
    BOX_SIZE,
    FIELD_SIZE,
    Pixels,
    centre_by_mass,
    centre_of_mass,
    fit_in_box,
    ink_bounds,
)
from convcli.errors import PictureError

LEAST_CONTRAST = 16
"""Levels between paper and ink. The noise of a blank sheet differs by less."""


@dataclass(frozen=True, eq=False)
class Stage:
    """The picture after one step of its preparation.

    Attributes:
        name: What it is now, in one word.
        description: What was done, with the numbers.
        pixels: uint8 (H, W), or in colour (H, W, 3).
    """

    name: str
    description: str
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class PreparedPicture:
    """A picture with the stages that led to it, the first as it was read."""

    stages: tuple[Stage, ...]

    @property
    def pixels(self) -> Pixels:
        """The last stage: uint8 in the size that the network takes."""
        return self.stages[-1].pixels


def prepare(grey: Pixels) -> PreparedPicture:
    """A picture of one digit as a network trained on MNIST expects it.

    Paper and ink are told apart by the two levels of grey that divide the picture best, and the
    border says which of the two is paper. A picture that has 28x28 pixels already is taken as it
    is, apart from being inverted when its paper is light: so an exported MNIST digit stays the
    digit it was.

    Args:
        grey: uint8 (height, width), 0 black and 255 white. The digit is best alone in it and evenly
            lit.

    Returns:
        The stages: grey, inverted (if the paper is light), separated, cropped, fitted, brightened
        (if averaging made thin ink faint) and centred.

    Raises:
        PictureError: There is no ink to see. Whoever knows the file puts its name in front.

    >>> sheet = np.full((60, 50), 255, dtype=np.uint8)
    >>> sheet[10:50, 20:26] = 0
    >>> [(stage.name, stage.pixels.shape) for stage in prepare(sheet).stages][-3:]
    [('cropped', (40, 6)), ('fitted', (20, 3)), ('centred', (28, 28))]
    """
    dark, light = _two_levels(grey)
    height, width = grey.shape
    as_it_is = grey.shape == (FIELD_SIZE, FIELD_SIZE)
    kept = ", MNIST's own size, so nothing will be cropped or moved" if as_it_is else ""
    stages = [Stage("grey", f"read as {height}x{width} grey pixels{kept}", grey)]
    border = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    if border > (dark + light) / 2:
        inverted = 255 - grey
        dark, light = 255 - light, 255 - dark
        why = f"inverted, because the border is light (its median is {border:.0f} of 255)"
        stages.append(Stage("inverted", why, inverted))
    if not as_it_is:
        stages += _normalised(stages[-1].pixels, dark, light)
    return PreparedPicture(tuple(stages))


def _two_levels(grey: Pixels) -> tuple[float, float]:
    """The mean dark and the mean light level, divided where they differ most.

    Of all thresholds, the one with the largest variance between the two classes (N. Otsu, "A
    threshold selection method from gray-level histograms", 1979).
    """
    # Row by row, for bincount takes eight bytes for each pixel that it counts.
    counts = np.zeros(256)
    for row in grey:
        counts += np.bincount(row, minlength=256)
    levels = np.arange(256)
    below, above = counts.cumsum()[:-1], counts[::-1].cumsum()[-2::-1]
    masses = counts * levels
    # A class without pixels has no mean; its variance is zero whatever is put there.
    dark = masses.cumsum()[:-1] / below.clip(1)
    light = masses[::-1].cumsum()[-2::-1] / above.clip(1)
    best = (below * above * (light - dark) ** 2).argmax()
    contrast = float(light[best] - dark[best]) if below[best] else 0.0
    if contrast < LEAST_CONTRAST:
        raise PictureError(
            f"no ink to see: its dark and its light parts differ by {contrast:.0f} of 255",
            "give a picture of one digit, dark on light or light on dark",
        )
    return float(dark[best]), float(light[best])


def _normalised(pixels: Pixels, paper: float, ink: float) -> Iterator[Stage]:
    low, high = (5 * paper + 3 * ink) / 8, (3 * paper + 5 * ink) / 8
    ramp = ((np.arange(256) - low) / (high - low)).clip(0, 1)
    table = np.floor(255 * ramp + 0.5).astype(np.uint8)
    separated = np.empty_like(pixels)
    # Row by row, for NumPy takes eight bytes for each number of a place in the table.
    for row, levels in zip(separated, pixels, strict=True):
        row[:] = table[levels]
    yield Stage(
        "separated",
        f"paper told from ink: up to {low:.0f} became 0, from {high:.0f} on 255, evenly between",
        separated,
    )
    rows, columns = ink_bounds(separated)
    cropped = separated[rows, columns]
    yield Stage(
        "cropped",
        f"cropped to the ink: rows {rows.start}..{rows.stop - 1}, "
        f"columns {columns.start}..{columns.stop - 1}",
        cropped,
    )
    fitted = fit_in_box(cropped)
    yield Stage(
        "fitted",
        f"fitted in {BOX_SIZE}x{BOX_SIZE}: {_size(cropped)} averaged to {_size(fitted)}",
        fitted,
    )
    brightest = int(fitted.max())
    if not brightest:
        raise PictureError("its ink is too thin for 20x20 pixels", "crop it to the digit")
    if brightest < 255:
        fitted = brighten(fitted)
        yield Stage(
            "brightened",
            f"brightened: the brightest, {brightest}, became 255, the others in proportion",
            fitted,
        )
    centred = centre_by_mass(fitted)
    row, column = centre_of_mass(centred)
    yield Stage(
        "centred",
        f"centred in {FIELD_SIZE}x{FIELD_SIZE}: the centre of mass is at row {row:.1f}, "
        f"column {column:.1f}",
        centred,
    )


def brighten(pixels: Pixels) -> Pixels:
    """Multiply by what makes the brightest pixel 255; halves are rounded up.

    Args:
        pixels: uint8 (height, width), at least one pixel above zero.

    >>> brighten(np.array([[0, 1, 129, 193]], dtype=np.uint8))
    array([[  0,   1, 170, 255]], dtype=uint8)
    """
    brightest = int(pixels.max())
    # 255 * 510 takes more than 16 bits.
    doubled = pixels.astype(np.int64) * 510
    brightened: Pixels = ((doubled + brightest) // (2 * brightest)).astype(np.uint8)
    return brightened


def _size(pixels: Pixels) -> str:
    height, width = pixels.shape
    return f"{height}x{width}"
