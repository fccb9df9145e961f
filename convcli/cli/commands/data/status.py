"""``convcli data status``: which files of MNIST are where."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options
from convcli.cli.report import Column, Report, Row, Table, publish

if TYPE_CHECKING:
    from convcli.storage.mnist.locations import Place
    from convcli.storage.mnist.status import SurveyedPlace, UsedData

COLUMNS = (
    *map(Column, ("place", "directory")),
    # The folder stands beside it.
    Column("path", lambda path: Path(path).name),
    Column("bytes", "{:,}".format, numeric=True),
    Column("published", lambda published: "yes" if published else "no"),
    Column("problem"),
)
NOTHING: Row = dict.fromkeys(column.key for column in COLUMNS)


@click.command("status")
@options.data_dir_option
@options.json_option
def command(data_dir: Path | None, as_json: bool) -> None:
    """Say which files of MNIST are where, and which are used.

    The places stand in the order in which they are asked. A file is published when its SHA-256 is
    the one that MNIST is published with. Another file that is whole is read too, except from the
    cache, which holds what was downloaded.

    \b
    Examples:
      convcli data status
      convcli data status --data-dir mnist --json
    """
    from convcli.storage.mnist.status import status_of

    status = status_of(data_dir)
    places = [_place(one) for one in status.places]
    report = Report(
        facts={"places": places, "used": {one.split: _used(one) for one in status.used}},
        tables=[Table(COLUMNS, [row for place in places for row in _rows(place)])],
        notes=[_used_line(one) for one in status.used],
    )
    publish(report, as_json)


def _name(place: "Place") -> str:
    """The name that a user of the command knows a place by."""
    return "--data-dir" if place.is_given else place.name


def _place(surveyed: "SurveyedPlace") -> dict[str, Any]:
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


def _rows(place: dict[str, Any]) -> list[Row]:
    """The files of a place, which is named in front of the first."""
    problem = "not given" if place["directory"] is None else "no files of MNIST"
    first, *others = place["files"] or [{"problem": problem}]
    named = {"place": place["place"], "directory": place["directory"]}
    return [{**NOTHING, **named, **first}, *({**NOTHING, **file} for file in others)]


def _used(used: "UsedData") -> dict[str, Any]:
    return {
        "place": _name(used.place),
        "name": None if used.dataset is None else used.dataset.name,
        "images": None if used.dataset is None else len(used.dataset),
        "problem": used.problem or None,
    }


def _used_line(used: "UsedData") -> str:
    if used.dataset is None:
        return f"{used.split}: {used.problem}"
    name = used.dataset.name
    source = "" if used.dataset.is_sample else f" from {_name(used.place)}"
    return f"{used.split}: {len(used.dataset):,} images, {name}{source}"
