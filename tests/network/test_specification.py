"""Descriptions of networks: what is understood, and what is said of the rest."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.errors import UsageError
from convcli.network.specification import LONGEST, parse, spell

WORDS = st.sampled_from(
    [
        "conv1", "conv2(16@3x3,stride=2/1,pad=0/1/0/1)", "conv(from=features.0)", "fc1(100)",
        "affine2(out_in)", "bn1(eps=1e-05,momentum=0.1)", "relu", "leakyrelu(0.01)", "sigmoid",
        "tanh", "maxpool2", "maxpool3x2(stride=2,pad=1,ceil)", "avgpool2(exclude_pad)",
        "globalavgpool", "dropout(0.5,book)", "flatten(channels_last)", "softmax", "logsoftmax",
    ]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=20))
def test_a_text_is_understood_and_spelled_as_it_was(words: list[str]) -> None:
    assert spell(parse(" ".join(words))) == " ".join(words)


def test_spaces_do_not_matter() -> None:
    assert spell(parse("  conv1 ( 30@5x5 , pad = 1 )\n relu ")) == "conv1(30@5x5,pad=1) relu"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the description names no layer"),
        ("conv1 swish", "'swish' is no layer; write for example"),
        ("lstm1", "'lstm1' is no layer"),
        ("relu1", "'relu1' has a number; write relu alone"),
        ("maxpool", "'maxpool' is not understood; write its window, as in maxpool2"),
        ("maxpool2x", "write its window"),
        ("conv1x2", "write conv1, conv2"),
        ("conv1(stride=0)", "write stride=2 or stride=2/1"),
        ("conv1(pad=-1)", "write pad=1, pad=1/2 or pad=0/1/0/1"),
        ("conv1(pad=1/2/3)", "write pad=1"),
        ("conv1(pad=1/2/3/4/5)", "write pad=1"),
        ("dropout(1)", r"write dropout\(0.5\)"),
        ("dropout(1.0)", r"write dropout\(0.5\)"),
        ("bn1(momentum=1.5)", "write momentum="),
        ("leakyrelu(1e999)", r"write leakyrelu\(0.5\)"),
        ("leakyrelu(-1)", r"write leakyrelu\(0.5\)"),
        ("conv1(dilation=2)", "'dilation=2' in .* is not understood; conv takes"),
        ("conv1(pad=1,pad=1)", "it says something twice"),
        ("conv1(5x5)", r"write conv1\(30@5x5\)"),
        ("fc1(ten)", r"write affine1\(100\)"),
        ("dropout(book=1)", "write book alone"),
        ("conv1(from=../x)", "write from="),
        ("conv1((", "is no layer"),
        ("conv1\x1b[31m", r"is no layer"),
        ("relu " * 300, "a description of 300 layers; 256 are the most"),
        ("a" * (LONGEST + 1), "8,192 are the most"),
    ],
)
def test_what_is_not_understood_is_said(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        parse(text)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 250


def test_numpy_is_not_needed() -> None:
    code = "import sys; import convcli.network.specification; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
