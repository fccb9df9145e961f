"""Pickles that name or call more than a dictionary of arrays needs: refused, and nothing happens.

Each attack is a genuine file with one thing wrong.
"""

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.storage.parameters.pickle.reader import read_pickle
from tests.storage.parameters.pickle.parts import (
    BUILD,
    DTYPE,
    EMPTY_DICT,
    EMPTY_TUPLE,
    ENCODE,
    FALSE,
    FROMBUFFER,
    GENUINE,
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
from tests.storage.refusals import assert_refused

SYSTEM = call("os", "system", text("exit 1"))

GLOBALS = {
    "os.system": (named(SYSTEM), r"global 'os.system' is refused \(GLOBAL at byte 10\)"),
    "builtins.eval": (
        named(stack_global("builtins", "eval") + tuple_of(text("1")) + REDUCE),
        r"global 'builtins.eval' is refused \(STACK_GLOBAL at byte \d+\)",
    ),
    "its own import": (named(call("antigravity", "geohash")), "global 'antigravity.geohash'"),
    "dotted name": (named(stack_global("numpy", "ndarray.dump")), "global 'numpy.ndarray.dump'"),
    "dotted module": (named(stack_global("numpy.ndarray", "dtype")), "'numpy.ndarray.dtype'"),
    "dotted _reconstruct": (
        named(stack_global("numpy.core", "multiarray._reconstruct")),
        r"'numpy.core.multiarray._reconstruct' is refused",
    ),
    "numpy.load": (named(call("numpy", "load", text("x"))), "global 'numpy.load' is refused"),
    "numpy.memmap": (named(call("numpy", "memmap", text("x"))), "global 'numpy.memmap'"),
    "numpy pickle": (
        named(call("numpy.lib.npyio", "load", text("x"))),
        "global 'numpy.lib.npyio.load'",
    ),
    "builtins.bytes": (named(call("builtins", "bytes", number(2**30))), "'builtins.bytes'"),
    "bytearray": (named(call("builtins", "bytearray", number(2**30))), "'builtins.bytearray'"),
    "getattr": (named(call("__builtin__", "getattr")), "global '__builtin__.getattr'"),
    "copyreg": (named(call("copyreg", "_reconstructor")), "global 'copyreg._reconstructor'"),
    "OrderedDict": (named(call("collections", "OrderedDict")), "'collections.OrderedDict'"),
    "a control character": (
        named(stack_global("os\x1b[2J", "system")),
        r"global 'os\\x1b\[2J.system' is refused",
    ),
    "a long name": (named(stack_global("a" * 10**6, "b")), "global 'a+…a+.b' is refused"),
    "a number as name": (named(number(1) + text("x") + b"\x93"), "a number in place of a name"),
    "a line without an end": (PROTO + b"c" + b"a" * 10**6, "a line without an end"),
}

CALLS = {
    "bytes with a size": (
        named(call("__builtin__", "bytes", number(2**30))),
        r"bytes is called as NumPy never does \(REDUCE",
    ),
    "ndarray": (named(NDARRAY + tuple_of(shape(2**30)) + REDUCE), "ndarray is called as NumPy"),
    "encode to utf-7": (
        named(ENCODE + tuple_of(text("a"), text("utf-7")) + REDUCE),
        "encode is called as NumPy never does",
    ),
    "encode with errors": (
        named(ENCODE + tuple_of(text("a"), text("latin1"), text("ignore")) + REDUCE),
        "encode is called as NumPy never does",
    ),
    "encode nothing": (named(ENCODE + EMPTY_TUPLE + REDUCE), "encode is called"),
    "_reconstruct of another type": (
        named(RECONSTRUCT + tuple_of(DTYPE, shape(0), byte_string(b"b")) + REDUCE),
        "_reconstruct is called as NumPy never does",
    ),
    "_reconstruct of a size": (
        named(RECONSTRUCT + tuple_of(NDARRAY, shape(2**30), byte_string(b"b")) + REDUCE),
        "_reconstruct is called as NumPy never does",
    ),
    "_reconstruct of objects": (
        named(RECONSTRUCT + tuple_of(NDARRAY, shape(0), byte_string(b"O")) + REDUCE),
        "_reconstruct is called as NumPy never does",
    ),
    "_reconstruct without state": (named(unfilled()), r"W1 is an array without contents"),
    "_reconstruct without state, in between": (
        PROTO + EMPTY_DICT + MARK + text("W1") + array() + text("b1") + unfilled() + b"u" + STOP,
        "b1 is an array without contents",
    ),
    "scalar of a dtype without state": (
        named(SCALAR + tuple_of(dtype(state=None), byte_string(b"1234")) + REDUCE),
        "scalar is called as NumPy never does",
    ),
    "scalar of too few bytes": (
        named(SCALAR + tuple_of(dtype("f8"), byte_string(b"1234")) + REDUCE),
        "an array of 8 bytes is given 4 bytes",
    ),
    "scalar of objects": (
        named(SCALAR + tuple_of(dtype("O8"), byte_string(b"\0" * 8)) + REDUCE),
        "dtype '<O8' is not read",
    ),
    "_frombuffer of too few": (named(from_buffer(shape(7), "C")), "28 bytes is given 24 bytes"),
    "_frombuffer of too many": (named(from_buffer(shape(5), "C")), "20 bytes is given 24 bytes"),
    "_frombuffer in no order": (named(from_buffer(shape(6), "A")), "order of axes that there is"),
    "_frombuffer without axes": (named(from_buffer(shape(6), "K")), "order of axes that there is"),
    "_frombuffer with axes for C": (
        named(from_buffer(shape(2, 3), "C", shape(1, 0))),
        "order of axes that there is not",
    ),
    "_frombuffer with axes twice": (
        named(from_buffer(shape(2, 3), "K", shape(0, 0))),
        "order of axes that there is not",
    ),
    "_frombuffer with far axes": (
        named(from_buffer(shape(2, 3), "K", shape(-1, 2**31 - 1))),
        "order of axes that there is not",
    ),
    "_frombuffer with too few axes": (
        named(from_buffer(shape(2, 3), "K", shape(0))),
        "order of axes that there is not",
    ),
    "_frombuffer of true": (named(from_buffer(tuple_of(TRUE), "C")), "an axis that is no number"),
    "_frombuffer of a text": (
        named(FROMBUFFER + tuple_of(text("a" * 8), dtype(), shape(2), text("C")) + REDUCE),
        "_frombuffer is called as NumPy never does",
    ),
    "dtype of a tuple": (named(DTYPE + tuple_of(tuple_of(), FALSE, TRUE) + REDUCE), "dtype is ca"),
    "dtype to be aligned": (named(DTYPE + tuple_of(text("f4"), TRUE, TRUE) + REDUCE), "dtype is c"),
    "a call of an array": (named(array() + EMPTY_TUPLE + REDUCE), "an array is called"),
    "a call of None": (named(NONE + EMPTY_TUPLE + REDUCE), r"None is called \(REDUCE"),
    "a call with a number": (named(DTYPE + number(1) + REDUCE), "a number in place of a tuple"),
    "a call of nothing": (PROTO + EMPTY_TUPLE + REDUCE + STOP, "a value is missing"),
}

DTYPES = {
    code: (named(array(of=dtype(code))), f"dtype '<{code}' is not read")
    for code in ["O8", "O", "V8", "S4", "U2", "M8", "m8", "c8", "c16", "f16", "b1", "f3", "i1", ""]
} | {
    "a list of fields": (named(array(of=dtype("i4,f4"))), "dtype '<i4,f4' is not read"),
    "a dtype with braces": (named(array(of=dtype("(1000000)f4"))), "dtype '<.1000000.f4' is not"),
    "a long dtype": (named(array(of=dtype("f" * 10**6))), "dtype '<f+…f+' is not read"),
}


def with_state(**changes: bytes) -> bytes:
    fields = ["version", "order", "subarray", "names", "fields", "size", "alignment", "flags"]
    values = dict(zip(fields, PLAIN_STATE, strict=True)) | changes
    return named(array(of=dtype(state=tuple(values.values()))))


NO_PLAIN_STATE = "a dtype is given a state that is no plain number's"

STATES = {
    "fields": (
        with_state(names=tuple_of(text("a")), fields=EMPTY_DICT + text("a") + NONE + b"s"),
        "a is None, not an array",
    ),
    "names of fields": (with_state(names=tuple_of(text("a"))), NO_PLAIN_STATE),
    "a subarray": (with_state(subarray=tuple_of(dtype(), number(10**9))), NO_PLAIN_STATE),
    "an item size": (with_state(size=number(2**30)), NO_PLAIN_STATE),
    "an alignment": (with_state(alignment=number(8)), NO_PLAIN_STATE),
    "object flags": (with_state(flags=number(63)), NO_PLAIN_STATE),
    "another version": (with_state(version=number(4)), NO_PLAIN_STATE),
    "metadata": (with_state(metadata=EMPTY_DICT), NO_PLAIN_STATE),
    "an unknown order": (with_state(order=text("!")), "dtype '!f4' is not read"),
    "native order": (with_state(order=text("=")), "dtype '=f4' is not read"),
    "order of one byte": (with_state(order=text("|")), r"dtype '\|f4' is not read"),
    "a short dtype state": (named(array(of=dtype(state=PLAIN_STATE[:5]))), NO_PLAIN_STATE),
    "an empty dtype state": (named(array(of=dtype(state=()))), NO_PLAIN_STATE),
    "a dtype without state": (
        named(array(of=dtype(state=None))),
        "an array is given a state that is no plain number's",
    ),
    "a second dtype state": (
        named(array(of=dtype() + tuple_of(*PLAIN_STATE) + BUILD)),
        "a dtype is given a second state",
    ),
    "a second array state": (
        named(array() + state() + BUILD),
        "an array is given a second state",
    ),
    "a state for a buffer": (
        named(from_buffer(shape(6), "C") + state() + BUILD),
        "an array is given a second state",
    ),
    "a second state through the memo": (
        PROTO + EMPTY_DICT + text("W1") + array() + b"q\0s" + text("b1") + b"h\0" + state() + BUILD
        + b"s" + STOP,
        "an array is given a second state",
    ),
    "a state for a function": (named(RECONSTRUCT + state() + BUILD), "_reconstruct is given a st"),
    "a state for a type": (named(NDARRAY + state() + BUILD), "function ndarray is given a state"),
    "a state for a dictionary": (PROTO + EMPTY_DICT + state() + BUILD + STOP, "a dictionary is gi"),
    "attributes for an array": (named(unfilled() + EMPTY_DICT + BUILD), "a dictionary in place of"),
    "a short array state": (named(unfilled() + tuple_of(number(1), shape(2)) + BUILD), "no plain"),
    "a long array state": (
        named(
            unfilled()
            + tuple_of(number(1), shape(2), dtype(), FALSE, byte_string(b"12345678"), NONE)
            + BUILD
        ),
        "an array is given a state that is no plain number's",
    ),
    "a list of objects as data": (
        named(unfilled() + tuple_of(number(1), shape(2), dtype(), FALSE, shape(1, 2)) + BUILD),
        "an array is given a state that is no plain number's",
    ),
    "text as data": (
        named(unfilled() + tuple_of(number(1), shape(1), dtype(), FALSE, text("1234")) + BUILD),
        "an array is given a state that is no plain number's",
    ),
}  # fmt: skip

ATTACKS = {
    f"{group}: {name}": attack
    for group, attacks in {
        "global": GLOBALS,
        "call": CALLS,
        "dtype": DTYPES,
        "state": STATES,
    }.items()
    for name, attack in attacks.items()
}


def read(data: bytes) -> Any:
    return read_pickle(io.BytesIO(data))


def test_the_parts_make_a_genuine_file() -> None:
    expected = np.frombuffer(b"12345678", np.float32)
    assert read(GENUINE)["W1"].tobytes() == expected.tobytes()
    assert pickle.loads(GENUINE)["W1"].tobytes() == expected.tobytes()
    frombuffer = named(from_buffer(shape(2, 3), "K", shape(1, 0)))
    assert read(frombuffer)["W1"].shape == (3, 2)
    scalar = named(SCALAR + tuple_of(dtype(), byte_string(b"1234")) + REDUCE)
    assert read(scalar)["W1"].shape == ()


@pytest.mark.parametrize(("data", "message"), ATTACKS.values(), ids=ATTACKS)
def test_attack_is_refused(data: bytes, message: str) -> None:
    assert_refused(read_pickle, data, message)


@pytest.mark.parametrize("module", ["os", "posix", "nt"])
def test_nothing_is_run(module: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    run = named(call(module, "mkdir", text(str(trace))))
    assert_refused(read_pickle, run, f"global '{module}.mkdir' is refused")
    assert not trace.exists()


def test_nothing_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imported_by_pickle.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    run = named(call("imported_by_pickle", "anything"))
    with pytest.raises(SystemExit, match="imported"):
        pickle.loads(run)
    assert_refused(read_pickle, run, "global 'imported_by_pickle.anything' is refused")
