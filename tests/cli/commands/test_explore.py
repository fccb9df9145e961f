"""``convcli explore`` as a user runs it: where the page goes, what is said, what is refused."""

import json
import re
import webbrowser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli.storage.parameters import formats
from tests.inspection.networks import DESCRIBED, book_network
from tests.outcome import Convcli


@pytest.fixture
def small(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONVCLI_DATA_DIR", str(small_mnist))
    return small_mnist


def saved(name: str) -> list[str]:
    network = book_network(name)
    formats.save(Path("network.npz"), network.arrays)
    return ["--params", "network.npz", "--layers", network.specification]


@pytest.mark.parametrize(
    ("out", "written"),
    [
        ([], "convcli-out/explore-train-5/explore.html"),
        (["--out", "pages"], "pages/explore.html"),
        (["--out", "pages/five.HTML"], "pages/five.HTML"),
        (["--out", "five.htm"], "five.htm"),
    ],
)
def test_where_the_page_goes(convcli: Convcli, small: Path, out: list[str], written: str) -> None:
    outcome = convcli("explore", "--no-draw", *out)
    assert (outcome.code, outcome.stderr) == (0, "")
    size = Path(written).stat().st_size
    assert outcome.stdout == (
        "train image 5, label 5: a page of simple_convnet.npz\n"
        f"{size:,} bytes, which load nothing else.\n"
        f"wrote {written}\n"
    )


def test_a_program_is_told_what_was_written(convcli: Convcli, small: Path) -> None:
    outcome = convcli("explore", "--out", "five.html", "--json")
    assert json.loads(outcome.stdout) == {
        "image": "train image 5, label 5",
        "warnings": [],
        "params": "simple_convnet.npz",
        "layer": "conv1",
        "drawing": True,
        "bytes": Path("five.html").stat().st_size,
        "files": ["five.html"],
    }


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_network_of_the_book_has_its_page(convcli: Convcli, small: Path, name: str) -> None:
    outcome = convcli("explore", "--index", "3", *saved(name), "--out", "page.html", "--no-draw")
    assert (outcome.code, outcome.stderr) == (0, "")
    page = Path("page.html").read_text(encoding="utf-8")
    assert "<title>train image 3, label 3: network.npz" in page
    layers = book_network(name).specification
    assert f"--index 3 --params network.npz --layers &#39;{layers}&#39; --no-draw</code>" in page


def test_the_policy_allows_nothing_from_elsewhere(convcli: Convcli, small: Path) -> None:
    convcli("explore", "--out", "page.html")
    page = Path("page.html").read_text(encoding="utf-8")
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "unsafe" not in policy[1]
    assert not re.search(r"(src|href)=\"(?!#)", page.partition("<script")[0])


def test_the_page_is_opened_when_it_is_there(
    convcli: Convcli, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, bool]] = []
    path = Path("five.html").resolve()
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append((address, path.exists())))
    assert convcli("explore", "--no-draw", "--out", "five.html", "--open").code == 0
    assert opened == [(path.as_uri(), True)]
    assert convcli("explore", "--no-draw", "--out", "five.html/six.html", "--open").code == 1
    assert len(opened) == 1


def test_a_layer_that_is_not_there(convcli: Convcli, small: Path) -> None:
    outcome = convcli("explore", "--layer", "conv9", "--out", "page.html")
    assert outcome.code == 2
    assert outcome.stderr.count("\n") == 1
    assert "'conv9'" in outcome.stderr
    assert not Path("page.html").exists()


def test_a_page_that_would_be_too_large_is_refused(convcli: Convcli, small: Path) -> None:
    arrays = {
        "W1": np.zeros((784, 8000), np.float32), "b1": np.zeros(8000, np.float32),
        "W2": np.zeros((8000, 10), np.float32), "b2": np.zeros(10, np.float32),
    }  # fmt: skip
    formats.save(Path("wide.npz"), arrays)
    wide = ["--params", "wide.npz", "--layers", "flatten fc1 relu fc2", "--out", "page.html"]
    outcome = convcli("explore", *wide)
    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr == (
        "Error: wide.npz: a page with every number would take up to 34 MB, and 24 MB are the most; "
        "leave out what only drawing needs, with --no-draw\n"
    )
    assert not Path("page.html").exists()
    assert convcli("explore", *wide, "--no-draw").code == 0


def test_a_picture_that_is_too_large_is_refused(convcli: Convcli) -> None:
    np.savez("filters.npz", W1=np.zeros((1, 1, 5, 5), np.float32), b1=np.zeros(1, np.float32))
    Image.fromarray(np.eye(60, dtype=np.uint8) * 255).save("line.png")
    outcome = convcli(
        "explore", "--params", "filters.npz", "--input-size", "2000x2000", "--image", "line.png",
        "--out", "page.html",
    )  # fmt: skip
    assert (outcome.code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        "Error: filters.npz: a page with every number would take up to 43 MB, and 24 MB are the "
        "most; take a smaller --input-size\n"
    )
    assert not Path("page.html").exists()
