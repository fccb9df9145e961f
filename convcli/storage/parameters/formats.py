"""Parameter files: what format a file really has, its arrays, and the checks after any loader."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from convcli.errors import FileError, UsageError
from convcli.storage.files.opening import regular_file
from convcli.storage.parameters.arrays import LARGEST_FILE, check_arrays
from convcli.storage.parameters.npz import read_npz, save_npz
from convcli.text import file_name, printable

SAMPLE = Path("sample_params", "simple_convnet.npz")

_WRITTEN_SUFFIXES = (".npz", ".safetensors")
_PICKLE_SUFFIXES = (".pkl", ".pickle", ".p")
_FORMAT_OF_SUFFIX = {
    ".npz": "npz",
    ".safetensors": "safetensors",
    **dict.fromkeys(_PICKLE_SUFFIXES, "pickle"),
}

# The most that a format adds for an array: its name, shape and dtype, and what holds them together.
MOST_BYTES_AROUND = 512

# How files begin that are often found under the name of a parameter file.
_BEGINNING_BYTES = 1024
_FORMATS_HINT = "give a .npz, a .safetensors or the book's params.pkl"
_DOWNLOAD_HINT = "download the file itself"
_TORCH_HINT = "save its tensors with safetensors.torch.save_file"
_STRANGERS = [
    (b"version https://git-lfs", "a git-LFS pointer in place of the file", "run 'git lfs pull'"),
    (b"\x93NUMPY", "a single array (.npy)", "numpy.savez writes arrays with their names"),
    (b"\x89HDF\r\n", "an HDF5 file, perhaps of Keras", _FORMATS_HINT),
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19", "a PyTorch file", _TORCH_HINT),
    (b"\x1f\x8b", "packed with gzip", "unpack it first"),
]


@dataclass(frozen=True)
class ParameterFile:
    """A parameter file that has been read and checked.

    Attributes:
        path: Where it was read from.
        format: ``pickle``, ``npz`` or ``safetensors``: what it is, whatever its name says.
        arrays: Name to array, in the order of the file; finite numbers of at most 8 dimensions.
            Writable, in the dtype and byte order of the file.
        sha256: SHA-256 of the file.
        size_bytes: Size of the file.
    """

    path: Path
    format: str
    arrays: dict[str, NDArray[Any]]
    sha256: str
    size_bytes: int


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
            kind = _format_of(file, path.suffix.lower())
            arrays = _reader(kind)(file)
            check_arrays(arrays)
        except FileError as error:
            raise FileError(f"{file_name(path)}: {error.message}", error.hint) from error
        size = file.seek(0, 2)
        file.seek(0)
        return ParameterFile(
            path, kind, arrays, hashlib.file_digest(file, "sha256").hexdigest(), size
        )


def save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a parameter file in the format of its suffix, whole or not at all.

    The same arrays give the same bytes. A safetensors file is little-endian and in C order,
    whatever the arrays are.

    Raises:
        UsageError: The suffix is neither ``.npz`` nor ``.safetensors``.
        FileError: :func:`load` would not read the arrays again.
        OutputError: The place cannot be written; what was there before is untouched.
    """
    check_format(path)
    check_arrays(arrays)
    size = sum(array.nbytes + MOST_BYTES_AROUND for array in arrays.values())
    if size > LARGEST_FILE:
        raise FileError(
            f"{file_name(path)} would have more than the {LARGEST_FILE:,} bytes that are read",
            "leave an array out",
        )
    if path.suffix.lower() == ".npz":
        save_npz(path, arrays)
    else:
        from convcli.storage.parameters.safetensors import save_safetensors

        save_safetensors(path, arrays)


def _reader(kind: str) -> Callable[[BinaryIO], dict[str, NDArray[Any]]]:
    # The other formats have machinery of their own, which the sample parameters do without.
    if kind == "pickle":
        from convcli.storage.parameters.pickle.reader import read_pickle

        return read_pickle
    if kind == "safetensors":
        from convcli.storage.parameters.safetensors import read_safetensors

        return read_safetensors
    return read_npz


def check_format(path: Path) -> None:
    """Refuse a name under which no parameters can be saved, before long work begins.

    Raises:
        UsageError: The suffix is neither ``.npz`` nor ``.safetensors``.

    >>> check_format(Path("params.pkl"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    convcli.errors.UsageError: params.pkl: pickles are read but never written, because ...
    """
    suffix = path.suffix.lower()
    if suffix in _WRITTEN_SUFFIXES:
        return
    name = file_name(path)
    problem = f"{name}: no format that parameters are written in"
    if suffix in _PICKLE_SUFFIXES:
        problem = (
            f"{name}: pickles are read but never written, "
            "because opening one elsewhere can run what is in it"
        )
    raise UsageError(problem, f"choose a name that ends in {' or '.join(_WRITTEN_SUFFIXES)}")


def bundled() -> Path:
    """The sample parameters: a SimpleConvNet trained on MNIST by ``convcli train``.

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


def _format_of(file: BinaryIO, suffix: str) -> str:
    """The format of a file, from how it begins; its suffix decides only when that says nothing."""
    file.seek(0)
    beginning = file.read(_BEGINNING_BYTES)
    if not beginning:
        raise FileError("an empty file", _DOWNLOAD_HINT)
    for magic, problem, hint in _STRANGERS:
        if beginning.startswith(magic):
            raise FileError(problem, hint)
    if beginning.lstrip().startswith(b"<"):
        raise FileError("a web page in place of the file", _DOWNLOAD_HINT)
    if beginning.startswith(b"PK"):
        if b"/data.pkl" in beginning:
            raise FileError("a PyTorch file", _TORCH_HINT)
        return "npz"
    # Eight bytes of length come first; a header of four gigabytes would be none.
    if beginning[4:9] == b"\0\0\0\0{":
        return "safetensors"
    if beginning[:1] == b"\x80" or beginning.startswith((b"(dp", b"}q")):
        return "pickle"
    if suffix in _FORMAT_OF_SUFFIX:
        return _FORMAT_OF_SUFFIX[suffix]
    shown = printable(beginning[:8].decode("latin-1"))
    raise FileError(f"begins with '{shown}', no parameter file", _FORMATS_HINT)
