"""Descriptions of networks that lie, are too much, or are none; each with one thing wrong."""

import json
from typing import Any

KEY = "convcli.json"
INPUT: dict[str, Any] = {
    "channels": 1,
    "height": 28,
    "width": 28,
    "scale": 255.0,
    "mean": [0.0],
    "standard_deviation": [1.0],
    "classes": [str(digit) for digit in range(10)],
}
# The network that the good files hold.
LAYERS = "conv1 relu maxpool2 flatten affine2 relu affine3"


def _text(layers: Any = LAYERS, **fields: Any) -> bytes:
    return json.dumps({"layers": layers, "input": INPUT | fields}).encode()


def _raw(value: str) -> bytes:
    """The scale written in a way that no JSON library would."""
    return _text(scale="SCALE").replace(b'"SCALE"', value.encode())


GOOD = _text()

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{layers}",
    "half of it": GOOD[: len(GOOD) // 2],
    "something behind": GOOD + b"{}",
    "no UTF-8": GOOD.replace(b"conv1", b"\xff\xfe\xff"),
    "a megabyte of spaces": b" " * 2**20 + GOOD,
    "600 kB of spaces": b" " * 600_000 + GOOD,
    "a list": b"[]",
    "null": b"null",
    "brackets, 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects, 50,000 deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep in the input": _raw("[" * 100_000 + "]" * 100_000),
    "no layers": json.dumps({"input": INPUT}).encode(),
    "no input": json.dumps({"layers": LAYERS}).encode(),
    "layers twice": GOOD.replace(b'{"layers"', b'{"layers": "conv1", "layers"', 1),
    "channels twice": GOOD.replace(b'{"channels"', b'{"channels": 3, "channels"', 1),
    "one field more": GOOD[:-1] + b', "run": "import os"}',
    "layers that are a list": _text(["conv1"]),
    "layers that are a number": _text(1),
    "no layer": _text(""),
    "layers with an escape": _text("conv1 \x1b[2J relu"),
    "layers on two lines": _text("conv1\nrelu"),
    "layers beyond ASCII": _text("conv１ relu"),
    "layers of 8,193 letters": _text("r" * 8193),
    "input that is a list": json.dumps({"layers": LAYERS, "input": [1, 28, 28]}).encode(),
    "input that is null": json.dumps({"layers": LAYERS, "input": None}).encode(),
    "an unknown field of the input": _text(run="import os"),
    "no height": GOOD.replace(b'"height": 28, ', b""),
    "a height of 0": _text(height=0),
    "a height below 0": _text(height=-28),
    "a height of 65,536": _text(height=65_536),
    "a height of 28.0": _text(height=28.0),
    "a height of true": _text(height=True),
    "a height in words": _text(height="28"),
    "a height of 4300 digits": GOOD.replace(b'"height": 28', b'"height": ' + b"9" * 4300),
    "a height of 5000 digits": GOOD.replace(b'"height": 28', b'"height": ' + b"9" * 5000),
    "a scale of 0": _text(scale=0),
    "a scale below 0": _text(scale=-255),
    "a scale that is not a number": _raw("NaN"),
    "an infinite scale": _raw("Infinity"),
    "a scale that becomes infinite": _raw("1e999"),
    "a scale of 4300 digits": _raw("9" * 4300),
    "a scale of null": _text(scale=None),
    "a scale of true": _text(scale=True),
    "a mean for each of two channels": _text(mean=[0.0, 0.0]),
    "no mean": _text(mean=[]),
    "a mean that is a number": _text(mean=0.0),
    "a mean in words": _text(mean=["0"]),
    "a mean in a list": _text(mean=[[0.0]]),
    "a deviation of 0": _text(standard_deviation=[0.0]),
    "a deviation below 0": _text(standard_deviation=[-1.0]),
    "a deviation that is no list": _text(standard_deviation={"0": 1.0}),
    "classes that are one text": _text(classes="0123456789"),
    "classes that are numbers": _text(classes=list(range(10))),
    "1,001 classes": _text(classes=["a"] * 1001),
    "a class without a name": _text(classes=[""]),
    "a class of 101 letters": _text(classes=["a" * 101]),
    "a class with an escape": _text(classes=["\x1b]0;gone\x07"]),
    "a class on two lines": _text(classes=["a\nb"]),
    "a class that turns the text around": _text(classes=["a\u202eb"]),
    "a class of half a character": GOOD.replace(b'"0"', b'"\\ud800"'),
}
