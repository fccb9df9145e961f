"""What a command may take, and the one place where it refuses to begin what would take more."""

from collections.abc import Mapping

from convcli.cli import options
from convcli.errors import ConvcliError, UsageError
from convcli.inspection.cost import PROGRAM_BYTES, PROGRAM_SECONDS, Cost

MEBIBYTE = 2**20
MOST_MEMORY = 600 * MEBIBYTE
"""Of the whole process, Python included."""

MOST_SECONDS = 10


def fits(cost: Cost) -> bool:
    """Whether a command may do work of this cost."""
    return not _excess(cost)


def require_affordable(work: str, cost: Cost, advice: Mapping[str, str], otherwise: str) -> None:
    """Refuse work that would take more than a command may.

    Args:
        work: What it is, with the shapes that make it large.
        cost: Of it.
        advice: Option -> what to do where the user wrote that option. Of several the first counts.
        otherwise: What to do where the user wrote none of them.

    Raises:
        UsageError: It is too much, and one of the options made it so.
        ConvcliError: It is too much, whatever the options.
    """
    excess = _excess(cost)
    if not excess:
        return
    message = f"{work} would take about {excess}"
    for option, hint in advice.items():
        if options.was_given(option):
            raise UsageError(message, hint)
    raise ConvcliError(message, otherwise)


def _excess(cost: Cost) -> str:
    memory, seconds = cost.memory + PROGRAM_BYTES, cost.seconds + PROGRAM_SECONDS
    if memory > MOST_MEMORY:
        most = MOST_MEMORY // MEBIBYTE
        return f"{memory // MEBIBYTE:,} MiB of memory, and {most} MiB are the most"
    if seconds > MOST_SECONDS:
        return f"{seconds:,.0f} seconds, and {MOST_SECONDS} are the most"
    return ""
