"""The backward pass on the terminal: what is counted, where the kinks are, and what ends it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.network.layers import Affine
from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import save
from tests import chapter_7
from tests.outcome import Convcli

NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
KEYS = {"passed", "inactive", "on_kink", "failed", "worst_relative_error"}


def told(convcli: Convcli, *arguments: str | Path) -> dict[str, Any]:
    outcome = convcli("gradcheck", *arguments, "--json")
    assert outcome.code == 0, outcome.stderr
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def test_every_parameter_is_counted(convcli: Convcli) -> None:
    found = told(convcli)
    assert set(found["parameters"]) == set(NAMES)
    sizes = {name: array.size for name, array in chapter_7.parameters().items()}
    for name, counts in found["parameters"].items():
        assert set(counts) == KEYS
        assert counts["failed"] == 0
        assert sum(counts[key] for key in KEYS - {"worst_relative_error"}) == min(30, sizes[name])
        assert counts["worst_relative_error"] < 1e-4
    assert found["parameters"]["W1"]["passed"] > 25
    assert found["gradients"][-1]["layer"] == "loss"
    assert found["files"] == []


def test_untrained_parameters_are_on_kinks_and_jitter_mends_that(
    convcli: Convcli, mnist_directory: Path
) -> None:
    data = ("--data-dir", mnist_directory, "--layer", "conv1")
    stuck = told(convcli, "--untrained", *data)
    assert stuck["parameters"]["b1"]["on_kink"] == 30
    kinks = [kink for kink in stuck["kinks"] if kink["by"] == "b1"]
    assert len(kinks) == 30
    # The first pixel of the first image is black.
    assert (kinks[0]["bend"], kinks[0]["image"], kinks[0]["place"], kinks[0]["gap"]) == (
        *("relu1", 0, [0, 0, 0], 0),
    )
    text = convcli("gradcheck", "--untrained", "--data-dir", mnist_directory).stdout
    assert "relu1: 43.1% of its inputs are exactly zero" in text
    assert "--jitter 0.01" in text
    mended = told(convcli, "--untrained", "--jitter", "0.01", *data)["parameters"]["b1"]
    assert mended["passed"] > 25


def test_an_untrained_file_is_as_good(convcli: Convcli) -> None:
    save(Path("untrained.npz"), chapter_7.parameters())
    given = ("--params", "untrained.npz", "--layer", "conv1")
    assert told(convcli, *given)["parameters"]["b1"]["on_kink"] == 30
    assert told(convcli, *given, "--jitter", "0.01")["parameters"]["b1"]["passed"] > 20


def test_the_sweep_is_a_table_and_a_figure(convcli: Convcli) -> None:
    arguments = ("--sweep", "--layer", "affine2", "--samples", "6")
    found = told(convcli, *arguments)
    assert [point["step"] for point in found["sweep"]] == [10**-k for k in range(1, 12)]
    assert set(found["sweep"][0]["parameters"]) == {"W3", "b3"}
    assert found["files"] == ["convcli-out/gradcheck/sweep.png"]
    outcome = convcli("gradcheck", *arguments, "--out", "elsewhere")
    assert "median relative error" in outcome.stdout
    assert outcome.stdout.endswith("wrote elsewhere/sweep.png\n")
    with Image.open("elsewhere/sweep.png") as picture:
        assert "central differences" in picture.info["Title"]


def test_any_network_is_checked(convcli: Convcli) -> None:
    """In colour, which MNIST is not: on images of noise."""
    random = np.random.default_rng(0)
    layers = "conv1(pad=1) bn1 relu dropout(0.5) globalavgpool flatten fc1"
    arrays = {
        "conv1.weight": random.normal(size=(4, 3, 3, 3)),
        "conv1.bias": random.normal(size=4),
        **{f"bn1.{name}": np.full(4, 1.5) for name in ("weight", "bias", "running_mean")},
        "bn1.running_var": np.ones(4),
        "fc1.weight": random.normal(size=(7, 4)),
        "fc1.bias": random.normal(size=7),
    }
    size = {"channels": 3, "height": 8, "width": 8}
    save(Path("colour.npz"), arrays, Description(layers, size))
    outcome = convcli("gradcheck", "--params", "colour.npz")
    assert (outcome.code, outcome.stderr) == (0, "")
    assert "5 images of noise" in outcome.stdout
    assert told(convcli, "--params", "colour.npz")["parameters"]["bn1.weight"]["passed"] == 4


@pytest.mark.parametrize("file", ["sample-weight.pkl", "params-2016.pkl"])
def test_the_networks_of_the_book_pass(convcli: Convcli, book_directory: Path, file: str) -> None:
    found = told(convcli, "--params", book_directory / file, "--samples", "10")
    assert all(counts["failed"] == 0 for counts in found["parameters"].values())


def test_a_wrong_gradient_ends_with_1(convcli: Convcli, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Affine.backward

    def wrong(self: Affine, *given: Any) -> Any:
        values, gradients = right(self, *given)
        if self.name == "affine1":
            gradients["W2"] = gradients["W2"] * 1.001
        return values, gradients

    monkeypatch.setattr(Affine, "backward", wrong)
    outcome = convcli("gradcheck", "--json")
    assert outcome.code == 1
    assert outcome.stderr.splitlines()[-1].startswith("Error: wrong gradients: affine1 by W2; W2[")
    counts = json.loads(outcome.stdout)["parameters"]
    assert [name for name in NAMES if counts[name]["failed"]] == ["W2"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--layer", "conv9"], 2, "there is no layer 'conv9'"),
        (["--step", "1"], 2, "1.0 is not in the range"),
        (["--step", "1e-5", "--sweep"], 2, "contradict each other"),
        (["--jitter", "nan"], 2, "nan"),
        (["--out", "x"], 2, "--out means nothing without --sweep"),
        (["--images", "200", "--samples", "1000"], 2, "take fewer --samples"),
        (["--images", "200"], 2, "take fewer --images"),
        (["--samples", "1000000"], 2, "take fewer --samples"),
        (["--images", "13", "--data-dir", "small-mnist"], 2, "there are 12 train images"),
        (["--params", "filters.npz"], 1, "filters.npz: a convolution alone ends in conv1"),
        (["--params", "huge.npz"], 1, "huge.npz: the scores are not finite"),
    ],
)
def test_bad_input_is_one_line(
    convcli: Convcli, small_mnist: Path, arguments: list[str], code: int, message: str
) -> None:
    save(Path("filters.npz"), {"W1": np.ones((2, 1, 5, 5)), "b1": np.ones(2)})
    size = {"channels": 1, "height": 28, "width": 28}
    huge = {"W1": np.full((784, 10), 1e308), "b1": np.zeros(10)}
    save(Path("huge.npz"), huge, Description("flatten fc1", size))
    outcome = convcli("gradcheck", *arguments)
    assert (outcome.code, outcome.stdout) == (code, "")
    errors = [line for line in outcome.stderr.splitlines() if line[:5] != "Note:"]
    assert len(errors) == 1
    assert message in errors[0]
    assert not Path("convcli-out").exists()
