"""Pickles whose programs or shapes are not those of a dictionary of arrays: refused, and quickly.

Each attack is a genuine file with one thing wrong.
"""

import struct

import pytest

from convcli.storage.parameters.pickle.reader import read_pickle
from tests.storage.parameters.pickle.parts import (
    BUILD,
    EMPTY_DICT,
    EMPTY_TUPLE,
    ENCODE,
    FALSE,
    GENUINE,
    MARK,
    NONE,
    PROTO,
    RECONSTRUCT,
    REDUCE,
    STOP,
    TRUE,
    TUPLE,
    array,
    byte_string,
    call,
    dtype,
    named,
    number,
    shape,
    text,
    tuple_of,
    unfilled,
)
from tests.storage.refusals import assert_refused

SYSTEM = call("os", "system", text("exit 1"))

SHAPES = {
    "nine dimensions": (named(array(shape=shape(*[1] * 8, 2))), "an array of 9 dimensions"),
    "two million dimensions": (
        named(array(shape=MARK + b"K\1" * 2_000_000 + TUPLE)),
        "more than 65,536 pickle instructions",
    ),
    "a negative axis": (named(array(shape=shape(-2))), "an array of negative size"),
    "two negative axes": (named(array(shape=shape(-2, -1))), "an array of negative size"),
    "an empty array with a huge axis": (
        named(array(shape=shape(0, 2**31 - 1), data=b"")),
        "an array of more than 256 MiB",
    ),
    "an empty array with huge axes": (
        named(array(shape=shape(*[2**31 - 1] * 7, 0), data=b"")),
        "an array of more than 256 MiB",
    ),
    "axes whose product overflows": (
        named(array(shape=shape(2**16, 2**16, 2**16, 2**16), data=b"")),
        "an array of more than 256 MiB",
    ),
    "an axis beyond 64 bits": (
        named(array(shape=tuple_of(b"\x8a\x09" + b"\1" * 9))),
        r"an instruction that arrays do not need \(LONG1",
    ),
    "an axis of a thousand digits": (
        named(array(shape=tuple_of(b"I" + b"9" * 1000 + b"\n"))),
        "a line without an end",
    ),
    "an axis of twenty digits": (
        named(array(shape=tuple_of(b"I" + b"9" * 20 + b"\n"))),
        "a number that is none",
    ),
    "an axis of letters": (named(array(shape=tuple_of(b"I0x10\n"))), "a number that is none"),
    "an axis with an underscore": (named(array(shape=tuple_of(b"I1_0\n"))), "a number that is n"),
    "an axis that is a text": (named(array(shape=tuple_of(text("2")))), "axis that is no number"),
    "an axis that is true": (named(array(shape=tuple_of(TRUE))), "an axis that is no number"),
    "a shape that is a number": (named(array(shape=number(2))), "no plain number's"),
    "too few bytes": (named(array(shape=shape(3))), "12 bytes is given 8 bytes"),
    "too many bytes": (named(array(shape=shape(1))), "4 bytes is given 8 bytes"),
    "too few characters": (
        named(unfilled() + tuple_of(
            number(1), shape(2), dtype(), FALSE,
            ENCODE + tuple_of(text("\xff" * 3), text("latin1")) + REDUCE,
        ) + BUILD),
        "8 bytes is given 6 bytes",
    ),
    "characters of two bytes that are too few": (
        named(unfilled() + tuple_of(
            number(1), shape(2), dtype(), FALSE,
            ENCODE + tuple_of(text("\xff" * 7), text("latin1")) + REDUCE,
        ) + BUILD),
        "an array of 8 bytes holds fewer bytes",
    ),
    "too many characters": (
        named(unfilled() + tuple_of(
            number(1), shape(2), dtype(), FALSE,
            ENCODE + tuple_of(text("a" * 9), text("latin1")) + REDUCE,
        ) + BUILD),
        "an array of 8 bytes holds more bytes",
    ),
    "characters that are no bytes": (
        named(unfilled() + tuple_of(
            number(1), shape(2), dtype(), FALSE,
            ENCODE + tuple_of(text("€" * 8), text("latin1")) + REDUCE,
        ) + BUILD),
        "a text that stands for no bytes",
    ),
    "surrogates": (
        named(unfilled() + tuple_of(
            number(1), shape(1), dtype(), FALSE,
            ENCODE + tuple_of(text("\ud800" * 4), text("latin1")) + REDUCE,
        ) + BUILD),
        "a text that stands for no bytes",
    ),
}  # fmt: skip

DOUBLINGS = b"\x86q\0h\0" * 60
NESTED_ONCE = EMPTY_TUPLE + b"q\0h\0"

PROGRAMS = {
    "nothing": (b"", r"it ends in the middle"),
    "STOP alone": (STOP, r"a value is missing \(STOP at byte 0\)"),
    "a number": (PROTO + number(1) + STOP, "a number, not a dictionary of arrays"),
    "an array alone": (PROTO + array() + STOP, "an array, not a dictionary of arrays"),
    "a function": (PROTO + RECONSTRUCT + STOP, "the function _reconstruct, not a dictionary"),
    "two values": (PROTO + EMPTY_DICT + EMPTY_DICT + STOP, "values are left over"),
    "a mark": (PROTO + MARK + EMPTY_DICT + STOP, "values are left over"),
    "a second pickle": (GENUINE + GENUINE, rf"{len(GENUINE)} bytes follow \(STOP at byte"),
    "a newline": (GENUINE + b"\n", "1 bytes follow"),
    "a call after STOP": (GENUINE + PROTO + SYSTEM + STOP, "bytes follow"),
    "a call behind POP": (PROTO + SYSTEM + b"0" + GENUINE[2:], "global 'os.system' is refused"),
    "a harmless call behind POP": (
        PROTO + call("__builtin__", "bytes") + b"0" + GENUINE[2:],
        r"an instruction that arrays do not need \(POP at byte",
    ),
    "a call behind POP_MARK": (
        PROTO + MARK + call("__builtin__", "bytes") + b"1" + GENUINE[2:],
        r"\(POP_MARK at byte",
    ),
    "a call before a syntax error": (PROTO + SYSTEM + b"\xff", "global 'os.system' is refused"),
    "a call as a key": (named(array(), name=SYSTEM), "global 'os.system' is refused"),
    "a tuple as a key": (named(array(), name=EMPTY_TUPLE), "a tuple in place of a name"),
    "bytes as a key": (named(array(), name=byte_string(b"W1")), "a byte string in place of a name"),
    "None as a key": (named(array(), name=NONE), "None in place of a name"),
    "an empty name": (named(array(), name=text("")), "an array is named ''"),
    "a name of 65 letters": (named(array(), name=text("a" * 65)), "an array is named 'a+…a+'"),
    "a name of a million": (named(array(), name=text("a" * 10**6)), "an array is named 'a+…a+'"),
    "a name with an escape": (named(array(), name=text("\x1b[2J")), r"is named '\\x1b\[2J'"),
    "a name with a newline": (named(array(), name=text("W1\n")), r"is named 'W1\\n'"),
    "a name with markup": (named(array(), name=text("[red]W1")), r"is named '\[red\]W1'"),
    "a name of Hangul": (named(array(), name=text("가중치")), "an array is named"),
    "a name of a surrogate": (named(array(), name=text("\ud800")), "an array is named"),
    "a name twice": (
        PROTO + EMPTY_DICT + MARK + (text("W1") + array()) * 2 + b"u" + STOP,
        r"W1 is there twice \(SETITEMS",
    ),
    "a name without a value": (PROTO + EMPTY_DICT + MARK + text("W1") + b"u" + STOP, "without a v"),
    "a number as a value": (named(number(1)), "W1 is a number, not an array"),
    "a text as a value": (named(text("x")), "W1 is a text, not an array"),
    "a dictionary as a value": (named(EMPTY_DICT), "W1 is a dictionary, not an array"),
    "a dtype as a value": (named(dtype()), "W1 is a dtype, not an array"),
    "an item of an array": (PROTO + array() + text("W1") + array() + b"s.", "in place of a dic"),
    "a dictionary with items": (
        PROTO + MARK + text("W1") + array() + b"d" + STOP,
        "a dictionary that does not begin empty",
    ),
    "a dictionary in itself": (
        PROTO + EMPTY_DICT + b"q\0" + text("W1") + b"h\0s" + STOP,
        "W1 is a dictionary, not an array",
    ),
    "a tuple that doubles, as value": (named(EMPTY_TUPLE * 2 + DOUBLINGS), "tuples nested too"),
    "a tuple that doubles, as key": (
        named(array(), name=NESTED_ONCE + DOUBLINGS),
        "tuples nested too deep",
    ),
    "a tuple two million deep": (
        named(EMPTY_TUPLE + b"\x85" * 2_000_000),
        r"tuples nested too deep \(TUPLE1 at byte 12\)",
    ),
    "two million marks": (PROTO + MARK * 2_000_000, "more than 65,536 pickle instructions"),
    "two million dictionaries": (PROTO + EMPTY_DICT * 2_000_000, "more than 65,536 pickle ins"),
    "ten million Nones": (PROTO + NONE * 10_000_000 + STOP, "more than 65,536 pickle ins"),
    "TUPLE without a mark": (PROTO + TUPLE, "a mark is missing"),
    "TUPLE2 across a mark": (PROTO + NONE + MARK + NONE + b"\x86", "a value is missing"),
    "BUILD across a mark": (PROTO + EMPTY_DICT + MARK + EMPTY_TUPLE + BUILD, "a value is missing"),
    "memo index 2**31": (PROTO + EMPTY_DICT + b"r\0\0\0\x80" + STOP, "memo index 2147483648"),
    "memo index 2**32 - 1": (PROTO + EMPTY_DICT + b"r\xff\xff\xff\xff.", "memo index 4294967295"),
    "memo index in letters": (PROTO + EMPTY_DICT + b"p2147483648\n.", r"memo index 2147483648 \(P"),
    "memo index below zero": (PROTO + EMPTY_DICT + b"p-1\n.", r"memo index -1 \(PUT"),
    "memo of nothing": (PROTO + b"q\0", "a value is missing"),
    "memo never set": (PROTO + b"h\7.", r"memo index 7 holds nothing \(BINGET"),
    "memo never set, far": (PROTO + b"j\xff\xff\xff\xff.", r"4294967295 holds nothing \(LONG_BIN"),
    "a frame beyond the file": (
        PROTO + b"\x95" + struct.pack("<Q", 2**63) + GENUINE[2:],
        r"a frame of 9,223,372,036,854,775,808 bytes \(FRAME at byte 2\)",
    ),
    "a frame one byte too long": (
        PROTO + b"\x95" + struct.pack("<Q", len(GENUINE) - 1) + GENUINE[2:],
        "a frame of",
    ),
    "bytes beyond the file": (PROTO + b"B\xff\xff\xff\xff", "it ends in the middle .BINBYTES"),
    "short bytes beyond the file": (PROTO + b"C\xffabc", "it ends in the middle .SHORT_BINBYTES"),
    "a bytearray beyond the file": (
        PROTO + b"\x96" + struct.pack("<Q", 2**64 - 1),
        "it ends in the middle .BYTEARRAY8",
    ),
    "a text beyond the file": (PROTO + b"X\xff\xff\xff\x7fabc", "it ends in the middle .BINUNI"),
    "a line of text beyond the file": (b"Vabc", "it ends in the middle .UNICODE"),
    "half a number": (PROTO + b"J\0\0", "it ends in the middle .BININT"),
    "protocol 6": (b"\x80\x06" + GENUINE[2:], r"protocol 6 \(PROTO at byte 0\)"),
    "protocol 1, announced": (b"\x80\x01" + GENUINE[2:], "protocol 1 "),
    "the protocol twice": (PROTO + GENUINE, r"protocol 4 \(PROTO at byte 2\)"),
    "no instruction": (PROTO + b"\0", r"\(no opcode at byte 2\)"),
}  # fmt: skip

# Each instruction that is no part of the language, with enough around it to be reached.
REFUSED = {
    "POP": b"N0", "POP_MARK": b"(1", "DUP": b"N2", "FLOAT": b"F1.0\n", "BINFLOAT": b"G" + b"\0" * 8,
    "LONG": b"L1L\n", "LONG1": b"\x8a\x01\x01", "LONG4": b"\x8b\x01\0\0\0\x01",
    "STRING": b"S'a'\n", "BINSTRING": b"T\x01\0\0\0a", "SHORT_BINSTRING": b"U\x01a",
    "BINUNICODE8": b"\x8d" + b"\xff" * 8, "BINBYTES8": b"\x8e" + b"\xff" * 8,
    "NEXT_BUFFER": b"\x97", "READONLY_BUFFER": b"N\x98", "EMPTY_LIST": b"]", "LIST": b"(l",
    "APPEND": b"NNa", "APPENDS": b"N(e", "EMPTY_SET": b"\x8f", "ADDITEMS": b"N(\x90",
    "FROZENSET": b"(\x91", "PERSID": b"P1\n", "BINPERSID": b"NQ", "EXT1": b"\x82\x01",
    "EXT2": b"\x83\x01\0", "EXT4": b"\x84\x01\0\0\0", "INST": b"(ios\nsystem\n", "OBJ": b"(No",
    "NEWOBJ": b"N)\x81", "NEWOBJ_EX": b"N)}\x92",
}  # fmt: skip

ATTACKS = {
    f"{group}: {name}": attack
    for group, attacks in {"shape": SHAPES, "program": PROGRAMS}.items()
    for name, attack in attacks.items()
}


@pytest.mark.parametrize(("data", "message"), ATTACKS.values(), ids=ATTACKS)
def test_attack_is_refused(data: bytes, message: str) -> None:
    assert_refused(read_pickle, data, message)


@pytest.mark.parametrize("name", REFUSED)
def test_instruction_is_refused_by_name(name: str) -> None:
    message = rf"arrays do not need \({name} at byte \d+\)"
    assert_refused(read_pickle, PROTO + REFUSED[name] + STOP, message)


def test_the_same_bytes_for_many_arrays() -> None:
    # Each array fits the file; together they would take a thousand times as much.
    def filled(contents: bytes) -> bytes:
        return unfilled() + tuple_of(number(1), shape(10_000), dtype(), FALSE, contents) + BUILD

    first = text("W") + filled(byte_string(b"\0" * 40_000) + b"q\0")
    others = [text(f"W{index}") + filled(b"h\0") for index in range(500)]
    data = PROTO + EMPTY_DICT + MARK + first + b"".join(others) + b"u" + STOP
    assert_refused(read_pickle, data, "arrays that are larger than the file")


@pytest.mark.parametrize("length", range(len(GENUINE)))
def test_truncated_anywhere(length: int) -> None:
    assert_refused(read_pickle, GENUINE[:length], "it ends in the middle|a line without an end")
