"""Zips that are more than they say, and arrays whose headers say more than there is."""

import io
import pickle
import struct
import zipfile

import numpy as np

from tests.hostile import descriptions
from tests.hostile.descriptions import KEY
from tests.hostile.genuine import (
    EMPTY_BLOCKS,
    MEBIBYTE,
    Content,
    as_gzip,
    as_npz,
    as_pickle,
    changed,
    network,
)

LOCAL, DIRECTORY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
FOUR = np.arange(4, dtype=np.float32).tobytes()

GOOD = as_npz(network())
PACKED = as_npz(network(), np.savez_compressed)


def _with(number: int, record: bytes, offset: int, form: str, data: bytes = GOOD) -> bytes:
    """One number changed in the last record of a kind."""
    place = data.rindex(record) + offset
    return data[:place] + struct.pack(form, number) + data[place + struct.calcsize(form) :]


def _zip(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, method)
    return file.getvalue()


def _npy(header: bytes, data: bytes = FOUR, version: bytes = b"\1\0") -> bytes:
    length = len(header).to_bytes(2 if version == b"\1\0" else 4, "little")
    return b"\x93NUMPY" + version + length + header + data


def _header(descr: str = "'<f4'", order: str = "False", shape: str = "(4,)") -> bytes:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()


def _one(header: bytes, data: bytes = FOUR, version: bytes = b"\1\0") -> bytes:
    return _zip(("W1.npy", _npy(header, data, version)))


def _named(name: str) -> bytes:
    return _zip((name, _npy(_header())))


def _renamed(old: bytes, new: bytes) -> bytes:
    """Two members with names of the same length, one of which gets the other's."""
    return _zip(("W1.npy", _npy(_header())), ("W2.npy", _npy(_header()))).replace(old, new)


def _moved_directory(more: bytes) -> bytes:
    """Something between the last member and the directory, which is found all the same."""
    start = GOOD.index(DIRECTORY)
    return _with(start + len(more), END, 16, "<L", GOOD[:start] + more + GOOD[start:])


def _overlapping(count: int) -> bytes:
    """Members that share one another's bytes, as in a bomb that unpacks to petabytes."""
    single = _zip(("W1.npy", _npy(_header(shape=f"({MEBIBYTE},)"), bytes(4 * MEBIBYTE))),
                  method=zipfile.ZIP_DEFLATED)  # fmt: skip
    start, end = single.index(DIRECTORY), single.index(END)
    entries = b"".join(single[start:end].replace(b"W1.npy", b"%06d" % at) for at in range(count))
    record = struct.pack("<4s4H2LH", END, 0, 0, count, count, len(entries), start, 0)
    return single[:start] + entries + record


def _bomb(size: int) -> bytes:
    header = _header("'|u1'", shape=f"({size},)")
    return _zip(("W1.npy", _npy(header, bytes(size))), method=zipfile.ZIP_DEFLATED)


def _understated(size: int) -> bytes:
    """A member that unpacks to more than the directory says."""
    bomb = _bomb(size)
    return _lied(1000, 24, bomb)


def _lied(value: int, offset: int, data: bytes) -> bytes:
    """A number of the first member replaced in both places where it stands."""
    return _with(value, DIRECTORY, offset, "<L", _with(value, LOCAL, offset - 2, "<L", data))


def _padded() -> bytes:
    """Megabytes of blocks with nothing in them in front of what is packed."""
    good = _zip(("W1.npy", _npy(_header())), method=zipfile.ZIP_DEFLATED)
    start, directory = 30 + len("W1.npy"), good.index(DIRECTORY)
    padding = EMPTY_BLOCKS * (MEBIBYTE // 4)
    longer = _lied(directory - start + len(padding), 20, good[:start] + padding + good[start:])
    return _with(directory + len(padding), END, 16, "<L", longer)


def _slow_bomb() -> bytes:
    """As much as may be unpacked of a file of this size, and then a wrong checksum."""
    random = np.random.default_rng(0).integers(0, 256, 3 * MEBIBYTE, np.uint8)
    items = np.concatenate([random, np.zeros(250 * MEBIBYTE, np.uint8)])
    return _lied(1, 16, as_npz({"W1": items}, np.savez_compressed))


def _encrypted() -> bytes:
    return _with(1, DIRECTORY, 8, "<H", _with(1, LOCAL, 6, "<H"))


def _link() -> bytes:
    entry = zipfile.ZipInfo("W1.npy")
    entry.external_attr = 0o120777 << 16
    return _zip((entry, b"/etc/passwd"))


def _described(text: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    """The network, and a text that should describe it."""
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a", method) as archive:
        archive.writestr(KEY, text)
    return file.getvalue()


ZIPS: dict[str, Content] = {
    "nothing": b"",
    "a web page": b"<!DOCTYPE html><title>404</title>",
    "a git-LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "a single array": _npy(_header()),
    "a packed file": as_gzip(GOOD),
    "an empty zip": _zip(),
    "half a file": GOOD[: len(GOOD) // 2],
    "a byte too few": GOOD[:-1],
    "a byte too many": GOOD + b"\0",
    "a script in front": b"#!/bin/sh\ntouch escaped\nexit\n" + GOOD,
    "a pickle in front": as_pickle(network()) + GOOD,
    "a comment": _with(5, END, 20, "<H") + b"12345",
    "a second zip in front": GOOD + GOOD,
    "a zip in it": _zip(("W1.npz", GOOD)),
    "a text in it": _zip(("W1.npy", _npy(_header())), ("README.txt", b"read me")),
    "a folder in it": _zip(("params/", b"")),
    "an array in a folder": _named("params/W1.npy"),
    "an array above": _named("../W1.npy"),
    "an array from the root": _named("/etc/W1.npy"),
    "an array on a drive": _named("C:\\W1.npy"),
    "a link": _link(),
    "a name twice": _renamed(b"W2.npy", b"W1.npy"),
    "a name with a zero in it": _renamed(b"W2.npy", b"W\0.npy"),
    "a name with an escape": _named("\x1b[2J.npy"),
    "a name with markup": _named("[red]W1.npy"),
    "a name beyond ASCII": _named("Ｗ1.npy"),
    "a name that is no text": _renamed(b"W2.npy", b"\xff\xfe.npy"),
    "no name": _named(".npy"),
    "a name of 65 letters": _named("W" * 65 + ".npy"),
    "another name in front of the member": GOOD.replace(b"W1.npy", b"V1.npy", 1),
    "encrypted": _encrypted,
    "packed with LZMA": _zip(("W1.npy", _npy(_header())), method=zipfile.ZIP_LZMA),
    "packed with bzip2": _zip(("W1.npy", _npy(_header())), method=zipfile.ZIP_BZIP2),
    "another way of packing in the directory": _with(8, DIRECTORY, 10, "<H"),
    "a wrong checksum": _lied(1, 16, _zip(("W1.npy", _npy(_header())))),
    "a wrong checksum in the directory": _with(1, DIRECTORY, 16, "<L"),
    "a wrong checksum when packed": _lied(1, 16, PACKED),
    "packed and padded": _padded,
    "a changed byte": GOOD[:250] + bytes([GOOD[250] ^ 1]) + GOOD[251:],
    "a size of 2**32 - 1": _with(2**32 - 1, DIRECTORY, 24, "<L"),
    "a packed size of 2**32 - 1": _with(2**32 - 1, DIRECTORY, 20, "<L"),
    "a larger packed size": _with(10_000, DIRECTORY, 20, "<L", PACKED),
    "a member beyond the end": _with(2**31, DIRECTORY, 42, "<L"),
    "a member in another": _with(0, DIRECTORY, 42, "<L"),
    "a directory beyond the end": _with(2**31, END, 16, "<L"),
    "a directory of other length": _with(1, END, 12, "<L"),
    "65535 members": _with(65535, END, 10, "<H"),
    "one member fewer": _with(5, END, 8, "<L"),
    "a second disk": _with(1, END, 4, "<H"),
    "overlapping members": lambda: _overlapping(60),
    "a bomb": lambda: _bomb(200 * MEBIBYTE),
    "a bomb that says little": lambda: _understated(200 * MEBIBYTE),
    "a bomb within measure": _slow_bomb,
    "1025 arrays": lambda: as_npz({f"W{at}": np.zeros(1) for at in range(1025)}),
}

HEADERS: dict[str, Content] = {
    "objects": as_npz({"W1": np.array([{}, None], dtype=object)}),
    "objects that run something": _one(
        _header("'|O'", shape="(1,)"), pickle.dumps([print]).replace(b"builtins", b"posixxxx")
    ),
    "a structure": as_npz({"W1": np.zeros(3, [("a", "<f4"), ("b", "|O")])}),
    "texts": as_npz({"W1": np.array(["a", "b"])}),
    "dates": as_npz({"W1": np.zeros(2, "M8[s]")}),
    "complex numbers": as_npz({"W1": np.zeros(2, complex)}),
    "booleans": as_npz({"W1": np.zeros(2, bool)}),
    "long doubles": as_npz({"W1": np.zeros(2, np.longdouble)}),
    "a call for a dtype": _one(_header("__import__('os').system('touch escaped')")),
    "a call for a shape": _one(_header(shape="(__import__('os').system('touch escaped'),)")),
    "a call for an order": _one(_header(order="print('escaped')")),
    "a shape in a shape": _one(_header(shape="((4,),)")),
    "a number for a shape": _one(_header(shape="(4)")),
    "a negative shape": _one(_header(shape="(-4,)")),
    "two negative axes": _one(_header(shape="(-2, -2)")),
    "a shape of True": _one(_header(shape="(True, 4)")),
    "a shape of floats": _one(_header(shape="(4.0,)")),
    "a shape in words": _one(_header(shape="('4',)")),
    "a hexadecimal shape": _one(_header(shape="(0x4,)")),
    "a power for a shape": _one(_header(shape="(9**9**9,)")),
    "a shape of 5000 digits": _one(_header(shape=f"({'9' * 5000},)")),
    "a shape beyond 2**64": _one(_header(shape="(4294967296, 4294967296, 4294967296)")),
    "a shape of gigabytes": _one(_header(shape="(268435456, 4)")),
    "no items along an axis, and many along another": _one(
        _header(shape="(0, 999999999999, 999999999999)"), b""
    ),
    "nine dimensions": _one(_header(shape="(1, 1, 1, 1, 1, 1, 1, 1, 4)")),
    "deep brackets": _one(b"{'descr': " + b"[" * 4000 + b"]" * 4000 + b"}"),
    "a header without a shape": _one(b"{'descr': '<f4', 'fortran_order': False, }"),
    "a header with more": _one(_header()[:-3] + b"'more': 1, }"),
    "a shape twice": _one(_header()[:-3] + b"'shape': (4,), }"),
    "two headers": _one(_header() + _header()),
    "a header that is no text": _one(b"\xff" * 60),
    "a header that is longer than the file": _zip(("W1.npy", _npy(_header())[:40])),
    "a header of 4 GB": _zip(("W1.npy", b"\x93NUMPY\2\0" + b"\xff" * 4 + _header() + FOUR)),
    "a header of a megabyte": _one(_header()[:-1] + b" " * MEBIBYTE, version=b"\2\0"),
    "version 9": _one(_header(), version=b"\x09\0"),
    "an order of 1": _one(_header(order="1")),
    "no array": _zip(("W1.npy", b"123456789")),
    "nothing in a member": _zip(("W1.npy", b"")),
    "a pickle in a member": _zip(("W1.npy", as_pickle(network()))),
    "too few numbers": _one(_header(), FOUR[:-1]),
    "too many numbers": _one(_header(), FOUR + b"\0"),
    "not a number": as_npz(changed(b2=np.array([0, np.nan, 0]))),
    "infinity": as_npz(changed(W3=np.full((3, 10), np.inf, np.float16)), np.savez_compressed),
}

DESCRIPTIONS: dict[str, Content] = {
    **{f"description: {name}": _described(text) for name, text in descriptions.HOSTILE.items()},
    "a description twice": _zip(
        ("W1.npy", _npy(_header())), (KEY, descriptions.GOOD), (KEY[:-1] + "m", descriptions.GOOD)
    ).replace(KEY[:-1].encode() + b"m", KEY.encode()),
    "a description and no array": _zip((KEY, descriptions.GOOD)),
    "a description with a wrong checksum": _lied(1, 16, _described(descriptions.GOOD)),
    "a description that unpacks to a gigabyte": lambda: _lied(
        2**30, 24, _described(descriptions.GOOD, zipfile.ZIP_DEFLATED)
    ),
    "a description in a folder": _zip(("W1.npy", _npy(_header())), (f"a/{KEY}", descriptions.GOOD)),
}

HOSTILE = ZIPS | HEADERS | DESCRIPTIONS
CONTROLS: dict[str, Content] = {
    "stored": GOOD,
    "packed": PACKED,
    "with a description": _described(descriptions.GOOD),
    "bytes before the directory": _moved_directory(b"#!/bin/sh"),
    "another checksum in front of the member": _with(1, LOCAL, 14, "<L"),
    "an extra field beyond the end": _with(65535, DIRECTORY, 30, "<H"),
}
"""The last three say something of a member where nobody reads it, or between the members."""
