"""Fuzzing from the command line: ``python -m tests.fuzz --seconds 20 --target npz``."""

import sys
import tempfile
from pathlib import Path

import click

from tests.fuzz.harness import MEBIBYTE, Limits, Report, run
from tests.fuzz.targets import TARGETS

NO_LIMIT = 2**62


@click.command()
@click.option("--target", type=click.Choice(list(TARGETS)), required=True, help="Which reader.")
@click.option("--seconds", type=float, default=float("inf"), help="How long at most.")
@click.option("--mutants", type=int, default=NO_LIMIT, help="How many at most.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of all chance.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the mutants that fail.  [default: a new temporary one]",
)
def main(target: str, seconds: float, mutants: int, seed: int, keep: Path | None) -> None:
    """Give mutants of genuine files to a reader of files, in bounded memory.

    Only the project's own error may escape. Exit code 1 if anything else happened; the mutants that
    did it are kept, and their numbers make them again.
    """
    if seconds == float("inf") and mutants == NO_LIMIT:
        raise click.UsageError("give --seconds or --mutants")
    folder = keep or Path(tempfile.mkdtemp(prefix="convcli-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    report = run(TARGETS[target], seed, Limits(mutants, seconds), folder)
    click.echo(_told(target, seed, report))
    for failure in report.failures:
        click.echo(f"  mutant {failure.number}: {failure.reason}: {failure.path}")
    if not report.failures and keep is None:
        folder.rmdir()
    sys.exit(1 if report.failures else 0)


def _told(target: str, seed: int, report: Report) -> str:
    return (
        f"{target}, seed {seed}: {report.mutants:,} mutants in {report.seconds:.0f} s, "
        f"{report.refused:,} refused, {report.loaded:,} loaded, {len(report.failures)} failures; "
        f"worst {1000 * report.worst_seconds:.1f} ms (mutant {report.worst_number}), "
        f"peak {report.peak_memory / MEBIBYTE:.0f} MiB"
    )


if __name__ == "__main__":
    main()
