"""Drawn handwriting of every kind: what it is, and how much of it is read right."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli.network.building import build
from convcli.network.network import Network
from convcli.storage.parameters import formats
from tools.handwriting.counting import count
from tools.handwriting.kinds import KINDS, NONE, ONE_DIGIT, SEVERAL, Kind

ROOT = Path(__file__).parents[2]
NAMES = [kind.name for kind in KINDS]
# Of another seed than those that the bounds of the preparation were chosen with.
SEED, EACH = 21, 5


@pytest.fixture(scope="module")
def network() -> Network:
    return build(formats.load(formats.bundled()).arrays)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_at_most_one_is_read_wrong_or_not_warned_of(kind: Kind, network: Network) -> None:
    counted = count(kind, EACH, SEED, network)
    if kind.shows == ONE_DIGIT:
        assert counted.right is not None
        assert counted.right >= EACH - 1
    else:
        assert counted.right is None
    assert counted.warned >= EACH - 1 if kind.warned else counted.warned <= 1


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_the_seed_decides(kind: Kind) -> None:
    once, again, other = (kind.draw(5, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert once == again
    assert once != other
    with Image.open(BytesIO(once)) as picture:
        assert picture.format in ("PNG", "JPEG")
        assert max(picture.size) >= 150


def test_every_kind_is_there() -> None:
    assert len(set(NAMES)) == len(KINDS) >= 18
    assert {kind.shows for kind in KINDS} == {ONE_DIGIT, SEVERAL, NONE}


def test_the_table_and_the_pictures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.handwriting", "--each", "2", "--kind", "plain"]
    done = subprocess.run(
        [*command, "--out", tmp_path / "drawn"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "| kind | read right | warned of |",
        "| --- | ---: | ---: |",
        "| plain | 2 of 2 | 0 |",
    ]
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == [
        "plain-0-0-0.png",
        "plain-1-1-1.png",
    ]
