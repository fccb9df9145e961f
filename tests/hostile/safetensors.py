"""Safetensors files whose header lies, hides something, or is no header."""

import json
import struct
from typing import Any

import numpy as np
from safetensors.numpy import save

from tests.hostile import descriptions
from tests.hostile.descriptions import KEY
from tests.hostile.genuine import Content, as_safetensors, changed, network

GOOD = as_safetensors(network())
HUGE = "9" * 4300
"""The longest number that Python reads; a digit more, and it refuses to write it."""


def _with_header(header: str | bytes, data: bytes = bytes(8)) -> bytes:
    raw = header if isinstance(header, bytes) else header.encode()
    return struct.pack("<Q", len(raw)) + raw + data


def _one(data: bytes = bytes(8), name: str = "W1", **fields: Any) -> bytes:
    """A file of one array of two numbers, described otherwise."""
    described = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | fields
    return _with_header(json.dumps({name: described}), data)


def _two(first: list[int], second: list[int], data: bytes = bytes(16)) -> bytes:
    tensors = {
        name: {"dtype": "F32", "shape": [2], "data_offsets": offsets}
        for name, offsets in (("W1", first), ("b1", second))
    }
    return _with_header(json.dumps(tensors), data)


def _numbers(shape: str = "[2]", offsets: str = "[0,8]") -> bytes:
    """The same with numbers that JSON libraries do not write."""
    return _with_header(f'{{"W1":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}')


def _described(text: bytes) -> bytes:
    """The network, and a text that should describe it."""
    written: bytes = save(network(), {KEY: text.decode("utf-8", "replace")})
    return written


# A text in JSON is always UTF-8, and of this length the header itself is refused.
TEXTS = {
    name: text
    for name, text in descriptions.HOSTILE.items()
    if name not in ("no UTF-8", "a megabyte of spaces")
}

HOSTILE: dict[str, Content] = {
    "nothing": b"",
    "seven bytes": GOOD[:7],
    "only the length": GOOD[:8],
    "half a file": GOOD[: len(GOOD) // 2],
    "a byte too few": GOOD[:-1],
    "a byte too many": GOOD + b"\0",
    "two files": GOOD + GOOD,
    "a header of no length": struct.pack("<Q", 0) + GOOD[8:],
    "a header longer than the file": struct.pack("<Q", len(GOOD)) + GOOD[8:],
    "a header of 2**63 bytes": struct.pack("<Q", 2**63) + GOOD[8:],
    "a header of 2**64 - 1 bytes": b"\xff" * 8 + GOOD[8:],
    "100 MB of spaces": lambda: _with_header(b" " * 100_000_000 + GOOD[8:100]),
    "a megabyte of spaces": _with_header(b"{" + b" " * 2**20 + b"}"),
    "no JSON": _with_header("{W1}"),
    "no text": _with_header(b"{\xff\xfe}"),
    "a byte order mark": _with_header(b"\xef\xbb\xbf" + b"{}"),
    "half a header": _with_header('{"W1":{"dtype":"F32"'),
    "a list": _with_header("[]"),
    "null": _with_header("null"),
    "a text": _with_header('"W1"'),
    "no arrays": _with_header("{}", b""),
    "brackets, 500,000 deep": _with_header(b"[" * 500_000 + b"]" * 500_000),
    "objects, 100,000 deep": _with_header(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "metadata that is deep": _with_header(
        b'{"__metadata__":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    ),
    "a shape of 5000 digits": _numbers(shape=f"[{'9' * 5000}]"),
    "a shape of 4300 digits": _numbers(shape=f"[{HUGE}]"),
    "an offset of -0": _numbers(offsets="[-0,8]"),
    "offsets of 4300 digits": _numbers(offsets=f"[0,{HUGE}]"),
    "offsets whose difference is too long to write": _numbers(offsets=f"[-{HUGE},{HUGE}]"),
    "a shape that is not a number": _numbers(shape="[NaN]"),
    "an infinite shape": _numbers(shape="[Infinity]"),
    "an exponent": _numbers(shape="[2e0]"),
    "a shape of floats": _one(shape=[2.0]),
    "a shape of true": _one(shape=[True, 2]),
    "a shape in words": _one(shape=["2"]),
    "a shape in a shape": _one(shape=[[2]]),
    "a negative shape": _one(shape=[-2]),
    "two negative axes": _one(shape=[-1, -2]),
    "a shape beyond 2**64": _one(shape=[2**32, 2**32, 2**32]),
    "a shape that wraps to the right size": _one(shape=[2**62 + 2, 2**62, 4]),
    "no items along an axis, and many along another": _one(
        b"", shape=[0, 2**60, 2**60], data_offsets=[0, 0]
    ),
    "nine dimensions": _one(shape=[1] * 8 + [2]),
    "a shape that is a number": _one(shape=2),
    "a shape of null": _one(shape=None),
    "no shape": _with_header('{"W1":{"dtype":"F32","data_offsets":[0,8]}}'),
    "one field more": _one(run="import os"),
    "a dtype twice": _with_header(
        '{"W1":{"dtype":"F64","dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    ),
    "booleans": _one(dtype="BOOL", shape=[8]),
    "bfloat16": _one(dtype="BF16", shape=[4]),
    "float8": _one(dtype="F8_E4M3", shape=[8]),
    "objects": _one(dtype="O"),
    "a dtype with an escape": _one(dtype="\x1b[2J"),
    "a dtype that is a number": _one(dtype=32),
    "a dtype in a list": _one(dtype=["F32"]),
    "negative offsets": _one(data_offsets=[-8, 0]),
    "offsets backwards": _one(data_offsets=[8, 0]),
    "offsets beyond the end": _one(data_offsets=[8, 16]),
    "offsets of 2**63": _one(data_offsets=[2**63 - 8, 2**63]),
    "three offsets": _one(data_offsets=[0, 4, 8]),
    "offsets of floats": _one(data_offsets=[0.0, 8.0]),
    "fewer bytes than the shape": _one(shape=[3]),
    "more bytes than the shape": _one(shape=[1]),
    "overlapping arrays": _two([0, 8], [4, 12], bytes(12)),
    "two arrays in one place": _two([0, 8], [0, 8], bytes(8)),
    "a hole": _two([0, 8], [12, 20], bytes(20)),
    "a hole in front": _one(bytes(16), data_offsets=[8, 16]),
    "a payload behind": _one(bytes(8) + b"#!/bin/sh\ntouch escaped\n"),
    "a name twice": _with_header(
        '{"W1":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
        '"W1":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
    ),
    "a name with an escape": _one(name="\x1b]0;gone\x07"),
    "a name with markup": _one(name="[link=file:///etc/passwd]W1[/link]"),
    "a name with HTML": _one(name="<script>alert(1)</script>"),
    "a name with a surrogate": _one(name="W\ud800"),
    "a name with a path": _one(name="../../W1"),
    "an empty name": _one(name=""),
    "a name of a megabyte": lambda: _one(name="W" * (2**20 - 200)),
    "metadata that is no object": _with_header('{"__metadata__":"x"}'),
    "metadata with a number": _with_header('{"__metadata__":{"a":1}}'),
    "metadata twice": _with_header('{"__metadata__":{},"__metadata__":{}}'),
    "1025 arrays": lambda: as_safetensors({f"W{at}": np.zeros(1) for at in range(1025)}),
    "not a number": as_safetensors(changed(b1=np.array([np.nan, 1], np.float16))),
    "infinity": as_safetensors(changed(W1=np.full((2, 1, 5, 5), np.inf))),
}

HOSTILE |= {f"description: {name}": _described(text) for name, text in TEXTS.items()} | {
    "description: a number": _with_header(f'{{"__metadata__":{{"{KEY}":1}}}}'),
    "description: no text but its value": _with_header(
        f'{{"__metadata__":{{"{KEY}":{descriptions.GOOD.decode()}}}}}'
    ),
    "description: half a character": _with_header(f'{{"__metadata__":{{"{KEY}":"\\ud800"}}}}'),
}

CONTROLS: dict[str, Content] = {
    "written by the library": GOOD,
    "with a description": _described(descriptions.GOOD),
}
