"""Texts of figures: their sizes, how wide they are, which characters the font lacks, and lines."""

from collections.abc import Iterable
from functools import lru_cache

from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font

from convcli.views.figures.rendering import DOTS_PER_INCH, own_settings

FONT = "DejaVu Sans"  # Comes with matplotlib, so a figure looks alike on every machine.
MISSING_GLYPH = "□"

TITLE = 30
HEADING = 24
BODY = 19
SMALL = 16
LINE_HEIGHT = 1.4


def line_height(size: int) -> int:
    """Pixels from one line of a text of that size to the next."""
    return round(size * LINE_HEIGHT)


def text_width(text: str, size: int, bold: bool = False) -> float:
    """Pixels that one line takes; a kerned pair of letters takes a little less."""
    return size * sum(_advance(character, bold) for character in drawable(text, bold))


def wrapped(text: str, size: int, room: float, bold: bool = False) -> list[str]:
    """A text in lines that fit the room; broken between words, and inside a word only if it must.

    >>> wrapped("one two three", size=20, room=90)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines += _broken(word, size, room, bold)
    return lines


def joined(clauses: Iterable[str], size: int, room: float) -> list[str]:
    """Clauses with dots between them, in lines that fit the room; empty ones are left out.

    >>> joined(["(1, 1, 5, 5)", "", "one filter"], size=20, room=140)
    ['(1, 1, 5, 5)', 'one filter']
    """
    lines: list[str] = []
    for clause in filter(None, clauses):
        longer = f"{lines[-1]} · {clause}" if lines else clause
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines += wrapped(clause, size, room)
    return lines


def _broken(word: str, size: int, room: float, bold: bool) -> list[str]:
    parts = [""]
    for character in word:
        if parts[-1] and text_width(parts[-1] + character, size, bold) > room:
            parts.append("")
        parts[-1] += character
    return parts


def drawable(text: str, bold: bool = False) -> str:
    """The text with a box for every character that the font has not; a file's name may hold any."""
    font = _font(bold)
    return "".join(
        character if font.get_char_index(ord(character)) else MISSING_GLYPH for character in text
    )


@lru_cache(maxsize=1024)
def _advance(character: str, bold: bool) -> float:
    font = _font(bold)
    font.set_size(1000, DOTS_PER_INCH)
    # In 65536ths of a pixel, without rounding to whole pixels.
    return font.load_char(ord(character)).linearHoriAdvance / 65536 / 1000


@lru_cache(maxsize=2)
def _font(bold: bool) -> FT2Font:
    weight = "bold" if bold else "normal"
    with own_settings():
        return get_font(fontManager.findfont(FontProperties(family=FONT, weight=weight)))
