"""How pictures are written, the same for every command: ``--format``, ``--theme``, ``--wide``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

FORMATS = ("png", "svg", "pdf")
THEMES = ("colour", "grey", "print")
OPTIONS = ("format", "theme", "wide")
_KEY = __name__


@dataclass(frozen=True)
class FigureStyle:
    """How pictures are written.

    Attributes:
        file_format: Of figures; pictures of bare pixels are PNG files in any case.
        theme: The name of the colours.
        wide: Whether figures lie on pages of 16:9.
    """

    file_format: str = FORMATS[0]
    theme: str = THEMES[0]
    wide: bool = False


def chosen_style() -> FigureStyle:
    """What the user of the command that runs has chosen."""
    context = click.get_current_context(silent=True)
    chosen = context.meta.get(_KEY, {}) if context else {}
    return FigureStyle(**chosen)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Keep a value with the command that runs: the folder of its pictures asks for it."""

    def keep(context: click.Context, _: click.Parameter, value: Any) -> None:
        context.meta.setdefault(_KEY, {})[name] = value

    return keep


style_options = (
    click.option(
        "--format",
        type=click.Choice(FORMATS),
        default=FORMATS[0],
        show_default=True,
        expose_value=False,
        callback=_keep("file_format"),
        help="Of figures; a picture of nothing but pixels is PNG in any case.",
    ),
    click.option(
        "--theme",
        type=click.Choice(THEMES),
        default=THEMES[0],
        show_default=True,
        expose_value=False,
        callback=_keep("theme"),
        help="Colours of picture files: grey as in the book, or print, in which the sign of a "
        "value is seen in black and white.",
    ),
    click.option(
        "--wide",
        is_flag=True,
        expose_value=False,
        callback=_keep("wide"),
        help="Put each figure on a page of 16:9, for a slide.",
    ),
)
