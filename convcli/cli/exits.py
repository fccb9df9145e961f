"""Exit codes, and which error ends a command with which of them."""

from convcli.errors import ConvcliError, UsageError

FAILURE = 1
USAGE = 2
INTERRUPTED = 130
CLOSED_PIPE = 141


class InterruptionError(ConvcliError):
    """Ctrl-C came, and the command says what has become of its work."""


def code_of(error: ConvcliError) -> int:
    """What the program ends with after this error.

    >>> code_of(InterruptionError("interrupted", "nothing was written"))
    130
    """
    if isinstance(error, InterruptionError):
        return INTERRUPTED
    return USAGE if isinstance(error, UsageError) else FAILURE
