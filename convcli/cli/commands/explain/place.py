"""What ``--at`` says: which kind of number, and where it is."""

import re
from dataclasses import dataclass

from convcli.cli import options
from convcli.errors import UsageError
from convcli.text import printable

EXAMPLES = {
    "conv": "conv:12,7",
    "pool": "pool:6,3",
    "cell": "cell:295,13",
    "pixel": "pixel:14,9",
    "unit": "unit:affine1,17",
    "score": "score:2",
}
# The options that a place of each kind has a use for.
OPTIONS = {
    "conv": {"layer", "number", "sort", "terms"},
    "pool": {"layer", "number"},
    "cell": {"layer", "number"},
    "pixel": {"layer"},
    "unit": {"sort", "terms"},
    "score": {"sort", "terms"},
}
_NUMBER = r"-?\d{1,9}"
_PATTERNS = {
    "unit": re.compile(rf"(\w+),({_NUMBER})", re.ASCII),
    "score": re.compile(rf"()({_NUMBER})", re.ASCII),
}
_PAIR = re.compile(rf"()({_NUMBER}),({_NUMBER})", re.ASCII)


@dataclass(frozen=True)
class Place:
    """A number of a network, or a cell or a pixel of a matrix.

    Attributes:
        kind: A key of :data:`EXAMPLES`.
        numbers: (row, column), or one number.
        layer: The layer's name that the place itself says; empty where it says none.
    """

    kind: str
    numbers: tuple[int, ...]
    layer: str = ""


def parse_place(text: str) -> Place:
    """Read a place.

    Raises:
        UsageError: It is not understood.

    >>> parse_place("conv:12,7")
    Place(kind='conv', numbers=(12, 7), layer='')
    >>> parse_place("unit:affine1,17")
    Place(kind='unit', numbers=(17,), layer='affine1')
    """
    kind, _, rest = text.strip().partition(":")
    found = _PATTERNS.get(kind, _PAIR).fullmatch(rest.replace(" ", ""))
    if kind not in EXAMPLES or found is None:
        example = EXAMPLES.get(kind)
        advice = example or f"{', '.join(list(EXAMPLES.values())[:-1])} or {EXAMPLES['score']}"
        raise UsageError(
            f"place '{printable(text)}' is not understood", f"write for example {advice}"
        )
    layer, *numbers = found.groups()
    return Place(kind, tuple(map(int, numbers)), layer)


def refuse_idle_options(place: Place) -> None:
    """Refuse an option that a place of this kind has no use for.

    Raises:
        UsageError: One was given.
    """
    for name in ("layer", "number", "sort", "terms"):
        if name not in OPTIONS[place.kind] and options.was_given(name):
            spelled = "filter" if name == "number" else name
            fitting = [EXAMPLES[kind] for kind, names in OPTIONS.items() if name in names]
            raise UsageError(
                f"--{spelled} says nothing about {place.kind}",
                f"leave it out, or explain for example {' or '.join(fitting[:2])}",
            )
