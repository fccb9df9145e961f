"""The options that commands share, one definition each."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from click.core import ParameterSource

from convcli.cli.figure_style import OPTIONS, style_options
from convcli.errors import UsageError
from convcli.text import file_name, printable

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]

PATH = click.Path(path_type=Path)
_SIZE = re.compile(r"([1-9]\d{0,4}x){1,2}[1-9]\d{0,4}", re.ASCII)


class Amount(click.FloatRange):
    """A number between bounds; ``nan``, which is neither below nor above one, is refused too."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Refuse what is no number."""
        number = super().convert(value, param, ctx)
        if number != number:
            self.fail(f"{value} is no number", param, ctx)
        return number


class NpzPath(click.Path):
    """A path that ends in ``.npz``, so that its name does not lie about what is written there."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Refuse every other ending."""
        path = cast("Path", super().convert(value, param, ctx))
        if path.suffix.lower() != ".npz":
            self.fail(f"{file_name(path)} does not end in .npz", param, ctx)
        return path


# Every number has both its bounds, so that what is refused is refused before anything is computed.
# A file has no more pixels on a side, and no window reaches or steps further.
MOST_PIXELS = 2**16 - 1
COUNT = click.IntRange(1, 10**6)
PIXELS = click.IntRange(1, MOST_PIXELS)
PAD = click.IntRange(0, MOST_PIXELS)
# Which of something; as far as a list of numbers may go.
INDEX = click.IntRange(0, 10**9 - 1)
SEED = click.IntRange(0, 2**63 - 1)

data_dir_option = click.option(
    "--data-dir",
    type=PATH,
    metavar="DIR",
    help="Folder with the MNIST files. Without it: CONVCLI_DATA_DIR, then the cache that "
    "'convcli data download' fills, then the bundled sample digits.",
)
params_option = click.option(
    "--params",
    type=PATH,
    metavar="FILE",
    help="Parameter file: .npz, .safetensors, or the book's params.pkl (read as data, never "
    "executed). Without it: the bundled sample parameters.",
)
filter_option = click.option(
    "--filter",
    "filters",
    default="0",
    show_default=True,
    metavar="LIST",
    help="Which filters: '0', '0,3-5' or 'all'.",
)
pad_option = click.option(
    "--pad",
    type=PAD,
    default=0,
    show_default=True,
    help="Pixels of zero on each side.",
)
seed_option = click.option(
    "--seed", type=SEED, default=0, show_default=True, help="Seed of all chance."
)
out_option = click.option(
    "--out", type=PATH, metavar="DIR", help="Folder for the pictures; made if it is not there."
)
no_figures_option = click.option(
    "--no-figures", is_flag=True, help="Write no picture files; print only."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print the result as one JSON object."
)


def split_option(default: str) -> Decorator[Any]:
    """Which part of MNIST."""
    return click.option(
        "--split",
        type=click.Choice(["train", "test"]),
        default=default,
        show_default=True,
        help="Which part of MNIST.",
    )


def count_option(name: str, default: int, meaning: str) -> Decorator[Any]:
    """An option that is a whole number from 1 to a million."""
    return click.option(name, type=COUNT, default=default, show_default=True, help=meaning)


def pixels_option(name: str, default: int, meaning: str) -> Decorator[Any]:
    """An option that is a side of something, or a step on it, in pixels."""
    return click.option(name, type=PIXELS, default=default, show_default=True, help=meaning)


def compose(decorators: Iterable[Decorator[Any]]) -> Decorator[Any]:
    """Several options as one decorator, in the order in which the help lists them."""
    listed = list(decorators)

    def decorate(function: Function) -> Function:
        for decorator in reversed(listed):
            function = decorator(function)
        return function

    return decorate


def _as_size(
    context: click.Context, option: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    if text is not None and not _SIZE.fullmatch(text):
        raise click.BadParameter(
            f"{printable(text)!r} is no size such as 3x32x32 or 32x32", context, option
        )
    return tuple(map(int, text.split("x"))) if text else None


network_options = compose(
    [
        params_option,
        click.option(
            "--layers",
            metavar="TEXT",
            help="The layers of the network in order, such as 'conv1(pad=1) relu maxpool2 flatten "
            "fc1'. Without it: what the file says, or a network known by its arrays.",
        ),
        click.option(
            "--input-size",
            callback=_as_size,
            metavar="CxHxW",
            help="Channels, height and width of the network's input, or its height and width only.",
        ),
    ]
)
stride_option = pixels_option("--stride", 1, "Pixels from one place to the next.")
pool_options = compose(
    [
        pixels_option("--pool-size", 2, "Pixels per side of the pooling."),
        pixels_option("--pool-stride", 2, "Step of the pooling in pixels."),
    ]
)
# An image in the size that the network takes.
fitted_image_options = compose(
    [
        click.option(
            "--index", type=INDEX, default=5, show_default=True, help="Which image, from 0."
        ),
        split_option("train"),
        click.option(
            "--image",
            type=PATH,
            metavar="FILE",
            help="Your own picture (PNG, JPEG, BMP, GIF, WebP) in place of an MNIST digit; it is "
            "prepared the way MNIST was made: 28x28, white on black, centred by mass. For a "
            "network of another input size it is fitted to that size instead.",
        ),
        data_dir_option,
    ]
)
image_options = compose(
    [
        fitted_image_options,
        click.option(
            "--keep-size", is_flag=True, help="Take the --image as it is, in its own size."
        ),
    ]
)


def output_options(function: Function) -> Function:
    """``--out``, how pictures are written, ``--no-figures``, which contradicts them, ``--json``."""

    @wraps(function)
    def checked(*arguments: Any, **named: Any) -> Any:
        exclude("no_figures", ["out", *OPTIONS])
        return function(*arguments, **named)

    decorate = compose([out_option, *style_options, no_figures_option, json_option])
    return cast("Function", decorate(checked))


def figure_on_demand_options(function: Function) -> Function:
    """The same of a command that draws only where ``--out`` is given."""

    @wraps(function)
    def checked(*arguments: Any, **named: Any) -> Any:
        require("out", OPTIONS)
        return function(*arguments, **named)

    decorate = compose([out_option, *style_options, json_option])
    return cast("Function", decorate(checked))


def was_given(name: str) -> bool:
    """Whether the user wrote this option, and not its default."""
    source = click.get_current_context().get_parameter_source(name)
    return source not in (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP, None)


def exclude(name: str, others: Iterable[str]) -> None:
    """Refuse options that contradict each other.

    Raises:
        UsageError: ``name`` was given together with one of the others.
    """
    if not was_given(name):
        return
    for other in others:
        if was_given(other):
            raise UsageError(
                f"--{_spelled(name)} and --{_spelled(other)} contradict each other",
                "leave one of them out",
            )


def require(other: str, names: Iterable[str]) -> None:
    """Refuse options that mean nothing without another one.

    Raises:
        UsageError: One of them was given, and the other was not.
    """
    for name in names:
        if was_given(name) and not was_given(other):
            raise UsageError(
                f"--{_spelled(name)} means nothing without --{_spelled(other)}",
                f"add --{_spelled(other)}",
            )


def require_choice(other: str, choice: str, names: Iterable[str]) -> None:
    """Refuse options that mean nothing unless another one has a certain value.

    Raises:
        UsageError: One of them was given, and the other has another value.
    """
    if click.get_current_context().params[other] == choice:
        return
    for name in names:
        if was_given(name):
            raise UsageError(
                f"--{_spelled(name)} means nothing without --{_spelled(other)} {choice}",
                f"add --{_spelled(other)} {choice}",
            )


def _spelled(name: str) -> str:
    parameters = click.get_current_context().command.params
    names = [parameter.opts[0] for parameter in parameters if parameter.name == name]
    return names[0].removeprefix("--")


def parse_indices(text: str, count: int, what: str) -> list[int]:
    """The numbers of a list such as ``0,3-5``, in the order written, each once.

    Args:
        text: Numbers and ranges from 0, both ends included, separated by commas; or ``all``.
        count: How many there are to choose from.
        what: What is counted, for the message.

    Raises:
        UsageError: The text is no such list, or a number is out of range.

    >>> parse_indices("0,3-5", 30, "filter")
    [0, 3, 4, 5]
    """
    if text.strip().lower() == "all":
        return list(range(count))
    chosen: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not _is_number(first) or (dash and not _is_number(last)):
            raise UsageError(
                f"{what} list {printable(text)!r} is not understood",
                "write for example 0,3-5 or all",
            )
        low, high = int(first), int(last or first)
        if low > high:
            raise UsageError(f"{what} range {low}-{high} runs backwards", f"write {high}-{low}")
        if high >= count:
            raise UsageError(f"{what} {high} is out of range", f"there are 0 to {count - 1}")
        chosen.update(dict.fromkeys(range(low, high + 1)))
    return list(chosen)


def spell_indices(numbers: Sequence[int]) -> str:
    """The list as :func:`parse_indices` reads it, runs written as ranges.

    >>> spell_indices([0, 3, 4, 5])
    '0,3-5'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _is_number(text: str) -> bool:
    # Not more digits than any count here can have: a range of 10**30 must not be walked.
    return text.isascii() and text.isdigit() and len(text) <= 9
