"""``convcli data show``: images on one sheet."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from convcli.cli import options
from convcli.cli.report import Column, Report, Table, publish
from convcli.errors import UsageError
from convcli.text import printable

if TYPE_CHECKING:
    from convcli.storage.mnist.dataset import Dataset

MOST_ON_A_SHEET = 400
COLUMNS = (
    *(Column(key, numeric=True) for key in ("digit", "images")),
    Column("indices", options.spell_indices),
)


@click.command("show")
@click.option(
    "--index",
    "index_list",
    default="0-99",
    show_default=True,
    metavar="LIST",
    help=f"Which images: '5', '0-99' or '3,5-7'; at most {MOST_ON_A_SHEET}.",
)
@options.split_option("train")
@options.data_dir_option
@options.output_options
def command(
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
    # NumPy is imported with it, and the other subcommands have no use for either.
    from convcli.cli.commands.data.sheet import sheet_of
    from convcli.cli.folder import PictureFolder
    from convcli.cli.inputs import announce
    from convcli.storage.mnist.dataset import open_dataset

    dataset = open_dataset(split, data_dir)
    indices = _chosen(index_list, dataset)
    spelled = options.spell_indices(indices)
    title = f"{dataset.name}, {split} image{'s' * (len(indices) > 1)} {printable(spelled)}"
    sheet = sheet_of(dataset, indices, title)
    report = Report(
        title=title,
        facts={"name": dataset.name, "split": split, "indices": indices, "labels": sheet.labels},
        tables=[Table(COLUMNS, sheet.digits(), key="digits")],
        galleries=[sheet.gallery],
        folder=PictureFolder(f"data-show-{split}-{printable(spelled, 40)}", out, no_figures),
        figures={"contact-sheet": sheet.figure},
    )
    announce(dataset)
    publish(report, as_json)


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
