"""The file that ``--save-arrays`` names."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from convcli.cli.hints import advised
from convcli.errors import OutputError
from convcli.storage.files.writing import check_writable
from convcli.storage.parameters.npz import save_npz

HINT = "choose another place with --save-arrays"


def array_file(
    path: Path | None, arrays: Mapping[str, NDArray[Any]]
) -> dict[Path, Callable[[], None]]:
    """What writes the arrays, as a report's ``files``; nothing is written yet.

    Args:
        path: Where they go; None where the user asked for no file.
        arrays: Any shapes and dtypes, by their names.

    Raises:
        OutputError: Nothing can be written there.
    """
    if path is None:
        return {}
    with advised(OutputError, HINT):
        check_writable(path.parent)
    return {path: partial(_save, path, arrays)}


def _save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    with advised(OutputError, HINT):
        save_npz(path, arrays)
