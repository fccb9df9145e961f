"""``convcli predict --explain``: the terms of the score, and whether the picture is usual."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.outcome import Convcli

TEST_8 = ("predict", "--split", "test", "--index", "8", "--no-figures")


def test_the_terms_add_up_to_the_engine_s_score(convcli: Convcli, mnist_directory: Path) -> None:
    outcome = convcli(*TEST_8, "--explain", "--json", "--data-dir", mnist_directory)
    assert outcome.code == 0, outcome.stderr
    score = json.loads(outcome.stdout)["score"]
    products = [term["product"] for term in score["terms"]]
    assert len(products) == 100
    assert [abs(one) for one in products] == sorted(map(abs, products), reverse=True)
    assert sum(products) + score["bias"] == pytest.approx(score["engine"], abs=1e-5)
    assert score["sum"] == pytest.approx(sum(products) + score["bias"], abs=1e-12)


def test_a_unit_has_its_own_terms_on_request(convcli: Convcli, mnist_directory: Path) -> None:
    outcome = convcli(
        *TEST_8, "--explain", "--unit", "17", "--unit", "3", "--json", "--data-dir", mnist_directory
    )
    first, second = json.loads(outcome.stdout)["units"]
    asked = convcli(
        *("explain", "--at", "unit:affine1,17", "--split", "test", "--index", "8", "--json"),
        "--data-dir", mnist_directory,
    )  # fmt: skip
    explained = json.loads(asked.stdout)
    assert first == {key: explained[key] for key in first}
    assert second["engine"] != first["engine"]


def test_a_digit_is_usual_and_a_photograph_of_none_is_not(
    convcli: Convcli, mnist_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = convcli("predict", "--explain", "--no-figures", "--data-dir", mnist_directory)
    assert "This picture is like the digits of MNIST: the nearest of 20,000" in usual.stdout
    # The training image itself is not its own neighbour.
    assert "number 5," not in usual.stdout
    stripes = np.zeros((28, 28), np.uint8)
    stripes[4:24:3, 4:24] = 255
    Image.fromarray(stripes).save("stripes.png")
    arguments = ("predict", "--explain", "--no-figures", "--image", "stripes.png")
    unusual = convcli(*arguments, "--data-dir", mnist_directory)
    assert "--image and --data-dir contradict each other" in unusual.stderr
    monkeypatch.setenv("CONVCLI_DATA_DIR", str(mnist_directory))
    said = convcli(*arguments).stdout
    assert "This picture is unlike the digits of MNIST: " in said
    assert "Do not rest on the reading." in said
    found = json.loads(convcli(*arguments, "--json").stdout)["likeness"]
    assert found["cosine"] < found["least_usual"]
    assert found["is_usual"] is False


def test_without_mnist_the_line_says_so(convcli: Convcli) -> None:
    said = convcli("predict", "--explain", "--no-figures").stdout
    assert "Whether the picture is like those of MNIST cannot be said without MNIST." in said


def test_options_that_mean_nothing_alone(convcli: Convcli) -> None:
    assert "--unit means nothing without --explain" in convcli("predict", "--unit", "3").stderr
    outcome = convcli("predict", "--explain", "--unit", "100")
    assert (outcome.code, outcome.stdout) == (2, "")
    assert "unit of relu2 100 is out of range" in outcome.stderr
