"""The kinds of files that a film becomes."""

from collections.abc import Callable
from typing import BinaryIO

from convcli.views.animation.files import write_gif, write_webp
from convcli.views.animation.film import Film
from convcli.views.animation.player import write_html

WRITERS: dict[str, Callable[[BinaryIO, Film], int]] = {
    "gif": write_gif,
    "webp": write_webp,
    "html": write_html,
}
"""Each writes a film to an open file, and says how many shades of a scale became one colour."""
