"""One report, said to a reader and to a program."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from convcli.cli.folder import PictureFolder
from convcli.cli.report import Column, Gallery, Report, Said, Table, publish
from convcli.errors import OutputError
from convcli.views.mosaic import Picture, Row
from convcli.views.palette import BYTES, Legend

COLUMNS = (
    Column("name"),
    Column("shape"),
    Column("share_of_zeros", "{:.1%}".format, numeric=True),
)
ROWS = (
    {"name": "W1", "shape": (30, 1, 5, 5), "share_of_zeros": 0.25, "dtype": "float32"},
    {"name": "b\x1b[2J", "shape": (30,), "share_of_zeros": None, "dtype": "float32"},
)
REPORT = Report(
    title="two arrays",
    facts={"sha256": Said("ab12", "SHA-256: ab12"), "bytes": 780},
    tables=[Table(COLUMNS, ROWS, "params.npz", key="parameters")],
    notes=["A quarter of W1 is zero."],
)


def test_a_reader_gets_headings_cells_and_lines(capsys: pytest.CaptureFixture[str]) -> None:
    publish(REPORT, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "two arrays",
        "params.npz",
        "name      shape          share of zeros",
        "───────────────────────────────────────",
        "W1        (30, 1, 5, 5)           25.0%",
        "b\\x1b[2J  (30,)",
        "SHA-256: ab12",
        "A quarter of W1 is zero.",
    ]


def test_a_program_gets_the_same_under_the_same_names(capsys: pytest.CaptureFixture[str]) -> None:
    publish(REPORT, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "sha256": "ab12",
        "bytes": 780,
        "parameters": [{**row, "shape": list(row["shape"])} for row in ROWS],  # type: ignore[call-overload]
    }


def test_rows_that_a_fact_holds_already_are_not_told_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    publish(Report(facts={"nested": {"rows": [1]}}, tables=[Table(COLUMNS, ROWS)]), as_json=True)
    assert json.loads(capsys.readouterr().out) == {"nested": {"rows": [1]}}


def _folder(no_figures: bool = False, out: Path | None = None) -> PictureFolder:
    return PictureFolder("made-up", out, no_figures)


def _write(file: BinaryIO) -> None:
    file.write(b"picture")


def _fail(file: BinaryIO) -> None:
    raise OutputError("cannot write b.png: disk full", "choose another place")


def test_files_are_written_and_named_after_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    saved = Path("saved.txt")
    report = Report(
        tables=[Table(COLUMNS, ROWS)],
        folder=_folder(),
        drawings={"a.png": _write},
        files={saved: lambda: None},
    )
    publish(report, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["wrote saved.txt", "wrote convcli-out/made-up/a.png"]
    assert Path("convcli-out/made-up/a.png").read_bytes() == b"picture"
    publish(report, as_json=True)
    files = json.loads(capsys.readouterr().out)["files"]
    assert files == ["saved.txt", "convcli-out/made-up/a.png"]


def test_without_figures_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(folder=_folder(no_figures=True), drawings={"a.png": _fail})
    publish(report, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"files": []}
    assert not Path("convcli-out").exists()


@pytest.mark.parametrize("as_json", [False, True])
def test_a_full_disk_takes_no_finished_result_away(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    drawings = {"a.png": _write, "b.png": _fail, "c.png": _write}
    report = Report(tables=[Table(COLUMNS, ROWS, key="rows")], folder=_folder(), drawings=drawings)
    with pytest.raises(OutputError, match="disk full; choose another place with --out"):
        publish(report, as_json)
    out = capsys.readouterr().out
    if as_json:
        result = json.loads(out)
        assert len(result["rows"]) == 2
        assert result["files"] == ["convcli-out/made-up/a.png"]
    else:
        assert "(30, 1, 5, 5)" in out
        assert out.endswith("wrote convcli-out/made-up/a.png\n")
    assert [path.name for path in Path("convcli-out/made-up").iterdir()] == ["a.png"]


def test_a_terminal_gets_the_galleries_with_their_legends(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    asked = []

    def gallery() -> Gallery:
        asked.append(True)
        picture = Picture(("grey",), np.zeros((2, 2, 3), np.uint8))
        return Gallery([Row([picture])], [Legend("grey", BYTES)])

    publish(Report(galleries=[gallery]), as_json=False)
    assert "▀▀" in (shown := capsys.readouterr().out)
    assert shown.endswith("grey: black zero, white largest; 0 … 255\n")
    monkeypatch.setenv("NO_COLOR", "1")
    publish(Report(galleries=[gallery]), as_json=False)
    publish(Report(galleries=[gallery]), as_json=True)
    assert asked == [True]


def test_a_folder_is_refused_before_anything_is_made() -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError, match="not a directory; choose another place with --out"):
        _folder(out=Path("taken"))


def _two_parts() -> Iterator[Report]:
    for name, draw in (("first", _write), ("second", _fail)):
        table = Table(COLUMNS, ROWS[:1], key="rows")
        drawings = {f"{name}.png": draw}
        yield Report(title=name, tables=[table], folder=_folder(), drawings=drawings)


def test_parts_are_published_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(title="head", parts=_two_parts(), parts_key="tasks", folder=_folder())
    with pytest.raises(OutputError, match="disk full"):
        publish(report, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["head", "", "first"]
    assert "wrote convcli-out/made-up/first.png" in lines[3:7]
    assert "second" in lines[7:9]


def test_parts_are_a_list_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(parts=_two_parts(), parts_key="tasks", folder=_folder())
    with pytest.raises(OutputError, match="disk full"):
        publish(report, as_json=True)
    result = json.loads(capsys.readouterr().out)
    assert [len(task["rows"]) for task in result["tasks"]] == [1, 1]
    assert result["files"] == ["convcli-out/made-up/first.png"]
