"""``--format``, ``--theme`` and ``--wide``, as a user gives them to a command that draws."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.outcome import Convcli
from tests.views.files import pdf_text, svg_texts


def test_figures_have_the_format_and_bare_pixels_stay_png(convcli: Convcli) -> None:
    for file_format in ("svg", "pdf"):
        outcome = convcli("forward", "--format", file_format, "--out", "drawn", "--json")
        assert outcome.code == 0, outcome.stderr
        names = [Path(name).name for name in json.loads(outcome.stdout)["files"]]
        stages = ["input.png", "filter.png", "convolution.png", "pooling.png"]
        assert names == [*stages, f"overview.{file_format}"]
    texts = svg_texts(Path("drawn/overview.svg").read_bytes())
    assert "train sample 5, label 2: filter 0 of simple_convnet.npz" in texts
    assert "(1, 1, 24, 24)" in texts
    assert "(1, 1, 24, 24)" in pdf_text(Path("drawn/overview.pdf").read_bytes())


def test_a_theme_is_that_of_figures_and_of_bare_pixels(convcli: Convcli) -> None:
    for theme in ("colour", "grey", "print"):
        assert convcli("forward", "--theme", theme, "--format", "svg", "--out", theme).code == 0
    pixels = {
        theme: np.asarray(Image.open(f"{theme}/convolution.png").convert("RGB")).astype(int)
        for theme in ("colour", "grey", "print")
    }
    # Colour has a hue, the others none that an eye would see.
    hues = {theme: np.ptp(found, axis=2).max() for theme, found in pixels.items()}
    assert hues["colour"] > 50
    assert (hues["grey"], hues["print"]) == (0, 1)
    assert "hatched negative, white zero, plain positive" in svg_texts(
        Path("print/overview.svg").read_bytes()
    )


def test_wide_figures_fit_a_slide(convcli: Convcli) -> None:
    assert convcli("forward", "--wide", "--out", "wide").code == 0
    with Image.open("wide/overview.png") as figure, Image.open("wide/input.png") as pixels:
        assert figure.width / figure.height == pytest.approx(16 / 9, abs=0.002)
        assert pixels.width == pixels.height


def test_one_command_leaves_the_next_one_its_defaults(convcli: Convcli) -> None:
    convcli("show-filters", "--theme", "print", "--format", "pdf", "--out", "first")
    convcli("show-filters", "--out", "second")
    assert [path.name for path in Path("first").iterdir()] == ["filters.pdf"]
    assert [path.name for path in Path("second").iterdir()] == ["filters.png"]


@pytest.mark.parametrize("option", [["--format", "svg"], ["--theme", "print"], ["--wide"]])
def test_what_is_not_drawn_has_no_style(option: list[str], convcli: Convcli) -> None:
    outcome = convcli("forward", "--no-figures", *option)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert f"--no-figures and {option[0]} contradict each other" in outcome.stderr
    outcome = convcli("explain", "--at", "score:2", *option)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert f"{option[0]} means nothing without --out" in outcome.stderr


def test_an_explanation_is_drawn_in_any_format_and_theme(convcli: Convcli) -> None:
    arguments = ["--at", "conv:12,7", "--out", "why", "--format", "svg", "--theme", "print"]
    assert convcli("explain", *arguments).code == 0
    assert "products" in svg_texts(Path("why/explanation.svg").read_bytes())


def test_an_unknown_format_is_refused_before_anything_is_written(convcli: Convcli) -> None:
    outcome = convcli("forward", "--format", "eps", "--out", "drawn")
    assert (outcome.code, outcome.stdout) == (2, "")
    assert "'eps' is not one of 'png', 'svg', 'pdf'" in outcome.stderr
    assert not Path("drawn").exists()


def test_a_hostile_file_name_stays_text_in_the_drawing(convcli: Convcli) -> None:
    name = "a<b>&x\x1b[2J.png"
    Image.fromarray(np.eye(9, dtype=np.uint8) * 255).save(name)
    outcome = convcli("forward", "--image", name, "--format", "svg", "--out", "drawn")
    assert outcome.code == 0, outcome.stderr
    texts = svg_texts(Path("drawn/overview.svg").read_bytes())
    assert "a<b>&x\\x1b[2J.png: filter 0 of simple_convnet.npz" in " ".join(texts)
