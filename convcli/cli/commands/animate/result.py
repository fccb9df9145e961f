"""What ``convcli animate`` leaves: it plays in the terminal, or becomes files."""

from functools import partial
from io import BytesIO
from typing import Any, BinaryIO

from convcli.cli import console, inputs
from convcli.cli.filming import (
    USUAL_KIND,
    Motion,
    Packed,
    Wanted,
    packed_film,
    require_affordable_frame,
)
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Column, Report, Table, publish

COLUMNS = (
    Column("file"),
    *(Column(key, "{:,}".format, numeric=True) for key in ("frames", "width", "height", "bytes")),
    Column("seconds", "{:.2f}".format, numeric=True),
)


def show(motion: Motion, wanted: Wanted) -> None:
    """Play it where a terminal can and no file is asked for; else draw it, then write it."""
    require_affordable_frame(motion)
    if not wanted.asks_for_a_file and console.can_move():
        # Only a terminal needs it.
        from convcli.cli.commands.animate.playing import play

        play(motion, wanted)
        return
    folder = PictureFolder(f"animate-{motion.name}-{motion.shown.slug}", wanted.out, False)
    packed = packed_film(motion, wanted)
    inputs.announce(motion.shown, motion.opened)
    publish(_report(motion, packed, wanted.kind or USUAL_KIND, folder), wanted.as_json)


def _report(motion: Motion, packed: Packed, kind: str, folder: PictureFolder) -> Report:
    from convcli.views.animation import contact_sheet

    film, sheet = packed.film, BytesIO()
    shown = contact_sheet.write(sheet, film)
    contents = {
        f"{motion.name}.{kind}": packed.data, f"{motion.name}-sheet.png": sheet.getvalue()
    }  # fmt: skip
    details = ((len(film.schedule), film.size, film.seconds),
               (shown, contact_sheet.size_of(film), None))  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"file": name, "frames": frames, "width": size[0], "height": size[1],
         "bytes": len(data), "seconds": seconds}
        for (name, data), (frames, size, seconds) in zip(contents.items(), details, strict=True)
    ]  # fmt: skip
    return Report(
        title=film.scene.title,
        facts={
            "image": motion.shown.title, "params": motion.opened.name, **motion.facts,
            "steps": motion.steps,
        },
        tables=[Table(COLUMNS, rows, key="pictures")],
        notes=[] if packed.merged == 1 else [_colours_note(packed.merged)],
        folder=folder,
        drawings={name: partial(_write, data=data) for name, data in contents.items()},
    )  # fmt: skip


def _write(file: BinaryIO, data: bytes) -> None:
    file.write(data)


def _colours_note(merged: int) -> str:
    return (
        f"A GIF holds 256 colours, so {merged} neighbouring shades of a scale are one; "
        "--format webp and --format html keep all."
    )
