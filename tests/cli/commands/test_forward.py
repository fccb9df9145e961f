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

from convcli.engine.convolution import convolve
from tests import chapter_7
from tests.outcome import Convcli
from tests.views.files import svg_texts

PICTURES = ["input.png", "filter.png", "convolution.png", "pooling.png", "overview.png"]


def _by_torch(
    pixels: NDArray[np.uint8], book: Path, filters: list[int], stride: int, pad: int, relu: bool
) -> tuple[NDArray[Any], NDArray[Any]]:
    weights = pickle.loads(book.read_bytes())
    image = torch.tensor(pixels / 255).reshape(1, 1, 28, 28)
    convolution = torch.nn.functional.conv2d(
        image,
        torch.tensor(weights["W1"][filters]),
        torch.tensor(weights["b1"][filters]),
        stride=stride,
        padding=pad,
    )
    pooled = torch.nn.functional.max_pool2d(torch.relu(convolution) if relu else convolution, 2, 2)
    return convolution.numpy(), pooled.numpy()


@pytest.mark.parametrize("book", ["params-2016.pkl", "params-2022.pkl"])
@pytest.mark.parametrize(
    ("index", "filters", "stride", "pad", "relu"),
    [(5, [0], 1, 0, False), (5, [0, 3, 4, 5], 2, 1, True), (59999, [29], 1, 2, False)],
)
def test_the_saved_arrays_are_those_of_torch_on_real_mnist(
    convcli: Convcli,
    tmp_path: Path,
    mnist_directory: Path,
    book_directory: Path,
    book: str,
    index: int,
    filters: list[int],
    stride: int,
    pad: int,
    relu: bool,
) -> None:
    params = book_directory / book
    saved = tmp_path / "arrays.npz"
    outcome = convcli(
        *("forward", "--index", str(index), "--params", params, "--data-dir", mnist_directory),
        *("--filter", ",".join(map(str, filters)), "--stride", str(stride), "--pad", str(pad)),
        *(["--relu"] if relu else []),
        *("--no-figures", "--json", "--save-arrays", saved),
    )
    assert (outcome.code, outcome.stderr) == (0, "")
    arrays = dict(np.load(saved))
    keys = ["input", "filters", "bias", "convolution", *["relu"] * relu, "pooling"]
    assert list(arrays) == keys
    pixels = np.rint(arrays["input"].reshape(28, 28) * 255).astype(np.uint8)
    convolution, pooling = _by_torch(pixels, params, filters, stride, pad, relu)
    assert arrays["convolution"].dtype == np.float64
    # The pixels are float32, as the book's loader makes them.
    np.testing.assert_allclose(arrays["convolution"], convolution, atol=1e-6)
    np.testing.assert_allclose(arrays["pooling"], pooling, atol=1e-6)

    result = json.loads(outcome.stdout)
    assert (result["index"], result["split"], result["params"]) == (index, "train", book)
    assert [stage["name"] for stage in result["stages"]] == keys
    assert result["bias"] == arrays["bias"].tolist()
    for stage in result["stages"]:
        array = arrays[stage["name"]]
        assert stage["shape"] == list(array.shape)
        assert (stage["min"], stage["max"]) == (array.min(), array.max())
    assert result["files"] == [str(saved)]


def test_training_image_5_is_a_2_and_its_pixels_are_those_of_the_file(
    convcli: Convcli, tmp_path: Path, mnist_directory: Path
) -> None:
    outcome = convcli(
        *("forward", "--data-dir", mnist_directory, "--no-figures", "--json"),
        *("--save-arrays", "five.npz"),
    )
    assert json.loads(outcome.stdout)["label"] == 2
    raw = gzip.decompress((mnist_directory / "train-images-idx3-ubyte.gz").read_bytes())
    start = 16 + 5 * 784
    expected = np.frombuffer(raw[start : start + 784], np.uint8).astype("f4") / np.float32(255)
    np.testing.assert_array_equal(np.load("five.npz")["input"].ravel(), expected)


def test_the_default_run_is_the_article_s_on_the_sample_digits(convcli: Convcli) -> None:
    outcome = convcli("forward")
    assert outcome.code == 0
    assert outcome.stderr.startswith("Note: MNIST was not found, so these are the bundled sample")
    assert outcome.stderr.count("\n") == 1
    table = outcome.stdout
    assert table.startswith("train sample 5, label 2: filter 0 of simple_convnet.npz")
    for line in (
        "(1, 1, 28, 28)",
        "(1, 1, 5, 5)",
        "(1, 1, 24, 24)  floor((28 + 2*0 - 5) / 1) + 1 = 24",
        "(1, 1, 12, 12)  floor((24 + 2*0 - 2) / 2) + 1 = 12",
    ):
        assert line in table
    assert "\x1b" not in table
    assert "▀" not in table
    folder = Path("convcli-out/forward-train-5")
    assert [f"wrote {folder / name}" for name in PICTURES] == table.strip().split("\n")[-5:]
    assert sorted(path.name for path in folder.iterdir()) == sorted(PICTURES)


def test_the_bare_pictures_are_the_stages_pixel_by_pixel(convcli: Convcli) -> None:
    convcli("forward", "--out", "here", "--save-arrays", "arrays.npz")
    with Image.open("here/input.png") as picture:
        drawn = np.asarray(picture.convert("L"))
    factor = drawn.shape[0] // 28
    assert drawn.shape == (28 * factor, 28 * factor)
    pixels = np.rint(np.load("arrays.npz")["input"].reshape(28, 28) * 255).astype(np.uint8)
    np.testing.assert_array_equal(drawn, np.kron(pixels, np.ones((factor, factor), np.uint8)))


def test_all_filters_make_sheets(convcli: Convcli) -> None:
    outcome = convcli("forward", "--filter", "all", "--json", "--out", "all")
    result = json.loads(outcome.stdout)
    assert result["filters"] == list(range(30))
    channels = {stage["name"]: stage["shape"][-3:] for stage in result["stages"]}
    assert channels["filters"] == [1, 5, 5]
    assert channels["convolution"] == [30, 24, 24]
    assert channels["pooling"] == [30, 12, 12]
    assert len(result["bias"]) == 30
    assert [Path(file).name for file in result["files"]] == PICTURES


def test_steps_are_drawn_where_they_are_asked_for(convcli: Convcli) -> None:
    for steps in ([], ["--steps"]):
        outcome = convcli("forward", *steps, "--format", "svg", "--out", "drawn")
        assert outcome.code == 0, outcome.stderr
        assert Path("drawn/steps.svg").exists() == bool(steps)
    texts = svg_texts(Path("drawn/steps.svg").read_bytes())
    assert {"(576, 25)", "(N*OH*OW, C*FH*FW)", "(144, 4)"} <= set(texts)


def test_steps_are_shown_and_told(convcli: Convcli) -> None:
    lines = convcli("forward", "--no-figures", "--steps").stdout
    for shape in ("(576, 25)", "(25, 1)", "(576, 1)", "(144, 4)", "(144,)"):
        assert shape in lines
    steps = json.loads(convcli("forward", "--no-figures", "--steps", "--json").stdout)["steps"]
    assert [step["name"] for step in steps[:4]] == ["im2col", "filters", "product", "output"]


def test_a_terminal_gets_pictures_and_a_legend(
    convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = convcli("forward", "--no-figures").stdout
    assert shown.count("▀") >= 28 * 14 + 24 * 12 + 12 * 6
    assert "orange negative, white zero, blue positive" in shown
    monkeypatch.setenv("NO_COLOR", "1")
    assert "▀" not in convcli("forward", "--no-figures").stdout


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    """A dark seven on light paper, 90 x 60, as a person would scan it."""
    paper = np.full((90, 60), 240, np.uint8)
    paper[15:22, 10:50] = 30
    for row in range(22, 80):
        column = 45 - (row - 22) * 25 // 58
        paper[row, column : column + 6] = 30
    path = tmp_path / "my seven [bold].png"
    Image.fromarray(paper).save(path)
    return path


def test_a_picture_of_one_s_own_is_prepared_and_the_stages_are_drawn(
    convcli: Convcli, seven: Path
) -> None:
    outcome = convcli("forward", "--image", seven, "--json", "--save-arrays", "seven.npz")
    assert (outcome.code, outcome.stderr) == (0, "")
    result = json.loads(outcome.stdout)
    assert (result["index"], result["split"], result["label"]) == (None, None, None)
    assert "convcli-out/forward-image-my-seven-bold/preparation.png" in result["files"]
    assert result["preparation"][0]["name"] == "grey"
    assert result["preparation"][-1]["shape"] == [28, 28]
    prepared = np.load("seven.npz")["input"]
    assert prepared.shape == (1, 1, 28, 28)
    assert prepared[0, 0, 0, 0] == 0
    assert prepared.max() > 0.9
    assert "[bold]" in convcli("forward", "--image", seven, "--no-figures").stdout


def test_keep_size_convolves_the_picture_as_it_is(convcli: Convcli, seven: Path) -> None:
    outcome = convcli("forward", "--image", seven, "--keep-size", "--no-figures", "--json")
    result = json.loads(outcome.stdout)
    shapes = [stage["shape"] for stage in result["stages"]]
    assert shapes == [[1, 1, 90, 60], [1, 1, 5, 5], [1], [1, 1, 86, 56], [1, 1, 43, 28]]
    # The network reads 28x28 pixels, and this is another size.
    assert (result["reading"], result["probability"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--index", "200"], 2, "convcli data download"),
        (["--index", "-1"], 2, "-1 is not in the range 0<=x<=999999999"),
        (["--index", "200"], 2, "there is no train image 200 (sample digits: 0 to 199)"),
        (["--filter", "30"], 2, "filter 30 is out of range; there are 0 to 29"),
        (["--filter", "5-3"], 2, "write 3-5"),
        (["--filter", "a,b"], 2, "is not understood"),
        (["--pool-size", "25"], 2, "pooling: a window of 25 rows does not fit 24 rows"),
        (["--keep-size"], 2, "add --image FILE"),
        (["--image", "x.png", "--index", "3"], 2, "--image and --index contradict each other"),
        (["--image", "x.png", "--split", "test"], 2, "--image and --split contradict"),
        (["--no-figures", "--out", "here"], 2, "--no-figures and --out contradict"),
        (["--image", "missing.png"], 1, "missing.png"),
        (["--params", "missing.npz"], 1, "missing.npz"),
        (["--params", "page.npz"], 1, "page.npz"),
        (["--params", "one.npz"], 1, "one.npz: b1 has shape (3,); (2,) is expected"),
        (["--params", "half.npz"], 1, "half.npz: no array b2 for affine1 of the book's network"),
        (["--params", "large.npz"], 1, "large.npz: convolution: a window of 29 rows does not fit"),
        (["--params", "large.npz", "--pad", "0"], 2, "a window of 29 rows does not fit 28 rows"),
        (["--image", "tiny.png", "--keep-size"], 2, "a window of 5 rows does not fit 3 rows"),
        (["--params", "three.npz"], 1, "MNIST's images are 1x28x28, and the network takes 3x"),
        (["--params", "huge.npz"], 1, "the convolution is not finite"),
        (["--data-dir", "nowhere"], 1, "nowhere"),
        (["--out", "page.npz/pictures"], 1, "page.npz is not a directory"),
        (["--save-arrays", "page.npz/a.npz"], 1, "choose another place with --save-arrays"),
        (["--no-figures", "--save-arrays", "page.npz/a.npz"], 1, "page.npz is not a directory"),
        (["--save-arrays", "arrays.txt"], 2, "arrays.txt does not end in .npz"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    convcli: Convcli, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    Path("page.npz").write_text("<!DOCTYPE html><title>404</title>", encoding="utf-8")
    np.savez("one.npz", W1=np.ones((2, 1, 5, 5)), b1=np.ones(3))
    Image.new("L", (3, 3)).save("tiny.png")
    np.savez("half.npz", W1=np.ones((2, 1, 5, 5)), b1=np.ones(2), W2=np.ones((288, 3)))
    np.savez("large.npz", W1=np.ones((1, 1, 29, 29)), b1=np.ones(1))
    np.savez("three.npz", W1=np.ones((1, 3, 5, 5)), b1=np.ones(1))
    np.savez("huge.npz", W1=np.full((1, 1, 5, 5), 1e308), b1=np.ones(1))
    before = sorted(tmp_path.rglob("*"))
    outcome = convcli("forward", *arguments)
    assert outcome.code == code, outcome.stderr
    assert message in outcome.stderr
    lines = [line for line in outcome.stderr.split("\n") if line and not line.startswith("Note:")]
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert len(lines[0]) <= 200
    assert sorted(tmp_path.rglob("*")) == before


def test_the_command_shows_the_engine_s_numbers(
    convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def spy(*arguments: Any, **named: Any) -> Any:
        seen.append(convolve(*arguments, **named).max())
        return convolve(*arguments, **named)

    monkeypatch.setattr("convcli.inspection.walkthrough.convolve_in_strips", spy)
    result = json.loads(convcli("forward", "--no-figures", "--json").stdout)
    assert len(seen) == 1
    (convolution,) = [stage for stage in result["stages"] if stage["name"] == "convolution"]
    assert convolution["max"] == float(seen[0])


@pytest.mark.parametrize(
    ("book", "index", "digit"),
    [("params-2016.pkl", 115, 4), ("params-2022.pkl", 115, 4), ("params-2022.pkl", 8, 6)],
)
def test_it_says_what_the_whole_network_reads(
    convcli: Convcli,
    mnist_directory: Path,
    book_directory: Path,
    book: str,
    index: int,
    digit: int,
) -> None:
    weights = {
        name: torch.tensor(array).double()
        for name, array in pickle.loads((book_directory / book).read_bytes()).items()
    }
    raw = gzip.decompress((mnist_directory / "t10k-images-idx3-ubyte.gz").read_bytes())
    pixels = np.frombuffer(raw, np.uint8, 784, 16 + 784 * index)
    image = torch.tensor(pixels / 255).reshape(1, 1, 28, 28)
    maps = torch.relu(torch.nn.functional.conv2d(image, weights["W1"], weights["b1"]))
    pooled = torch.nn.functional.max_pool2d(maps, 2).flatten(1)
    hidden = torch.relu(pooled @ weights["W2"] + weights["b2"])
    expected = torch.softmax(hidden @ weights["W3"] + weights["b3"], dim=1)[0]
    arguments = ("forward", "--split", "test", "--index", str(index), "--no-figures")
    chosen = ("--params", book_directory / book, "--data-dir", mnist_directory)
    result = json.loads(convcli(*arguments, *chosen, "--json").stdout)
    assert result["reading"] == int(expected.argmax()) == digit
    assert result["probability"] == pytest.approx(float(expected.max()), abs=1e-6)
    said = convcli(*arguments, *chosen).stdout.strip().split("\n")[-1]
    probability = f"{result['probability']:.6g}"
    assert said == f"The whole network reads a {digit}, with a probability of {probability}."


def test_a_rounded_probability_is_no_certainty(convcli: Convcli) -> None:
    said = convcli("forward", "--no-figures").stdout
    assert "reads a 2, with a probability of more than 0.999999.\n" in said


def test_filters_without_a_network_read_nothing(convcli: Convcli) -> None:
    np.savez("filters.npz", W1=np.ones((2, 1, 5, 5)), b1=np.array([0.5, -0.5]))
    arguments = ("forward", "--params", "filters.npz", "--no-figures")
    result = json.loads(convcli(*arguments, "--json").stdout)
    assert (result["reading"], result["probability"]) == (None, None)
    assert "whole network" not in convcli(*arguments).stdout


def test_scores_that_are_not_finite_are_no_reading(convcli: Convcli) -> None:
    shapes = chapter_7.shapes(filters=1, hidden=2)
    arrays = {name: np.full(shape, 1e200) for name, shape in shapes.items()}
    np.savez("huge.npz", **{**arrays, "W1": np.ones(shapes["W1"])})  # type: ignore[arg-type]
    outcome = convcli("forward", "--params", "huge.npz", "--no-figures", "--json")
    assert outcome.code == 0
    assert outcome.stderr.startswith("Note: ")
    assert outcome.stderr.count("\n") == 1
    assert json.loads(outcome.stdout)["reading"] is None


def test_a_full_disk_does_not_take_the_table_away(convcli: Convcli) -> None:
    Path("taken.npz").mkdir()
    outcome = convcli("forward", "--no-figures", "--save-arrays", "taken.npz")
    assert outcome.code == 1
    assert "floor((24 + 2*0 - 2) / 2) + 1 = 12" in outcome.stdout
    assert outcome.stderr.endswith("choose another place with --save-arrays\n")
    outcome = convcli("forward", "--no-figures", "--save-arrays", "taken.npz", "--json")
    assert outcome.code == 1
    assert json.loads(outcome.stdout)["files"] == []
