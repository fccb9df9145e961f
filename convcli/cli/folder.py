"""The folder that a command's pictures go to."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from convcli.cli.figure_style import chosen_style
from convcli.cli.hints import advised
from convcli.errors import OutputError
from convcli.storage.files.writing import atomic_file, check_writable

HOME = Path("convcli-out")
HINT = "choose another place with --out"

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet

Drawing = Callable[[BinaryIO], None]
Draft = Callable[[], "Sheet"]


class PictureFolder:
    """Where pictures are written, each of them whole or not at all.

    Args:
        name: The folder's name under ``convcli-out`` when the user asked for none.
        out: The folder the user asked for, or None.
        no_figures: Whether the user wants no pictures; nothing is written then.

    Raises:
        OutputError: The folder cannot be written; nothing has been made then.
    """

    def __init__(self, name: str, out: Path | None, no_figures: bool) -> None:
        self.is_wanted = not no_figures
        self._style = chosen_style()
        self._directory = HOME / name if out is None else out
        if self.is_wanted:
            with advised(OutputError, HINT):
                check_writable(self._directory)

    def write(self, name: str, draw: Drawing) -> Path:
        """Write one picture.

        Args:
            name: The file's name in this folder.
            draw: Writes the picture to the open file.

        Raises:
            OutputError: It could not be written.
        """
        # NumPy is imported with it, and a command may draw nothing.
        from convcli.views.themes import drawn_in

        path = self.path(name)
        with advised(OutputError, HINT), atomic_file(path) as file, drawn_in(self._style.theme):
            draw(file)
        return path

    def write_figure(self, stem: str, draft: Draft) -> Path:
        """Write one figure in the format that the user chose.

        Args:
            stem: The file's name without its ending.
            draft: Lays the figure out.

        Raises:
            OutputError: It could not be written.
        """
        style = self._style

        def draw(file: BinaryIO) -> None:
            draft().save(file, style.file_format, wide=style.wide)

        return self.write(f"{stem}.{style.file_format}", draw)

    def path(self, name: str) -> Path:
        """Where a picture of that name is, or will be."""
        return self._directory / name
