"""Pictures as arrays of pixels: made larger, laid side by side, made to fit. Nothing is blended.

Every function takes and returns uint8 arrays whose last axis is red, green, blue. A pixel that is
drawn is drawn as a block of one colour; a pixel that is left out is counted in a note.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.views.palette import GAP, Colours, Scale, colours

LONGEST_SIDE = 1000
"""Of a picture for a terminal: no terminal shows more."""


@dataclass(frozen=True)
class Picture:
    """A picture with words to it.

    Attributes:
        caption: Short lines, for example a name and a size.
        pixels: uint8, (height, width, 3), from :func:`convcli.views.palette.colours`.
        scale: That of its pixels, from which they can be drawn without colours too; None for a
            photograph.
        step: 2 where it holds every second pixel of what it shows, each way.
    """

    caption: Sequence[str]
    pixels: Colours
    scale: Scale | None = None
    step: int = 1

    @classmethod
    def of(cls, caption: Sequence[str], values: NDArray[Any], scale: Scale) -> "Picture":
        """A picture of values (height, width), one pixel each, or thinned out where they are many.

        >>> from convcli.views.palette import PIXELS
        >>> picture = Picture.of(["photograph"], np.zeros((4000, 3000)), PIXELS)
        >>> picture.pixels.shape, picture.step
        ((1000, 750, 3), 4)
        """
        step = -(-max(values.shape) // LONGEST_SIDE)
        return cls(caption, colours(values[::step, ::step], scale), scale, step)

    @classmethod
    def photograph(cls, caption: Sequence[str], pixels: Colours) -> "Picture":
        """A picture of colours (height, width, 3), thinned out likewise."""
        step = -(-max(pixels.shape) // LONGEST_SIDE)
        return cls(caption, pixels[::step, ::step], step=step)


@dataclass(frozen=True)
class Row:
    """Pictures that belong side by side.

    Attributes:
        pictures: From left to right.
        heading: What they are; may be empty.
    """

    pictures: Sequence[Picture]
    heading: str = ""


@dataclass(frozen=True)
class Fitted:
    """Tiles made to fit the room there is.

    Attributes:
        tiles: uint8, (count, height, width, 3), none larger than the room.
        note: What was left out, in a clause; empty where nothing was.
    """

    tiles: Colours
    note: str = ""


def enlarge(pixels: Colours, down: int, across: int | None = None) -> Colours:
    """Every pixel as a block of ``down`` rows and ``across`` columns (as many as rows if left out).

    >>> enlarge(np.zeros((28, 28, 3), dtype=np.uint8), 20).shape
    (560, 560, 3)
    """
    return pixels.repeat(down, axis=-3).repeat(down if across is None else across, axis=-2)


def fit(tiles: Colours, room: int) -> Fitted:
    """Tiles as large as a whole factor makes them, their longer side at most ``room`` pixels.

    A tile that is larger than the room is drawn with every second pixel, every third and so on.

    Args:
        tiles: (count, height, width, 3).
        room: Pixels for the longer side, at least 1.

    >>> fit(np.zeros((1, 28, 28, 3), dtype=np.uint8), 392).tiles.shape
    (1, 392, 392, 3)
    >>> fit(np.zeros((1, 1000, 500, 3), dtype=np.uint8), 392).note
    'every 3rd pixel drawn'
    """
    side = max(tiles.shape[1:3])
    step = -(-side // room)
    if step > 1:
        return Fitted(tiles[:, ::step, ::step], f"every {ordinal(step)} pixel drawn")
    return Fitted(enlarge(tiles, room // side))


def fit_maps(maps: NDArray[Any], scale: Scale, room: int) -> Fitted:
    """The same of values: only those that are drawn are coloured.

    Args:
        maps: (count, height, width).
        scale: Their colours.
        room: Pixels for the longer side, at least 1.

    >>> from convcli.views.palette import PIXELS
    >>> fit_maps(np.zeros((1, 1000, 500)), PIXELS, 392).tiles.shape
    (1, 334, 167, 3)
    """
    step = -(-max(maps.shape[1:]) // room)
    fitted = fit(colours(maps[:, ::step, ::step], scale), room)
    return Fitted(fitted.tiles, f"every {ordinal(step)} pixel drawn" if step > 1 else "")


def columns_of(channels: int, usual: int) -> int:
    """About as many columns as usual, so that every filter begins in a row of its own.

    Filters that do not fill a row stand side by side in it. Where their rows would be short, they
    are not kept apart.

    Args:
        channels: Tiles of a filter.
        usual: Columns, at least 1.

    >>> columns_of(channels=64, usual=20), columns_of(channels=3, usual=20)
    (16, 18)
    """
    if usual >= channels:
        return usual // channels * channels
    divisor = next(columns for columns in range(usual, 0, -1) if channels % columns == 0)
    return divisor if 3 * divisor > usual else usual


def arrange(
    tiles: Colours,
    columns: int,
    gap: int,
    *,
    gap_above: int | None = None,
    background: tuple[int, int, int] = GAP,
) -> Colours:
    """One picture of many tiles, row by row, with a gap around each.

    The gaps and the places that stay empty in the last row have the colour of the background.

    Args:
        tiles: (count, height, width, 3).
        columns: Tiles side by side, at least 1.
        gap: Pixels between two tiles and around them all.
        gap_above: Pixels above each tile where they differ, for example to write there.
        background: Red, green, blue.

    >>> arrange(np.zeros((3, 5, 5, 3), dtype=np.uint8), columns=2, gap=1).shape
    (13, 13, 3)
    """
    return arrange_each(
        tiles, tiles.shape[:3], columns, gap, gap_above=gap_above, background=background
    )


def arrange_each(
    tiles: Iterable[Colours],
    shape: tuple[int, ...],
    columns: int,
    gap: int,
    *,
    gap_above: int | None = None,
    background: tuple[int, int, int] = GAP,
) -> Colours:
    """As :func:`arrange`, of tiles that are made one after the other.

    Args:
        tiles: Each (height, width, 3).
        shape: How many they are, their height and their width.
        columns: Tiles side by side, at least 1.
        gap: Pixels between two tiles and around them all.
        gap_above: Pixels above each tile where they differ.
        background: Red, green, blue.
    """
    count, height, width = shape
    above = gap if gap_above is None else gap_above
    down, across = above + height, gap + width
    rows = -(-count // columns)
    picture = np.empty((rows * down + gap, columns * across + gap, 3), np.uint8)
    picture[:] = background
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        top, left = row * down + above, column * across + gap
        picture[top : top + height, left : left + width] = tile
    return picture


def framed(
    pixels: Colours, before: int = 1, after: int = 1, colour: tuple[int, int, int] = GAP
) -> Colours:
    """Pictures with lines of a colour around them.

    Args:
        pixels: (..., height, width, 3).
        before: Lines above and to the left.
        after: Lines below and to the right.
        colour: Red, green, blue.
    """
    *others, height, width, _ = pixels.shape
    around = np.empty((*others, height + before + after, width + before + after, 3), np.uint8)
    around[:] = colour
    around[..., before : before + height, before : before + width, :] = pixels
    return around


def ordinal(number: int) -> str:
    """A number that counts a place.

    >>> [ordinal(number) for number in (2, 3, 11, 21)]
    ['2nd', '3rd', '11th', '21st']
    """
    last_two_digits = number % 100
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if last_two_digits in (11, 12, 13) else ending}"
