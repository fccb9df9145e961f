"""The page as a whole: any network, any reader, any name."""

import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from convcli.inspection.guided_tour import guided_tour
from convcli.network.contract import InputContract
from convcli.storage.parameters.formats import save
from convcli.views.page.document import page as page_text
from tests.outcome import Convcli
from tests.views.page.browser import OpenPage
from tests.views.page.computing import SUBJECT
from tests.views.page.making import CHAPTER_7, noise, small_network, write_page
from tests.views.page.selecting import map_named, middle_of

HOSTILE = "</script><img src=x onerror='document.title=1'>\u2028{{ 7 * 7 }}&lt;"
COLOURS = InputContract(3, 20, 24)
NETWORKS = {
    "no convolution": small_network("flatten affine1(50) sigmoid affine2(10)"),
    "nothing but a convolution": small_network("conv1(4@3,pad=1)"),
    "three channels": small_network(
        "conv1(4@3,pad=1) relu conv2(5@3,stride=2) leakyrelu avgpool2 flatten fc1(7)", COLOURS
    ),
    "stride, ties and a global pooling": small_network(
        "conv1(4@3,pad=1,stride=2) relu maxpool3(stride=2,pad=1) conv2(6@3) tanh globalavgpool "
        "flatten softmax"
    ),
    "a stride that steps over": small_network("conv1(3@2,stride=5) maxpool2(stride=3) flatten fc1"
                                              "(3)"),
    "one class": small_network("conv1(1@28) flatten fc1(1)"),
}  # fmt: skip


def ready(page: Page) -> Page:
    expect(page.locator("body")).to_have_class("ready pinned")
    expect(page.locator("#self-test")).to_contain_text("as it should be")
    return page


def walk_through(page: Page) -> None:
    """Choose every layer, every step of the tour, and move in every map that is there."""
    for link in page.locator("#layers a").all():
        link.click()
        for shown in page.get_by_role("application").all():
            if shown.is_visible():
                shown.press("ArrowRight")
                shown.press("ArrowDown")
                shown.hover()
    tour = page.locator("#tour")
    while tour.get_by_role("button", name="Next").is_enabled():
        tour.get_by_role("button", name="Next").click()
    page.get_by_label("list every term").check()
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    page.evaluate("() => new Promise(requestAnimationFrame)")


@pytest.mark.parametrize("name", NETWORKS)
def test_any_network_can_be_walked_through(name: str, open_page: OpenPage, tmp_path: Path) -> None:
    page = ready(open_page(write_page(tmp_path / "page.html", NETWORKS[name])))
    walk_through(page)
    text = page.locator("body").inner_text()
    for wrong in ("undefined", "NaN", "[object", "Infinity"):
        assert wrong not in text


def test_batch_normalization_has_its_map(open_page: OpenPage, tmp_path: Path) -> None:
    network = small_network("conv1(3@3) batchnorm relu flatten fc1(4)")
    for name, array in network.parameters.items():
        if "var" in name:
            array[...] = np.abs(array) + 0.1
    page = ready(open_page(write_page(tmp_path / "page.html", network)))
    shown = map_named(page, "batchnorm1, map")
    shown.click(position=middle_of(shown, 4, 5, 26, 26))
    expect(page.locator("#ledger")).to_contain_text("batchnorm1 = (value - mean) / sqrt(")
    walk_through(page)


def test_chapter_8(
    convcli: Convcli, open_page: OpenPage, book_directory: Path, mnist_directory: Path
) -> None:
    parameters = book_directory / "deep-convnet-params-2016.pkl"
    made = convcli(
        "explore", "--params", parameters, "--layer", "conv4", "--out", "deep.html",
        "--data-dir", mnist_directory,
    )  # fmt: skip
    assert made.code == 0, made.stderr
    page = ready(open_page(Path("deep.html")))
    expect(page.locator("#selected")).to_contain_text("conv4, filter ")
    expect(page.locator("#panel-image")).to_contain_text("behind it: 196 pixels of the image")
    page.locator("#layers a", has_text="conv6").click()
    expect(page.locator("#selected")).to_contain_text("conv6, filter ")
    expect(page.locator("#panel-matrix")).to_contain_text("3. reshaped: 64x576, on its side")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_nobody_is_kept_out(open_page: OpenPage, tmp_path: Path, scheme: str, width: int) -> None:
    path = write_page(tmp_path / "page.html", NETWORKS["three channels"])
    size = {"width": width, "height": 800}
    page = ready(open_page(path, color_scheme=scheme, viewport=size))
    for summary in page.locator("summary").all():
        summary.click()
    page.evaluate("location.hash = '#layer=conv2&stage=pool1'")
    expect(page.locator("#ledger-title")).to_contain_text("pool1")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.keyboard.press("?")
    results = Axe().run(page, context="#help")
    assert results.violations_count == 0, results.generate_report()


def test_the_tour_is_there_without_scripts(open_page: OpenPage, tmp_path: Path) -> None:
    network = small_network()
    page = open_page(write_page(tmp_path / "page.html", network), java_script_enabled=False)
    titles = page.locator("#tour h3").all_inner_texts()
    assert titles == [
        "The image", "A filter", "Convolution", "The bias", "The filter slides", "im2col",
        "25 slices", "576 slices", "ReLU", "Pooling", "Hidden units", "Scores", "Softmax",
    ]  # fmt: skip
    assert all(step.is_visible() for step in page.locator("#tour li").all())
    assert not page.locator("#panels").is_visible()


def test_in_print_the_whole_tour_and_no_buttons(open_page: OpenPage, tmp_path: Path) -> None:
    page = ready(open_page(write_page(tmp_path / "page.html", small_network())))
    assert page.locator("#tour li:visible").count() == 1
    page.emulate_media(media="print")
    assert page.locator("#tour li:visible").count() == 13
    assert page.locator("button:visible").count() == 0
    assert map_named(page, "The output of conv1").is_visible()


def test_the_tour_leads_through_the_page(open_page: OpenPage, tmp_path: Path) -> None:
    page = ready(open_page(write_page(tmp_path / "page.html", small_network())))
    following = page.locator("#tour").get_by_role("button", name="Next")
    for _ in range(7):
        following.click()
    expect(page.locator("#tour")).to_contain_text("Step 8 of 13")
    expect(page.get_by_label("576 slices, by position")).to_be_checked()
    expect(page.locator("#selected")).to_contain_text("cell (")


def test_the_command_in_the_terminal_names_the_same_image_and_network(
    open_page: OpenPage, convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(Path("net work.npz"), small_network().arrays)
    made = convcli(
        "explore", "--index", "3", "--params", "net work.npz", "--layers", CHAPTER_7,
        "--no-draw", "--out", "page.html",
    )  # fmt: skip
    assert made.code == 0, made.stderr
    page = ready(open_page(Path("page.html"), "#stage=conv1&filter=2&row=4&column=5"))
    command = page.locator("#ledger .command code").text_content() or ""
    said = convcli(*shlex.split(command)[1:])
    assert (said.code, said.stdout.partition(";")[0]) == (
        0,
        "train sample 3, label 1: conv1, filter 2, (4, 5)",
    )


def test_names_stay_text(open_page: OpenPage, tmp_path: Path) -> None:
    contract = InputContract(1, 9, 9, classes=(HOSTILE, "plain"))
    network = replace(
        small_network("conv1(2@3) relu flatten fc1(2)", contract), title=HOSTILE, assumed=HOSTILE
    )
    stages = network.stages(contract.values(noise(contract)))
    subject = replace(SUBJECT, title=HOSTILE, parameters=HOSTILE, command=HOSTILE, options=HOSTILE)
    tour = guided_tour(network, stages, network.first_convolution)
    path = tmp_path / "page.html"
    path.write_text(page_text(subject, network, stages, tour), encoding="utf-8")
    page = ready(open_page(path, "#stage=affine1&unit=0"))
    assert page.locator("img").count() == 0
    assert page.locator("h1").text_content() == HOSTILE
    assert page.title().startswith("</script><img src=x")
    for place in ("#ledger-title", "table.scores", "footer code", "header"):
        expect(page.locator(place)).to_contain_text("</script><img src=x onerror=")


@pytest.mark.parametrize(("options", "most"), [((), 2_600_000), (("--no-draw",), 400_000)])
def test_a_page_is_small(
    convcli: Convcli, mnist_directory: Path, options: tuple[str, ...], most: int
) -> None:
    made = convcli("explore", "--out", "page.html", "--data-dir", mnist_directory, *options)
    assert made.code == 0, made.stderr
    assert Path("page.html").stat().st_size <= most
