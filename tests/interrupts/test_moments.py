"""Ctrl-C at moments of chance; ``python -m tests.interrupts`` tries a thousand."""

import random
from pathlib import Path

import pytest

from tests.interrupts.moments import Command, renewed, undisturbed

MOMENTS = 5
COMMANDS = [
    "--help",
    "compare-im2col --repeat 1 --no-figures",
    "data show",
    "forward",
    "forward --no-figures",
    "params convert source.npz converted.safetensors",
    "show-filters",
    "train --epochs 2 --batch 32 --save trained.npz",
]


@pytest.mark.parametrize("arguments", COMMANDS)
def test_ctrl_c_at_any_moment(arguments: str, tmp_path: Path) -> None:
    command, folder = Command(tuple(arguments.split())), tmp_path / "folder"
    whole = undisturbed(command, renewed(folder))
    assert whole.ended.code == 0
    chance = random.Random(arguments)
    for _ in range(MOMENTS):
        whole.interrupted(renewed(folder), chance)
