r"""A pickled dictionary of arrays read as data: nothing in the file is imported, called or trusted.

A pickle is a program for a small stack machine, and its ``REDUCE`` calls any function that the
file names. This package has another machine for the same programs. It knows the instructions that a
dictionary of NumPy arrays needs, and works on symbols: a global is a name in a table, a call makes
a note of what the arguments say, a long string is a place in the file. Only when the program has
come to its end, and nothing is left over, are the arrays made from the notes, each from a checked
dtype, shape and number of bytes.

Everything else is refused, with the name of the instruction and the byte at which it stands. The
number of instructions is limited, and with it time and memory: they do not grow with what a file
claims, only with the arrays that it really holds.

The instructions are described in the module ``pickletools`` of Python's standard library, the
states of arrays and dtypes in the documentation of NumPy, under ``numpy.ndarray.__setstate__`` and
``numpy.dtype.__reduce__``.
"""

import re
from collections.abc import Callable
from typing import Any, BinaryIO, TypeAlias

from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.storage.parameters.arrays import MOST_ARRAYS
from convcli.storage.parameters.pickle.machine import Machine
from convcli.storage.parameters.pickle.objects import ArrayObject
from convcli.storage.parameters.pickle.stream import PickleStream

# Protocol 0 is the wordiest, and takes some 50 instructions an array.
MOST_INSTRUCTIONS = 64 * MOST_ARRAYS

_HINT = "only dictionaries of arrays are read"
_DECIMAL = re.compile(rb"-?[0-9]{1,10}")


def read_pickle(file: BinaryIO) -> dict[str, NDArray[Any]]:
    r"""The arrays of a pickled dictionary, in the order of the file.

    Args:
        file: A seekable binary file; all of it is the pickle. Protocols 0 to 5, NumPy 1 and 2.

    Returns:
        Name to array, in the dtype, byte order and memory order of the file. The arrays are
        writable and share no memory, except that an array with two names is one array.

    Raises:
        FileError: The file is anything else; nothing in it has been run.

    >>> import io
    >>> read_pickle(io.BytesIO(b"cos\nsystem\n(S'ls'\ntR."))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    convcli.errors.FileError: global 'os.system' is refused (GLOBAL at byte 0); only ...
    """
    stream = PickleStream(file)
    named = _run(stream)
    arrays: dict[ArrayObject, NDArray[Any]] = {}
    left = stream.size
    for value in named.values():
        if value in arrays or value.contents is None:
            continue
        # Many arrays may refer to the same bytes, which would take more memory than the file, or to
        # the same text, which would be decoded for each of them.
        left -= value.contents.length
        if left < 0:
            raise FileError("arrays that are larger than the file", _HINT)
        arrays[value] = value.contents.read(stream)
    return {name: arrays[value] for name, value in named.items()}


def _run(stream: PickleStream) -> dict[str, ArrayObject]:
    machine = Machine(stream)
    for _ in range(MOST_INSTRUCTIONS):
        _step(machine)
        if machine.result is not None:
            return machine.result
    raise FileError(f"more than {MOST_INSTRUCTIONS:,} pickle instructions", _HINT)


def _step(machine: Machine) -> None:
    offset = machine.stream.position
    opcode = machine.stream.take(1)
    name, execute = _INSTRUCTIONS.get(opcode) or (_REFUSED.get(opcode, "no opcode"), _refuse)
    try:
        execute(machine)
    except FileError as error:
        raise FileError(
            f"{error.message} ({name} at byte {offset})", error.hint or _HINT
        ) from error


def _refuse(machine: Machine) -> None:
    del machine
    raise FileError("an instruction that arrays do not need")


def _decimal(line: bytes) -> int:
    if not _DECIMAL.fullmatch(line):
        raise FileError("a number that is none", "the file is damaged")
    return int(line)


def _push_decimal(machine: Machine) -> None:
    line = machine.stream.line()
    # 00 and 01 are False and True: protocols 0 and 1 have no other way to write them.
    bools = {b"00": False, b"01": True}
    machine.push(bools[line] if line in bools else _decimal(line))


def _push_signed(machine: Machine) -> None:
    machine.push(int.from_bytes(machine.stream.take(4), "little", signed=True))


def _push_global(machine: Machine) -> None:
    module, name = (machine.stream.line().decode("ascii", "backslashreplace") for _ in range(2))
    machine.push_global(module, name)


_Instruction: TypeAlias = tuple[str, Callable[[Machine], None]]

_INSTRUCTIONS: dict[bytes, _Instruction] = {
    b"\x80": ("PROTO", lambda m: m.check_protocol(m.stream.number(1))),
    b"\x95": ("FRAME", lambda m: m.check_frame(m.stream.number(8))),
    b".": ("STOP", lambda m: m.finish()),
    # Constants and numbers
    b"N": ("NONE", lambda m: m.push(None)),
    b"\x88": ("NEWTRUE", lambda m: m.push(True)),
    b"\x89": ("NEWFALSE", lambda m: m.push(False)),
    b"I": ("INT", _push_decimal),
    b"J": ("BININT", _push_signed),
    b"K": ("BININT1", lambda m: m.push(m.stream.number(1))),
    b"M": ("BININT2", lambda m: m.push(m.stream.number(2))),
    # Texts and byte strings
    b"V": ("UNICODE", lambda m: m.push(m.stream.skip_text_line())),
    b"X": ("BINUNICODE", lambda m: m.push(m.stream.skip_text(m.stream.number(4)))),
    b"\x8c": ("SHORT_BINUNICODE", lambda m: m.push(m.stream.skip_text(m.stream.number(1)))),
    b"B": ("BINBYTES", lambda m: m.push(m.stream.skip_bytes(m.stream.number(4)))),
    b"C": ("SHORT_BINBYTES", lambda m: m.push(m.stream.skip_bytes(m.stream.number(1)))),
    b"\x96": ("BYTEARRAY8", lambda m: m.push(m.stream.skip_bytes(m.stream.number(8)))),
    # Tuples
    b"(": ("MARK", lambda m: m.set_mark()),
    b")": ("EMPTY_TUPLE", lambda m: m.push_tuple([])),
    b"\x85": ("TUPLE1", lambda m: m.push_tuple(m.pop_many(1))),
    b"\x86": ("TUPLE2", lambda m: m.push_tuple(m.pop_many(2))),
    b"\x87": ("TUPLE3", lambda m: m.push_tuple(m.pop_many(3))),
    b"t": ("TUPLE", lambda m: m.push_tuple(m.pop_to_mark())),
    # The dictionary
    b"}": ("EMPTY_DICT", lambda m: m.push_dictionary([])),
    b"d": ("DICT", lambda m: m.push_dictionary(m.pop_to_mark())),
    b"s": ("SETITEM", lambda m: m.set_items(m.pop_many(2))),
    b"u": ("SETITEMS", lambda m: m.set_items(m.pop_to_mark())),
    # The memo
    b"p": ("PUT", lambda m: m.memoize(_decimal(m.stream.line()))),
    b"q": ("BINPUT", lambda m: m.memoize(m.stream.number(1))),
    b"r": ("LONG_BINPUT", lambda m: m.memoize(m.stream.number(4))),
    b"\x94": ("MEMOIZE", lambda m: m.memoize()),
    b"g": ("GET", lambda m: m.push_memo(_decimal(m.stream.line()))),
    b"h": ("BINGET", lambda m: m.push_memo(m.stream.number(1))),
    b"j": ("LONG_BINGET", lambda m: m.push_memo(m.stream.number(4))),
    # Functions, calls and states: see pickle_objects
    b"c": ("GLOBAL", _push_global),
    b"\x93": ("STACK_GLOBAL", lambda m: m.push_global_from_stack()),
    b"R": ("REDUCE", lambda m: m.call()),
    b"b": ("BUILD", lambda m: m.set_state()),
}

# The other instructions that there are, for the message that refuses them.
_REFUSED = {
    b"0": "POP",
    b"1": "POP_MARK",
    b"2": "DUP",
    b"F": "FLOAT",
    b"G": "BINFLOAT",
    b"L": "LONG",
    b"\x8a": "LONG1",
    b"\x8b": "LONG4",
    b"S": "STRING",
    b"T": "BINSTRING",
    b"U": "SHORT_BINSTRING",
    b"\x8d": "BINUNICODE8",
    b"\x8e": "BINBYTES8",
    b"\x97": "NEXT_BUFFER",
    b"\x98": "READONLY_BUFFER",
    b"]": "EMPTY_LIST",
    b"l": "LIST",
    b"a": "APPEND",
    b"e": "APPENDS",
    b"\x8f": "EMPTY_SET",
    b"\x90": "ADDITEMS",
    b"\x91": "FROZENSET",
    b"P": "PERSID",
    b"Q": "BINPERSID",
    b"\x82": "EXT1",
    b"\x83": "EXT2",
    b"\x84": "EXT4",
    b"i": "INST",
    b"o": "OBJ",
    b"\x81": "NEWOBJ",
    b"\x92": "NEWOBJ_EX",
}
