"""What a command has found out, said once: for a reader, for a program, and in pictures.

A command builds a :class:`Report`; :func:`publish` prints it and draws it, or writes it as JSON.
Every column of a table has one key: its heading and its name in the JSON.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcli.cli import console
from convcli.cli.folder import Draft, Drawing, PictureFolder
from convcli.errors import OutputError
from convcli.text import escaped

if TYPE_CHECKING:
    from convcli.views.mosaic import Row as PictureRow
    from convcli.views.palette import Legend
    from convcli.views.terminal.bars import Bars

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        key: Its name in the JSON; its heading is the same with spaces for underscores.
        write: How a value is written for a reader; ``None`` is left empty without being asked.
        numeric: Whether it is set to the right.

    >>> Column("share_of_zeros", "{:.1%}".format, numeric=True).cell({"share_of_zeros": 0.25})
    '25.0%'
    """

    key: str
    write: Callable[[Any], str] = str
    numeric: bool = False

    @property
    def heading(self) -> str:
        """What stands above it."""
        return self.key.replace("_", " ")

    def cell(self, row: Row) -> str:
        """The value of a row for a reader, on one line."""
        value = row[self.key]
        return "" if value is None else escaped(self.write(value))


@dataclass(frozen=True)
class Table:
    """Rows with the same columns.

    Attributes:
        columns: From left to right; what a row holds besides is in the JSON only.
        rows: Values of JSON, by the keys of the columns.
        title: Stands above it; may be empty.
        key: The name of the rows in the JSON. Empty where a fact of the report holds them already,
            for example because they are nested there.
        faint: Which rows matter less; a terminal dims them.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    title: str = ""
    key: str = ""
    faint: Callable[[Row], bool] = lambda _: False


@dataclass(frozen=True)
class Said:
    """A fact that a reader is told too.

    Attributes:
        value: A value of JSON.
        line: The same in words.
    """

    value: Any
    line: str


@dataclass(frozen=True)
class Gallery:
    """Pictures for the terminal.

    Attributes:
        rows: Below each other, the pictures of each side by side.
        legends: What the colours mean, one for each scale.
    """

    rows: "Sequence[PictureRow]"
    legends: "Sequence[Legend]" = ()


@dataclass(frozen=True)
class Report:
    """Everything that a command says and leaves.

    What costs time is a function: it is called only where its result is asked for, so that a view
    is imported only to draw.

    Attributes:
        title: The first line; may be empty.
        facts: Values of JSON by their names. A reader is told those that are :class:`Said`.
        tables: Below each other.
        notes: Sentences below the tables and the facts.
        charts: Each makes bars of letters, for a terminal as for a pipe.
        galleries: Each makes pictures for the terminal.
        folder: Where drawings go; None where the command draws none.
        drawings: File name in the folder -> writes that picture of bare pixels to an open file.
        figures: File name in the folder, without its ending -> lays that figure out.
        files: Path -> writes that file.
        parts: Reports that follow, each published as soon as it comes.
        parts_key: The name of their list in the JSON.
    """

    title: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    charts: "Sequence[Callable[[], Bars]]" = ()
    galleries: Sequence[Callable[[], Gallery]] = ()
    folder: PictureFolder | None = None
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    figures: Mapping[str, Draft] = field(default_factory=dict)
    files: Mapping[Path, Callable[[], None]] = field(default_factory=dict)
    parts: "Iterable[Report]" = ()
    parts_key: str = ""


def publish(report: Report, as_json: bool) -> None:
    """Print the report and write its files, or print it as one JSON object.

    A reader has a table before the first file is written. When a file cannot be written, what has
    been found out is printed all the same, as JSON with the names of the files that were written.

    Raises:
        OutputError: A file could not be written; what was printed and written before stays.
    """
    if as_json:
        _publish_as_json(report)
    else:
        _publish_as_text(report)


def _publish_as_text(report: Report) -> None:
    _print(report)
    for path in _write_files(report):
        console.print_file(path)
    for part in report.parts:
        console.print_text()
        _publish_as_text(part)


def _publish_as_json(report: Report) -> None:
    parts: list[dict[str, Any]] = []
    written: list[Path] = []
    try:
        # A list keeps what it was given before an error.
        written.extend(_write_files(report))
        for part in report.parts:
            parts.append(_as_json(part))
            written.extend(_write_files(part))
    except OutputError:
        console.print_json(_whole(report, parts, written))
        raise
    console.print_json(_whole(report, parts, written))


def _write_files(report: Report) -> Iterator[Path]:
    """Write one file after the other, and give the path of each when it is there."""
    for path, write in report.files.items():
        write()
        yield path
    if report.folder is not None and report.folder.is_wanted:
        for name, draw in report.drawings.items():
            yield report.folder.write(name, draw)
        for stem, draft in report.figures.items():
            yield report.folder.write_figure(stem, draft)


def _whole(
    report: Report, parts: Sequence[dict[str, Any]], written: Sequence[Path]
) -> dict[str, Any]:
    result = _as_json(report)
    if report.parts_key:
        result[report.parts_key] = parts
    if report.folder is not None:
        result["files"] = [str(path) for path in written]
    return result


def _as_json(report: Report) -> dict[str, Any]:
    result = {
        name: fact.value if isinstance(fact, Said) else fact for name, fact in report.facts.items()
    }
    return result | {table.key: table.rows for table in report.tables if table.key}


def _print(report: Report) -> None:
    if report.title:
        console.print_text(report.title)
    for number, table in enumerate(report.tables):
        if number:
            console.print_text()
        _show_table(table)
    for fact in report.facts.values():
        if isinstance(fact, Said):
            console.print_text(fact.line)
    for note in report.notes:
        console.print_text(note)
    for chart in report.charts:
        console.print_text()
        console.show(chart())
    if report.galleries and console.draws_pictures():
        for gallery in report.galleries:
            _show_gallery(gallery())


def _show_table(table: Table) -> None:
    # rich is imported with it, which JSON has no use for.
    from convcli.views.terminal import tables

    columns = [tables.Column(column.heading, column.numeric) for column in table.columns]
    cells = [[column.cell(row) for column in table.columns] for row in table.rows]
    faint = {number for number, row in enumerate(table.rows) if table.faint(row)}
    console.show(tables.table(escaped(table.title), columns, cells, faint))


def _show_gallery(gallery: Gallery) -> None:
    from convcli.views.terminal import pictures

    console.print_text()
    console.show(pictures.Gallery(gallery.rows, gallery.legends))
