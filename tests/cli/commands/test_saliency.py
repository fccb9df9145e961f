"""``convcli saliency`` and ``convcli activation`` as a user runs them."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli.inspection.attribution import METHODS
from convcli.storage.parameters import formats
from tests.inspection.networks import book_network
from tests.outcome import Convcli


@pytest.mark.parametrize("method", METHODS)
def test_every_method_says_and_draws_its_map(method: str, convcli: Convcli) -> None:
    outcome = convcli("saliency", "--method", method, "--save-arrays", "maps.npz")
    assert outcome.code == 0, outcome.stderr
    assert outcome.stdout.startswith("train sample 5, label 2: what counts for a 2; ")
    assert f"\n{method}: " in outcome.stdout
    assert "Control, the same with shuffled weights: rank correlation " in outcome.stdout
    with Image.open("convcli-out/saliency-train-5/saliency.png") as picture:
        assert picture.width > 1000
    maps = np.load("maps.npz")
    assert {maps[name].shape for name in ("input", "saliency", "control")} == {(1, 28, 28)}
    row = outcome.stdout.splitlines()[3].split(maxsplit=3)
    assert float(row[1]) == pytest.approx(maps["saliency"].min(), rel=1e-8, abs=1e-12)
    assert float(row[2]) == pytest.approx(maps["saliency"].max(), rel=1e-8, abs=1e-12)
    channel, y, x = map(int, row[3].strip("()").split(","))
    assert abs(maps["saliency"][channel, y, x]) == np.abs(maps["saliency"]).max()


def test_the_occlusion_in_words(convcli: Convcli) -> None:
    arguments = ("saliency", "--method", "occlusion", "--size", "14", "--step", "7", "--no-figures")
    said = convcli(*arguments).stdout
    found = json.loads(convcli(*arguments, "--json").stdout)
    row, column = found["patch"]["first_pixel"]
    assert (
        f"Without the 14x14 pixels from ({row}, {column}) to ({row + 13}, {column + 13}) the "
        f"probability of 2 falls from {found['probability']:.9g} to "
        f"{found['patch']['probability']:.9g}; the network "
    ) in said


def test_another_class_has_another_map(convcli: Convcli) -> None:
    found = json.loads(convcli("saliency", "--class", "7", "--no-figures", "--json").stdout)
    assert (found["class"], found["reading"]) == (7, 2)
    own = json.loads(convcli("saliency", "--no-figures", "--json").stdout)
    assert own["maps"] != found["maps"]
    assert own["class"] == 2


def test_three_channels(convcli: Convcli) -> None:
    chance = np.random.default_rng(0)
    arrays = {
        "W1": chance.normal(size=(4, 3, 3, 3)),
        "b1": chance.normal(size=4),
        "W2": chance.normal(size=(4 * 14 * 14, 5)),
        "b2": chance.normal(size=5),
    }
    formats.save(Path("colour.npz"), arrays)
    Image.fromarray(chance.integers(0, 256, (40, 40, 3), np.uint8)).save("colour.png")
    network = ["--params", "colour.npz", "--input-size", "3x16x16", "--image", "colour.png"]
    network += ["--layers", "conv1 relu flatten fc1"]
    for command in (["saliency", "--method", "gradient"], ["activation"]):
        outcome = convcli(*command, *network)
        assert (outcome.code, outcome.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--size", "5"], 2, "--size means nothing without --method occlusion"),
        (["--layer", "conv1"], 2, "--layer means nothing without --method grad-cam"),
        (["--method", "occlusion", "--size", "29"], 2, "a patch of 29x29 on an image of 28x28"),
        (["--class", "10"], 2, "class 10 is out of range; they run from 0 to 9"),
        (["--method", "grad-cam", "--layer", "affine1"], 2, "affine1 gives out no feature maps"),
        (["--method", "guess"], 2, "'guess' is not one of"),
    ],
)
def test_what_cannot_be_answered_is_one_line(
    arguments: list[str], code: int, message: str, convcli: Convcli
) -> None:
    outcome = convcli("saliency", *arguments)
    assert (outcome.code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert [line.startswith("Error: ") for line in outcome.stderr.splitlines()].count(True) == 1
    assert not Path("convcli-out").exists()


def test_patches_that_would_take_too_long_are_refused(convcli: Convcli) -> None:
    chance = np.random.default_rng(0)
    arrays = {"W1": chance.normal(size=(64, 1, 9, 9)), "b1": chance.normal(size=64)}
    arrays |= {"W2": chance.normal(size=(64, 3)), "b2": chance.normal(size=3)}
    formats.save(Path("wide.npz"), arrays)
    Image.fromarray(chance.integers(0, 256, (200, 200), np.uint8)).save("grey.png")
    outcome = convcli(
        "saliency", "--params", "wide.npz", "--input-size", "160x160", "--image", "grey.png",
        "--layers", "conv1 relu globalavgpool flatten fc1", "--method", "occlusion", "--step", "1",
    )  # fmt: skip
    assert (outcome.code, outcome.stdout) == (2, "")
    assert "patches of 4x4, each read twice would take about " in outcome.stderr
    assert outcome.stderr.endswith("take a larger --step\n")


def test_the_filters_in_the_order_of_their_response(convcli: Convcli) -> None:
    outcome = convcli("activation", "--json", "--out", "drawn")
    found = json.loads(outcome.stdout)
    rows = found["filters"]
    assert sorted(row["filter"] for row in rows) == list(range(30))
    assert [row["response"] for row in rows] == sorted((r["response"] for r in rows), reverse=True)
    for row in rows:
        assert row["bar_response"] == max(row["bars"])
        assert row["best_bar"] == found["directions"][row["bars"].index(row["bar_response"])]
    assert found["files"] == ["drawn/directions.png"]
    said = convcli("activation", "--no-figures").stdout
    assert "Standing strokes (75° to 105°) excite filter" in said


def test_one_filter_closely(convcli: Convcli, small_mnist: Path) -> None:
    arguments = ("activation", "--filter", "7", "--data-dir", small_mnist, "--images", "3")
    outcome = convcli(*arguments, "--json")
    found = json.loads(outcome.stdout)
    assert len(found["images"]) == 3
    assert found["images"][0]["response"] >= found["images"][1]["response"]
    weights = np.load(Path(__file__).parents[3] / "sample_params" / "simple_convnet.npz")["W1"][7]
    assert np.array_equal(found["made"]["pixels"], weights > 0)
    assert Path("convcli-out/activation-train-5/filter.png").exists()
    assert "The picture made for filter 7 raises its output (12, 12) from " in (
        convcli(*arguments, "--no-figures").stdout
    )


def test_a_filter_or_a_layer_that_is_not_there(convcli: Convcli) -> None:
    assert "filter of conv1 30 is out of range" in convcli("activation", "--filter", "30").stderr
    assert "--limit means nothing without --filter" in convcli("activation", "--limit", "3").stderr
    formats.save(Path("flat.npz"), book_network("chapter 3").arrays)
    outcome = convcli("activation", "--params", "flat.npz")
    assert outcome.code == 1
    assert "has no convolution" in outcome.stderr
