"""What speaks against a user's picture is said once on stderr, and stands in the JSON."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.outcome import Convcli

SEVERAL = "The picture seems to show several digits; crop it to one of them."
BORDER = "The digit touches the border of the picture; a part may be missing."
NONE = "The picture does not look like one digit; what is read on it says little."

COMMANDS = (
    ("predict", "--no-figures"),
    ("forward", "--no-figures"),
    ("forward", "--all-layers", "--no-figures"),
    ("explain", "--at", "conv:12,7"),
)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Two strokes, the larger of which leaves the picture."""
    sheet = np.full((100, 120), 255, np.uint8)
    sheet[:80, 20:30] = 0
    sheet[15:75, 80:90] = 0
    path = tmp_path / "ones.png"
    Image.fromarray(sheet).save(path)
    return path


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    sheet = np.full((100, 120), 255, np.uint8)
    sheet[10:80, 20:30] = 0
    path = tmp_path / "one.png"
    Image.fromarray(sheet).save(path)
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_each_warning_is_one_line(
    convcli: Convcli, picture: Path, command: tuple[str, ...]
) -> None:
    told = convcli(*command, "--image", picture)
    assert told.code == 0
    assert told.stderr == f"Warning: {SEVERAL}\n"
    assert SEVERAL not in told.stdout
    as_json = convcli(*command, "--image", picture, "--json")
    assert as_json.stderr == told.stderr
    assert json.loads(as_json.stdout)["warnings"] == [SEVERAL]


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_said_of_one_whole_digit(
    convcli: Convcli, whole: Path, command: tuple[str, ...]
) -> None:
    told = convcli(*command, "--image", whole, "--json")
    assert (told.code, told.stderr) == (0, "")
    assert json.loads(told.stdout)["warnings"] == []


def test_the_page_warns_too(convcli: Convcli, picture: Path) -> None:
    told = convcli("explore", "--image", picture, "--out", "page.html", "--json")
    assert told.stderr == f"Warning: {SEVERAL}\n"
    assert json.loads(told.stdout)["warnings"] == [SEVERAL]


def test_ink_at_the_border_and_what_is_no_digit(convcli: Convcli) -> None:
    sheet = np.full((150, 150), 250, np.uint8)
    for place in range(20, 130, 25):
        sheet[place : place + 5, 20:125] = sheet[20:, place : place + 5] = 10
    Image.fromarray(sheet).save("net.png")
    told = convcli("predict", "--image", "net.png", "--no-figures")
    assert told.stderr == f"Warning: {NONE}\nWarning: {BORDER}\n"


def test_an_image_of_a_data_set_is_not_doubted(convcli: Convcli) -> None:
    assert json.loads(convcli("predict", "--no-figures", "--json").stdout)["warnings"] == []


def test_a_blank_photo_is_refused(convcli: Convcli) -> None:
    light = np.linspace(120, 240, 200)[None] * np.ones((150, 1))
    noise = np.random.default_rng(3).normal(0, 2, light.shape)
    Image.fromarray((light + noise).astype(np.uint8)).save("blank.png")
    told = convcli("predict", "--image", "blank.png", "--no-figures")
    assert (told.code, told.stdout) == (1, "")
    assert told.stderr.startswith("Error: blank.png: no ink to see")
    assert told.stderr.count("\n") == 1
