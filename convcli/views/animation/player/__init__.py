"""An animation as one page that plays it: nothing is loaded, and every frame can be stepped to."""

from collections.abc import Iterator
from importlib.resources import files
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from convcli.views.animation.canvas import PAPER_PIXEL, Canvas, unpacked
from convcli.views.animation.film import Film
from convcli.views.page.document import rendered, script_of
from convcli.views.page.packing import packed

_FOLDER = files("convcli.views.animation.player")
Numbers = NDArray[np.int64]


def write_html(file: BinaryIO, film: Film) -> int:
    """Write a film as a page with buttons, a slider and keys; every colour is exact.

    A frame is kept as what has changed since the one before: runs of one colour each.
    """
    palette = film.scene.colours()
    frames = list(_runs(film, palette))
    gaps, lengths, colours = (np.concatenate(parts) for parts in zip(*frames, strict=True))
    width, height = film.size
    data = {
        "width": width,
        "height": height,
        "delays": list(film.delays),
        "words": [". ".join(film.scene.words(moment)) for moment in film.schedule],
        "palette": packed(unpacked(palette)),
        "counts": [len(frame[0]) for frame in frames],
        "gaps": packed(short_numbers(gaps)),
        "lengths": packed(short_numbers(lengths)),
        "colours": packed(short_numbers(colours)),
    }
    text = rendered(
        _FOLDER,
        "player.html.j2",
        styles=[(_FOLDER / "player.css").read_text(encoding="utf-8")],
        scripts=[script_of("decode"), (_FOLDER / "player.js").read_text(encoding="utf-8")],
        data=data,
        title=film.scene.title,
        width=width,
        height=height,
        frames=len(frames),
    )
    file.write(text.encode("utf-8"))
    return 1


def short_numbers(numbers: Numbers) -> NDArray[np.uint8]:
    """Whole numbers below 2**21 in as few bytes as each needs.

    Seven bits a byte, the lowest first; the highest bit says that another byte follows (LEB128, as
    in DWARF 5, 7.6).

    >>> short_numbers(np.array([5, 300])).tolist()
    [5, 172, 2]
    """
    sizes = 1 + (numbers >= 2**7) + (numbers >= 2**14)
    ends = np.cumsum(sizes)
    bytes_out = np.empty(ends[-1] if len(ends) else 0, np.uint8)
    for place in range(3):
        has_it = sizes > place
        more = np.where(sizes[has_it] > place + 1, 2**7, 0)
        at = ends[has_it] - sizes[has_it] + place
        bytes_out[at] = numbers[has_it] >> 7 * place & 2**7 - 1 | more
    return bytes_out


def _runs(film: Film, palette: Canvas) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """For each frame the runs of what has changed: pixels before it, its pixels, its colour."""
    before = np.full(film.size[0] * film.size[1], PAPER_PIXEL, np.uint32)
    for canvas in film.frames():
        after = canvas.ravel()
        changed = np.flatnonzero(after != before)
        colours = after[changed]
        begins = np.flatnonzero(
            np.concatenate([[True], (np.diff(changed) > 1) | (colours[1:] != colours[:-1])])
        )[: len(changed)]
        lengths = np.diff(np.append(begins, len(changed)))
        starts = changed[begins]
        gaps = starts - np.concatenate([[0], (starts + lengths)[:-1]])[: len(starts)]
        yield gaps, lengths, np.searchsorted(palette, colours[begins])
        before = after
