"""``convcli params convert``: the arrays of a file in another format."""

from pathlib import Path

import click

from convcli.cli import options
from convcli.cli.hints import advised
from convcli.cli.report import Report, Said, publish
from convcli.errors import OutputError, UsageError
from convcli.text import file_name


@click.command("convert")
@click.argument("source", metavar="SRC", type=options.PATH)
@click.argument("target", metavar="DST", type=options.PATH)
@click.option("--force", is_flag=True, help="Replace DST if it is there already.")
@options.json_option
def command(source: Path, target: Path, force: bool, as_json: bool) -> None:
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
    with advised(OutputError, "choose another place for DST"):
        formats.save(target, loaded.arrays, loaded.description)
    origin = {"file": str(source), "format": loaded.format, "sha256": loaded.sha256}
    # What was written is read again; of a large file there is no room for both.
    del loaded
    written = formats.load(target)
    line = (
        f"{len(written.arrays)} arrays from {file_name(source)} ({origin['format']}) "
        f"to {file_name(target)} ({written.format})"
    )
    report = Report(
        title=line,
        facts={
            "source": origin,
            "target": Said(
                {"file": str(target), "format": written.format, "sha256": written.sha256},
                f"SHA-256: {written.sha256}",
            ),
            "parameters": list(written.arrays),
        },
    )
    publish(report, as_json)


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
