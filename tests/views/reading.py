"""What a sheet shows, read back from its artists and from its PNG."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.image import FigureImage
from numpy.typing import NDArray
from PIL import Image

from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True)
class Placed:
    """A picture with its frame, where it stands in the sheet."""

    left: int
    top: int
    pixels: NDArray[Any]

    @property
    def inside(self) -> NDArray[Any]:
        """Without its frame of one pixel."""
        return self.pixels[1:-1, 1:-1]


def texts(sheet: Sheet) -> list[str]:
    """Every text, in the order of drawing."""
    return [text.get_text() for text in sheet.figure.texts]


def placed(sheet: Sheet) -> list[Placed]:
    """Every picture, in the order of drawing."""
    found = []
    for artist in sheet.figure.images:
        assert isinstance(artist, FigureImage)
        pixels = np.asarray(artist.get_array())
        found.append(
            Placed(int(artist.ox), sheet.height - int(artist.oy) - pixels.shape[0], pixels)
        )
    return found


def drawn(sheet: Sheet) -> NDArray[Any]:
    """The pixels of the finished PNG."""
    return np.asarray(Image.open(io.BytesIO(png(sheet))))


def png(sheet: Sheet) -> bytes:
    """The finished file."""
    file = io.BytesIO()
    sheet.save(file)
    return file.getvalue()


def blocks(values: NDArray[Any], down: int, across: int | None = None) -> NDArray[Any]:
    """Colours (height, width, 3) as blocks, by the Kronecker product."""
    block = np.ones((down, across or down), np.uint8)
    return np.stack([np.kron(values[..., channel], block) for channel in range(3)], axis=-1)


def assert_nothing_leaves_the_sheet(sheet: Sheet) -> None:
    """Every picture lies inside, no two overlap, and no text ends outside."""
    covered = np.zeros((sheet.height, sheet.width), int)
    for picture in placed(sheet):
        height, width = picture.pixels.shape[:2]
        assert 0 <= picture.left < picture.left + width <= sheet.width
        assert 0 <= picture.top < picture.top + height <= sheet.height
        covered[picture.top : picture.top + height, picture.left : picture.left + width] += 1
    assert covered.max() <= 1
    for text in sheet.figure.texts:
        box = text.get_window_extent()
        assert 0 <= box.x0 <= box.x1 <= sheet.width, text
        assert 0 <= box.y0 <= box.y1 <= sheet.height, text


def assert_no_text_on_another(sheet: Sheet) -> None:
    """No two texts overlap."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in sheet.figure.texts]
    for number, (one, box) in enumerate(boxes):
        for other, second in boxes[number + 1 :]:
            apart = box.x1 <= second.x0 or second.x1 <= box.x0
            assert apart or box.y1 <= second.y0 or second.y1 <= box.y0, (one, other)
