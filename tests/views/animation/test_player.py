"""The page that plays an animation, in a real browser: without a network, by mouse and by keys."""

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from convcli.inspection.schedule import teaching
from convcli.inspection.sliding import slide_filter
from convcli.views.animation.canvas import unpacked
from convcli.views.animation.convolution import ConvolutionScene
from convcli.views.animation.film import Film, usual_delays
from convcli.views.animation.player import short_numbers, write_html
from tests.inspection.motions import network_of, stages_of
from tests.views.page.browser import OpenPage

HOSTILE = "</script><img src=x onerror=alert(1)> & \"'"


@pytest.fixture(scope="module")
def film() -> Film:
    network = network_of("three")
    slide = slide_filter(network, stages_of("three", network), network.first_convolution, 0)
    schedule = teaching(slide.steps, slide.row)
    return Film(ConvolutionScene(slide, HOSTILE), schedule, usual_delays(schedule))


@pytest.fixture
def path(film: Film, tmp_path: Path) -> Path:
    with (tmp_path / "player.html").open("wb") as file:
        write_html(file, film)
    return tmp_path / "player.html"


def shown(page: Page) -> NDArray[np.uint8]:
    """The pixels of the canvas."""
    address = page.locator("#picture").evaluate("canvas => canvas.toDataURL('image/png')")
    picture = Image.open(BytesIO(base64.b64decode(address.partition(",")[2])))
    return np.asarray(picture.convert("RGB"))


def expected(film: Film, number: int) -> NDArray[np.uint8]:
    return unpacked(film.scene.frame(film.schedule[number]))


def test_every_frame_is_the_one_that_was_drawn(open_page: OpenPage, path: Path, film: Film) -> None:
    page = open_page(path, reduced_motion="reduce")
    last = len(film.schedule)
    expect(page.locator("#number")).to_have_text(f"1 / {last}")
    for number in (0, 1, 2, 9):
        page.locator("#place").fill(str(number + 1))
        assert np.array_equal(shown(page), expected(film, number))
        words = ". ".join(film.scene.words(film.schedule[number]))
        expect(page.locator("#words")).to_have_text(words)
    # Back again, and to the end.
    for key, number in (("ArrowLeft", 8), ("Home", 0), ("End", last - 1), ("ArrowRight", last - 1)):
        page.keyboard.press(key)
        expect(page.locator("#number")).to_have_text(f"{number + 1} / {last}")
        assert np.array_equal(shown(page), expected(film, number))


def test_it_plays_and_pauses_and_steps(open_page: OpenPage, path: Path, film: Film) -> None:
    page = open_page(path)
    last = len(film.schedule)
    play, number = page.locator("#play"), page.locator("#number")
    expect(play).to_have_text("Pause")
    expect(number).not_to_have_text(f"1 / {last}")
    page.keyboard.press(" ")
    expect(play).to_have_text("Play")
    expect(page.locator("#words")).to_have_attribute("aria-live", "polite")
    page.keyboard.press("Home")
    page.get_by_label("One frame on").click()
    expect(number).to_have_text(f"2 / {last}")
    page.get_by_label("One frame back").click()
    expect(number).to_have_text(f"1 / {last}")
    play.press(" ")
    expect(play).to_have_text("Pause")
    expect(number).not_to_have_text(f"1 / {last}")


def test_who_wants_no_motion_gets_none(open_page: OpenPage, path: Path) -> None:
    page = open_page(path, reduced_motion="reduce")
    expect(page.locator("#play")).to_have_text("Play")


def test_a_title_stays_text(open_page: OpenPage, path: Path) -> None:
    page = open_page(path, reduced_motion="reduce")
    assert page.title() == f"{HOSTILE} · convcli animate"
    expect(page.locator("h1")).to_have_text(HOSTILE)
    assert page.locator("img").count() == 0


@pytest.mark.parametrize(
    "options", [{"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 640}}]
)
def test_it_can_be_used_by_everybody(
    open_page: OpenPage, path: Path, options: dict[str, Any]
) -> None:
    page = open_page(path, reduced_motion="reduce", bypass_csp=True, **options)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]  # type: ignore[index]


def test_short_numbers_are_leb128() -> None:
    numbers = np.array([0, 127, 128, 16_383, 16_384, 2**21 - 1])
    found = []
    stream = iter(short_numbers(numbers).tolist())
    for byte in stream:
        number, shift = byte & 127, 7
        while byte > 127:
            byte = next(stream)
            number, shift = number | (byte & 127) << shift, shift + 7
        found.append(number)
    assert found == numbers.tolist()
    assert short_numbers(np.array([], np.int64)).size == 0
