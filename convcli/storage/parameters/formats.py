"""Parameter files: one table of formats, and what every file goes through whatever its format.

To add a format is to add a row: how its files begin, and the functions that read and write them.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from numpy.typing import NDArray

from convcli.errors import FileError, UsageError
from convcli.storage.files.opening import regular_file
from convcli.storage.files.strangers import stranger_of
from convcli.storage.parameters.arrays import LARGEST_FILE, check_arrays
from convcli.storage.parameters.description import Contents, Description
from convcli.storage.parameters.unread import unread_format_of
from convcli.text import file_name, printable

SAMPLE = Path("sample_params", "simple_convnet.npz")

MOST_BYTES_AROUND = 512
"""The most that a format adds for an array: its name, shape and dtype, and what holds them
together."""

_BEGINNING_BYTES = 1024

Arrays: TypeAlias = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Format:
    """One format of parameter files.

    Attributes:
        name: What users call it.
        suffixes: How the names of its files end, in lower case.
        sniff: Whether a file that begins with these bytes has this format.
        read: Reads an open file. Nothing in the file is run, and nothing allocated for a claim.
        write: Writes a file whole or not at all; None for a format that is only read.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[BinaryIO], Contents]
    write: Callable[[Path, Arrays, Description | None], None] | None = None


# Each format has machinery of its own, imported for its own files only.
def _read_npz(file: BinaryIO) -> Contents:
    from convcli.storage.parameters.npz import read_npz

    return read_npz(file)


def _write_npz(path: Path, arrays: Arrays, description: Description | None) -> None:
    from convcli.storage.parameters.npz import save_npz

    save_npz(path, arrays, description)


def _is_safetensors(beginning: bytes) -> bool:
    # Eight bytes of length come first; a header of four gigabytes would be none.
    return beginning[4:9] == b"\0\0\0\0{"


def _read_safetensors(file: BinaryIO) -> Contents:
    from convcli.storage.parameters.safetensors import read_safetensors

    return read_safetensors(file)


def _write_safetensors(path: Path, arrays: Arrays, description: Description | None) -> None:
    from convcli.storage.parameters.safetensors import save_safetensors

    save_safetensors(path, arrays, description)


def _is_pickle(beginning: bytes) -> bool:
    return beginning.startswith((b"\x80", b"(dp", b"}q"))


def _read_pickle(file: BinaryIO) -> Contents:
    from convcli.storage.parameters.pickle.reader import read_pickle

    return Contents(read_pickle(file))


FORMATS: tuple[Format, ...] = (
    Format("npz", (".npz",), lambda start: start.startswith(b"PK"), _read_npz, _write_npz),
    Format(
        "safetensors", (".safetensors",), _is_safetensors, _read_safetensors, _write_safetensors
    ),
    # Pickles are never written: opening one elsewhere can run what is in it.
    Format("pickle", (".pkl", ".pickle", ".p"), _is_pickle, _read_pickle),
)
"""In the order in which a file's beginning is shown to them."""


@dataclass(frozen=True)
class ParameterFile:
    """A parameter file that has been read and checked.

    Attributes:
        path: Where it was read from.
        format: The name of its format: what it is, whatever its name says.
        arrays: Name to array, in the order of the file; finite numbers of at most 8 dimensions.
            Writable, in the dtype and byte order of the file.
        sha256: SHA-256 of the file.
        size_bytes: Size of the file.
        description: The network that the arrays are for, if the file says it.
    """

    path: Path
    format: str
    arrays: dict[str, NDArray[Any]]
    sha256: str
    size_bytes: int
    description: Description | None = None


def load(path: Path) -> ParameterFile:
    """Read a parameter file; its format is told from what is in it.

    Whether the arrays fit a network is not asked here.

    Raises:
        FileError: It is missing, unreadable, larger than 256 MiB, damaged, or holds anything but
            named arrays of finite numbers. Nothing in a file is ever run.

    >>> import tempfile
    >>> import numpy as np
    >>> path = Path(tempfile.mkdtemp()) / "filters.npz"
    >>> save(path, {"b1": np.zeros(30, np.float32)})
    >>> file = load(path)
    >>> file.format, file.arrays["b1"].shape
    ('npz', (30,))
    """
    with regular_file(path, LARGEST_FILE) as file:
        try:
            file_format = _format_of(file, path.suffix.lower())
            contents = file_format.read(file)
            check_arrays(contents.arrays)
        except FileError as error:
            raise FileError(f"{file_name(path)}: {error.message}", error.hint) from error
        size = file.seek(0, 2)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ParameterFile(
        path, file_format.name, contents.arrays, digest, size, contents.description
    )


def save(path: Path, arrays: Arrays, description: Description | None = None) -> None:
    """Write a parameter file in the format of its suffix, whole or not at all.

    The same arrays and description give the same bytes. A safetensors file is little-endian and in
    C order, whatever the arrays are.

    Args:
        path: Where to; the suffix says the format.
        arrays: Name to array.
        description: The network that they are for; :func:`load` gives it back.

    Raises:
        UsageError: No format is written under this suffix.
        FileError: :func:`load` would not read the arrays again.
        OutputError: The place cannot be written; what was there before is untouched.
    """
    write = _writer(path)
    check_arrays(arrays)
    size = sum(array.nbytes + MOST_BYTES_AROUND for array in arrays.values())
    if size > LARGEST_FILE:
        raise FileError(
            f"{file_name(path)} would have more than the {LARGEST_FILE:,} bytes that are read",
            "leave an array out",
        )
    write(path, arrays, description)


def check_format(path: Path) -> None:
    """Refuse a name under which no parameters can be saved, before long work begins.

    Raises:
        UsageError: No format is written under this suffix.

    >>> check_format(Path("params.pkl"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    convcli.errors.UsageError: params.pkl: pickle files are read but never written; choose ...
    """
    _writer(path)


def bundled() -> Path:
    """The sample parameters: the book's network of chapter 7, trained by ``convcli train``.

    Raises:
        FileError: They are neither in the installed package nor beside it in a checkout.
    """
    package = Path(__file__).parents[2]
    for folder in (package, package.parent):
        if (folder / SAMPLE).is_file():
            return folder / SAMPLE
    raise FileError(
        f"{SAMPLE.name}: the sample parameters are not installed",
        "give a parameter file of your own",
    )


def _writer(path: Path) -> Callable[[Path, Arrays, Description | None], None]:
    named = _format_named(path.suffix.lower())
    if named is not None and named.write is not None:
        return named.write
    problem = "no format that parameters are written in"
    if named is not None:
        problem = f"{named.name} files are read but never written"
    suffixes = [suffix for known in FORMATS if known.write for suffix in known.suffixes]
    raise UsageError(
        f"{file_name(path)}: {problem}", f"choose a name that ends in {' or '.join(suffixes)}"
    )


def _format_named(suffix: str) -> Format | None:
    return next((known for known in FORMATS if suffix in known.suffixes), None)


def _format_of(file: BinaryIO, suffix: str) -> Format:
    """The format of a file, from how it begins; its suffix decides only when that says nothing."""
    file.seek(0)
    beginning = file.read(_BEGINNING_BYTES)
    if stranger := stranger_of(beginning):
        what, hint = stranger
        raise FileError(f"{what} in place of the file" if beginning else what, hint)
    if unread := unread_format_of(beginning):
        raise FileError(unread.name, unread.hint)
    known = next((known for known in FORMATS if known.sniff(beginning)), _format_named(suffix))
    if known is None:
        shown = printable(beginning[:8].decode("latin-1"))
        raise FileError(
            f"begins with '{shown}', no parameter file",
            "give a .npz, a .safetensors or the book's params.pkl",
        )
    return known
