"""Pickles that would run something, allocate something, or never end, if they were believed."""

import pickle
import struct

import numpy as np

from tests.hostile.genuine import MEBIBYTE, Content, as_pickle, changed, network
from tests.storage.parameters.pickle.parts import (
    BUILD,
    DTYPE,
    EMPTY_DICT,
    EMPTY_TUPLE,
    ENCODE,
    FALSE,
    MARK,
    NDARRAY,
    NONE,
    PLAIN_STATE,
    PROTO,
    RECONSTRUCT,
    REDUCE,
    SCALAR,
    STOP,
    TRUE,
    array,
    byte_string,
    call,
    dtype,
    from_buffer,
    named,
    number,
    shape,
    stack_global,
    state,
    text,
    tuple_of,
    unfilled,
)

GOOD = as_pickle(network())
SYSTEM = call("os", "system", text("touch escaped"))
MEMOIZE = b"\x94"


class _Runs:
    """An object whose pickle runs a command in whoever loads it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("open('escaped', 'w').close()",)


def _before_the_end(more: bytes) -> bytes:
    return GOOD[:-1] + more + STOP


def _in_place_of(old: bytes, new: bytes) -> bytes:
    if GOOD.count(old) == 0:
        raise ValueError(f"no {old!r} in the good pickle")
    return GOOD.replace(old, new, 1)


def _doubled(times: int) -> bytes:
    """A tuple of two to the power of ``times`` items, in as many instructions."""
    return EMPTY_TUPLE + (MEMOIZE + b"2\x86") * times


def _doubled_by_memo(times: int) -> bytes:
    doubled = b"".join(b"q" + bytes([at]) + b"h" + bytes([at]) + b"\x86" for at in range(times))
    return EMPTY_TUPLE + doubled


def _one_buffer() -> bytes:
    """A mebibyte that is a thousand arrays: a gigabyte, if each got its own memory."""
    first = tuple_of(number(1), shape(2**18), dtype(), FALSE, byte_string(bytes(2**20)) + b"q\x01")
    later = tuple_of(number(1), shape(2**18), dtype(), FALSE, b"h\x01")
    arrays = [
        text(f"W{at}") + unfilled() + (later if at else first) + BUILD + b"s" for at in range(1000)
    ]
    return PROTO + EMPTY_DICT + b"".join(arrays) + STOP


def _many_names(mebibytes: int) -> bytes:
    """One array under a thousand names: whatever is done to each is done a thousand times."""
    size = mebibytes * MEBIBYTE
    contents = tuple_of(number(1), shape(size), dtype("i1"), FALSE, byte_string(bytes(size)))
    names = b"".join(text(f"W{at}") + b"h\x05s" for at in range(1, 1000))
    first = text("W0") + unfilled() + b"q\x05" + contents + BUILD + b"s"
    return PROTO + EMPTY_DICT + first + names + STOP


def _one_text() -> bytes:
    """Arrays that share the text that stands for their bytes, six characters for each of them."""
    size = 4 * MEBIBYTE
    first, later = b"V" + b"\\u0000" * size + b"\nq\x05", b"h\x05"
    arrays = [
        text(f"W{at}") + unfilled()
        + tuple_of(number(1), shape(size), dtype("i1"), FALSE,
                   ENCODE + tuple_of(later if at else first, text("latin1")) + REDUCE)
        + BUILD + b"s"
        for at in range(6)
    ]  # fmt: skip
    return PROTO + EMPTY_DICT + b"".join(arrays) + STOP


def _with_dtype(state_of_it: tuple[bytes, ...], code: str = "f4") -> bytes:
    return named(array(of=dtype(code, state_of_it)))


def _with_state(*items: bytes) -> bytes:
    return named(unfilled() + tuple_of(*items) + BUILD)


RUNNING: dict[str, Content] = {
    "a reduced exec": as_pickle(_Runs(), 0),
    "a reduced exec among arrays": as_pickle({**network(), "b9": _Runs()}, 4),
    "os.system": PROTO + SYSTEM + STOP,
    "os.system before the arrays": PROTO + SYSTEM + b"0" + GOOD[2:],
    "os.system after the last array": _before_the_end(SYSTEM + b"0"),
    "os.system as the last thing": _before_the_end(SYSTEM),
    "os.system and a mark taken away": _before_the_end(MARK + SYSTEM + b"1"),
    "os.system, then no opcode": _before_the_end(SYSTEM + b"\xff"),
    "os.system as a value": named(SYSTEM),
    "os.system as a name": PROTO + EMPTY_DICT + SYSTEM + array() + b"s" + STOP,
    "eval from the stack": PROTO + stack_global("builtins", "eval") + STOP,
    "a global nobody calls": _before_the_end(b"cos\nsystem\n0"),
    "a dotted global": PROTO + stack_global("numpy", "ndarray.__new__") + STOP,
    "a dotted module": PROTO + stack_global("os.path", "join") + STOP,
    "a global with a space": _in_place_of(b"cnumpy\nndarray\n", b"cnumpy \nndarray\n"),
    "a global with a carriage return": _in_place_of(b"cnumpy\ndtype\n", b"cnumpy\r\ndtype\r\n"),
    "numpy.load": PROTO + call("numpy", "load", text("/etc/passwd")) + STOP,
    "numpy.matrix": named(RECONSTRUCT + tuple_of(b"cnumpy\nmatrix\n", shape(0), byte_string(b"b"))
                          + REDUCE + state() + BUILD),
    "_reconstruct of dtype": named(RECONSTRUCT + tuple_of(DTYPE, shape(0), byte_string(b"b"))
                                   + REDUCE + state() + BUILD),
    "INST": PROTO + MARK + b"ios\nsystem\n" + STOP,
    "OBJ": PROTO + MARK + NDARRAY + b"o" + STOP,
    "NEWOBJ": PROTO + NDARRAY + tuple_of(shape(3)) + b"\x81" + STOP,
    "NEWOBJ_EX": PROTO + NDARRAY + EMPTY_TUPLE + EMPTY_DICT + b"\x92" + STOP,
    "NEWOBJ at the very end": _before_the_end(NDARRAY + EMPTY_TUPLE + b"\x81"),
    "EXT1": PROTO + b"\x82\x01" + STOP,
    "EXT2": PROTO + b"\x83\x01\x00" + STOP,
    "EXT4": PROTO + b"\x84\x01\x00\x00\x00" + STOP,
    "PERSID": PROTO + b"Pfile\n" + STOP,
    "BINPERSID": PROTO + text("file") + b"Q" + STOP,
    "NEXT_BUFFER": b"\x80\x05\x97" + STOP,
    "READONLY_BUFFER": b"\x80\x05" + byte_string(b"1") + b"\x98" + STOP,
    "_codecs.encode with another codec": named(ENCODE + tuple_of(text("e"), text("zlib")) + REDUCE),
    "bytes with a size": named(call("__builtin__", "bytes", number(2**30))),
    "bytearray with a size": named(call("builtins", "bytearray", number(2**30))),
}  # fmt: skip

LYING: dict[str, Content] = {
    "an array without a state": named(unfilled()),
    "a dtype without a state": named(array(of=dtype(state=None))),
    "an array of objects": as_pickle({"W1": np.array([None, {}], dtype=object)}),
    "a structured array": as_pickle({"W1": np.zeros(3, [("a", "<f4"), ("b", "<i8")])}),
    "a text array": as_pickle({"W1": np.array(["one", "two"])}),
    "a date": as_pickle({"W1": np.array(["2024-01-01"], "M8[D]")}),
    "complex numbers": as_pickle({"W1": np.zeros(3, complex)}),
    "objects in the dtype": _with_dtype((*PLAIN_STATE[:1], text("|"), *PLAIN_STATE[2:]), "O8"),
    "fields in the dtype": _with_dtype(
        (number(3), text("<"), NONE, tuple_of(text("a")), EMPTY_DICT, number(4), number(1), TRUE)
    ),
    "a field outside of the item": _with_dtype(
        (number(3), text("<"), NONE, tuple_of(text("a")),
         EMPTY_DICT + text("a") + tuple_of(dtype(), number(2**30)) + b"s",
         number(4), number(1), number(0))
    ),
    "a dtype of another item size": _with_dtype(
        (*PLAIN_STATE[:5], number(2**30), number(-1), number(0))
    ),
    "a dtype state too short": _with_dtype(PLAIN_STATE[:4]),
    "a dtype state too long": _with_dtype((*PLAIN_STATE, NONE)),
    "a byte order of its own": _with_dtype((number(3), text("\x1b"), *PLAIN_STATE[2:])),
    "a second state of a dtype": named(
        array(of=dtype() + tuple_of(*PLAIN_STATE) + BUILD)
    ),
    "an array state too short": _with_state(number(1), shape(2), dtype(), FALSE),
    "an array state too long": _with_state(
        number(1), shape(2), dtype(), FALSE, byte_string(b"12345678"), NONE
    ),
    "an array state of another version": _with_state(
        number(2), shape(2), dtype(), FALSE, byte_string(b"12345678")
    ),
    "a second state of an array": named(array() + state() + BUILD),
    "a state of a function": named(NDARRAY + state() + BUILD),
    "a state of a dictionary": PROTO + EMPTY_DICT + state() + BUILD + STOP,
    "nine dimensions": named(array(shape=shape(*[1] * 8, 2))),
    "no items along an axis, and many along another": named(
        array(shape=shape(0, 2**31 - 1, 2**31 - 1, 2**31 - 1), data=b"")
    ),
    "a negative axis": named(array(shape=shape(-2))),
    "two negative axes": named(array(shape=shape(-1, -2))),
    "an axis that is no number": named(array(shape=tuple_of(text("2")))),
    "an axis that is True": named(array(shape=tuple_of(TRUE, number(2)))),
    "a very long axis": named(array(shape=tuple_of(b"\x8b\xff\xff\xff\x7f"))),
    "an axis of 2**63": named(array(shape=tuple_of(b"\x8a\x09" + bytes(7) + b"\x80\x00"))),
    "sixty thousand axes": named(array(shape=shape(*[1] * 60_000))),
    "too few bytes": named(array(shape=shape(3))),
    "too many bytes": named(array(shape=shape(1))),
    "a scalar of no dtype": named(SCALAR + tuple_of(NONE, byte_string(b"1234")) + REDUCE),
    "a scalar of too few bytes": named(SCALAR + tuple_of(dtype("f8"), byte_string(b"1")) + REDUCE),
    "an order of axes that there is not": named(from_buffer(shape(2, 3), "Q")),
    "one axis twice": named(from_buffer(shape(2, 3), "K", shape(0, 0))),
    "not a number": as_pickle(changed(b3=np.full(10, np.nan, np.float32))),
    "infinity": as_pickle(changed(W2=np.full((288, 3), -np.inf))),
    "not a number of 16 bits": as_pickle(changed(b1=np.array([np.nan, 0], np.float16)), 5),
    "a text beyond latin1": named(
        unfilled()
        + tuple_of(number(1), shape(2), dtype("i2"), FALSE,
                   ENCODE + tuple_of(text("\u0100\u0100"), text("latin1")) + REDUCE)
        + BUILD
    ),
    "one buffer, a thousand arrays": _one_buffer,
    "one array, a thousand names": lambda: _many_names(4),
    "one text, six arrays": _one_text,
}  # fmt: skip

NO_DICTIONARY: dict[str, Content] = {
    "nothing but a protocol": PROTO,
    "an empty dictionary": as_pickle({}),
    "a list": as_pickle([network()]),
    "an array": as_pickle(network()["W1"]),
    "None": as_pickle(None),
    "a dictionary in it": as_pickle({"W1": network()}),
    "a dictionary in itself": PROTO + EMPTY_DICT + b"q\x00" + text("W1") + b"h\x00s" + STOP,
    "a number in it": as_pickle(network() | {"epoch": 3}),
    "a number as a name": as_pickle(dict(enumerate(network().values()))),
    "bytes as a name": PROTO + EMPTY_DICT + byte_string(b"W1") + array() + b"s" + STOP,
    "a tuple as a name": PROTO + EMPTY_DICT + EMPTY_TUPLE + array() + b"s" + STOP,
    "a name twice": PROTO + EMPTY_DICT + (text("W1") + array() + b"s") * 2 + STOP,
    "a name without a value": PROTO + EMPTY_DICT + MARK + text("W1") + b"u" + STOP,
    "a name with an escape": as_pickle({"\x1b[2J\x1b]0;gone\x07": np.zeros(2)}, 4),
    "a name with markup": as_pickle({"[bold]W1[/bold]": np.zeros(2)}, 4),
    "a name with a newline": as_pickle({"W1\nError: all is well": np.zeros(2)}, 4),
    "a name with a surrogate": named(array(), text("W\udcff")),
    "a name that looks like another": as_pickle({"Ｗ1": np.zeros(2)}, 4),
    "an empty name": as_pickle({"": np.zeros(2)}),
    "a name of 65 letters": as_pickle({"W" * 65: np.zeros(2)}),
    "a name of a megabyte": lambda: as_pickle({"W" * 2**20: np.zeros(2)}),
    "1025 arrays": lambda: as_pickle({f"W{at}": np.zeros(1) for at in range(1025)}),
    "an estimator": PROTO + stack_global("sklearn.svm", "SVC") + EMPTY_TUPLE + b"\x81" + STOP,
    "a tensor": PROTO + b"ctorch._utils\n_rebuild_tensor_v2\n" + STOP,
}

ENDLESS: dict[str, Content] = {
    "a doubled tuple as a value": named(_doubled_by_memo(90)),
    "a doubled tuple as a name": PROTO + EMPTY_DICT + _doubled_by_memo(90) + array() + b"s" + STOP,
    "a doubled tuple by DUP": named(_doubled(90)),
    "two million tuples": lambda: named(EMPTY_TUPLE + b"\x85" * 2_000_000),
    "ten million marks": lambda: PROTO + MARK * 10_000_000 + STOP,
    "ten million Nones": lambda: PROTO + NONE * 10_000_000 + STOP,
    "ten million notes": lambda: PROTO + NONE + MEMOIZE * 10_000_000 + STOP,
    "thirty million digits": lambda: b"I" + b"9" * 30_000_000 + b"\n" + STOP,
    "a text of 60 MB": lambda: b"V" + b"W" * 60_000_000 + b"\n" + STOP,
    "a text without an end": lambda: b"V" + b"W" * 60_000_000,
    "memo index 2**31": PROTO + NONE + b"r\x00\x00\x00\x80" + STOP,
    "memo index -1": b"Np-1\n" + STOP,
    "memo index of 80 digits": b"Np" + b"9" * 80 + b"\n" + STOP,
    "an empty place in the memo": PROTO + b"h\x63" + STOP,
    "a frame of 2**64 bytes": b"\x80\x04\x95" + b"\xff" * 8 + GOOD[2:],
    "a byte string of 2**32 bytes": named(b"B" + b"\xff" * 4 + b"1234"),
    "a byte string of 2**63 bytes": named(b"\x8e" + struct.pack("<Q", 2**63) + b"1234"),
    "a bytearray of 2**62 bytes": named(b"\x96" + struct.pack("<Q", 2**62) + b"1234"),
    "a text of 2**63 bytes": named(b"\x8d" + struct.pack("<Q", 2**63) + b"1234"),
    "a long of 2**31 bytes": named(b"\x8b\xff\xff\xff\x7f1234"),
    "protocol 6": b"\x80\x06" + GOOD[2:],
    "a protocol in the middle": _before_the_end(b"\x80\x02"),
    "a second pickle": GOOD + GOOD,
    "a newline behind the end": GOOD + b"\n",
    "a script behind the end": GOOD + b"\nimport os\n",
    "no end": GOOD[:-1],
    "half a file": GOOD[: len(GOOD) // 2],
    "a byte too few in the middle": GOOD[:300] + GOOD[301:],
    "no opcode": _before_the_end(b"\x00"),
    "values left over": PROTO + NONE + GOOD[2:],
    "a mark left over": PROTO + MARK + GOOD[2:],
}

HOSTILE = RUNNING | LYING | NO_DICTIONARY | ENDLESS

CONTROLS: dict[str, Content] = {
    f"protocol {protocol}": as_pickle(network(), protocol)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
}
