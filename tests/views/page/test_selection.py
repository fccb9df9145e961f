"""One selection all over the page: pointed at, typed, pinned, linked to."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from convcli.network.network import Network
from convcli.views.page.payload import Stages
from convcli.views.sentences.numbers import exact_text
from tests.views.page.browser import OpenPage
from tests.views.page.making import noise, small_network, write_page
from tests.views.page.selecting import map_named, middle_of, output_text, says

RANDOM = np.random.default_rng(5)
CELLS = [tuple(map(int, RANDOM.integers(0, (6, 24, 24)))) for _ in range(20)]
WALKS = [list(map(str, RANDOM.choice(["Up", "Down", "Left", "Right"], 3))) for _ in range(20)]
STEPS = {"Up": (-1, 0), "Down": (1, 0), "Left": (0, -1), "Right": (0, 1)}


@pytest.fixture
def network() -> Network:
    return small_network()


@pytest.fixture
def stages(network: Network) -> Stages:
    return network.stages(network.contract.values(noise(network.contract)))


@pytest.fixture
def page(open_page: OpenPage, tmp_path: Path, network: Network) -> Page:
    # So wide that a cell of the matrix is more than one pixel.
    size = {"width": 2900, "height": 1200}
    opened = open_page(write_page(tmp_path / "page.html", network), viewport=size)
    expect(opened.locator("body")).to_have_class("ready pinned")
    return opened


def test_twenty_cells_are_pointed_at(page: Page, network: Network, stages: Stages) -> None:
    output = map_named(page, "The output of conv1")
    for number, row, column in CELLS:
        page.evaluate(f"location.hash = '#filter={number}'")
        expect(map_named(page, f"Filter {number} of conv1")).to_be_visible()
        output.hover(position=middle_of(output, row, column, 24, 24))
        says(page, output_text(network, stages, number, row, column))


def test_twenty_walks_are_typed(page: Page, network: Network, stages: Stages) -> None:
    page.evaluate("location.hash = '#filter=2&row=11&column=12&stage=conv1'")
    says(page, output_text(network, stages, 2, 11, 12))
    output = map_named(page, "The output of conv1")
    output.focus()
    row, column = 11, 12
    for walk in WALKS:
        for way in walk:
            page.keyboard.press(f"Arrow{way}")
            row = min(max(row + STEPS[way][0], 0), 23)
            column = min(max(column + STEPS[way][1], 0), 23)
        says(page, output_text(network, stages, 2, row, column))
    expect(page.locator("#live")).to_have_text(output_text(network, stages, 2, row, column))


def test_every_panel_leads_to_the_same_output(page: Page, network: Network, stages: Stages) -> None:
    page.evaluate("location.hash = '#filter=3&row=9&column=6&stage=conv1&cell=0'")
    said = output_text(network, stages, 3, 9, 6)
    says(page, said)
    filters = map_named(page, "Filter 3 of conv1")
    filters.click(position=middle_of(filters, 2, 4, 5, 5))
    weight = exact_text(float(network.parameters["W1"][3, 0, 2, 4]))
    says(page, f"weight (0, 2, 4): {weight}; {said}")
    byte = int(noise(network.contract)[0, 11, 10])
    value = exact_text(float(stages["input"][0, 0, 11, 10]))
    image = map_named(page, "The image")
    image.hover(position=middle_of(image, 11, 10, 28, 28))
    says(page, f"pixel (11, 10): byte {byte}, which goes in as {value}; {said}")
    matrix = map_named(page, "The im2col matrix of conv1 on its side, 25 by 576")
    matrix.click(position=middle_of(matrix, 14, 9 * 24 + 6, 25, 576))
    says(page, f"cell (222, 14): {value}; {said}")
    expect(page.locator("#panel-matrix")).to_contain_text("(0,0,2,4,9,6)")


def test_a_pooled_value_leads_to_its_winner(page: Page, stages: Stages) -> None:
    pooled = map_named(page, "pool1, map")
    page.evaluate("location.hash = '#filter=4'")
    expect(map_named(page, "pool1, map 4")).to_be_visible()
    for row, column in ((0, 0), (5, 7), (11, 11)):
        pooled.click(position=middle_of(pooled, row, column, 12, 12))
        value = float(stages["pool1"][0, 4, row, column])
        says(page, f"pool1, channel 4, ({row}, {column}): {exact_text(value)}")
        window = stages["relu1"][0, 4, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        y, x = divmod(int(window.argmax()), 2)
        expect(page.locator("#panel-convolution")).to_contain_text(
            f"({2 * row + y}, {2 * column + x}): "
        )


def test_pointing_is_transient_and_a_click_stays(
    page: Page, network: Network, stages: Stages
) -> None:
    page.evaluate("location.hash = '#filter=1&row=3&column=4&stage=conv1'")
    says(page, output_text(network, stages, 1, 3, 4))
    output = map_named(page, "The output of conv1")
    output.hover(position=middle_of(output, 20, 1, 24, 24))
    says(page, output_text(network, stages, 1, 20, 1))
    assert "row=3" in page.url
    page.mouse.move(1, 1)
    says(page, output_text(network, stages, 1, 3, 4))
    output.hover(position=middle_of(output, 7, 8, 24, 24))
    page.keyboard.press("p")
    page.mouse.move(1, 1)
    says(page, output_text(network, stages, 1, 7, 8))
    assert "row=7&column=8" in page.url


def test_the_address_leads_back(page: Page, open_page: OpenPage) -> None:
    matrix = map_named(page, "The im2col matrix")
    matrix.click(position=middle_of(matrix, 7, 300, 25, 576))
    page.get_by_label("576 slices, by position").check()
    page.keyboard.press("]")
    expect(page.locator("#selected")).to_contain_text("cell (300, 7)")
    path, _, fragment = page.url.partition("#")
    again = open_page(Path(path.removeprefix("file://")), f"#{fragment}")
    says(again, page.locator("#selected").text_content() or "")
    expect(again.get_by_label("576 slices, by position")).to_be_checked()
    assert again.locator("#ledger").inner_text() == page.locator("#ledger").inner_text()


@pytest.mark.parametrize(
    "fragment",
    [
        "#filter=99999999999999999999&row=-5&column=1e300&cell=NaN",
        "#layer=nothing&stage=<img src=x onerror=alert(1)>&unit=%00",
        "#stage=flatten1&unit=5",
        "#stage=__proto__&layer=constructor",
        "#%E0%A4%A",
    ],
)
def test_an_address_that_leads_nowhere_is_answered(
    open_page: OpenPage, tmp_path: Path, network: Network, fragment: str
) -> None:
    page = open_page(write_page(tmp_path / "page.html", network), fragment)
    expect(page.locator("#selected")).to_contain_text("conv1, filter ")
    assert page.locator("img").count() == 0


def test_keys(page: Page, network: Network, stages: Stages) -> None:
    page.evaluate("location.hash = '#filter=0&row=3&column=22&stage=conv1'")
    page.keyboard.press("[")
    says(page, output_text(network, stages, 5, 3, 22))
    page.keyboard.press("]")
    says(page, output_text(network, stages, 0, 3, 22))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_the_filter_slides_until_it_is_stopped(page: Page) -> None:
    page.evaluate("location.hash = '#filter=0&row=3&column=22&stage=conv1'")
    expect(page.locator("#selected")).to_contain_text("(3, 22)")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.locator("#selected")).to_contain_text(re.compile(r"\([4-9], "))
    page.keyboard.press("Space")
    button = page.get_by_role("button", name="Slide the filter")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert re.search("row=[4-9]&", page.url)


def test_with_reduced_motion_each_press_is_one_step(
    open_page: OpenPage, tmp_path: Path, network: Network
) -> None:
    path = write_page(tmp_path / "page.html", network)
    page = open_page(path, "#filter=0&row=3&column=22&stage=conv1", reduced_motion="reduce")
    expect(page.locator("body")).to_have_class("ready pinned")
    for place in ("(3, 23)", "(4, 0)"):
        page.keyboard.press("Space")
        expect(page.locator("#selected")).to_contain_text(place)
