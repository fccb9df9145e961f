"""``convcli compare-im2col --small``: the example that can be read number by number."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from convcli.cli.folder import PictureFolder
from convcli.cli.report import Column, Report, Said, Table
from convcli.errors import ConvcliError
from convcli.inspection.small_example import Slice, SmallExample, small_example
from convcli.views.sentences.im2col import what_the_small_example_shows
from convcli.views.sentences.numbers import compact_text

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


def report(folder: PictureFolder) -> Report:
    """Every number of the example, and a picture of it.

    Raises:
        ConvcliError: The two ways make different matrices.
    """
    example = small_example()
    if not example.equal:
        hint = "this is a fault of convcli; please report it"
        raise ConvcliError("the two ways do not agree", hint)
    window = example.window
    return Report(
        title=_title(example),
        facts={
            "filter_size": window.height,
            "stride": window.stride,
            "pad": window.pad,
            "equal": Said(example.equal, f"all elements are same = {example.equal}"),
        },
        tables=[
            _numbers("image", "image", example.image.tolist()),
            _slices("offset", example.offset, "filter_pixel", "column"),
            _slices("position", example.position, "output", "row"),
            _numbers("matrix", f"matrix {example.matrix.shape}", example.matrix.tolist()),
        ],
        notes=what_the_small_example_shows(example),
        folder=folder,
        figures={"small": partial(_figure, example)},
    )


def _title(example: SmallExample) -> str:
    rows, columns = example.image.shape
    window = example.window
    return (
        f"im2col of {rows}x{columns} numbered pixels; filter {window.height}x{window.width}, "
        f"stride {window.stride}, pad {window.pad}"
    )


def _figure(example: SmallExample) -> "Sheet":
    from convcli.views.figures import small_example as figure

    return figure.draw(example, _title(example), what_the_small_example_shows(example))


def _numbers(name: str, title: str, numbers: Sequence[Sequence[int]]) -> Table:
    keys = [str(column) for column in range(len(numbers[0]))]
    columns = [Column(key, numeric=True) for key in ("row", *keys)]
    rows = [{"row": row, **dict(zip(keys, line, strict=True))} for row, line in enumerate(numbers)]
    return Table(columns, rows, title, key=name)


def _slices(way: str, slices: Sequence[Slice], place: str, line: str) -> Table:
    size = "{}x{}".format(*slices[0].pixels.shape)
    columns = (
        Column("slice", numeric=True),
        Column(place, compact_text),
        Column("pixels", _spelled),
        Column(line, numeric=True),
    )
    rows: list[Mapping[str, Any]] = [
        {"slice": one.number, place: one.place, "pixels": one.pixels.tolist(), line: one.line}
        for one in slices
    ]
    return Table(columns, rows, f"by {way}: {len(slices)} slices of {size}", key=way)


def _spelled(pixels: Sequence[Sequence[int]]) -> str:
    return " / ".join(" ".join(map(str, row)) for row in pixels)
