"""Every option of every command with values that no one means: one line, and never a traceback."""

from collections.abc import Iterator

import click
import pytest

from tests.cli.test_main import COMMANDS
from tests.outcome import Convcli

NUMBERS = [
    *("-1", "0", "-0", str(2**31), str(2**63), str(-(2**63)), str(10**30)),
    *("nan", "inf", "-inf", "1e999", "1.5", "0x10", "٣"),
]
TEXTS = ["", " ", "x" * 10_000, "9" * 10_000, "a\x1b[31mb\x07", "a\nb", "\x9b2J", "\udcff"]
PLACES = ["", "x" * 10_000, "a/" * 3000 + "a", "a\x1b[31mb\x07", "\udcff", "/dev/null/a"]
# What makes a command quick; what is tried comes after it, and the last one counts.
QUICK = {
    "bench": ("--quick", "--repeat", "1"),
    "compare-im2col": ("--repeat", "1"),
    "explain": ("--at", "conv:3,3"),
    "params convert": ("missing.npz", "target.npz"),
    "train": ("--epochs", "1", "--batch", "32"),
}
# What takes long is not begun: these values are as good as any.
FAR = ("x" * 10_000, "a/" * 3000 + "a", "/dev/null/a")
LONG = {
    ("bench", "--repeat"): (*NUMBERS[:-1], *TEXTS),
    ("bench", "--out"): FAR,
    ("compare-im2col", "--out"): FAR,
}


def _options() -> Iterator[tuple[str, click.Option]]:
    for words, command in COMMANDS.items():
        if isinstance(command, click.Group) and not command.invoke_without_command:
            continue
        for option in command.params:
            if isinstance(option, click.Option) and not option.is_flag:
                yield " ".join(words), option


CASES = [pytest.param(name, option, id=f"{name} {option.opts[0]}") for name, option in _options()]


@pytest.fixture(autouse=True)
def nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")


@pytest.mark.parametrize(("name", "option"), CASES)
def test_a_value_that_no_one_means(name: str, option: click.Option, convcli: Convcli) -> None:
    spelled = option.opts[0]
    values = PLACES if isinstance(option.type, click.Path) else [*NUMBERS, *TEXTS]
    figures = "--no-figures" in _names(name) and spelled != "--out"
    for value in LONG.get((name, spelled), values):
        quiet = ("--no-figures",) if figures else ()
        words = (*name.split(), *QUICK.get(name, ()), *quiet, f"{spelled}={value}")
        outcome = convcli(*words)
        assert outcome.code in (0, 1, 2), value[:50]
        errors = [line for line in outcome.stderr.split("\n")[:-1] if line[:5] != "Note:"]
        assert len(errors) == (outcome.code > 0), (value[:50], errors)
        assert all(line.startswith("Error: ") for line in errors), (value[:50], errors)
        assert all(len(line) <= 200 and line.isprintable() for line in errors), value[:50]
        assert "Traceback" not in outcome.stdout


def _names(name: str) -> set[str]:
    command = COMMANDS[tuple(name.split())]
    return {spelled for parameter in command.params for spelled in parameter.opts}


@pytest.mark.parametrize(("name", "option"), CASES)
def test_every_number_has_both_its_bounds(name: str, option: click.Option) -> None:
    kind = option.type
    assert not isinstance(kind, click.types.IntParamType) or isinstance(kind, click.IntRange)
    assert not isinstance(kind, click.types.FloatParamType) or isinstance(kind, click.FloatRange)
    if isinstance(kind, click.IntRange | click.FloatRange):
        assert kind.min is not None
        assert kind.max is not None
    if isinstance(kind, click.IntRange):
        # NumPy and the system count in 64 bits.
        assert kind.max is not None
        assert kind.max < 2**63
