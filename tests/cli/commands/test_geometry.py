"""Sizes counted by hand, in the table and in the JSON; what does not fit is answered."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.storage.parameters.formats import save
from tests.outcome import Convcli

KEYS = (
    *("name", "output_shape", "formula", "left_over", "receptive_field", "jump"),
    *("matrix_shape", "multiply_adds"),
)


def _told(convcli: Convcli, *arguments: str) -> dict[str, Any]:
    outcome = convcli("geometry", *arguments, "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    told: dict[str, Any] = json.loads(outcome.stdout)
    return told


def _left(last: int = 0, padding: int = 0) -> dict[str, dict[str, int]]:
    one = {"last": last, "between": 0, "padding": padding, "beyond": 0}
    return {"rows": one, "columns": one}


def test_every_number_of_a_chain(convcli: Convcli) -> None:
    told = _told(convcli, "--input", "28", "conv:5,stride=2,pad=1", "pool:2")
    assert [[layer[key] for key in KEYS] for layer in told["layers"]] == [
        [
            *("conv1", [1, 13, 13], "floor((28 + 2*1 - 5) / 2) + 1 = 13", _left(padding=1)),
            *(5, 2, [169, 25], 169 * 25),
        ],
        [
            *("pool1", [1, 6, 6], "floor((13 + 2*0 - 2) / 2) + 1 = 6", _left(last=1)),
            *(7, 4, [36, 4], 0),
        ],
    ]
    assert [layer["matrix_bytes"] for layer in told["layers"]] == [169 * 25 * 4, 36 * 4 * 4]
    assert told["input"] == [1, 28, 28]
    assert told["specification"] == "conv1(1@5,stride=2,pad=1) maxpool2"
    assert told["total_multiply_adds"] == 169 * 25
    assert {(one["name"], one["rule"]): one["output_size"] for one in told["roundings"]} == {
        ("conv1", "floor"): [13, 13],
        ("conv1", "same upper"): [14, 14],
        ("conv1", "same lower"): [14, 14],
        ("pool1", "floor"): [6, 6],
        ("pool1", "ceil"): [7, 7],
        ("pool1", "same upper"): [7, 7],
        ("pool1", "same lower"): [7, 7],
    }


def test_the_table_and_the_sentences(convcli: Convcli) -> None:
    lines = convcli("geometry", "conv:5,stride=2,pad=1", "pool:2").stdout.splitlines()
    assert lines[0] == "1x28x28 through conv1(1@5,stride=2,pad=1) maxpool2"
    assert re.split(" {2,}", lines[4].strip()) == [
        *("pool1", "(1, 6, 6)", "floor((13 + 2*0 - 2) / 2) + 1 = 6", "the last row and column"),
        *("7", "4", "(36, 4)", "576", "0"),
    ]
    assert lines[-3:] == [
        "conv1: the last row and column of padding are never read.",
        "pool1: the last row and column are never read.",
        "Multiply-adds for one image: 4,225",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["conv:30@5x4", "relu", "avgpool:2x3,stride=1/2,ceil", "flatten", "fc:10"],
        ["conv1(30@5x4)", "relu", "avgpool2x3(stride=1/2,ceil)", "flatten", "fc1(10)"],
        ["conv1(30@5x4) relu avgpool2x3(stride=1/2, ceil) flatten fc1(10)"],
    ],
)
def test_a_word_is_written_either_way(convcli: Convcli, words: list[str]) -> None:
    told = _told(convcli, "--input", "3x12x11", *words)
    assert [layer["output_shape"] for layer in told["layers"]] == [
        *([30, 8, 8], [30, 8, 8], [30, 7, 4], [840], [10])
    ]


def test_a_sweep_has_a_row_for_each_value(convcli: Convcli) -> None:
    told = _told(convcli, "--sweep", "stride=1..5", "conv:30@5", "pool:2")
    assert [row["stride"] for row in told["sweep"]] == [1, 2, 3, 4, 5]
    assert [row["output_shape"][1] for row in told["sweep"]] == [24, 12, 8, 6, 5]
    assert [row["end_shape"][1] for row in told["sweep"]] == [12, 6, 4, 3, 2]
    assert [row["left_over"]["rows"]["last"] for row in told["sweep"]] == [0, 1, 2, 3, 3]
    assert [row["total_multiply_adds"] for row in told["sweep"]] == [
        30 * 25 * size**2 for size in (24, 12, 8, 6, 5)
    ]
    assert all(row["impossible"] is None for row in told["sweep"])
    assert all(
        [one["name"] for one in row["layers"]] == ["conv1", "pool1"] for row in told["sweep"]
    )


def test_an_impossible_row_of_a_sweep_is_explained(convcli: Convcli) -> None:
    asked = ("geometry", "--input", "4x6", "--sweep", "pool1.filter=4..5", "conv:1", "pool:1")
    told = json.loads(convcli(*asked, "--json").stdout)
    possible, impossible = told["sweep"]
    assert (possible["size"], possible["output_shape"]) == (4, [1, 1, 1])
    assert (impossible["output_shape"], impossible["end_shape"]) == (None, None)
    assert impossible["impossible"]["nearest"] == {
        "pad": "5x5, stride 5, pad 1/0",
        "size": "4x5, stride 5, pad 0",
        "stride": None,
    }
    assert convcli(*asked).stdout.splitlines()[-1] == (
        "size 5: pool1: a window of 5 rows does not fit 4 rows: floor((4 + 2*0 - 5) / 5) + 1 is "
        "below 1; the nearest that fit: pad 1/0, or size 4x5; no stride does."
    )


def test_a_network_s_own_layers(convcli: Convcli) -> None:
    told = _told(convcli)
    assert told["params"] == "simple_convnet.npz"
    assert [layer["name"] for layer in told["layers"]] == [
        *("conv1", "relu1", "pool1", "flatten1", "affine1", "relu2", "affine2")
    ]
    summary = json.loads(convcli("summary", "--json").stdout)
    for key in ("output_shape", "receptive_field", "jump", "multiply_adds"):
        assert [one[key] for one in told["layers"]] == [one[key] for one in summary["layers"]]
    assert told["total_multiply_adds"] == summary["multiply_adds"]


def test_a_described_network(convcli: Convcli) -> None:
    arrays = {"w": np.ones((4, 3, 3, 2)), "c": np.ones(4)}
    save(Path("small.npz"), arrays)
    described = ("--layers", "conv1(weight=w,bias=c,stride=2/1)", "--input-size", "9x8")
    told = _told(convcli, "--params", "small.npz", *described)
    assert [layer["output_shape"] for layer in told["layers"]] == [[4, 4, 7]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["conv:30"], "the nearest that fit: pad 1, or size 28x28; no stride does"),
        (["pool:4,pad=3"], "the nearest that fit: pad 2, or size 6x6; no stride does"),
        (["--input", "5"], "--input is about layers, and none is written"),
        (["--input", "0", "relu"], "'0' is no size such as 28, 28x30 or 3x32x32"),
        (["--input", "99999", "relu"], "65535 is the most"),
        (["--input", "٣", "relu"], "is no size"),
        (["--input", "1x2x3x4", "relu"], "is no size"),
        (["conv"], "'conv' has no size"),
        (["conv:x"], "is not understood; write conv1(30@5x5)"),
        (["pool:"], "is not understood; write its window"),
        (["conv:5,color=3"], "'color=3'"),
        (["conv:5\x1b[2J"], r"\x1b[2J"),
        (["flatten:2"], "flatten takes channels_last"),
        (["conv:3", "fc:10"], "put a flatten before it"),
        ([""], "the description names no layer"),
        (["relu", "--params", "x.npz"], "--params is about a network, and layers are written too"),
        (["relu", "--input-size", "28x28"], "--input-size is about a network"),
        (["relu", "--sweep", "stride=1..2"], "no layer of the chain has a window"),
        (["pool:2", "--sweep", "stride=0..2"], "a stride from 0 to 2 cannot be swept"),
        (["pool:2", "--sweep", "stride=3..2"], "a stride from 3 to 2 cannot be swept"),
        (["pool:2", "--sweep", "stride=1..101"], "a sweep of 101 values; 100 are the most"),
        (["pool:2", "--sweep", "stride=1"], "is not understood; write stride=1..5"),
        (["pool:2", "--sweep", "colour=1..2"], "is not understood; write stride=1..5"),
        (["pool:2", "--sweep", "pool2.pad=1..2"], "is called pool2; there is pool1"),
    ],
)
def test_bad_input_is_one_line(convcli: Convcli, arguments: list[str], message: str) -> None:
    outcome = convcli("geometry", *arguments)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_a_sweep_s_pad_may_be_none(convcli: Convcli) -> None:
    told = _told(convcli, "--sweep", "pad=0..1", "pool:2,stride=1")
    assert [row["output_shape"][1] for row in told["sweep"]] == [27, 29]
