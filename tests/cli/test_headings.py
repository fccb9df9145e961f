"""What a table calls a thing is what the JSON calls it, in every command."""

import json
import re
import sys
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import click
import numpy as np
import pytest
from PIL import Image

from convcli.benchmark import frameworks
from convcli.benchmark.race import race
from convcli.cli import main
from convcli.cli.commands import bench
from tests.outcome import Convcli

RULE = re.compile("─+")
TINY = {"convolution": (1,), "predict": (1,), "training": (1,), "im2col": (1,), "growth": (1, 2)}
RUNS = {
    "forward": ["--image", "seven.png", "--steps", "--no-figures"],
    "explain": ["--at", "score:2"],
    "animate conv": [],
    "animate pool": [],
    "animate im2col": [],
    "compare-im2col": ["--repeat", "1", "--no-figures"],
    "show-filters": ["--no-figures"],
    "evaluate": ["--limit", "20", "--no-figures"],
    "predict": ["--explain", "--no-figures"],
    "saliency": ["--no-figures"],
    "activation": ["--filter", "0", "--limit", "20", "--no-figures"],
    "summary": [],
    "geometry": ["--sweep", "stride=1..2"],
    "params show": [],
    "data status": [],
    "data show": ["--no-figures"],
    "gradcheck": ["--untrained", "--sweep", "--samples", "2", "--no-figures"],
    "bench": ["--quick", "--repeat", "1", "--no-figures"],
}
# They have no table.
WITHOUT = {"explore", "params convert", "train"}


def _commands(group: click.Group, words: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from _commands(found, f"{words}{name} ")
        else:
            yield words + name, found


def test_no_command_with_json_is_forgotten() -> None:
    with_json = {
        words
        for words, command in _commands(main.cli)
        if any(option.name == "as_json" for option in command.params)
    }
    assert with_json == set(RUNS) | WITHOUT


@pytest.mark.parametrize("words", RUNS)
def test_every_heading_is_a_name_in_the_json(
    words: str, convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("torch", "onnxruntime"):
        monkeypatch.setitem(sys.modules, package, None)
    for module in frameworks.MODULES.values():
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setattr(bench, "QUICK_SIZES", TINY)
    monkeypatch.setattr(bench, "race", partial(race, run_seconds=0))
    paper = np.full((60, 40), 255, np.uint8)
    paper[10:50, 18:23] = 0
    Image.fromarray(paper).save("seven.png")
    arguments = [*words.split(), *RUNS[words]]
    lines = convcli(*arguments).stdout.splitlines()
    headings = [
        re.split(" {2,}", above.strip()) for above, line in pairwise(lines) if RULE.fullmatch(line)
    ]
    assert headings
    names = set(_names(json.loads(convcli(*arguments, "--json").stdout)))
    for table in headings:
        assert {heading.replace(" ", "_") for heading in table} <= names


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _names(part)
