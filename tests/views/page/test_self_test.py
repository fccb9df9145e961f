"""The self-test of a page: the network of the page against the engine's numbers in it."""

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

from tests.views.page.browser import OpenPage
from tests.views.page.making import noise, small_network, write_page, write_page_of


def test_it_says_how_far_the_page_is_from_the_engine(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write_page(tmp_path / "page.html", small_network()))
    line = page.locator("#self-test")
    expect(line).to_contain_text("this page computed all 7 layers")
    expect(line).to_contain_text("as it should be")
    found = re.search(r"numbers is (\S+) of a stage's largest number", line.text_content() or "")
    assert found is not None
    assert 0 < float(found[1]) < 1e-5


def test_it_stops_where_the_weights_were_left_out(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(write_page(tmp_path / "page.html", small_network(), with_drawing=False))
    expect(page.locator("#self-test")).to_contain_text("computed the first 4 of 7 layers")
    expect(page.locator("#drawing")).to_have_count(0)


def test_it_says_so_where_a_number_is_wrong(open_page: OpenPage, tmp_path: Path) -> None:
    network = small_network()
    stages = network.stages(network.contract.values(noise(network.contract)))
    wrong = dict(stages)
    wrong["affine1"] = stages["affine1"].copy()
    wrong["affine1"][0, 3] += np.float32(2e-5) * np.abs(stages["affine1"]).max()
    path = write_page_of(tmp_path / "page.html", network, wrong)
    line = open_page(path).locator("#self-test")
    expect(line).to_contain_text("(affine1), more than 0.00001: do not trust it")
