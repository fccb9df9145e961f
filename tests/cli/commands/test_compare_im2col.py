import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import VARIANTS, Array, Slicing
from tests.outcome import Convcli
from tests.views.files import svg_texts

FIELDS = [
    *("name", "slices", "sliced_shape", "matrix_shape"),
    *("bytes", "median_seconds", "relative", "equal"),
]


def test_the_article_s_comparison(convcli: Convcli) -> None:
    outcome = convcli("compare-im2col", "--repeat", "1", "--no-figures")
    assert outcome.code == 0
    assert "\nall elements are same = True\n" in outcome.stdout
    rows = {line.split()[0]: line for line in outcome.stdout.split("\n") if line}
    assert " 25 " in rows["offset"]
    assert "  (1,1,5,5,24,24)  115,200  " in rows["offset"]
    assert " 576 " in rows["position"]
    assert "  (1,1,24,24,5,5)   57,600  " in rows["position"]
    assert set(VARIANTS) <= set(rows)
    assert rows["im2col"].endswith("filter 5x5, stride 1, pad 0: matrix (576, 25)")
    assert "Fastest in this run of 1 image" in outcome.stdout
    assert "25 against 576 slices took" in outcome.stdout


def test_json_has_every_field_of_every_variant(convcli: Convcli) -> None:
    outcome = convcli(
        *("compare-im2col", "--filter-size", "3", "--stride", "2", "--pad", "1", "--batch", "4"),
        *("--repeat", "3", "--no-figures", "--json"),
    )
    result = json.loads(outcome.stdout)
    settings = {"filter_size": 3, "stride": 2, "pad": 1, "batch": 4, "equal": True, "files": []}
    assert {key: result[key] for key in settings} == settings
    assert result["image"] == "train sample 5, label 2"
    assert [variant["name"] for variant in result["variants"]] == list(VARIANTS)
    for variant in result["variants"]:
        assert list(variant) == FIELDS
        assert variant["matrix_shape"] == [4 * 14 * 14, 9]
        assert variant["median_seconds"] > 0
        assert variant["equal"] is True
    assert result["variants"][0]["relative"] == 1


def test_a_picture_that_cannot_be_written_does_not_take_the_table_away(convcli: Convcli) -> None:
    Path("taken/position.png").mkdir(parents=True)
    outcome = convcli(
        *("compare-im2col", "--variants", "offset,position", "--repeat", "1", "--out", "taken")
    )
    assert outcome.code == 1
    assert "all elements are same = True\n" in outcome.stdout
    assert outcome.stdout.endswith("wrote taken/offset.png\n")
    assert outcome.stderr.endswith("it is no regular file; choose another place with --out\n")


def test_pictures_of_every_variant_with_slices_and_two_charts(convcli: Convcli) -> None:
    outcome = convcli(
        *("compare-im2col", "--variants", "all", "--repeat", "1"),
        *("--filter-size", "9", "--stride", "3", "--out", "pictures", "--json"),
    )
    names = ["offset.png", "position.png", "time-by-batch.png", "time-by-filter.png"]
    assert json.loads(outcome.stdout)["files"] == [f"pictures/{name}" for name in names]
    for name in names:
        with Image.open(Path("pictures") / name) as picture:
            assert picture.size[0] > 500


def test_a_batch_beyond_the_last_image_goes_on_with_the_first(convcli: Convcli) -> None:
    outcome = convcli(
        *("compare-im2col", "--split", "test", "--index", "98", "--batch", "5"),
        *("--variants", "strided", "--repeat", "1", "--no-figures", "--json"),
    )
    assert json.loads(outcome.stdout)["variants"][0]["matrix_shape"] == [5 * 576, 25]


def test_a_difference_of_one_bit_is_a_failure(
    convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = VARIANTS["position"]

    def almost(padded: Array, window: Window, size: tuple[int, int]) -> Slicing:
        slicing = right.gather(padded, window, size)
        slicing.slices[0, 0, 3, 3, 1, 1] = -0.0
        return slicing

    monkeypatch.setitem(VARIANTS, "position", replace(right, gather=almost))
    outcome = convcli("compare-im2col", "--repeat", "1", "--no-figures")
    assert outcome.code == 1
    assert "all elements are same = False" in outcome.stdout
    assert outcome.stderr.endswith(
        "Error: the variants do not agree; this is a fault of convcli; please report it\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--filter-size", "29"], "a window of 29 rows does not fit 28 rows"),
        (["--filter-size", "0"], "0 is not in the range 1<=x<="),
        (["--variants", "offset,fourier"], "no im2col variant 'fourier'; choose from offset"),
        (["--batch", "0"], "0 is not in the range 1<=x<="),
        (["--no-figures", "--out", "x"], "contradict each other"),
    ],
)
def test_a_wrong_usage_is_one_line(convcli: Convcli, arguments: list[str], message: str) -> None:
    outcome = convcli("compare-im2col", *arguments)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert not Path("convcli-out").exists()


def test_the_window_and_the_input_of_a_layer(convcli: Convcli, book_directory: Path) -> None:
    params = book_directory / "deep-convnet-params-2016.pkl"
    arguments = ("--params", params, "--layer", "conv4", "--repeat", "1", "--batch", "2")
    outcome = convcli("compare-im2col", *arguments, "--no-figures", "--json")
    assert outcome.code == 0
    result = json.loads(outcome.stdout)
    settings = {"layer": "conv4", "params": params.name, "filter_size": 3, "stride": 1, "pad": 2}
    assert {key: result[key] for key in settings} == settings
    assert result["equal"] is True
    for variant in result["variants"]:
        assert variant["matrix_shape"] == [2 * 16 * 16, 32 * 9]
    slices = {variant["name"]: variant["slices"] for variant in result["variants"]}
    assert (slices["offset"], slices["position"]) == (9, 256)


def test_a_layer_has_all_pictures_in_a_folder_of_its_own(convcli: Convcli) -> None:
    random = np.random.default_rng(0)
    shapes = {"conv1.weight": (3, 3, 2, 3), "conv2.weight": (2, 3, 3, 3)}
    np.savez("two.npz", **{name: random.normal(size=shape) for name, shape in shapes.items()})  # type: ignore[arg-type]
    Image.fromarray(random.integers(0, 256, (9, 9, 3), np.uint8)).save("picture.png")
    network = ("--params", "two.npz", "--layers", "conv1(stride=1/2,pad=1) tanh conv2(pad=1)")
    picture = ("--input-size", "3x9x9", "--image", "picture.png", "--repeat", "1")
    for layer, window in (
        ("conv1", "filter 2x3, stride (1, 2), pad 1"),
        ("conv2", "filter 3x3, stride 1, pad 1"),
    ):
        outcome = convcli("compare-im2col", *network, *picture, "--layer", layer)
        assert (outcome.code, outcome.stderr) == (0, "")
        title = f"im2col of picture picture.png: input of {layer} of two.npz; {window}"
        assert outcome.stdout.startswith(f"{title}: matrix (")
        folder = Path(f"convcli-out/compare-im2col-image-picture-{layer}")
        names = ["offset", "position", "time-by-batch", "time-by-filter"]
        assert sorted(path.stem for path in folder.iterdir()) == names


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--layer", "conv1", "--filter-size", "3"], 2, "--layer and --filter-size contradict"),
        (["--layer", "conv1", "--stride", "1"], 2, "--layer and --stride contradict"),
        (["--layer", "conv1", "--pad", "0"], 2, "--layer and --pad contradict"),
        (["--layer", "pool1"], 2, "pool1 is no convolution, it is max pooling"),
        (["--params", "x.npz"], 2, "--params means nothing without --layer; add --layer"),
        (["--layers", "conv1"], 2, "--layers means nothing without --layer"),
        (["--input-size", "9x9"], 2, "--input-size means nothing without --layer"),
        (["--params", "deep.npz", "--layer", "conv2"], 1, "deep.npz: conv1 is not finite"),
    ],
)
def test_a_layer_that_cannot_be_compared_is_one_line(
    convcli: Convcli, arguments: list[str], code: int, message: str
) -> None:
    filters = {"W1": np.full((1, 1, 3, 3), 1e308), "W2": np.ones((1, 1, 3, 3))}
    np.savez("deep.npz", **filters, b1=np.ones(1), b2=np.ones(1))  # type: ignore[arg-type]
    described = ["--layers", "conv1 conv2"] if "deep.npz" in arguments else []
    outcome = convcli("compare-im2col", *arguments, *described)
    assert (outcome.code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert not Path("convcli-out").exists()


def test_the_small_example_shows_every_number(convcli: Convcli) -> None:
    outcome = convcli("compare-im2col", "--small", "--format", "svg", "--out", "drawn")
    assert (outcome.code, outcome.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in outcome.stdout.splitlines()]
    for line in (
        "3 12 13 14 15",
        "5 (1,2) 6 7 / 10 11 5",
        "2 (1,0) 4 5 6 / 8 9 10 / 12 13 14 2",
        "2 4 5 6 8 9 10 12 13 14",
        "all elements are same = True",
        "A filter of 5x5 on a digit of 28x28 takes 25 slices by offset and 576 by position.",
        "wrote drawn/small.svg",
    ):
        assert line in lines
    assert "matrix (4, 9)" in svg_texts(Path("drawn/small.svg").read_bytes())
    assert max(map(len, lines)) <= 100


def test_the_small_example_for_a_program(convcli: Convcli) -> None:
    outcome = convcli("compare-im2col", "--small", "--no-figures", "--json")
    result = json.loads(outcome.stdout)
    matrix = [[row[str(column)] for column in range(9)] for row in result["matrix"]]
    assert matrix[2] == [4, 5, 6, 8, 9, 10, 12, 13, 14]
    assert result["offset"][5] == {
        "slice": 5,
        "filter_pixel": [1, 2],
        "pixels": [[6, 7], [10, 11]],
        "column": 5,
    }
    assert result["position"][2]["row"] == 2
    assert [list(row.values())[1:] for row in result["image"]][3] == [12, 13, 14, 15]


@pytest.mark.parametrize(
    "option",
    [
        *(["--index", "3"], ["--filter-size", "5"], ["--stride", "2"], ["--variants", "all"]),
        *(["--batch", "2"], ["--as-article"], ["--image", "x.png"], ["--repeat", "2"]),
    ],
)
def test_the_small_example_takes_no_other_option(option: list[str], convcli: Convcli) -> None:
    outcome = convcli("compare-im2col", "--small", *option)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert f"--small and {option[0]} contradict each other" in outcome.stderr


def test_the_article_s_pictures_are_counted_from_the_run(
    convcli: Convcli, mnist_directory: Path
) -> None:
    data = ("--data-dir", mnist_directory, "--repeat", "1", "--variants", "offset")
    outcome = convcli("compare-im2col", *data, "--as-article", "--no-figures")
    assert outcome.code == 0
    assert (
        "The article lays the matrix down by reshape, which is no transpose: "
        "7,884 of 14,400 cells differ.\n" in outcome.stdout
    )
    other = convcli("compare-im2col", *data, "--index", "7", "--as-article", "--json")
    fact = json.loads(other.stdout)["as_article"]
    assert fact["cells"] == 14_400
    assert fact["cells_differing_by_reshape"] not in (0, 7884)
    assert (fact["stride"], fact["strided_cells"]) == ([2, 2], 3600)
    assert 0 < fact["strided_cells_differing"] < 3600
    assert fact["equal_with_stride_1"] is True
    assert Path("convcli-out/compare-im2col-train-7/as-article.png").exists()


def test_the_article_s_second_im2col_has_the_user_s_stride(convcli: Convcli) -> None:
    arguments = ("--as-article", "--stride", "3", "--repeat", "1", "--no-figures")
    outcome = convcli("compare-im2col", *arguments)
    assert outcome.code == 0
    assert "with a stride of 1. With a stride of 3, " in outcome.stdout
