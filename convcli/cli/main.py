"""The group of commands, ``--version``, and the one place where an error becomes text."""

import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from convcli import __version__, interrupts
from convcli.cli import console, exits
from convcli.cli.surroundings import leave_settings_unread
from convcli.errors import ConvcliError, UsageError
from convcli.text import printable

# Each command's module is imported when it is called, so that the help stays quick; a test holds
# these lines equal to the first line of each command's own help.
COMMANDS = {
    "forward": "Push one image through convolution and pooling and show every stage.",
    "explain": "Explain one number: every term that made it, and where each comes from.",
    "explore": "Write one page in which every number of the network can be followed.",
    "animate": "Watch a filter slide, a pooling pick its winners, and the im2col matrix fill.",
    "compare-im2col": "Set the im2col algorithms side by side: result, memory and time.",
    "show-filters": "Draw the trained filters beside freshly initialised ones.",
    "predict": "Say what the network reads on one image, and how probable every class is.",
    "saliency": "Show which pixels count for what the network reads.",
    "activation": "Show what excites the filters of a convolution.",
    "evaluate": "Say how well a network reads MNIST, and show what it reads wrong.",
    "summary": "Say what each layer of a network gives out, holds, computes and sees.",
    "geometry": "Say what windows make of the size of an image, and what would fit.",
    "params": "Look into parameter files and convert them.",
    "data": "Find, download and look at MNIST.",
    "train": "Train a network on MNIST and save its parameters.",
    "gradcheck": "Check the backward pass of every layer against central differences, in float64.",
    "bench": "Race the engine against PyTorch and ONNX Runtime on this machine.",
}

# What click's scripts for a shell's completion set.
COMPLETION = "_CONVCLI_COMPLETE"


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports a command only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table, the main job first."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that is called."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"convcli.cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="convcli")
def cli() -> None:
    """See inside a convolutional network from the terminal.

    Load trained parameters, push one MNIST digit through convolution and pooling, look at every
    stage, and find out what im2col really does.

    Exit codes: 0 done, 1 a failure (a file that is missing, damaged or cannot be written, or a
    comparison that does not hold), 2 invalid usage, 130 interrupted, 141 the reader of the
    output is gone.

    \b
    Examples:
      convcli forward --index 5
      convcli compare-im2col
      convcli show-filters
    """


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every expected error becomes one line."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except click.ClickException as error:
        _explain_usage(error)
        return error.exit_code
    except ConvcliError as error:
        console.fail(error.message, error.hint)
        return exits.code_of(error)
    except KeyboardInterrupt:
        # In the program itself Ctrl-C raises none, see convcli.interrupts.
        if sys.stderr.isatty():
            # The terminal has written ^C on the line.
            click.echo(err=True)
        console.fail(interrupts.UNCHANGED, "")
        return exits.INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return exits.CLOSED_PIPE
    except OSError as error:
        console.fail(f"standard output cannot be written: {error.strerror or error}", "")
        _abandon_stdout()
        return exits.FAILURE
    except MemoryError:
        console.fail("not enough memory for this", "try fewer images, filters or a smaller picture")
        return exits.FAILURE
    return code if isinstance(code, int) else 0


def _run(arguments: Sequence[str]) -> object:
    if instruction := os.environ.get(COMPLETION):
        return _complete(instruction)
    # Not by way of cli.main: it answers Ctrl-C with an empty line, and a closed pipe with code 1.
    try:
        with cli.make_context("convcli", list(arguments)) as context:
            return cli.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code


def _complete(instruction: str) -> int:
    """Answer a shell that asks for its completion script, or for what completes a command line."""
    from click.shell_completion import shell_complete

    try:
        code: int = shell_complete(cli, {}, "convcli", COMPLETION, instruction)
    except (KeyError, ValueError):
        code = exits.FAILURE
    if code:
        raise UsageError(
            f"{COMPLETION}={printable(instruction)} cannot be answered",
            "write bash_source, zsh_source or fish_source; its script sets everything else",
        )
    return code


def _explain_usage(error: click.ClickException) -> None:
    message, context = error.format_message(), getattr(error, "ctx", None)
    if "\n" in message:
        # A group without a command answers with its whole help.
        error.show()
    else:
        console.fail(message, f"see '{context.command_path} --help'" if context else "")


def _abandon_stdout() -> None:
    # Python flushes stdout once more at exit; without this that flush would fail again, aloud.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _make_streams_safe() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # It was closed by whoever started this; a file opened later must not take its place.
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What an encoding lacks is shown as its escape, as Python does on stderr by itself.
        sys.stdout.reconfigure(errors="backslashreplace")


def _show_cursor() -> None:
    # A progress bar hides it.
    if os.isatty(2) and os.environ.get("TERM") not in ("dumb", "unknown"):
        os.write(2, b"\x1b[?25h")


def run() -> None:
    """Entry point of the console script."""
    _make_streams_safe()
    leave_settings_unread()
    with interrupts.Undone(_show_cursor):
        code = execute(sys.argv[1:])
    sys.exit(code)
