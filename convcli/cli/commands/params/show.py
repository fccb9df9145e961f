"""``convcli params show``: the arrays of a parameter file and the network that they fit."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options
from convcli.cli.report import Column, Report, Said, Table, publish
from convcli.errors import ParameterError, UsageError
from convcli.text import file_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convcli.storage.parameters.formats import ParameterFile


def _short(value: float) -> str:
    # Integers are shown in full; four digits tell one layer from another.
    return str(value) if isinstance(value, int) else f"{value:.4g}"


COLUMNS = (
    Column("name"),
    Column("shape"),
    Column("dtype"),
    *(Column(key, _short, numeric=True) for key in ("min", "max", "mean", "standard_deviation")),
    Column("share_of_zeros", "{:.1%}".format, numeric=True),
)


@click.command("show")
@click.argument("file", type=options.PATH, required=False)
@options.json_option
def command(file: Path | None, as_json: bool) -> None:
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
    from convcli.storage.parameters import formats

    loaded = formats.load(file or formats.bundled())
    rows = [_row(name, array) for name, array in loaded.arrays.items()]
    network, reason = _network_of(loaded)
    total = sum(array.size for array in loaded.arrays.values())
    title = (
        f"{file_name(loaded.path)}: {loaded.format}, {loaded.size_bytes:,} bytes, "
        f"{len(rows)} arrays, {total:,} numbers"
    )
    facts = {
        "file": str(loaded.path),
        "format": loaded.format,
        "size_bytes": loaded.size_bytes,
        "sha256": Said(loaded.sha256, f"SHA-256: {loaded.sha256}"),
        "network": Said(network, f"Network: {network or f'fits none: {reason}'}"),
        "no_network_because": reason,
    }
    publish(Report(facts=facts, tables=[Table(COLUMNS, rows, title, "parameters")]), as_json)


def _row(name: str, array: "NDArray[Any]") -> dict[str, Any]:
    from convcli.inspection.statistics import statistics_of

    statistics = statistics_of(array)
    native = array.dtype.isnative
    return {
        "name": name,
        "shape": array.shape,
        "dtype": array.dtype.name if native else f"{array.dtype.name}, other byte order",
        "min": statistics.minimum,
        "max": statistics.maximum,
        "mean": statistics.mean,
        "standard_deviation": statistics.standard_deviation,
        "share_of_zeros": statistics.share_of_zeros,
    }


def _network_of(loaded: "ParameterFile") -> tuple[str | None, str | None]:
    """The network that the parameters fit, or why they fit none."""
    from convcli.network.building import build

    try:
        network = build(loaded.arrays)
        return f"{network.title}: {network.specification}", None
    except (ParameterError, UsageError) as error:
        return None, str(error)
