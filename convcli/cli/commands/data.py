"""``convcli data``: where MNIST is, how it gets here, and what it looks like."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from convcli.cli import console, options
from convcli.cli.hints import advised
from convcli.errors import FileError, OutputError, UsageError
from convcli.text import printable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.progress import Progress

    from convcli.storage.mnist.dataset import Dataset
    from convcli.storage.mnist.locations import Place
    from convcli.storage.mnist.registry import PublishedFile
    from convcli.storage.mnist.status import FoundFile, SurveyedPlace, UsedData

MOST_ON_A_SHEET = 400
MOST_IN_A_TERMINAL = 20
FOLDER_TEXT = 100


@click.group()
def command() -> None:
    """Find, download and look at MNIST.

    MNIST is looked for in --data-dir, then in the folder that CONVCLI_DATA_DIR names, then in the
    cache that 'convcli data download' fills. Without any of them the bundled sample digits are
    used: 200 for training and 100 for testing, drawn by a program.

    \b
    Examples:
      convcli data download
      convcli data status
      convcli data show --index 0-99
    """


@command.command()
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
def download(data_dir: Path | None, own_mirrors: tuple[str, ...]) -> None:
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
    from convcli.storage.mnist import download
    from convcli.storage.mnist.locations import cache_directory
    from convcli.storage.mnist.registry import FILES
    from convcli.views.terminal import Column, table

    directory = cache_directory() if data_dir is None else data_dir
    with _progress() as progress:
        tasks = {file: progress.add_task(file.name, total=file.size) for file in FILES}

        def show_progress(file: "PublishedFile", received: int) -> None:
            progress.update(tasks[file], completed=received)

        with (
            advised(OutputError, "choose another folder with --data-dir"),
            advised(FileError, "try again or --mirror URL"),
        ):
            results = download.fetch_all(
                directory, (*own_mirrors, *download.MIRRORS), show_progress
            )
    rows = [
        (result.file.name, f"{result.file.size:,}", _origin(result.mirror)) for result in results
    ]
    columns = [Column("file"), Column("bytes", numeric=True), Column("from")]
    console.show(table("", columns, rows))
    found_by = "found by every command" if data_dir is None else "name it with --data-dir"
    console.print_text(f"MNIST is in {printable(str(directory), FOLDER_TEXT)}: {found_by}")


def _origin(mirror: str | None) -> str:
    return "was there already" if mirror is None else printable(urlsplit(mirror).hostname)


def _progress() -> "Progress":
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    stderr = console.stderr()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=stderr,
        transient=True,
        disable=not stderr.is_terminal,
    )


@command.command()
@options.data_dir_option
@options.json_option
def status(data_dir: Path | None, as_json: bool) -> None:
    """Say which files of MNIST are where, and which are used.

    The places stand in the order in which they are asked. A file is 'published' when its SHA-256 is
    the one that MNIST is published with. Another file that is whole is read too, except from the
    cache, which holds what was downloaded.

    \b
    Examples:
      convcli data status
      convcli data status --data-dir mnist --json
    """
    from convcli.storage.mnist.status import survey, used_data
    from convcli.views.terminal import Column, table

    surveyed, used = survey(data_dir), used_data(data_dir)
    if as_json:
        console.print_json(
            {
                "places": [_place_as_json(one) for one in surveyed],
                "used": {one.split: _used_as_json(one) for one in used},
            }
        )
        return
    rows = [row for one in surveyed for row in _place_rows(one)]
    headings = ("place", "folder", "file", "bytes", "state")
    columns = [Column(heading, numeric=heading == "bytes") for heading in headings]
    console.show(table("", columns, rows))
    console.print_text()
    for one in used:
        console.print_text(_used_line(one))


def _name(place: "Place") -> str:
    """The name that a user of the command knows a place by."""
    return "--data-dir" if place.is_given else place.name


def _place_rows(surveyed: "SurveyedPlace") -> list[Sequence[str]]:
    name, directory = _name(surveyed.place), surveyed.place.directory
    if directory is None:
        return [(name, "not given", "", "", "")]
    folder = printable(str(directory), FOLDER_TEXT)
    if not surveyed.files:
        return [(name, folder, "", "", "no files of MNIST")]
    return [
        (
            *((name, folder) if number == 0 else ("", "")),
            file.path.name,
            "" if file.size is None else f"{file.size:,}",
            _state(file),
        )
        for number, file in enumerate(surveyed.files)
    ]


def _state(file: "FoundFile") -> str:
    return file.problem or ("published" if file.published else "whole")


def _used_line(used: "UsedData") -> str:
    if used.dataset is None:
        return f"{used.split}: {used.problem}"
    name = used.dataset.name
    source = "" if used.dataset.is_sample else f" from {_name(used.place)}"
    return f"{used.split}: {len(used.dataset):,} images, {name}{source}"


def _place_as_json(surveyed: "SurveyedPlace") -> dict[str, object]:
    directory = surveyed.place.directory
    return {
        "place": _name(surveyed.place),
        "directory": None if directory is None else str(directory),
        "files": [
            {
                "path": str(file.path),
                "bytes": file.size,
                "published": file.published,
                "problem": file.problem or None,
            }
            for file in surveyed.files
        ],
    }


def _used_as_json(used: "UsedData") -> dict[str, object]:
    return {
        "place": _name(used.place),
        "name": None if used.dataset is None else used.dataset.name,
        "images": None if used.dataset is None else len(used.dataset),
        "problem": used.problem or None,
    }


@command.command()
@click.option(
    "--index",
    "index_list",
    default="0-99",
    show_default=True,
    metavar="LIST",
    help=f"Which images: '5', '0-99' or '3,5-7'; at most {MOST_ON_A_SHEET}.",
)
@options.split_option
@options.data_dir_option
@options.out_option
@options.no_figures_option
@options.json_option
def show(
    index_list: str,
    split: str,
    data_dir: Path | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
) -> None:
    """Draw images on one sheet, each with its index and its label.

    Prints which digit is found at which index and writes contact-sheet.png into --out (without it:
    convcli-out/data-show-train-0-99, named after the images). A terminal shows up to 20 images.

    \b
    Examples:
      convcli data show --index 0-99
      convcli data show --index 3,5-7 --split test --no-figures
      convcli data show --index 0-9 --out digits
    """
    options.exclude("no_figures", ["out"])
    # NumPy is imported with it, and the other subcommands have no use for either.
    from convcli.cli.folder import PictureFolder
    from convcli.cli.inputs import announce
    from convcli.storage.mnist.dataset import open_dataset

    dataset = open_dataset(split, data_dir)
    indices = _chosen(index_list, dataset)
    spelled = options.spell_indices(indices)
    title = f"{dataset.name}, {split} image{'s' * (len(indices) > 1)} {printable(spelled)}"
    images = dataset.images(min(indices), max(indices) + 1)[[i - min(indices) for i in indices]]
    labels = dataset.labels()[indices].tolist()
    announce(dataset)
    files: list[Path] = []
    if not no_figures:
        from convcli.views.figures import contact_sheet

        folder = PictureFolder(f"data-show-{split}-{printable(spelled, 40)}", out, no_figures)
        folder.write("contact-sheet.png", contact_sheet.draw(images, indices, labels, title).save)
        files = folder.files
    if as_json:
        console.print_json(
            {
                "name": dataset.name,
                "split": split,
                "indices": indices,
                "labels": labels,
                "files": [str(file) for file in files],
            }
        )
        return
    _print_digits(title, indices, labels)
    _draw_in_terminal(images, indices, labels)
    console.print_files(files)


def _chosen(index_list: str, dataset: "Dataset") -> list[int]:
    try:
        indices = options.parse_indices(index_list, len(dataset), f"{dataset.split} image")
    except UsageError as error:
        if not dataset.is_sample:
            raise
        raise UsageError(
            error.message,
            f"{error.hint}; these are the sample digits, 'convcli data download' fetches MNIST",
        ) from error
    if len(indices) > MOST_ON_A_SHEET:
        raise UsageError(
            f"{len(indices):,} images are too many for a sheet",
            f"name at most {MOST_ON_A_SHEET} with --index",
        )
    return indices


def _print_digits(title: str, indices: Sequence[int], labels: Sequence[int]) -> None:
    from convcli.views.terminal import Column, table

    found = {
        digit: [index for index, label in zip(indices, labels, strict=True) if label == digit]
        for digit in sorted(set(labels))
    }
    rows = [(str(digit), str(len(at)), options.spell_indices(at)) for digit, at in found.items()]
    console.print_text(title)
    columns = [Column("digit", numeric=True), Column("images", numeric=True), Column("indices")]
    console.show(table("", columns, rows))


def _draw_in_terminal(
    images: "NDArray[np.uint8]", indices: Sequence[int], labels: Sequence[int]
) -> None:
    if not console.draws_pictures():
        return
    from convcli.views.figures.contact_sheet import pictures
    from convcli.views.mosaic import Row
    from convcli.views.terminal import Gallery

    shown = slice(MOST_IN_A_TERMINAL)
    console.print_text()
    console.show(Gallery([Row(pictures(images[shown], indices[shown], labels[shown]))]))
    if len(indices) > MOST_IN_A_TERMINAL:
        console.print_text(f"the first {MOST_IN_A_TERMINAL} of {len(indices)} images")
