"""What an array in a parameter file may be, and how its bytes become an array.

Every format says somewhere which dtype and shape its arrays have. That is only a claim until it has
been checked here: nothing is allocated for a claim that the rules below or the size of the file
contradict.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.files.opening import MEBIBYTE
from convcli.text import printable

LARGEST_FILE = 256 * MEBIBYTE
MOST_ARRAYS = 1024
MOST_DIMENSIONS = 8
LONGEST_NAME = 64

_NAME = re.compile(rf"[A-Za-z0-9_.]{{1,{LONGEST_NAME}}}")
# What NumPy, safetensors and this program all understand. bool is no number, and float128 differs
# from machine to machine.
_DTYPES = {
    (order, code): np.dtype(order + code)
    for orders, codes in [
        ("|", ["i1", "u1"]),
        ("<>", ["f2", "f4", "f8", "i2", "i4", "i8", "u2", "u4", "u8"]),
    ]
    for order in orders
    for code in codes
}
DTYPES_HINT = "floats of 16, 32 or 64 bits and integers are read"


def dtype_of(code: str, byte_order: str) -> np.dtype[Any]:
    """The dtype of a kind, an item size and a byte order, if parameters may have it.

    Args:
        code: Kind and bytes of an item, such as ``f8``.
        byte_order: ``<`` or ``>``, and ``|`` for items of one byte.

    Raises:
        FileError: No such dtype, or one that is no plain number.

    >>> dtype_of("f4", ">")
    dtype('>f4')
    """
    dtype = _DTYPES.get((byte_order, code))
    if dtype is None:
        raise FileError(f"dtype '{printable(byte_order + code, 20)}' is not read", DTYPES_HINT)
    return dtype


@dataclass(frozen=True)
class ArrayLayout:
    """Dtype and shape of an array that a file claims to hold, checked when it is made.

    Attributes:
        dtype: One of :func:`dtype_of`.
        shape: At most 8 dimensions, none negative.
        fortran_order: Whether the first index runs fastest in the file, and then in the array.

    Raises:
        FileError: The shape cannot be that of parameters.

    >>> ArrayLayout(np.dtype("f4"), (30, 1, 5, 5)).size_bytes
    3000
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran_order: bool = False

    def __post_init__(self) -> None:
        if len(self.shape) > MOST_DIMENSIONS:
            raise FileError(
                f"an array of {len(self.shape)} dimensions", f"{MOST_DIMENSIONS} are the most"
            )
        if any(length < 0 for length in self.shape):
            raise FileError("an array of negative size", "the file is damaged")
        # An axis of length 0 makes the array empty, but must not hide that another one is absurd.
        if math.prod(max(length, 1) for length in self.shape) > LARGEST_FILE // self.dtype.itemsize:
            raise FileError(
                f"an array of more than {LARGEST_FILE // MEBIBYTE} MiB", "the file is damaged"
            )

    @property
    def size_bytes(self) -> int:
        """Bytes that the array takes, in the file and in memory."""
        return math.prod(self.shape) * self.dtype.itemsize

    def array_from(self, chunks: Iterable[bytes]) -> NDArray[Any]:
        """The array made of these bytes: its own memory, aligned, writable, of the file's dtype.

        Raises:
            FileError: There are fewer or more bytes than the layout says.

        >>> ArrayLayout(np.dtype("i2"), (2,)).array_from([b"12", b"34"])
        array([12849, 13363], dtype=int16)
        """
        flat = np.empty(math.prod(self.shape), self.dtype)
        target = flat.view(np.uint8).data
        position = 0
        for chunk in chunks:
            end = position + len(chunk)
            if end > len(target):
                raise self._miscounted("more")
            target[position:end] = chunk
            position = end
        if position < len(target):
            raise self._miscounted("fewer")
        return flat.reshape(self.shape, order="F" if self.fortran_order else "C")

    def _miscounted(self, how: str) -> FileError:
        return FileError(
            f"an array of {self.size_bytes:,} bytes holds {how} bytes", "the file is damaged"
        )


def check_name(name: str) -> None:
    """Refuse a name that could do harm or mischief where it is shown.

    Raises:
        FileError: It is not made of 1 to 64 of the characters A-Z, a-z, 0-9, _ and the full stop.
    """
    if not _NAME.fullmatch(name):
        raise FileError(
            f"an array is named '{printable(name, 30)}'",
            f"1 to {LONGEST_NAME} letters, digits, _ and . are read",
        )


def check_array(name: str, array: NDArray[Any]) -> None:
    """Refuse an array, or the name of one, that a parameter file may not hold.

    Raises:
        FileError: The name, the dtype or the shape is against the rules.
    """
    check_name(name)
    dtype_of(array.dtype.str[1:], array.dtype.str[:1])
    ArrayLayout(array.dtype, array.shape)


def check_arrays(arrays: Mapping[str, NDArray[Any]]) -> None:
    """The check after any loader: names, number, size, dtypes, dimensions, and finite numbers only.

    Raises:
        FileError: One of the rules does not hold; the message names the array.

    >>> check_arrays({"b1": np.array([0.5, np.nan])})
    Traceback (most recent call last):
        ...
    convcli.errors.FileError: b1 holds values that are not finite; was the training divergent?
    """
    if not arrays:
        raise FileError("no arrays in it", "is it the right file?")
    if len(arrays) > MOST_ARRAYS:
        raise FileError(f"{len(arrays):,} arrays in it", f"{MOST_ARRAYS:,} are the most")
    # An array may have many names in a pickle, and all that is done to arrays is done for each.
    size = sum(array.nbytes for array in arrays.values())
    if size > LARGEST_FILE:
        raise FileError(f"arrays of {size:,} bytes in all", f"{LARGEST_FILE:,} are the most")
    for name, array in arrays.items():
        check_array(name, array)
        if not _is_finite(array):
            raise FileError(
                f"{name} holds values that are not finite", "was the training divergent?"
            )


def _is_finite(array: NDArray[Any]) -> bool:
    if array.dtype.kind != "f":
        return True
    # In pieces, so that the check of a large array takes no memory of its size.
    pieces = np.nditer(array, flags=["external_loop", "buffered", "zerosize_ok"], buffersize=2**16)
    return all(bool(np.isfinite(piece).all()) for piece in pieces)
