"""``convcli data download``: the four files of MNIST, checked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from convcli.cli import console, options
from convcli.cli.hints import advised
from convcli.cli.report import Column, Report, Table, publish
from convcli.errors import FileError, OutputError
from convcli.text import printable

if TYPE_CHECKING:
    from convcli.storage.mnist.registry import PublishedFile


COLUMNS = (Column("name"), Column("bytes", "{:,}".format, numeric=True), Column("source"))


@click.command("download")
@click.option(
    "--data-dir",
    type=options.PATH,
    metavar="DIR",
    help="Folder that the files go to; made if it is not there. Without it: the cache, where every "
    "command finds them.",
)
@click.option(
    "--mirror",
    "own_mirrors",
    multiple=True,
    metavar="URL",
    help="Address of a folder that holds the four files, asked before the public ones. May be "
    "given several times.",
)
def command(data_dir: Path | None, own_mirrors: tuple[str, ...]) -> None:
    """Fetch the four files of MNIST (11.6 MB).

    They come from the first mirror that has them; the two public ones are those that torchvision
    and TensorFlow Datasets use. Every file is checked by its published SHA-256, so it does not
    matter who serves it: a teacher can give a class the files with 'python -m http.server', started
    in the folder that holds them. What is there and whole is not fetched again.

    \b
    Examples:
      convcli data download
      convcli data download --data-dir mnist
      convcli data download --mirror http://192.168.1.5:8000/
    """
    from convcli.storage.mnist.download import MIRRORS, fetch_all
    from convcli.storage.mnist.locations import cache_directory

    directory = cache_directory() if data_dir is None else data_dir
    with (
        _progress() as show_progress,
        advised(OutputError, "choose another folder with --data-dir"),
        advised(FileError, "try again or --mirror URL"),
    ):
        results = fetch_all(directory, (*own_mirrors, *MIRRORS), show_progress)
    rows = [
        {"name": one.file.name, "bytes": one.file.size, "source": _source(one.mirror)}
        for one in results
    ]
    found_by = "found by every command" if data_dir is None else "name it with --data-dir"
    notes = [f"MNIST is in {directory}: {found_by}"]
    publish(Report(tables=[Table(COLUMNS, rows)], notes=notes), as_json=False)


def _source(mirror: str | None) -> str:
    return "was there already" if mirror is None else printable(urlsplit(mirror).hostname)


@contextmanager
def _progress() -> "Iterator[Callable[[PublishedFile, int], None]]":
    """A bar for each file; gives what moves them on."""
    from rich import progress as bars

    from convcli.storage.mnist.registry import FILES

    stderr = console.stderr()
    with bars.Progress(
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
        console=stderr,
        transient=True,
        disable=not stderr.is_terminal,
    ) as progress:
        tasks = {file: progress.add_task(file.name, total=file.size) for file in FILES}
        yield lambda file, received: progress.update(tasks[file], completed=received)
