"""Tables that fit the terminal: side by side in columns, or one value below the other.

Nothing is ever cut: a number, a path or a word that is longer than the terminal is wide goes on
where the terminal itself breaks its lines, and can be copied whole.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

from convcli.text import unbroken, wrapped

SPACE_BETWEEN = 2
LEAST_SENTENCE = 16  # Columns of a cell with several words; in fewer, they are hard to read.
INDENT = "  "
BOLD = Style(bold=True)
FAINT = Style(dim=True)
PLAIN = Style.null()


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        heading: Its name, in a word or two.
        numeric: Whether it holds numbers: set to the right, and never over two lines.
    """

    heading: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A rich renderable; :func:`table` makes it.

    Attributes:
        title: Above the table; may be empty.
        columns: At least one.
        rows: Cells, as many as columns.
        faint: Numbers of the rows that matter less.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    faint: Collection[int] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The title and the rows, laid out for the width there is."""
        del console
        rule = "-" if options.ascii_only else "─"
        for line in wrapped(self.title, options.max_width, measure=cell_len):
            yield from _line(line, BOLD)
        widths = self._widths(options.max_width)
        if widths is None:
            yield from self._stacked(options.max_width)
        else:
            yield from self._in_columns(widths, rule)

    def _widths(self, room: int) -> list[int] | None:
        """Columns of the terminal for each column; None where they do not fit beside each other."""
        room -= SPACE_BETWEEN * (len(self.columns) - 1)
        cells = [[row[place] for row in self.rows] for place in range(len(self.columns))]
        widths = [
            max(map(cell_len, [column.heading, *texts]))
            for column, texts in zip(self.columns, cells, strict=True)
        ]
        least = [
            _least_width(column, texts) for column, texts in zip(self.columns, cells, strict=True)
        ]
        if sum(least) > room:
            return None
        while sum(widths) > room:
            # The widest gives way first, so that long sentences are broken before short ones.
            able = [place for place, width in enumerate(widths) if width > least[place]]
            widths[max(able, key=widths.__getitem__)] -= 1
        return widths

    def _in_columns(self, widths: Sequence[int], rule: str) -> RenderResult:
        headings = [column.heading for column in self.columns]
        yield from self._row(headings, widths, BOLD)
        yield from _line(rule * (sum(widths) + SPACE_BETWEEN * (len(widths) - 1)), PLAIN)
        for number, row in enumerate(self.rows):
            yield from self._row(row, widths, self._style(number))

    def _row(self, cells: Sequence[str], widths: Sequence[int], style: Style) -> RenderResult:
        parts = [
            wrapped(cell, width, measure=cell_len) or [""]
            for cell, width in zip(cells, widths, strict=True)
        ]
        for number in range(max(map(len, parts))):
            line = (
                _aligned(lines[number] if number < len(lines) else "", width, column.numeric)
                for lines, width, column in zip(parts, widths, self.columns, strict=True)
            )
            yield from _line((" " * SPACE_BETWEEN).join(line).rstrip(), style)

    def _stacked(self, room: int) -> RenderResult:
        for number, row in enumerate(self.rows):
            for column, cell in zip(self.columns, row, strict=True):
                if cell:
                    text = f"{column.heading}: {cell}"
                    for line in wrapped(text, room, INDENT, cell_len):
                        yield from _line(line, self._style(number))
            yield Segment.line()

    def _style(self, number: int) -> Style:
        return FAINT if number in self.faint else PLAIN


def table(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    faint: Collection[int] = (),
) -> Table:
    """A table that reads as well in a pipe as in a terminal of any width.

    Where it is too wide for the terminal, sentences in its cells are broken between words. Where
    that does not help, it is stacked: one line ``heading: value`` for each cell that is not empty,
    an empty line after each row. Print it with ``crop=False``, since nothing may be cut.

    Args:
        title: Above the table; may be empty.
        columns: At least one.
        rows: Cells, as many as columns. Texts from outside must have gone through
            :func:`convcli.text.printable`; brackets in them are no markup.
        faint: Numbers of the rows that matter less: they are dimmed. Say it in their cells too,
            since not every terminal can.

    Raises:
        ValueError: A row has more or fewer cells than there are columns.

    >>> columns = [Column("name"), Column("shape"), Column("value", numeric=True)]
    >>> rows = [["[W1]", "(30, 1, 5, 5)", "-0.25"], ["b1", "(30,)", "12"]]
    >>> Console(width=40).print(table("", columns, rows), crop=False)
    name  shape          value
    ──────────────────────────
    [W1]  (30, 1, 5, 5)  -0.25
    b1    (30,)             12
    >>> Console(width=20).print(table("", columns, rows), crop=False)
    name: [W1]
    shape: (30, 1, 5, 5)
    value: -0.25
    <BLANKLINE>
    name: b1
    shape: (30,)
    value: 12
    <BLANKLINE>
    """
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{len(row)} cells in a row of {len(columns)} columns")
    return Table(title, columns, rows, faint)


def _least_width(column: Column, cells: Sequence[str]) -> int:
    words = [part for cell in cells for part in ([cell] if column.numeric else unbroken(cell))]
    longest = max(map(cell_len, [*unbroken(column.heading), *words]))
    return max(longest, min(LEAST_SENTENCE, max(map(cell_len, cells), default=0)))


def _aligned(text: str, width: int, right: bool) -> str:
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


def _line(text: str, style: Style) -> RenderResult:
    yield Segment(text, style)
    yield Segment.line()
