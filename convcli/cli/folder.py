"""The folder that a command's pictures go to."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from convcli.storage.files.writing import atomic_file, check_writable

HOME = Path("convcli-out")


class PictureFolder:
    """Where pictures are written, each of them whole or not at all.

    Args:
        out: The folder the user asked for, or None.
        name: The folder's name under ``convcli-out`` when the user asked for none.

    Raises:
        OutputError: The folder cannot be written; nothing has been made then.
    """

    def __init__(self, out: Path | None, name: str) -> None:
        self.directory = HOME / name if out is None else out
        self.files: list[Path] = []
        check_writable(self.directory)

    def write(self, name: str, draw: Callable[[BinaryIO], None]) -> None:
        """Write one picture and remember it in ``files``.

        Args:
            name: The file's name in this folder.
            draw: Writes the picture to the open file.
        """
        path = self.directory / name
        with atomic_file(path) as file:
            draw(file)
        self.files.append(path)
