"""What can go wrong, said once by whoever knows the cause.

An error carries a message (what is wrong, and where) and a hint (what to do next). It knows nothing
of the terminal: :mod:`convcli.cli.main` turns it into one line and an exit code.
"""

from pathlib import Path


class ConvcliError(Exception):
    """A failure that is explained to the user: exit code 1.

    Args:
        message: What is wrong and where, without a full stop.
        hint: What to do next, without a full stop; may be empty.

    >>> error = ConvcliError("train-images: not an IDX file", "run 'convcli data download'")
    >>> print(error)
    train-images: not an IDX file; run 'convcli data download'
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(ConvcliError):
    """What was asked for cannot be: an index, a filter or a combination of options. Exit code 2."""


class GeometryError(UsageError):
    """A window, stride or pad that does not fit the array it is applied to."""


class FileError(ConvcliError):
    """A file that is missing, unreadable, damaged, or not what its name promises."""


class ParameterError(ConvcliError):
    """Parameters that are no such network: a key is missing, or a shape does not fit."""


class OutputError(ConvcliError):
    """A result that could not be written."""


def printable(text: object, limit: int = 60) -> str:
    r"""Text from outside, made safe to show: one line, no control characters, ``limit`` at most.

    Whatever does not print is written as its escape; a long text keeps its beginning and its end.

    >>> printable("W1\x1b[31m\n")
    'W1\\x1b[31m\\n'
    >>> printable("a" * 50, limit=9)
    'aaaa…aaaa'
    """
    whole = text if isinstance(text, str) else str(text)
    half = (limit - 1) // 2
    # Cut before escaping as well, so that a text of a gigabyte costs no more than a short one.
    if len(whole) > limit:
        whole = whole[:limit] + "…" + whole[-limit:]
    shown = escaped(whole)
    if len(shown) > limit:
        return shown[:half] + "…" + shown[-half:]
    return shown


def escaped(text: str) -> str:
    r"""The whole text, whatever its length, with everything that does not print as its escape.

    >>> escaped("out\x9b2J/\udcff")
    'out\\x9b2J/\\udcff'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def file_name(path: Path | str) -> str:
    """The last part of a path, safe to show in a message of one line.

    >>> file_name("somewhere/params.pkl")
    'params.pkl'
    """
    return printable(Path(path).name or str(path))
