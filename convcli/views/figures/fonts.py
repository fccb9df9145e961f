"""The font of the figures: how wide its letters are, and which characters it lacks."""

from functools import lru_cache

from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font

from convcli.views.figures.rendering import DOTS_PER_INCH, own_settings

FONT = "DejaVu Sans"  # Comes with matplotlib, so a figure looks alike on every machine.
MISSING_GLYPH = "□"


def drawable(text: str, bold: bool = False) -> str:
    """The text with a box for every character that the font has not; a file's name may hold any."""
    font = _font(bold)
    return "".join(
        character if font.get_char_index(ord(character)) else MISSING_GLYPH for character in text
    )


@lru_cache(maxsize=1024)
def advance(character: str, bold: bool) -> float:
    """How far a character moves the pen, for a text of size 1."""
    font = _font(bold)
    font.set_size(1000, DOTS_PER_INCH)
    # In 65536ths of a pixel, without rounding to whole pixels.
    return font.load_char(ord(character)).linearHoriAdvance / 65536 / 1000


@lru_cache(maxsize=2)
def _font(bold: bool) -> FT2Font:
    weight = "bold" if bold else "normal"
    with own_settings():
        return get_font(fontManager.findfont(FontProperties(family=FONT, weight=weight)))
