"""Plain PNG pictures: coloured tiles and nothing else, for whoever wants the pixels.

Nothing is written into the picture and matplotlib is not imported, so these cost a few
milliseconds. What a picture shows is told by the title in its metadata.
"""

from math import isqrt
from typing import BinaryIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from convcli.views.mosaic import arrange, enlarge
from convcli.views.palette import Colours

# Small pictures are enlarged to about this many pixels; larger ones keep their size.
TILE_SIDE = 560
SHEET_SIDE = 1120
TILE_GAP = 1


def write(file: BinaryIO, pixels: Colours, title: str) -> None:
    """Write pixels as a PNG file.

    Args:
        file: Open for writing.
        pixels: uint8, (height, width, 3).
        title: For the metadata (the PNG keyword ``Title``); printable.
    """
    information = PngInfo()
    information.add_text("Title", title)
    Image.fromarray(pixels).save(file, format="PNG", pnginfo=information)


def write_tiles(file: BinaryIO, tiles: Colours, title: str) -> None:
    """Write one tile, or a sheet of several, each pixel as a block of a whole number of pixels.

    A sheet has about as many columns as rows, a gap of one pixel of the maps between them, and
    reads row by row.

    Args:
        file: Open for writing.
        tiles: uint8, (count, height, width, 3), at least one.
        title: For the metadata; printable.
    """
    if len(tiles) == 1:
        sheet, side = tiles[0], TILE_SIDE
    else:
        columns = isqrt(len(tiles) - 1) + 1
        sheet, side = arrange(tiles, columns, TILE_GAP), SHEET_SIDE
    write(file, enlarge(sheet, max(1, side // max(sheet.shape[:2]))), title)
