"""The parts of a pickle, to be put together by hand: genuine, or with one thing wrong."""

import struct
from typing import Any

NONE, TRUE, FALSE, MARK, STOP = b"N", b"\x88", b"\x89", b"(", b"."
REDUCE, BUILD, TUPLE, EMPTY_TUPLE, EMPTY_DICT = b"R", b"b", b"t", b")", b"}"
NDARRAY, DTYPE = b"cnumpy\nndarray\n", b"cnumpy\ndtype\n"
RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n"
SCALAR = b"cnumpy.core.multiarray\nscalar\n"
FROMBUFFER = b"cnumpy.core.numeric\n_frombuffer\n"
ENCODE = b"c_codecs\nencode\n"
PROTO = b"\x80\x04"


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def text(value: str) -> bytes:
    encoded = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(encoded)) + encoded


def byte_string(value: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(value)) + value


def tuple_of(*items: bytes) -> bytes:
    return MARK + b"".join(items) + TUPLE


PLAIN_STATE = (
    number(3), text("<"), NONE, NONE, NONE, number(-1), number(-1), number(0)
)  # fmt: skip


def dtype(code: str = "f4", state: tuple[bytes, ...] | None = PLAIN_STATE) -> bytes:
    made = DTYPE + tuple_of(text(code), FALSE, TRUE) + REDUCE
    return made if state is None else made + tuple_of(*state) + BUILD


def unfilled() -> bytes:
    return RECONSTRUCT + tuple_of(NDARRAY, tuple_of(number(0)), byte_string(b"b")) + REDUCE


def state(
    shape: bytes = tuple_of(number(2)), of: bytes | None = None, data: bytes = b"12345678"
) -> bytes:
    return tuple_of(number(1), shape, of or dtype(), FALSE, byte_string(data))


def array(**changes: Any) -> bytes:
    return unfilled() + state(**changes) + BUILD


def named(value: bytes, name: bytes = text("W1")) -> bytes:
    return PROTO + EMPTY_DICT + name + value + b"s" + STOP


def from_buffer(shape: bytes, order: str, *more: bytes, of: bytes | None = None) -> bytes:
    data = byte_string(b"\0" * 24)
    return FROMBUFFER + tuple_of(data, of or dtype(), shape, text(order), *more) + REDUCE


def shape(*lengths: int) -> bytes:
    return tuple_of(*map(number, lengths))


def call(module: str, name: str, *arguments: bytes) -> bytes:
    return f"c{module}\n{name}\n".encode() + tuple_of(*arguments) + REDUCE


def stack_global(module: str, name: str) -> bytes:
    return text(module) + text(name) + b"\x93"


GENUINE = named(array())
