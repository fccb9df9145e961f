"""What an animation will take, told from its frames before any is drawn."""

from convcli.inspection.cost import Cost

# Seconds for each, on two cores.
_PIXEL = {"gif": 1.1e-8, "webp": 2.9e-8, "html": 1.1e-8}  # Drawn, compared and packed.
_TERM = 4e-6  # Of the sum that a frame writes out.
_CANVASES = 14  # Frames that are there at the same time, in four bytes a pixel, and a colour table.
_TABLE = 2**24
_TERM_BYTES = 600  # A term, with all that is said of it.
_KEPT = {"gif": 0, "webp": 0, "html": 200_000}  # Bytes of a frame until all are packed.

USUAL_PIXELS = 900 * 750
"""Of a frame, about: what an animation takes can be told before its first frame is laid out."""


def of_film(frames: int, pixels: int, terms: int, kind: str) -> Cost:
    """An animation and its contact sheet.

    Args:
        frames: How many.
        pixels: Of a frame.
        terms: Values under the window, in all channels.
        kind: ``gif``, ``webp`` or ``html``.

    >>> of_film(frames=576, pixels=675_000, terms=25, kind="gif").seconds < 9
    True
    """
    return Cost(
        4 * _CANVASES * pixels + _TABLE + frames * _KEPT[kind] + terms * _TERM_BYTES,
        frames * (pixels * _PIXEL[kind] + terms * _TERM),
    )
