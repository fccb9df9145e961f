"""``convcli params``: what is in a parameter file, and the same in another format."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import console, options
from convcli.errors import OutputError, ParameterError, UsageError
from convcli.text import file_name

if TYPE_CHECKING:
    import numpy as np

    from convcli.inspection.statistics import ArrayStatistics
    from convcli.storage.parameters.formats import ParameterFile

HEADINGS = ("name", "shape", "dtype", "min", "max", "mean", "standard deviation", "zeros")
NUMERIC = ("min", "max", "mean", "standard deviation", "zeros")


@click.group()
def command() -> None:
    """Look into parameter files and convert them.

    Files may be .npz, .safetensors, or pickles such as the book's params.pkl. All are read as data:
    nothing in a file is ever run, and whatever is no array of numbers is refused.

    \b
    Examples:
      convcli params show
      convcli params show params.pkl
      convcli params convert params.pkl params.safetensors
    """


@command.command()
@click.argument("file", type=options.PATH, required=False)
@options.json_option
def show(file: Path | None, as_json: bool) -> None:
    """Show the arrays of a parameter FILE and the network that they fit.

    For each array: name, shape, dtype, smallest and largest value, mean, standard deviation and the
    share of its values that are exactly zero. The format is told from what is in the file, not from
    its name. Without FILE, the bundled sample parameters are shown.

    \b
    Examples:
      convcli params show
      convcli params show params.pkl
      convcli params show params.safetensors --json
    """
    from convcli.inspection.statistics import statistics_of
    from convcli.storage.parameters import formats

    loaded = formats.load(file or formats.bundled())
    statistics = {name: statistics_of(array) for name, array in loaded.arrays.items()}
    network, reason = _network_of(loaded)
    if as_json:
        console.print_json(
            {
                "file": str(loaded.path),
                "format": loaded.format,
                "size_bytes": loaded.size_bytes,
                "sha256": loaded.sha256,
                "network": network,
                "no_network_because": reason,
                "parameters": [_as_json(loaded, name, statistics[name]) for name in statistics],
            }
        )
        return
    _print(loaded, statistics)
    console.print_text(f"SHA-256: {loaded.sha256}")
    console.print_text(f"Network: {network or f'fits none: {reason}'}")


@command.command()
@click.argument("source", metavar="SRC", type=options.PATH)
@click.argument("target", metavar="DST", type=options.PATH)
@click.option("--force", is_flag=True, help="Replace DST if it is there already.")
@options.json_option
def convert(source: Path, target: Path, force: bool, as_json: bool) -> None:
    """Write the arrays of SRC to DST, in the format that DST's name ends in.

    DST is .npz or .safetensors; pickles are read but never written. The numbers stay the same bit
    for bit. DST is written whole or not at all, and a file that is there already is replaced only
    with --force.

    \b
    Examples:
      convcli params convert params.pkl params.npz
      convcli params convert params.pkl params.safetensors
      convcli params convert params.safetensors params.npz --force --json
    """
    from convcli.storage.parameters import formats

    formats.check_format(target)
    _check_target(source, target, force)
    loaded = formats.load(source)
    try:
        formats.save(target, loaded.arrays)
    except OutputError as error:
        raise OutputError(error.message, "choose another place for DST") from error
    written = formats.load(target)
    if as_json:
        console.print_json(
            {
                "source": {"file": str(source), "format": loaded.format, "sha256": loaded.sha256},
                "target": {"file": str(target), "format": written.format, "sha256": written.sha256},
                "parameters": list(written.arrays),
            }
        )
        return
    console.print_text(
        f"{len(written.arrays)} arrays from {file_name(source)} ({loaded.format}) "
        f"to {file_name(target)} ({written.format})"
    )
    console.print_text(f"SHA-256: {written.sha256}")


def _check_target(source: Path, target: Path, force: bool) -> None:
    try:
        if not target.exists():
            return
        is_source = source.samefile(target)
    except OSError:
        # What is wrong with a path is said by whoever opens it.
        return
    if is_source:
        raise UsageError(f"{file_name(target)} is SRC itself", "choose another name for DST")
    if not force:
        raise UsageError(f"{file_name(target)} is there already", "--force replaces it")


def _network_of(loaded: "ParameterFile") -> tuple[str | None, str | None]:
    """The network that the parameters fit, or why they fit none."""
    from convcli.network.architecture import architecture_of

    try:
        return str(architecture_of(loaded.arrays)), None
    except ParameterError as error:
        return None, str(error)


def _as_json(loaded: "ParameterFile", name: str, statistics: "ArrayStatistics") -> dict[str, Any]:
    array = loaded.arrays[name]
    return {
        "name": name,
        "shape": array.shape,
        "dtype": _dtype_name(array.dtype),
        "min": statistics.minimum,
        "max": statistics.maximum,
        "mean": statistics.mean,
        "standard_deviation": statistics.standard_deviation,
        "share_of_zeros": statistics.share_of_zeros,
    }


def _print(loaded: "ParameterFile", statistics: "dict[str, ArrayStatistics]") -> None:
    from convcli.views.terminal import Column, table

    total = sum(array.size for array in loaded.arrays.values())
    rows = [
        (
            name,
            str(array.shape),
            _dtype_name(array.dtype),
            _short(statistics[name].minimum),
            _short(statistics[name].maximum),
            _short(statistics[name].mean),
            _short(statistics[name].standard_deviation),
            f"{statistics[name].share_of_zeros:.1%}",
        )
        for name, array in loaded.arrays.items()
    ]
    title = (
        f"{file_name(loaded.path)}: {loaded.format}, {loaded.size_bytes:,} bytes, "
        f"{len(rows)} arrays, {total:,} numbers"
    )
    columns = [Column(heading, heading in NUMERIC) for heading in HEADINGS]
    console.show(table(title, columns, rows))


def _dtype_name(dtype: "np.dtype[Any]") -> str:
    return dtype.name if dtype.isnative else f"{dtype.name}, other byte order"


def _short(value: float | None) -> str:
    # Integers are shown in full; four digits tell one layer from another.
    return "" if value is None else str(value) if isinstance(value, int) else f"{value:.4g}"
