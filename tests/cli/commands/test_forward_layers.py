"""``forward --layer`` and ``forward --all-layers``, on networks of every kind."""

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from convcli.network.building import build
from convcli.network.contract import InputContract
from convcli.storage.parameters.formats import bundled, load
from tests.outcome import Convcli

DESCRIBED = "conv1(pad=1) tanh avgpool2 conv2(pad=1) leakyrelu(0.1) maxpool2 flatten fc1"
COLOUR = ("--params", "colour.npz", "--layers", DESCRIBED, "--input-size", "16x24")


@pytest.fixture
def colour() -> dict[str, NDArray[Any]]:
    """A network of three channels in colour.npz, and a picture in picture.png."""
    random = np.random.default_rng(2)
    shapes = {
        "conv1.weight": (6, 3, 3, 3),
        "conv1.bias": (6,),
        "conv2.weight": (8, 6, 3, 3),
        "conv2.bias": (8,),
        "fc1.weight": (4, 8 * 4 * 6),
        "fc1.bias": (4,),
    }
    arrays = {name: random.normal(size=shape) for name, shape in shapes.items()}
    np.savez("colour.npz", **arrays)  # type: ignore[arg-type]
    Image.fromarray(random.integers(0, 256, (40, 60, 3), np.uint8)).save("picture.png")
    return arrays


def _saved(path: str = "arrays.npz") -> dict[str, NDArray[Any]]:
    return dict(np.load(path))


def test_all_layers_are_the_one_trace_in_its_order(convcli: Convcli) -> None:
    outcome = convcli("forward", "--all-layers", "--no-figures", "--save-arrays", "arrays.npz")
    assert outcome.code == 0
    network, arrays = build(load(bundled()).arrays), _saved()
    stages = network.stages(arrays["input"])
    assert list(arrays) == list(stages)
    for name, array in stages.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype
    lines = outcome.stdout.split("\n")
    assert lines[0] == "train sample 5, label 2: all layers of simple_convnet.npz"
    assert [line.split()[0] for line in lines[3 : 3 + len(stages)]] == list(stages)


@pytest.mark.parametrize("index", [0, 5, 9999])
def test_all_layers_of_chapter_8_on_real_mnist(
    convcli: Convcli, mnist_directory: Path, book_directory: Path, index: int
) -> None:
    params = book_directory / "deep-convnet-params-2016.pkl"
    outcome = convcli(
        *("forward", "--all-layers", "--split", "test", "--index", str(index)),
        *("--params", params, "--data-dir", mnist_directory, "--json", "--no-figures"),
        *("--save-arrays", "arrays.npz"),
    )
    assert (outcome.code, outcome.stderr) == (0, "")
    arrays, weights = _saved(), pickle.loads(params.read_bytes())
    raw = gzip.decompress((mnist_directory / "t10k-images-idx3-ubyte.gz").read_bytes())
    pixels = np.frombuffer(raw, np.uint8, 784, 16 + 784 * index).reshape(1, 1, 28, 28)
    np.testing.assert_array_equal(arrays["input"], pixels.astype("f4") / np.float32(255))
    values = torch.tensor(arrays["input"]).double()
    for number, pad in enumerate((1, 1, 1, 2, 1, 1), start=1):
        filters, bias = (torch.tensor(weights[f"{letter}{number}"]) for letter in "Wb")
        values = torch.nn.functional.conv2d(values, filters, bias, padding=pad)
        np.testing.assert_allclose(arrays[f"conv{number}"], values, atol=1e-9)
        values = values.relu()
        if number % 2 == 0:
            values = torch.nn.functional.max_pool2d(values, 2)
    hidden = (values.flatten(1) @ torch.tensor(weights["W7"]) + torch.tensor(weights["b7"])).relu()
    scores = (hidden / 2 @ torch.tensor(weights["W8"]) + torch.tensor(weights["b8"])) / 2
    np.testing.assert_allclose(arrays["dropout2"], scores, atol=1e-9)

    result = json.loads(outcome.stdout)
    probabilities = torch.softmax(scores, 1)[0]
    assert result["reading"] == int(probabilities.argmax())
    assert result["probability"] == pytest.approx(float(probabilities.max()), abs=1e-12)
    for stage in result["stages"]:
        array = arrays[stage["name"]]
        assert stage["shape"] == list(array.shape)
        assert (stage["min"], stage["max"]) == (array.min(), array.max())


def test_all_layers_have_a_sheet_each_and_one_of_all(convcli: Convcli) -> None:
    outcome = convcli("forward", "--all-layers")
    folder = Path("convcli-out/forward-train-5-all-layers")
    names = ["conv1", "relu1", "pool1", "flatten1", "affine1", "relu2", "affine2"]
    files = ["network.png", *(f"{place:02}-{name}.png" for place, name in enumerate(names, 1))]
    assert outcome.stdout.strip().split("\n")[-8:] == [f"wrote {folder / name}" for name in files]
    with Image.open(folder / "03-pool1.png") as picture:
        assert picture.info["Title"] == "train sample 5, label 2: pool1 of simple_convnet.npz"


def test_all_layers_of_a_network_without_a_convolution(
    convcli: Convcli, book_directory: Path
) -> None:
    params = book_directory / "sample-weight.pkl"
    result = json.loads(convcli("forward", "--all-layers", "--params", params, "--json").stdout)
    names = ["input", "flatten1", "affine1", "sigmoid1", "affine2", "sigmoid2", "affine3"]
    assert [stage["name"] for stage in result["stages"]] == names
    assert len(result["files"]) == 7
    for arguments in ([], ["--layer", "conv1"]):
        outcome = convcli("forward", "--params", params, *arguments)
        assert outcome.code == 1
        assert outcome.stderr == (
            "Error: sample-weight.pkl: the book's network of chapter 3 has no convolution; "
            "give a network that has one, or see it with --all-layers\n"
        )


def test_a_layer_is_that_of_the_network(
    convcli: Convcli, mnist_directory: Path, book_directory: Path
) -> None:
    params = book_directory / "deep-convnet-params-2022.pkl"
    outcome = convcli(
        *("forward", "--layer", "conv4", "--filter", "3,0", "--params", params, "--steps"),
        *("--data-dir", mnist_directory, "--save-arrays", "arrays.npz", "--json", "--no-figures"),
    )
    assert (outcome.code, outcome.stderr) == (0, "")
    result, arrays = json.loads(outcome.stdout), _saved()
    keys = ["input", "filters", "bias", "conv4", "relu4", "pool2"]
    assert list(arrays) == [stage["name"] for stage in result["stages"]] == keys
    assert (result["layer"], result["filters"]) == ("conv4", [3, 0])
    assert arrays["input"].shape == (1, 32, 14, 14)
    whole = convcli(
        *("forward", "--all-layers", "--params", params, "--data-dir", mnist_directory),
        *("--save-arrays", "whole.npz", "--no-figures"),
    )
    assert whole.code == 0
    stages = _saved("whole.npz")
    np.testing.assert_array_equal(arrays["input"], stages["relu3"])
    for name in ("conv4", "relu4", "pool2"):
        np.testing.assert_array_equal(arrays[name], stages[name][:, [3, 0]])
    convolution = torch.nn.functional.conv2d(
        *(torch.tensor(arrays[name]) for name in ("input", "filters", "bias")), padding=2
    )
    np.testing.assert_allclose(arrays["conv4"], convolution, atol=1e-9)
    steps = [step for step in result["steps"] if step["stage"] == "conv4"]
    assert [step["shape"] for step in steps] == [
        *([256, 288], [288, 32], [256, 32], [1, 32, 16, 16])
    ]


def test_the_article_s_convolution_is_the_network_s_own_layer(convcli: Convcli) -> None:
    arguments = ("forward", "--filter", "all", "--relu", "--no-figures", "--save-arrays")
    assert convcli(*arguments, "article.npz").code == 0
    assert convcli("forward", "--all-layers", *arguments[-2:], "network.npz").code == 0
    article, network = _saved("article.npz"), _saved("network.npz")
    for name, layer in {"convolution": "conv1", "relu": "relu1", "pooling": "pool1"}.items():
        np.testing.assert_array_equal(article[name], network[layer])


def test_a_layer_has_pictures_under_the_names_of_its_stages(convcli: Convcli) -> None:
    outcome = convcli("forward", "--layer", "conv1", "--filter", "2-4")
    folder = Path("convcli-out/forward-train-5-conv1")
    names = ["input", "filter", "conv1", "relu1", "pool1", "overview"]
    written = [f"wrote {folder / name}.png" for name in names]
    assert outcome.stdout.strip().split("\n")[-6:] == written
    title = "train sample 5, label 2: filters 2-4 of conv1 of simple_convnet.npz"
    assert outcome.stdout.startswith(f"{title}\n")
    assert "largest of 2x2; floor((24 + 2*0 - 2) / 2) + 1 = 12" in outcome.stdout


def test_a_network_of_three_channels_on_a_picture_of_one_s_own(
    convcli: Convcli, colour: dict[str, NDArray[Any]]
) -> None:
    picture = ("--image", "picture.png")
    for arguments in (["--layer", "conv2", "--filter", "1"], ["--all-layers"], ["--pad", "1"]):
        outcome = convcli("forward", *COLOUR, *picture, *arguments, "--save-arrays", "arrays.npz")
        assert (outcome.code, outcome.stderr) == (0, "")
        arrays = _saved()
        if "--all-layers" in arguments:
            network = build(colour, DESCRIBED, InputContract(3, 16, 24))
            stages = network.stages(arrays["input"])
            assert list(arrays) == list(stages)
            np.testing.assert_array_equal(arrays["affine1"], stages["affine1"])
    assert arrays["filters"].shape == (1, 3, 3, 3)
    assert "sum over 3 channels; floor((16 + 2*1 - 3) / 1) + 1 = 16" in outcome.stdout
    convolution = torch.nn.functional.conv2d(
        *(torch.tensor(arrays[name]).double() for name in ("input", "filters", "bias")), padding=1
    )
    np.testing.assert_allclose(arrays["convolution"], convolution, atol=1e-9)


def test_pictures_of_every_mode_are_drawn_in_a_terminal(
    convcli: Convcli, monkeypatch: pytest.MonkeyPatch, colour: dict[str, NDArray[Any]]
) -> None:
    del colour
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    arguments = ("forward", *COLOUR, "--image", "picture.png", "--no-figures")
    shown = convcli(*arguments, "--all-layers").stdout
    assert "flatten1, 192 numbers\n" in shown
    assert "a stage with negative values, on a scale of its own" in shown
    shown = convcli(*arguments, "--layer", "conv2", "--filter", "all").stdout
    assert "filters, 3x3\n" in shown
    assert "conv2, relu1, pool2: orange negative, white zero, blue positive" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--layer", "conv1", "--all-layers"], 2, "--all-layers and --layer contradict"),
        (["--all-layers", "--filter", "1"], 2, "--all-layers and --filter contradict"),
        (["--all-layers", "--steps"], 2, "--all-layers and --steps contradict"),
        (["--all-layers", "--relu"], 2, "--all-layers and --relu contradict"),
        (["--layer", "conv1", "--relu"], 2, "--layer and --relu contradict"),
        (["--layer", "conv1", "--stride", "1"], 2, "--layer and --stride contradict"),
        (["--layer", "conv1", "--pad", "0"], 2, "--layer and --pad contradict"),
        (["--layer", "conv1", "--pool-size", "2"], 2, "--layer and --pool-size contradict"),
        (["--layer", "conv1", "--pool-stride", "2"], 2, "--layer and --pool-stride contradict"),
        (["--layer", "conv2"], 2, "no layer 'conv2'; the convolutions are conv1"),
        (["--layer", "pool1"], 2, "pool1 is no convolution, it is max pooling; the convolutions"),
        (["--layer", "conv1", "--filter", "30"], 2, "filter 30 is out of range"),
        (["--layer", "\x1b[31m"], 2, "no layer '"),
        ([*COLOUR, "--layer", "conv1"], 1, "MNIST's images are 1x28x28, and the network takes 3x1"),
        (["--params", "huge.npz", "--all-layers"], 1, "huge.npz: conv1 is not finite"),
        (["--params", "huge.npz", "--layer", "conv1"], 1, "huge.npz: conv1 is not finite"),
        (
            [*COLOUR, "--image", "picture.png", "--keep-size", "--all-layers"],
            2,
            "the network cannot take images of shape (1, 3, 40, 60)",
        ),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    convcli: Convcli,
    tmp_path: Path,
    colour: dict[str, NDArray[Any]],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    del colour
    np.savez("huge.npz", W1=np.full((1, 1, 5, 5), 1e308), b1=np.ones(1))
    before = sorted(tmp_path.rglob("*"))
    outcome = convcli("forward", *arguments, "--save-arrays", "arrays.npz")
    assert outcome.code == code, outcome.stderr
    assert message in outcome.stderr
    assert "\x1b" not in outcome.stderr
    lines = [line for line in outcome.stderr.split("\n") if line and not line.startswith("Note:")]
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert sorted(tmp_path.rglob("*")) == before
