"""Exit codes, and which error ends a command with which of them."""

from convcli import interrupts
from convcli.errors import ConvcliError, UsageError

FAILURE = 1
USAGE = 2
INTERRUPTED = interrupts.EXIT_CODE
CLOSED_PIPE = 141


def code_of(error: ConvcliError) -> int:
    """What the program ends with after this error.

    >>> code_of(UsageError("no such filter", "there are 0 to 29"))
    2
    """
    return USAGE if isinstance(error, UsageError) else FAILURE
