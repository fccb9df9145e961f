"""The options that every animation has."""

import re
from functools import wraps
from typing import Any

import click

from convcli.cli import options
from convcli.cli.filming import Wanted
from convcli.text import printable

FORMATS = ("gif", "webp", "html")
LONGEST = 3600.0
_BYTES = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?((?:[km]?b)?)", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "b": 1, "kb": 1000, "mb": 10**6}
NAMES = ("frames", "seconds", "max_size", "kind", "out", "as_json")

layer_option = click.option(
    "--layer", metavar="NAME", help="Which layer; the first of its kind without it."
)
number_option = click.option(
    "--filter",
    "number",
    type=options.INDEX,
    default=0,
    show_default=True,
    help="Which filter of the convolution, or channel of the pooling.",
)


class ByteCount(click.ParamType[int]):
    """A number of bytes such as ``300kB``; a kilobyte is 1,000 bytes, a megabyte 1,000,000."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Refuse what is no size, and one that is out of bounds."""
        found = _BYTES.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{printable(value)!r} is no size such as 1MB or 300kB", param, ctx)
        count = round(float(found[1]) * _UNITS[found[2].lower()])
        if not 1000 <= count <= 10**8:
            self.fail(f"{printable(value)} is not between 1kB and 100MB", param, ctx)
        return count


def film_options(function: Any) -> Any:
    """The options; the command is given them as one :class:`Wanted`."""

    @wraps(function)
    def with_wanted(**named: Any) -> Any:
        options.exclude("max_size", ["frames"])
        chosen = {name: named.pop(name) for name in NAMES}
        return function(wanted=Wanted(**chosen), **named)

    return _decorate(with_wanted)


_decorate = options.compose(
    [
        click.option(
            "--frames",
            type=click.Choice(["teach", "all"]),
            default="teach",
            show_default=True,
            help="teach: the first row step by step, then a row a frame, some 50 frames in all; "
            "all: a frame for each step.",
        ),
        click.option(
            "--seconds",
            type=options.Amount(2.02, LONGEST),
            help="How long it plays, with the two seconds for which the last frame stays.",
        ),
        click.option(
            "--max-size",
            type=ByteCount(),
            metavar="SIZE",
            help="As many frames as fit into a file of this size, such as 1MB or 300kB.",
        ),
        click.option(
            "--format", "kind", type=click.Choice(FORMATS),
            help="The kind of file; gif without it.",
        ),
        options.out_option,
        options.json_option,
    ]
)  # fmt: skip
