"""What to do next, where only a command knows it: errors from below know no options."""

from collections.abc import Iterator
from contextlib import contextmanager

from convcli.errors import ConvcliError


@contextmanager
def option_named(advice: str, option: str) -> Iterator[None]:
    """Say with which option an advice is followed.

    Args:
        advice: What the hint of an error ends in; all others pass as they are.
        option: As the user writes it.

    >>> from convcli.errors import ParameterError
    >>> with option_named("describe its layers", "--layers"):
    ...     raise ParameterError("no network that is known", "describe its layers")
    Traceback (most recent call last):
        ...
    convcli.errors.ParameterError: no network that is known; describe its layers with --layers
    """
    try:
        yield
    except ConvcliError as error:
        if not error.hint.endswith(advice):
            raise
        raise type(error)(error.message, f"{error.hint} with {option}") from error


@contextmanager
def advised(kind: type[ConvcliError], hint: str) -> Iterator[None]:
    """Give errors of one kind, and of those derived from it, the advice of the command.

    Args:
        kind: Which errors; all others pass as they are.
        hint: What to do next, without a full stop; it takes the place of the error's own.

    >>> from convcli.errors import OutputError
    >>> with advised(OutputError, "choose another place with --out"):
    ...     raise OutputError("cannot write a.png: disk full", "choose another place")
    Traceback (most recent call last):
        ...
    convcli.errors.OutputError: cannot write a.png: disk full; choose another place with --out
    """
    try:
        yield
    except kind as error:
        raise type(error)(error.message, hint) from error
