"""A user's picture in the size that a network takes, its sides kept in proportion.

For networks that are not about MNIST's digits, whose way is :mod:`convcli.digits.preparation`.
"""

import numpy as np

from convcli.digits.normalizing import Pixels, average
from convcli.digits.preparation import PreparedPicture, Stage


def fit_picture(pixels: Pixels, height: int, width: int) -> PreparedPicture:
    """A picture as large as it fits, in the middle of a field in the colour of its border.

    It is resized by area averaging. A picture that has the size already stays as it is.

    Args:
        pixels: uint8 (H, W), or in colour (H, W, 3).
        height: Of the field.
        width: Of the field.

    Returns:
        The stages: as it was read, fitted, and centred where it does not fill the field.

    >>> sheet = np.full((40, 20, 3), 200, dtype=np.uint8)
    >>> [(stage.name, stage.pixels.shape) for stage in fit_picture(sheet, 32, 32).stages]
    [('colour', (40, 20, 3)), ('fitted', (32, 16, 3)), ('centred', (32, 32, 3))]
    """
    name = "grey" if pixels.ndim == 2 else "colour"
    stages = [Stage(name, f"read as {_size(pixels)} pixels in {name}", pixels)]
    size = _fitted_size(pixels.shape[:2], (height, width))
    if size != pixels.shape[:2]:
        fitted = _averaged(pixels, size)
        what = f"fitted in {height}x{width}: {_size(pixels)} averaged to {_size(fitted)}"
        stages.append(Stage("fitted", what, fitted))
    if size != (height, width):
        colour = _border_colour(pixels)
        field = np.empty((height, width, *pixels.shape[2:]), np.uint8)
        field[:] = colour
        top, left = (height - size[0]) // 2, (width - size[1]) // 2
        field[top : top + size[0], left : left + size[1]] = stages[-1].pixels
        what = f"in the middle of {height}x{width} on {colour.tolist()}, the median of its border"
        stages.append(Stage("centred", what, field))
    return PreparedPicture(tuple(stages))


def _fitted_size(given: tuple[int, ...], field: tuple[int, int]) -> tuple[int, int]:
    """The largest size in proportion, halves rounded up, each side at least one pixel."""
    (height, width), (field_height, field_width) = given, field
    if field_height * width <= field_width * height:
        return field_height, max(1, (2 * width * field_height + height) // (2 * height))
    return max(1, (2 * height * field_width + width) // (2 * width)), field_width


def _averaged(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    if pixels.ndim == 2:
        return average(pixels, *size)
    return np.stack([average(channel, *size) for channel in np.moveaxis(pixels, -1, 0)], axis=-1)


def _border_colour(pixels: Pixels) -> Pixels:
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour: Pixels = np.median(border, axis=0).round().astype(np.uint8)
    return colour


def _size(pixels: Pixels) -> str:
    return f"{pixels.shape[0]}x{pixels.shape[1]}"
