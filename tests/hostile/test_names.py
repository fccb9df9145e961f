"""Names of files that were made to be shown: nothing of them reaches a terminal or a folder raw."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.hostile.genuine import as_picture
from tests.hostile.idx import IMAGES, LABELS
from tests.hostile.npz import GOOD
from tests.hostile.refusals import assert_refused
from tests.outcome import Convcli

NAMES = {
    "escape": "a\x1b[31mred\x1b]0;gone\x07b",
    "one byte escape": "a\x9b2Jb",
    "newline": "a\nError: all is well\r",
    "markup": "[bold red]a[",
    "link": "[link=file:etc]a",
    "mathematics": r"$\frac{1}{0}$ $\undefined$ $",
    "HTML": "<script>alert(1)<",
    "undecodable": "a\udcffb",
    "turned around": "a\u202egnp",
    "no width": "a\u200b\u2066b\ufeff",
    "long": "a" * 240,
    "dots": "...",
    "an option": "--json",
    "letters of all kinds": "ゼロ ñ 🙂 ۝",
}


def is_clean(text: str) -> bool:
    return all(line.isprintable() for line in text.split("\n"))


@pytest.fixture(params=list(NAMES))
def name(request: pytest.FixtureRequest) -> str:
    return NAMES[request.param]


def test_a_picture_s_name(name: str, convcli: Convcli, tmp_path: Path) -> None:
    (tmp_path / "good.npz").write_bytes(GOOD)
    picture = tmp_path / f"{name}.png"
    picture.write_bytes(as_picture("PNG"))
    outcome = convcli("forward", "--image", picture, "--params", "good.npz", "--steps")
    assert (outcome.code, outcome.stderr) == (0, "")
    assert is_clean(outcome.stdout)
    (folder,) = (tmp_path / "convcli-out").iterdir()
    assert re.fullmatch(r"forward-image-[A-Za-z0-9-]{1,60}", folder.name)
    pictures = list(folder.iterdir())
    # The five of the stages, preparation.png and steps.png.
    assert len(pictures) == 7
    for path in pictures:
        with Image.open(path) as written:
            assert written.info["Title"].isprintable()


def test_names_that_the_whole_network_is_given(name: str, convcli: Convcli, tmp_path: Path) -> None:
    params, picture = tmp_path / f"{name}.npz", tmp_path / f"{name}.png"
    params.write_bytes(GOOD)
    picture.write_bytes(as_picture("PNG"))
    for arguments in (
        ("predict", "--image", picture, "--params", params, "--out", "pictures"),
        ("summary", "--params", params),
        ("evaluate", "--params", params, "--limit", "3", "--out", "pictures"),
    ):
        outcome = convcli(*arguments)
        assert outcome.code == 0, outcome.stderr
        assert is_clean(outcome.stdout + outcome.stderr)
    for path in (tmp_path / "pictures").iterdir():
        with Image.open(path) as written:
            assert written.info["Title"].isprintable()


def test_names_in_json(name: str, convcli: Convcli, tmp_path: Path) -> None:
    params, picture = tmp_path / f"{name}.npz", tmp_path / f"{name}.png"
    params.write_bytes(GOOD)
    picture.write_bytes(as_picture("PNG"))
    outcome = convcli("params", "show", params, "--json")
    assert outcome.stdout.isascii()
    assert json.loads(outcome.stdout)["file"] == str(params)
    saved = tmp_path / f"{name} saved.npz"
    outcome = convcli(
        *("forward", "--image", picture, "--params", params, "--json", "--no-figures"),
        *("--save-arrays", saved),
    )
    assert outcome.stdout.isascii()
    assert json.loads(outcome.stdout)["files"] == [str(saved)]


def test_a_parameter_file_s_name(name: str, convcli: Convcli, tmp_path: Path) -> None:
    params = tmp_path / f"{name}.npz"
    params.write_bytes(GOOD)
    for arguments in (
        ("params", "show", params),
        ("params", "convert", params, tmp_path / f"{name}.safetensors"),
        ("show-filters", "--params", params, "--out", tmp_path / f"{name} pictures"),
    ):
        outcome = convcli(*arguments)
        assert (outcome.code, outcome.stderr) == (0, "")
        assert is_clean(outcome.stdout)
    for path in tmp_path.rglob("*.png"):
        with Image.open(path) as written:
            assert all(str(text).isprintable() for text in written.info.values())


def test_a_folder_s_name(name: str, convcli: Convcli, tmp_path: Path) -> None:
    folder = tmp_path / name[:80]
    folder.mkdir()
    (folder / "train-images-idx3-ubyte").write_bytes(IMAGES)
    (folder / "train-labels-idx1-ubyte").write_bytes(LABELS)
    for arguments in (("show", "--index", "0-7"), ("status",), ("status", "--json")):
        outcome = convcli("data", *arguments, "--data-dir", folder)
        assert (outcome.code, outcome.stderr) == (0, "")
        assert is_clean(outcome.stdout)
    (sheet,) = tmp_path.rglob("*.png")
    with Image.open(sheet) as written:
        assert written.info["Title"].isprintable()


def test_the_name_of_a_file_that_is_refused(name: str, convcli: Convcli, tmp_path: Path) -> None:
    (tmp_path / "good.npz").write_bytes(GOOD)
    path = tmp_path / f"{name}.npz"
    path.write_bytes(GOOD[:-1])
    for arguments in (
        ("params", "show", path),
        ("forward", "--params", path),
        ("forward", "--image", path, "--params", "good.npz"),
        ("data", "show", "--data-dir", path),
    ):
        assert_refused(convcli(*arguments))
