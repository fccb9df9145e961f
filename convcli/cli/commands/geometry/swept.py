"""What ``--sweep`` asks for."""

import re
from dataclasses import dataclass

from convcli.cli import options
from convcli.errors import UsageError
from convcli.inspection.sweep import LEAST, SIZE
from convcli.text import printable

MOST_ROWS = 100
_SWEEP = re.compile(r"(?:([a-z]+\d+)\.)?([a-z]+)=(\d{1,5})\.\.(\d{1,5})", re.ASCII)


@dataclass(frozen=True)
class Swept:
    """What ``--sweep`` says.

    Attributes:
        parameter: A number of a window.
        values: To try.
        layer: Whose window; empty for the first.
    """

    parameter: str
    values: range
    layer: str


def parse_sweep(text: str) -> Swept:
    """What a text such as ``stride=1..5`` or ``pool1.size=2..4`` asks for.

    Raises:
        UsageError: It is not understood, or asks for too much.

    >>> parse_sweep("pool1.size=2..4")
    Swept(parameter='size', values=range(2, 5), layer='pool1')
    """
    match = _SWEEP.fullmatch(text.strip())
    parameter = SIZE if match and match[2] == "filter" else match and match[2]
    if match is None or parameter not in LEAST:
        raise UsageError(
            f"sweep '{printable(text)}' is not understood",
            "write stride=1..5, pad=0..2 or size=3..7, of another layer pool1.stride=1..3",
        )
    first, last = int(match[3]), int(match[4])
    if not LEAST[parameter] <= first <= last <= options.MOST_PIXELS:
        raise UsageError(
            f"a {parameter} from {first} to {last} cannot be swept",
            f"it may rise from {LEAST[parameter]} to {options.MOST_PIXELS}",
        )
    if last - first >= MOST_ROWS:
        raise UsageError(f"a sweep of {last - first + 1:,} values", f"{MOST_ROWS} are the most")
    return Swept(parameter, range(first, last + 1), match[1] or "")
