"""``convcli explain`` as a user runs it: every kind of place on the book's three networks."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.storage.parameters import formats
from tests.inspection.networks import DESCRIBED, book_network
from tests.outcome import Convcli

PLACES = ["conv:0,0", "pool:1,2", "cell:30,7", "pixel:1,27", "unit:affine1,17", "score:2"]


def asked(convcli: Convcli, *arguments: str | Path) -> dict[str, Any]:
    outcome = convcli("explain", *arguments, "--json")
    assert outcome.code == 0, outcome.stderr
    result: dict[str, Any] = json.loads(outcome.stdout)
    return result


@pytest.fixture
def small(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONVCLI_DATA_DIR", str(small_mnist))
    return small_mnist


def saved(name: str) -> list[str]:
    """Options that read one of the book's networks from a file, in float64."""
    network = book_network(name)
    formats.save(Path("network.npz"), network.arrays)
    return ["--params", "network.npz", "--layers", network.specification]


@pytest.mark.parametrize("name", DESCRIBED)
@pytest.mark.parametrize("place", PLACES)
def test_every_kind_of_place_on_every_network(
    name: str, place: str, convcli: Convcli, small: Path
) -> None:
    options = saved(name)
    outcome = convcli("explain", "--at", place, *options)
    if name == "chapter 3" and place.split(":")[0] in ("conv", "pool", "cell", "pixel"):
        assert (outcome.code, outcome.stdout) == (1, "")
        assert outcome.stderr.startswith("Error: network.npz: the network as described has no ")
        assert outcome.stderr.count("\n") == 1
        return
    assert (outcome.code, outcome.stderr) == (0, "")
    assert outcome.stdout.startswith("train image 5, label 5: ")
    assert not Path("convcli-out").exists()
    result = asked(convcli, "--at", place, *options)
    if "terms" in result:
        total = sum(term["value"] * term["weight"] for term in result["terms"]) + result["bias"]
        assert total == pytest.approx(result["engine"], abs=1e-9)
        assert abs(result["difference"]) < 1e-9
        assert result["engine"] - result["sum"] == result["difference"]


def test_the_terms_of_the_default_network_are_pixels_times_weights(
    convcli: Convcli, mnist_directory: Path
) -> None:
    result = asked(convcli, "--at", "conv:12,7", "--filter", "3", "--data-dir", mnist_directory)
    arrays = np.load(Path(__file__).parents[3] / "sample_params" / "simple_convnet.npz")
    assert len(result["terms"]) == 25
    running = 0.0
    for k, term in enumerate(result["terms"]):
        y, x = divmod(k, 5)
        assert (term["pixel"], term["weight_index"]) == ([12 + y, 7 + x], [0, y, x])
        assert term["value"] == np.float32(term["byte"]) / np.float32(255)
        assert term["weight"] == arrays["W1"][3, 0, y, x]
        assert term["product"] == term["value"] * term["weight"]
        running += term["product"]
        assert term["running_sum"] == running
    assert result["sum"] == running + arrays["b1"][3]
    assert result["engine"] == pytest.approx(result["sum"], abs=1e-6)
    assert any(term["byte"] for term in result["terms"])


def test_the_table_adds_up_as_it_is_shown(convcli: Convcli, small: Path) -> None:
    lines = convcli("explain", "--at", "conv:12,7").stdout.splitlines()
    assert lines[1].split() == [
        "k", "weight", "index", "pixel", "byte", "value", "weight", "product", "running", "sum"
    ]  # fmt: skip
    rows = [line.replace("(0)", "0").split() for line in lines[3:29]]
    products = [float(row[-2]) for row in rows]
    assert rows[-1][0] == "bias"
    assert sum(products) == pytest.approx(float(rows[-1][-1]), abs=26 * 0.5e-7)
    assert lines[29].startswith(f"engine: {float(rows[-1][-1]):.5f}")
    assert "because of the order of adding" in lines[29]


def test_contributions_come_largest_first_and_the_rest_is_one_row(
    convcli: Convcli, small: Path
) -> None:
    result = asked(convcli, "--at", "unit:affine1,17")
    sizes = [abs(term["product"]) for term in result["terms"]]
    assert len(sizes) == 4320
    assert sizes == sorted(sizes, reverse=True)
    assert asked(convcli, "--at", "unit:affine1,17", "--sort", "order")["terms"][5]["k"] == 5
    lines = convcli("explain", "--at", "unit:affine1,17", "--terms", "4").stdout.splitlines()
    rows = [line.split() for line in lines[3:9]]
    assert rows[4][0] == "rest"
    assert lines[10] == "The rest is the sum of 4,316 terms."
    assert sum(float(row[-2]) for row in rows) == pytest.approx(float(rows[5][-1]), abs=6 * 0.5e-7)
    by_size = convcli("explain", "--at", "conv:0,0", "--sort", "contribution").stdout
    assert "(0)" not in by_size


def test_the_article_s_cell_and_a_pixel_in_json(convcli: Convcli, small: Path) -> None:
    cell = asked(convcli, "--at", "cell:295,13")
    assert (cell["pixel"], cell["output"], cell["weight_index"]) == ([14, 10], [12, 7], [0, 2, 3])
    assert (cell["offset_slice"], cell["offset_place"]) == (13, [12, 7])
    assert (cell["position_slice"], cell["position_place"]) == (295, [2, 3])
    assert [step["index"] for step in cell["steps"]] == [
        [0, 0, 2, 3, 12, 7], [0, 12, 7, 0, 2, 3], [295, 13],
        [0, 0, 12, 7, 2, 3], [0, 12, 7, 0, 2, 3], [295, 13],
    ]  # fmt: skip
    pixel = asked(convcli, "--at", "pixel:14,9")
    assert (len(pixel["cells"]), len(pixel["outputs"]), len(pixel["pooled"])) == (25, 25, 9)
    assert pixel["cells"][0] == [245, 24]
    edge = convcli("explain", "--at", "pixel:0,9").stdout
    assert "In 5 cells and not 25" in edge
    assert (
        "The window passes row 0 1 time and not 5: 4 times it would stand above the first" in edge
    )


def test_a_pooling_says_who_won_and_a_tie(convcli: Convcli, small: Path) -> None:
    result = asked(convcli, "--at", "pool:6,3")
    assert len(result["pixels"]) == 36
    assert result["pixels"][0] == [12, 6]
    largest = max(result["values"])
    assert largest == result["engine"]
    assert result["tied"] == result["values"].count(largest)
    row, column = result["winner"]
    assert result["values"][2 * (row - 12) + column - 6] == largest
    np.savez("nothing.npz", W1=np.zeros((1, 1, 5, 5)), b1=-np.ones(1))
    options = ("--params", "nothing.npz", "--layers", "conv1 relu maxpool2")
    shown = convcli("explain", "--at", "pool:0,0", *options).stdout
    assert "tie of 4, the first wins: (0, 0) of relu1 with 0." in shown
    assert "On this image 144 of the 144 windows of pool1 tie (100%)." in shown
    assert "relu1 lets 0 of it through to conv1" in shown


def test_a_score_of_chapter_8_is_halved_after_the_sum(convcli: Convcli, small: Path) -> None:
    result = asked(convcli, "--at", "score:2", *saved("chapter 8"))
    assert result["score"] == result["engine"] * 0.5
    assert sum(row["probability"] for row in result["softmax"]) == pytest.approx(1)
    assert result["softmax"][2]["probability"] == result["probability"]
    shown = convcli("explain", "--at", "score:2", *saved("chapter 8")).stdout
    assert "dropout2 makes" in shown


def test_the_book_s_own_parameters(
    convcli: Convcli, book_directory: Path, mnist_directory: Path
) -> None:
    data = ("--data-dir", mnist_directory)
    deep = ("--params", book_directory / "deep-convnet-params-2016.pkl")
    result = asked(convcli, "--at", "conv:3,3", "--layer", "conv4", "--filter", "2", *deep, *data)
    assert (result["source"], len(result["terms"])) == ("relu3", 32 * 9)
    assert abs(result["difference"]) < 1e-5
    flat = ("--params", book_directory / "sample-weight.pkl")
    unit = asked(convcli, "--at", "unit:affine1,4", *flat, *data)
    assert unit["terms"][0]["pixel"] == [0, *divmod(unit["terms"][0]["k"], 28)]


def test_out_writes_the_figure(convcli: Convcli, small: Path) -> None:
    for place in PLACES:
        outcome = convcli("explain", "--at", place, "--out", place.replace(":", "-"))
        assert outcome.code == 0, outcome.stderr
        path = Path(place.replace(":", "-")) / "explanation.png"
        assert outcome.stdout.endswith(f"wrote {path}\n")
        with Image.open(path) as picture:
            assert picture.info["Title"].startswith("train image 5, label 5: ")


def test_a_terminal_shows_patch_filter_and_products(
    convcli: Convcli, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("FORCE_COLOR", "1"),
        ("COLORTERM", "truecolor"),
        ("TERM", "xterm-256color"),
    ):
        monkeypatch.setenv(name, value)
    shown = convcli("explain", "--at", "conv:12,7").stdout
    assert "patch" in shown
    assert shown.count("▀") > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["conv:24,0"], "output of conv1 24,0 is out of range; they run from 0,0 to 23,23"),
        (["conv:0,-1"], "output of conv1 0,-1 is out of range; they run from 0,0 to 23,23"),
        (["conv:0,0", "--filter", "30"], "filter 30 is out of range; conv1 has 0 to 29"),
        (["cell:0,0", "--filter", "30"], "filter 30 is out of range; conv1 has 0 to 29"),
        (["pool:12,0"], "output of pool1 12,0 is out of range; they run from 0,0 to 11,11"),
        (["cell:576,0"], "cell of conv1 576,0 is out of range; they run from 0,0 to 575,24"),
        (["pixel:0,28"], "pixel of input 0,28 is out of range; they run from 0,0 to 27,27"),
        (["unit:affine1,100"], "unit of affine1 100 is out of range; they run from 0 to 99"),
        (["unit:relu1,1"], "relu1 is no affine layer, it is ReLU; choose from affine1, affine2"),
        (["unit:nothing,1"], "there is no layer 'nothing'; choose from conv1"),
        (["score:10"], "score 10 is out of range; they run from 0 to 9"),
        (["conv:12"], "place 'conv:12' is not understood; write for example conv:12,7"),
        (["conv:1,2,3"], "place 'conv:1,2,3' is not understood"),
        (["\x1b[2J"], r"place '\x1b[2J' is not understood; write for example conv:12,7, pool:6,3"),
        (["conv:0,0", "--layer", "pool1"], "pool1 is no convolution, it is max pooling"),
        (["pool:0,0", "--layer", "conv1"], "conv1 is no pooling, it is convolution"),
        (["score:1", "--layer", "conv1"], "--layer says nothing about score"),
        (["pixel:1,1", "--filter", "1"], "--filter says nothing about pixel"),
        (["cell:1,1", "--sort", "order"], "--sort says nothing about cell"),
    ],
)
def test_a_bad_place_is_one_line_with_the_range(
    arguments: list[str], message: str, convcli: Convcli, small: Path
) -> None:
    outcome = convcli("explain", "--at", *arguments)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert not Path("convcli-out").exists()


@pytest.mark.parametrize("place", PLACES)
def test_explain_imports_only_what_it_uses(place: str) -> None:
    code = (
        "import sys; from convcli.cli.main import execute;"
        f"code = execute(['explain', '--at', {place!r}, '--json']);"
        "heavy = {'matplotlib', 'PIL', 'requests', 'safetensors', 'rich'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
