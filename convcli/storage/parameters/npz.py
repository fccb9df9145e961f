"""Arrays in ``.npz`` files: zips whose members are arrays in NumPy's own format.

``numpy.load`` allocates what a header claims, and reads objects with pickle if it is let. Here
every member is checked against the directory of the zip, and its header against the member, before
an array is made. A file of ours may have one member more, which describes the network.

Source of the format: the documentation of ``numpy.lib.format``, versions 1.0, 2.0 and 3.0.
"""

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.files.archives import contents_of, plain_zip
from convcli.storage.files.writing import atomic_file
from convcli.storage.parameters.arrays import (
    MOST_ARRAYS,
    ArrayLayout,
    check_array,
    check_name,
    dtype_of,
)
from convcli.storage.parameters.description import (
    KEY,
    LONGEST_TEXT,
    Contents,
    Description,
    parse_description,
)
from convcli.text import printable

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

SUFFIX = ".npy"
"""How the names of members end that are arrays."""

_MAGIC = b"\x93NUMPY"
# How many bytes say how long the header is, by version.
_LENGTH_BYTES = {b"\x01\x00": 2, b"\x02\x00": 4, b"\x03\x00": 4}
# NumPy's own limit. The header of a plain array has some 120 characters.
_LONGEST_HEADER = 10_000

_LENGTH = r"(?:0|[1-9]\d{0,11})"
# A header is a dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (30, 25), }
_ENTRY = re.compile(
    r" *(?:'descr' *: *'(?P<descr>[^']{1,40})'"
    r"|'fortran_order' *: *(?P<fortran_order>True|False)"
    rf"|'shape' *: *\((?P<shape>|{_LENGTH},|{_LENGTH}(?:, *{_LENGTH})+,?) *\))"
    r" *(?:,|(?=\}))",
    re.ASCII,
)
_KEYS = set(_ENTRY.groupindex)

_DAMAGED = "the file is damaged"


def read_npz(file: BinaryIO) -> Contents:
    """The arrays of an ``.npz`` file, stored or packed, in the order of the file.

    Args:
        file: A seekable binary file.

    Returns:
        Name to array, in the dtype, byte order and memory order of the file, and the description of
        the network if there is one. The arrays are writable and share no memory.

    Raises:
        FileError: The file is no such zip, is damaged, or holds anything else.

    >>> import io
    >>> file = io.BytesIO()
    >>> np.savez(file, b1=np.array([1, 2]))
    >>> read_npz(file).arrays
    {'b1': array([1, 2])}
    """
    arrays: dict[str, NDArray[Any]] = {}
    description = None
    with plain_zip(file, MOST_ARRAYS + 1) as (archive, members):
        for member in members:
            name = _name(member)
            try:
                if name == KEY:
                    description = _description(archive, member)
                else:
                    arrays[name] = array_of(archive, member)
            except FileError as error:
                raise FileError(f"{name}: {error.message}", error.hint) from error
    return Contents(arrays, description)


def save_npz(
    path: Path, arrays: Mapping[str, NDArray[Any]], description: Description | None = None
) -> None:
    """Write arrays to an ``.npz`` file that ``numpy.load`` reads.

    The same arrays and description give the same bytes: nothing in the file tells when it was
    written. To ``numpy.load`` the description is one entry more, ``convcli.json``, of plain bytes.

    Raises:
        FileError: A name or dtype could not be read again.
        OutputError: The place cannot be written; what was there before is untouched.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "sums.npz"
    >>> save_npz(path, {"sum": np.array(3.0)})
    >>> float(np.load(path)["sum"])
    3.0
    """
    from zipfile import ZipFile

    for name, array in arrays.items():
        check_array(name, array)
    text = None if description is None else description.text()
    with atomic_file(path) as file, ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            write_array(archive, f"{name}{SUFFIX}", array)
        if text is not None:
            archive.writestr(entry(KEY), text)


def write_array(archive: "ZipFile", name: str, array: NDArray[Any]) -> None:
    """Put an array into a zip that is being written, as a member of this name."""
    with archive.open(entry(name), "w") as member:
        np.lib.format.write_array(member, array, allow_pickle=False)


def entry(name: str) -> "ZipInfo":
    """A member that tells nothing of when and where it was written."""
    from zipfile import ZipInfo

    # The beginning of time of zip files, and the same system wherever this runs.
    member = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.create_system = 3
    return member


def _name(member: "ZipInfo") -> str:
    """What a member is: the name of an array, or the key of the description."""
    # As the file has it: zipfile's own name of a member ends at a zero byte.
    whole = member.orig_filename
    if whole == KEY:
        return KEY
    if not whole.endswith(SUFFIX):
        raise FileError(
            f"'{printable(whole, 30)}' in it is no .npy array", "write it again with numpy.savez"
        )
    name = whole.removesuffix(SUFFIX)
    check_name(name)
    return name


def _description(archive: "ZipFile", member: "ZipInfo") -> Description:
    if member.file_size > LONGEST_TEXT:
        raise FileError(f"{KEY} of {member.file_size:,} bytes", f"{LONGEST_TEXT:,} are the most")
    return parse_description(b"".join(contents_of(archive, member)))


def array_of(archive: "ZipFile", member: "ZipInfo") -> NDArray[Any]:
    """The array in a member of a zip, checked against the directory before it is made.

    Raises:
        FileError: It is no plain array, or is damaged.
    """
    chunks = contents_of(archive, member)
    start = b""
    while len(start) < _LONGEST_HEADER and (chunk := next(chunks, b"")):
        start += chunk
    layout, header_size = _layout(start)
    if header_size + layout.size_bytes != member.file_size:
        raise FileError(
            f"{member.file_size - header_size:,} bytes for an array of {layout.size_bytes:,}",
            _DAMAGED,
        )
    return layout.array_from(itertools.chain([start[header_size:]], chunks))


def _layout(start: bytes) -> tuple[ArrayLayout, int]:
    """What the header says of the array, and how many bytes it takes."""
    length_bytes = _LENGTH_BYTES.get(start[6:8])
    if not start.startswith(_MAGIC) or length_bytes is None:
        raise FileError("not an array in NumPy's format", _DAMAGED)
    begin = len(_MAGIC) + 2 + length_bytes
    end = begin + int.from_bytes(start[8:begin], "little")
    if end > min(len(start), _LONGEST_HEADER):
        raise FileError(f"a header of {end - begin:,} bytes", _DAMAGED)
    values = _values(start[begin:end].decode("ascii", "backslashreplace").strip())
    lengths = values["shape"].replace(",", " ").split()
    layout = ArrayLayout(
        dtype_of(values["descr"][1:], values["descr"][:1]),
        tuple(int(length) for length in lengths),
        fortran_order=values["fortran_order"] == "True",
    )
    return layout, end


def _values(header: str) -> dict[str, str]:
    """The three values of a header as they are written; nothing is evaluated."""
    values: dict[str, str] = {}
    position = 1
    while match := _ENTRY.match(header, position):
        key = str(match.lastgroup)
        if key in values:
            break
        values[key], position = match[key], match.end()
    if header[:1] + header[position:].strip() != "{}" or set(values) != _KEYS:
        raise FileError("a header that describes no plain array", "only numbers are read")
    return values
