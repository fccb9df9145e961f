"""Plain PNG pictures: coloured tiles and nothing else, for whoever wants the pixels.

Nothing is written into the picture and matplotlib is not imported, so these cost a few
milliseconds. What a picture shows is told by the title in its metadata.
"""

from typing import BinaryIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from convcli.views.mosaic import arrange, enlarge
from convcli.views.palette import Colours

# Small maps are enlarged to about this many pixels; larger ones keep their size.
VISIBLE_SIDE = 560
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
        sheet = tiles[0]
    else:
        columns = next(n for n in range(1, len(tiles) + 1) if n * n >= len(tiles))
        sheet = arrange(tiles, columns, TILE_GAP)
    write(file, enlarge(sheet, max(1, VISIBLE_SIDE // max(sheet.shape[:2]))), title)
