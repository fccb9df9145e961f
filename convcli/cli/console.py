"""What a command says: results on stdout, messages on stderr, nothing from outside raw.

rich is imported only when something has to be laid out, so that help and errors stay quick.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, TypeVar

import click

from convcli.text import escaped, printable, wrapped

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Item = TypeVar("Item")

LINE_LIMIT = 200
# A pipe has no width: every row of a table is one line there, however long.
PIPE_WIDTH = 100_000


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
    """One line of the result on stdout, without markup; a path in it may hold anything.

    In a terminal that is too narrow for it, it is broken between words.
    """
    line = escaped(line)
    if sys.stdout.isatty():
        from rich.cells import cell_len

        line = "\n".join(wrapped(line, get_terminal_size().columns, measure=cell_len))
    click.echo(line)


def rule(width: int) -> str:
    """A line under headings, of a letter that stdout has."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return ("─" if encoding.lower().startswith("utf") else "-") * width


def print_file(path: Path) -> None:
    """Say where a result was written, on one line: never broken, so that it can be copied.

    A path of spaces would be hard to copy out of two lines; the terminal itself breaks what it has
    no room for.
    """
    click.echo(escaped(f"wrote {path}"))


def show(renderable: "RenderableType") -> None:
    """Lay out a table or a picture on stdout."""
    console = _stdout()
    with console.capture() as laid_out:
        # Renderables of ours fit by themselves, and what does not fit must not be cut.
        console.print(renderable, crop=False)
    # Not written by rich, which leaves the program with exit code 1 when the reader is gone.
    click.echo(laid_out.get(), nl=False)


def draws_pictures() -> bool:
    """Whether stdout is a terminal, and nobody asked for no colours.

    One that has no colours of its own shows pictures in letters.
    """
    console = _stdout()
    return console.is_terminal and not console.no_color


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


@contextmanager
def progress(description: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr; what it gives is called with how much is done. A pipe gets no bar.

    Args:
        description: What is being done.
        total: How much there is to do.
    """
    from rich.progress import Progress

    console = stderr()
    bar = Progress(
        console=console, transient=True, redirect_stdout=False, disable=not console.is_terminal
    )
    with bar:
        task = bar.add_task(description, total=total)
        yield lambda done: bar.update(task, completed=done)


def stderr() -> "Console":
    """The console that progress bars draw on."""
    from rich.console import Console

    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def can_move() -> bool:
    """Whether stdout is a terminal in which a picture can be drawn over another."""
    console = _stdout()
    return console.is_terminal and not console.is_dumb_terminal


def play(frames: "Iterable[tuple[RenderableType, float]]") -> bool:
    """Show one thing after the other at the same place, until all are shown or a key is pressed.

    Args:
        frames: Each with the seconds for which it stays.

    Returns:
        Whether a key was pressed.
    """
    import time

    from rich.live import Live

    from convcli.cli.keys import watched_keys

    with watched_keys() as wait, Live(console=_stdout(), auto_refresh=False) as live:
        end = time.monotonic()
        for frame, seconds in frames:
            live.update(frame, refresh=True)
            # What drawing takes is taken off, so that the whole takes as long as it is said to.
            end = max(end + seconds, time.monotonic())
            if wait(max(0.0, end - time.monotonic())):
                return True
    return False
