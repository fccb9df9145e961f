"""What can go wrong, said once by whoever knows the cause.

An error carries a message (what is wrong, and where) and a hint (what to do next). It knows nothing
of the terminal: :mod:`convcli.cli.main` turns it into one line and an exit code.
"""


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


class PictureError(ConvcliError):
    """A picture that shows nothing that could be read."""


class ParameterError(ConvcliError):
    """Parameters that are no such network: a key is missing, or a shape does not fit."""


class OutputError(ConvcliError):
    """A result that could not be written."""
