"""The command line that makes a page again, and its options for other commands."""

import shlex
from pathlib import Path

import click

from convcli.cli import options
from convcli.text import file_name, printable

# They say where something is, or what happens to the page.
_ELSEWHERE = ("data_dir", "out", "opens", "as_json")
# They say what the page begins with, and what it has.
_OF_THE_PAGE = ("layer", "no_draw")


def command_line() -> str:
    """The command that makes this page again, with files by their names alone."""
    return shlex.join(["convcli", "explore", *_given(_ELSEWHERE)])


def same_subject() -> str:
    """The options that name the same image and the same network, for other commands."""
    return shlex.join(_given((*_ELSEWHERE, *_OF_THE_PAGE)))


def _given(left_out: tuple[str, ...]) -> list[str]:
    """The options that the user wrote, but for some."""
    context = click.get_current_context()
    words = []
    for option in context.command.params:
        name = str(option.name)
        if name in left_out or not options.was_given(name):
            continue
        words.append(option.opts[0])
        value = context.params[name]
        if isinstance(value, tuple):
            words.append("x".join(map(str, value)))
        elif value is not True:
            words.append(file_name(value) if isinstance(value, Path) else printable(value, 500))
    return words
