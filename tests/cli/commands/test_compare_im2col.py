import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import VARIANTS, Array, Slicing
from tests.outcome import Convcli

FIELDS = [
    *("name", "slice_assignments", "sliced_shape", "matrix_shape"),
    *("bytes", "median_seconds", "relative", "equal"),
]


def test_the_article_s_comparison(convcli: Convcli) -> None:
    outcome = convcli("compare-im2col", "--repeat", "1", "--no-figures")
    assert outcome.code == 0
    assert "\nall elements are same = True\n" in outcome.stdout
    rows = {line.split()[0]: line for line in outcome.stdout.split("\n") if line}
    assert " 25 " in rows["offset"]
    assert "  (1, 1, 5, 5, 24, 24)  (576, 25)     115,200  " in rows["offset"]
    assert " 576 " in rows["position"]
    assert "  (1, 1, 24, 24, 5, 5)  (576, 25)      57,600  " in rows["position"]
    assert set(VARIANTS) <= set(rows)
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
