"""Plain PNG pictures: coloured tiles and nothing else, for whoever wants the pixels.

Nothing is written into the picture and matplotlib is not imported, so these cost a few
milliseconds. What a picture shows is told by the title in its metadata.
"""

from math import isqrt
from typing import Any, BinaryIO

from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from convcli.views.hatching import hatch
from convcli.views.mosaic import arrange_each, enlarge
from convcli.views.palette import Colours, Scale, colours

# Small pictures are enlarged to about this many pixels; larger ones keep their size.
TILE_SIDE = 560
SHEET_SIDE = 1120
TILE_GAP = 1

# Levels of zlib. Thoroughly, 16 million pixels take four seconds and become hardly smaller.
THOROUGH, QUICK = 6, 1
QUICKLY_PACKED = 2_000_000


def write(file: BinaryIO, pixels: Colours, title: str) -> None:
    """Write pixels as a PNG file.

    Args:
        file: Open for writing.
        pixels: uint8, (height, width, 3).
        title: For the metadata (the PNG keyword ``Title``); printable.
    """
    information = PngInfo()
    information.add_text("Title", title)
    large = pixels.shape[0] * pixels.shape[1] > QUICKLY_PACKED
    level = QUICK if large else THOROUGH
    Image.fromarray(pixels).save(file, format="PNG", pnginfo=information, compress_level=level)


def write_maps(file: BinaryIO, maps: NDArray[Any], scale: Scale, title: str) -> None:
    """Write one map, or a sheet of several, each value as a block of a whole number of pixels.

    A sheet has about as many columns as rows, a gap of one value of the maps between them, and
    reads row by row.

    Args:
        file: Open for writing.
        maps: (count, height, width), at least one.
        scale: The colours of the values.
        title: For the metadata; printable.
    """
    if len(maps) == 1:
        sheet, side = colours(maps[0], scale), TILE_SIDE
    else:
        columns = isqrt(len(maps) - 1) + 1
        tiles = (colours(values, scale) for values in maps)
        sheet, side = arrange_each(tiles, maps.shape, columns, TILE_GAP), SHEET_SIDE
    factor = side // max(sheet.shape[:2])
    pixels = enlarge(sheet, factor) if factor > 1 else sheet
    hatch(pixels)
    write(file, pixels, title)
