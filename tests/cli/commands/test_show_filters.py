import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.outcome import Convcli


def test_every_filter_of_the_book_in_four_numbers(convcli: Convcli, book_directory: Path) -> None:
    params = book_directory / "params-2016.pkl"
    outcome = convcli("show-filters", "--params", params, "--no-figures", "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    result = json.loads(outcome.stdout)
    weights = pickle.loads(params.read_bytes())["W1"].reshape(30, -1)
    assert len(result["filters"]) == 30
    for row, told in zip(weights, result["filters"], strict=True):
        assert (told["min"], told["max"]) == (row.min(), row.max())
        assert told["mean"] == pytest.approx(row.sum() / 25, abs=1e-15)
        assert told["norm"] == pytest.approx(np.sqrt((row**2).sum()), rel=1e-14)


def test_the_untrained_filters_are_those_that_training_begins_with(convcli: Convcli) -> None:
    outcome = convcli("show-filters", "--seed", "7", "--no-figures", "--json")
    untrained = json.loads(outcome.stdout)["untrained"]
    # The book's rule by hand: normal numbers, standard deviation 0.01, in float32.
    drawn = np.random.default_rng(7).normal(scale=0.01, size=(30, 25)).astype(np.float32)
    assert [told["max"] for told in untrained] == [float(row.max()) for row in drawn]


def test_the_table_and_the_picture(convcli: Convcli) -> None:
    outcome = convcli("show-filters", "--columns", "10", "--scale", "per-filter")
    assert outcome.code == 0
    lines = outcome.stdout.rstrip().split("\n")
    title = "simple_convnet.npz: W1 (30, 1, 5, 5), trained and untrained (seed 0)"
    assert lines[0].rstrip() == title
    assert [line.split()[0] for line in lines[3:33]] == [str(number) for number in range(30)]
    assert lines[-1] == "wrote convcli-out/show-filters/filters.png"
    with Image.open("convcli-out/show-filters/filters.png") as picture:
        assert picture.info["Title"] == f"{title}, scale per filter"


def test_a_terminal_gets_both_sheets(convcli: Convcli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = convcli("show-filters", "--no-figures").stdout
    assert shown.count("▀") >= 2 * 37 * 15
    assert "orange negative, white zero, blue positive" in shown


def test_filters_of_another_network_can_be_shown(convcli: Convcli) -> None:
    np.savez("colour.npz", W1=np.ones((2, 3, 4, 6)), b1=np.zeros(2))
    outcome = convcli("show-filters", "--params", "colour.npz")
    assert (outcome.code, outcome.stderr) == (0, "")
    assert "W1 (2, 3, 4, 6)" in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--scale", "own"], 2, "'own' is not one of 'shared', 'per-filter'"),
        (["--columns", "0"], 2, "0 is not in the range 1<=x<="),
        (["--seed", "-1"], 2, "-1 is not in the range 0<=x<="),
        (["--no-figures", "--out", "x"], 2, "contradict each other"),
        (["--params", "missing.pkl"], 1, "missing.pkl"),
        (
            ["--params", "no-filters.npz"],
            1,
            "no-filters.npz: the names and shapes of the arrays are of no network",
        ),
        (["--params", "too-many.npz"], 1, "W1 has 4,097 filters; 4,096 are the most"),
    ],
)
def test_bad_input_is_one_line(
    convcli: Convcli, arguments: list[str], code: int, message: str
) -> None:
    np.savez("no-filters.npz", W2=np.ones((2, 3)))
    np.savez("too-many.npz", W1=np.ones((4097, 1, 1, 1)), b1=np.ones(4097))
    outcome = convcli("show-filters", *arguments)
    assert (outcome.code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert not Path("convcli-out").exists()


@pytest.mark.parametrize(("layer", "number"), [("conv1", 1), ("conv4", 4), ("conv6", 6)])
def test_the_filters_of_any_convolution(
    convcli: Convcli, book_directory: Path, layer: str, number: int
) -> None:
    params = book_directory / "deep-convnet-params-2016.pkl"
    outcome = convcli("show-filters", "--params", params, "--layer", layer, "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    result, weights = json.loads(outcome.stdout), pickle.loads(params.read_bytes())
    trained = weights[f"W{number}"]
    assert (result["layer"], result["shape"]) == (layer, list(trained.shape))
    assert [told["min"] for told in result["filters"]] == trained.min(axis=(1, 2, 3)).tolist()
    folder = Path(f"convcli-out/show-filters-{layer}")
    assert result["files"] == [str(folder / "filters.png")]
    # He's rule for a filter before a ReLU: standard deviation sqrt(2 / inputs of a sum).
    inputs = trained[0].size
    norms = np.array([told["norm"] for told in result["untrained"]])
    assert np.sqrt((norms**2).mean() / inputs) == pytest.approx(np.sqrt(2 / inputs), rel=0.15)
    with Image.open(folder / "filters.png") as picture:
        assert f"{layer}, W{number} {trained.shape}, trained" in picture.info["Title"]


def test_a_terminal_is_told_what_is_left_out(
    convcli: Convcli, book_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    params = book_directory / "deep-convnet-params-2016.pkl"
    arguments = ("show-filters", "--params", params, "--no-figures")
    shown = convcli(*arguments, "--layer", "conv6").stdout
    assert "trained, 0:0 … 8:63" in shown
    assert "the first 9 of 64 filters drawn" in shown
    assert "drawn" not in convcli(*arguments, "--layer", "conv2").stdout


def test_a_layer_that_has_no_filters_is_refused(convcli: Convcli, book_directory: Path) -> None:
    outcome = convcli("show-filters", "--layer", "relu1")
    assert (outcome.code, outcome.stdout) == (2, "")
    assert "relu1 is no convolution, it is ReLU; the convolutions are conv1" in outcome.stderr
    outcome = convcli("show-filters", "--params", book_directory / "sample-weight.pkl")
    assert outcome.code == 1
    assert outcome.stderr == (
        "Error: sample-weight.pkl: the book's network of chapter 3 has no convolution; "
        "give a network that has one\n"
    )
