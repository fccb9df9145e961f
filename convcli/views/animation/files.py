"""An animation as a file: GIF or WebP, both encoded by Pillow, one frame in memory at a time.

WebP keeps every colour. A GIF has 256 at most, for all its frames together: where a film has more,
every second shade of the scales is left out, or more, and each colour becomes the nearest that is
left. Texts, lines and signs keep theirs.
"""

from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from convcli.views.animation.canvas import Canvas, packed, unpacked
from convcli.views.animation.film import Film
from convcli.views.palette import BYTES, Scale

MOST_COLOURS = 255  # One more says "as before".
EVERY_COLOUR = 2**24
# A diverging scale of any ends, for its shades.
SIGNED = Scale(1.0, diverging=True)
KEEP = 1  # What a GIF does with a frame when the next one comes.


def write_gif(file: BinaryIO, film: Film) -> int:
    """Write a film as a GIF that begins again when it has ended.

    Each frame holds the rectangle that changes, and in it the pixels that do.

    Returns:
        How many shades of the scales became one: 1 where every colour is exact.
    """
    used = film.scene.colours()
    merged, drawn = few_colours(used)
    palette = np.unique(drawn)
    places = np.zeros(EVERY_COLOUR, np.uint8)
    places[used] = np.searchsorted(palette, drawn)
    # With an entry for what is unchanged.
    colours = unpacked(np.append(palette, palette[:1])).tobytes()
    before = None
    for canvas, delay in zip(film.frames(), film.delays, strict=True):
        shown = places[canvas]
        if before is None:
            image = _with_palette(shown, colours)
            header, _ = GifImagePlugin.getheader(image, info={"loop": 0})
            file.writelines(header)
            file.writelines(GifImagePlugin.getdata(image, duration=10 * delay, disposal=KEEP))
        else:
            changed, corner = _changed(before, shown, unchanged=len(palette))
            data = GifImagePlugin.getdata(
                _with_palette(changed, colours), corner, duration=10 * delay, disposal=KEEP,
                transparency=len(palette),
            )  # fmt: skip
            file.writelines(data)
        before = shown
    file.write(b";")
    return merged


def write_webp(file: BinaryIO, film: Film) -> int:
    """Write a film as a WebP with every colour exact; it begins again when it has ended."""
    durations = [10 * delay for delay in film.delays]
    _Frames(film).save(
        file, "WEBP", save_all=True, duration=durations, loop=0, lossless=True, quality=50,
        method=4, kmin=0, kmax=0,
    )  # fmt: skip
    return 1


class _Frames(Image.Image):
    """The frames as Pillow takes those of a file, each drawn when it comes to it."""

    def __init__(self, film: Film) -> None:
        super().__init__()
        self.n_frames, self._place = len(film.schedule), -1
        self._film, self._drawn = film, film.frames()
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Go on to the next frame, or stay."""
        if frame > self._place:
            self._place = frame
            image = Image.fromarray(unpacked(next(self._drawn)))
            self.im, self._mode, self._size = image.im, image.mode, image.size

    def tell(self) -> int:
        """Which frame it is."""
        return self._place


def few_colours(used: Canvas) -> tuple[int, Canvas]:
    """A colour for each colour, so that few enough are left, and how many shades became one.

    >>> from convcli.views.animation.canvas import packed
    >>> merged, drawn = few_colours(packed(BYTES.gradient))
    >>> merged, len(np.unique(drawn)) <= MOST_COLOURS
    (2, True)
    """
    merged = 1
    while True:
        drawn = used.copy()
        for scale in (BYTES, SIGNED):
            shades = packed(scale.gradient)
            middle = len(shades) // 2 if scale.diverging else 0
            nearest = np.rint((np.arange(len(shades)) - middle) / merged).astype(np.intp)
            fewer = shades[(nearest * merged + middle).clip(0, len(shades) - 1)]
            order = np.argsort(shades)
            found = order[np.searchsorted(shades, used, sorter=order).clip(max=len(shades) - 1)]
            drawn = np.where(shades[found] == used, fewer[found], drawn)
        if len(np.unique(drawn)) <= MOST_COLOURS:
            return merged, drawn
        merged *= 2


def _with_palette(places: NDArray[np.uint8], colours: bytes) -> Image.Image:
    image = Image.fromarray(places)
    image.putpalette(colours)
    return image


def _changed(
    before: NDArray[np.uint8], after: NDArray[np.uint8], unchanged: int
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """The rectangle in which two frames differ, what is the same in it marked; and its corner."""
    differs = before != after
    rows, columns = (np.flatnonzero(differs.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        rows = columns = np.zeros(1, np.intp)
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    marked: NDArray[np.uint8] = np.where(differs[part], after[part], np.uint8(unchanged))
    return marked, (int(columns[0]), int(rows[0]))
