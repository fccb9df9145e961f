"""What the values of a pickle stand for, and the few calls that are understood.

Nothing here is the function it is named after: ``Global.RECONSTRUCT`` is a name that was read in a
file, and calling it makes a note that an array is wanted. NumPy's own functions of these names are
never called, because they can be brought to crash by what a file gives them.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.parameters.arrays import ArrayLayout, dtype_of
from convcli.storage.parameters.pickle.stream import Bytes, Latin1, PickleStream, Text
from convcli.text import printable


class Global(Enum):
    """The functions and types that a pickled array names, and nothing more."""

    RECONSTRUCT = "_reconstruct"
    SCALAR = "scalar"
    FROMBUFFER = "_frombuffer"
    NDARRAY = "ndarray"
    DTYPE = "dtype"
    ENCODE = "encode"
    BYTES = "bytes"


_GLOBALS = {
    ("numpy.core.multiarray", "_reconstruct"): Global.RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): Global.RECONSTRUCT,
    ("numpy.core.multiarray", "scalar"): Global.SCALAR,
    ("numpy._core.multiarray", "scalar"): Global.SCALAR,
    ("numpy.core.numeric", "_frombuffer"): Global.FROMBUFFER,
    ("numpy._core.numeric", "_frombuffer"): Global.FROMBUFFER,
    ("numpy", "ndarray"): Global.NDARRAY,
    ("numpy", "dtype"): Global.DTYPE,
    ("_codecs", "encode"): Global.ENCODE,
    ("__builtin__", "bytes"): Global.BYTES,
}


# A tuple of a file can be nested and doubled until comparing or printing it takes for ever. These
# are compared by identity and have no repr of their contents.
@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Tuple:
    """A tuple, and how deep tuples are nested in it: 1 if it holds none."""

    items: tuple["Value", ...]
    depth: int


@dataclass(frozen=True, eq=False, slots=True)
class ArrayContents:
    """Where the bytes of an array stand, and what they mean."""

    layout: ArrayLayout
    contents: Bytes | Latin1
    axes: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        # Before anything is allocated. A byte takes one character or more of a text.
        size, found = self.layout.size_bytes, self.contents.length
        if found < size or (isinstance(self.contents, Bytes) and found > size):
            raise FileError(
                f"an array of {size:,} bytes is given {found:,} bytes", "the file is damaged"
            )

    @property
    def length(self) -> int:
        """Bytes in the file, which are at least as many as those of the array."""
        return self.contents.length

    def read(self, stream: PickleStream) -> NDArray[Any]:
        """The array."""
        array = self.layout.array_from(stream.contents(self.contents))
        return array if self.axes is None else array.transpose(self.axes)


# A pickle names an object before it says what is in it, and may refer to it from elsewhere in
# between. That is why these two are filled in later, once.
@dataclass(eq=False, slots=True)
class DtypeObject:
    """A dtype; its byte order comes with its state."""

    code: str
    dtype: np.dtype[Any] | None = None


@dataclass(eq=False, slots=True)
class ArrayObject:
    """An array; what is in it comes with its state."""

    contents: ArrayContents | None = None


Value: TypeAlias = (
    bool
    | int
    | Bytes
    | Text
    | Latin1
    | Tuple
    | Global
    | DtypeObject
    | ArrayObject
    | dict[str, ArrayObject]
    | None
)


def find_global(module: str, name: str) -> Global:
    """The global of this name, which is looked up in a table and nowhere else.

    Raises:
        FileError: A genuine file does not need it.
    """
    found = _GLOBALS.get((module, name))
    if found is None:
        raise FileError(f"global '{printable(f'{module}.{name}', 36)}' is refused")
    return found


def call(function: Value, arguments: tuple[Value, ...], stream: PickleStream) -> Value:
    """What a call stands for.

    Raises:
        FileError: No array is made by such a call.
    """
    match function, arguments:
        case Global.RECONSTRUCT, (
            Global.NDARRAY,
            Tuple(items=(0,)),
            Bytes(length=1) | Latin1() as kind,
        ) if stream.beginning(kind) == "b":
            return ArrayObject()
        case Global.SCALAR, (DtypeObject(dtype=np.dtype() as dtype), Bytes() | Latin1() as data):
            return ArrayObject(ArrayContents(ArrayLayout(dtype, ()), data))
        case Global.FROMBUFFER, (
            Bytes() as data,
            DtypeObject(dtype=np.dtype() as dtype),
            Tuple(items=shape),
            Text() as order,
            *axes,
        ):
            return ArrayObject(_from_buffer(data, dtype, shape, stream.beginning(order), axes))
        case Global.DTYPE, (Text() as code, 0, 1):
            return DtypeObject(stream.beginning(code))
        case Global.ENCODE, (Text() as text, Text() as codec) if (
            stream.beginning(codec) == "latin1"
        ):
            return Latin1(text)
        case Global.BYTES, ():
            return Bytes(0, 0)
        case Global(), _:
            raise FileError(f"{function.value} is called as NumPy never does")
        case _:
            raise FileError(f"{kind_of(function)} is called")


def set_state(target: Value, state: tuple[Value, ...], stream: PickleStream) -> None:
    """Fill in an array or a dtype.

    Raises:
        FileError: It has its state already, is nothing that has one, or NumPy writes no such state.
    """
    match target, state:
        case ArrayObject(contents=None), (
            1,
            Tuple(items=shape),
            DtypeObject(dtype=np.dtype() as dtype),
            bool() as fortran_order,
            Bytes() | Latin1() as data,
        ):
            layout = ArrayLayout(dtype, _lengths(shape), fortran_order)
            target.contents = ArrayContents(layout, data)
        case DtypeObject(dtype=None), (3, Text() as order, None, None, None, -1, -1, 0):
            target.dtype = dtype_of(target.code, stream.beginning(order))
        case ArrayObject(contents=None) | DtypeObject(dtype=None), _:
            raise FileError(f"{kind_of(target)} is given a state that is no plain number's")
        case ArrayObject() | DtypeObject(), _:
            raise FileError(f"{kind_of(target)} is given a second state")
        case _:
            raise FileError(f"{kind_of(target)} is given a state")


def kind_of(value: Value) -> str:
    """What a value is, for a message: never what is in it."""
    match value:
        case None:
            return "None"
        case bool() | int():
            return "a number"
        case Bytes() | Latin1():
            return "a byte string"
        case Text():
            return "a text"
        case Tuple():
            return "a tuple"
        case Global():
            return f"the function {value.value}"
        case DtypeObject():
            return "a dtype"
        case ArrayObject():
            return "an array"
        case dict():
            return "a dictionary"


def _from_buffer(
    data: Bytes, dtype: np.dtype[Any], shape: tuple[Value, ...], order: str, axes: list[Value]
) -> ArrayContents:
    layout = ArrayLayout(dtype, _lengths(shape), fortran_order=order == "F")
    match order, axes:
        case "C" | "F", []:
            return ArrayContents(layout, data)
        # The memory is that of a C array of this shape, seen with its axes in another order.
        case "K", [Tuple(items=items)] if sorted(_lengths(items)) == list(range(len(shape))):
            return ArrayContents(layout, data, _lengths(items))
        case _:
            raise FileError("an array in an order of axes that there is not")


def _lengths(items: tuple[Value, ...]) -> tuple[int, ...]:
    lengths = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool))
    if len(lengths) < len(items):
        raise FileError("an axis that is no number")
    return lengths
