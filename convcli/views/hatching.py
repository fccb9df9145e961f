"""Lines across what is negative, where the theme says the sign in that way."""

import numpy as np

from convcli.views.themes import Colours, current, negative

WHITE = 255
BAND = 96  # Rows at a time, a multiple of the period.
PERIOD, LINE = 6, 2  # Pixels from one line to the next, and of a line.
LIGHT = 150  # A line is darker than a light grey, and lighter than a dark one.
CONTRAST, FAINTEST = 105, 70  # Of a line; on white it is fainter, since the value is small there.


def hatched(pixels: Colours) -> Colours:
    """Pictures with lines across their negative values, or as they are in a theme without lines.

    The lines run on from one pixel to the next, so that they are seen where a value is as small as
    a single pixel too.

    Args:
        pixels: uint8, (height, width, 3), each value a block of any size.

    >>> from convcli.views.palette import Scale, colours
    >>> from convcli.views.themes import drawn_in
    >>> with drawn_in("print"):
    ...     shades = colours(np.full((6, 6), -0.5), Scale(1.0, diverging=True))
    ...     hatched(shades)[0, :, 0].tolist()
    [253, 253, 148, 148, 148, 148]
    """
    if not current().hatched:
        return pixels
    lined = pixels.copy()
    hatch(lined)
    return lined


def hatch(pixels: Colours) -> None:
    """The same in place, for a picture that is large and nobody else's."""
    if not current().hatched:
        return
    height, width = pixels.shape[:2]
    rows, columns = np.arange(BAND), np.arange(width)
    pattern = (rows[:, None] + columns) % PERIOD < LINE
    for top in range(0, height, BAND):
        band = pixels[top : top + BAND]
        lines = negative(band) & pattern[: len(band)]
        shades = band[lines, 0].astype(np.int16)
        faint = FAINTEST + (WHITE - shades) * (CONTRAST - FAINTEST) // (WHITE - LIGHT)
        band[lines] = np.where(shades > LIGHT, shades - faint, shades + CONTRAST)[:, None]


def is_hatched(pixel: Colours) -> bool:
    """Whether a pixel (red, green, blue) has lines across it."""
    return current().hatched and bool(negative(pixel))
