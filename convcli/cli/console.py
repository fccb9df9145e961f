"""What a command says: results on stdout, messages on stderr, nothing from outside raw.

rich is imported only when something has to be laid out, so that help and errors stay quick.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from convcli.text import escaped, printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Item = TypeVar("Item")

LINE_LIMIT = 200
# A pipe has no width. Tables are laid out as wide as they need there, so that no cell is cut.
PIPE_WIDTH = 240


def fail(message: str, hint: str) -> None:
    """One line on stderr: what is wrong, and what to do next."""
    message = message.rstrip(".")
    line = f"Error: {message}; {hint}" if hint else f"Error: {message}"
    click.echo(printable(line.replace("\n", " "), LINE_LIMIT), err=True)


def notice(message: str) -> None:
    """One line on stderr that is no error."""
    click.echo(printable(message, LINE_LIMIT), err=True)


def print_json(result: dict[str, Any]) -> None:
    """The result for programs: one JSON object on stdout; not-finite numbers are refused.

    All of it is ASCII, so a path with control characters or undecodable bytes in it harms nobody.
    """
    # Most runs print tables.
    import json

    click.echo(json.dumps(result, indent=2, ensure_ascii=True, allow_nan=False))


def print_text(line: str = "") -> None:
    """One line of the result on stdout, without markup; a path in it may hold anything."""
    click.echo(escaped(line))


def print_files(files: Iterable[Path]) -> None:
    """Say where the results were written, one line a file."""
    for file in files:
        print_text(f"wrote {file}")


def show(renderable: "RenderableType") -> None:
    """Lay out a table or a picture on stdout."""
    console = _stdout()
    with console.capture() as laid_out:
        console.print(renderable)
    # Not written by rich, which leaves the program with exit code 1 when the reader is gone.
    click.echo(laid_out.get(), nl=False)


def draws_pictures() -> bool:
    """Whether stdout is a terminal that may show pictures."""
    console = _stdout()
    return console.is_terminal and not console.no_color and not console.is_dumb_terminal


def width() -> int:
    """Columns of stdout."""
    return _stdout().width


def _stdout() -> "Console":
    from rich.console import Console

    return Console(
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
        width=None if sys.stdout.isatty() else PIPE_WIDTH,
    )


def track(items: Iterable[Item], description: str, total: int) -> Iterable[Item]:
    """The same items, with a progress bar on stderr while they are taken; a pipe gets no bar."""
    from rich.progress import track as rich_track

    console = stderr()
    return rich_track(
        items, description, total, console=console, transient=True, disable=not console.is_terminal
    )


def stderr() -> "Console":
    """The console that progress bars draw on."""
    from rich.console import Console

    return Console(stderr=True, markup=False, highlight=False, emoji=False)
