"""Drawing in the page: what it computes is what the engine makes of the same pixels."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from convcli.cli.inputs import open_network
from convcli.digits.fitting import fit_picture
from convcli.digits.pixels import one_picture
from convcli.digits.preparation import Stage, prepare
from convcli.engine.activations import softmax
from convcli.network.contract import InputContract
from convcli.network.network import Network
from tests.views.page.browser import OpenPage
from tests.views.page.computing import TOLERANCE, assert_close
from tests.views.page.making import small_network, write_page

Bytes = NDArray[np.uint8]
Points = Sequence[tuple[float, float]]

# In shares of the pad.
TWO: Points = [(0.3, 0.3), (0.4, 0.18), (0.6, 0.18), (0.65, 0.35), (0.3, 0.8), (0.72, 0.81)]
ONE: Points = [(0.48, 0.15), (0.52, 0.86)]
DOT: Points = [(0.5, 0.5)]

_SHOWN = """() => ({
    source: Shown.source,
    stages: Object.fromEntries([...Shown.stages].map(([name, values]) => [name, [...values]])),
})"""


def opened(open_page: OpenPage, path: Path, **options: Any) -> Page:
    """The page with the pad in front of the reader and the keyboard on it."""
    page = open_page(path, **options)
    expect(page.locator("#self-test")).to_contain_text("Self-test")
    page.keyboard.press("d")
    expect(page.locator("#pad")).to_be_focused()
    return page


def settle(page: Page) -> None:
    expect(page.locator("#drawing")).to_have_attribute("aria-busy", "false")


def draw(page: Page, *strokes: Points) -> None:
    pad = page.locator("#pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for stroke in strokes:
        for number, (across, down) in enumerate(stroke):
            page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
            if number == 0:
                page.mouse.down()
        page.mouse.up()
    settle(page)
    # A pad that moves under the pen draws something else.
    assert pad.bounding_box() == box


def pixels_of(page: Page, selector: str) -> list[Bytes]:
    found = []
    for canvas in page.locator(selector).all():
        png = canvas.evaluate("canvas => canvas.toDataURL().split(',')[1]")
        colours = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"))
        assert (colours == colours[..., :1]).all()
        found.append(colours[..., 0])
    return found


def shown(page: Page) -> tuple[str, dict[str, list[float]]]:
    found = page.evaluate(_SHOWN)
    return found["source"], found["stages"]


def check_the_page(page: Page, network: Network) -> None:
    """The page shows what our pipeline and the engine make of what is on the pad."""
    [sheet] = pixels_of(page, "#pad")
    stages = prepared(sheet, network.contract)
    for one, canvas in zip(stages, pixels_of(page, "#pad-stages canvas"), strict=True):
        np.testing.assert_array_equal(canvas, one.pixels)
    for one, item in zip(stages, page.locator("#pad-stages li").all(), strict=True):
        assert item.text_content() == one.name + one.description
    values = network.contract.values(picture_of(stages[-1].pixels, network.contract))
    engine = network.stages(values)
    source, computed = shown(page)
    assert source == "computed in this page"
    assert_close(
        {name: np.reshape(numbers, engine[name].shape) for name, numbers in computed.items()},
        engine,
    )


def prepared(sheet: Bytes, contract: InputContract) -> tuple[Stage, ...]:
    if contract.is_mnist:
        return prepare(sheet).stages
    return fit_picture(sheet, contract.height, contract.width).stages


def picture_of(pixels: Bytes, contract: InputContract) -> Bytes:
    coloured = contract.channels == 3
    return one_picture(np.stack([pixels] * 3, axis=-1)) if coloured else pixels[None]


@pytest.mark.parametrize("strokes", [[TWO], [ONE, TWO], [DOT]], ids=["two", "both", "dot"])
def test_what_is_drawn_goes_through_the_whole_network(
    open_page: OpenPage, tmp_path: Path, strokes: list[Points]
) -> None:
    network = small_network()
    page = opened(open_page, write_page(tmp_path / "page.html", network))
    draw(page, *strokes)
    check_the_page(page, network)


def test_the_network_follows_the_pen(open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(open_page, write_page(tmp_path / "page.html", small_network()))
    page.locator("#pad").hover()
    page.mouse.down()
    expect(page.locator("#pad-reading")).to_contain_text("computed in this page")
    expect(page.locator("#pad-stages li")).to_have_count(6)
    page.mouse.up()


def test_the_book_s_network_reads_what_is_drawn(
    open_page: OpenPage, tmp_path: Path, book_directory: Path
) -> None:
    network = open_network(book_directory / "params-2016.pkl").network
    page = opened(open_page, write_page(tmp_path / "page.html", network))
    draw(page, TWO)
    check_the_page(page, network)
    expect(page.locator("#pad-reading")).to_contain_text("The network reads a 2")
    [sheet] = pixels_of(page, "#pad")
    engine = network.probabilities(network.contract.values(prepare(sheet).pixels[None]))
    probabilities = softmax(np.array([shown(page)[1]["affine2"]]))
    assert np.abs(probabilities - engine).max() <= TOLERANCE * engine.max()


@pytest.mark.parametrize(
    ("contract", "text"),
    [
        (
            InputContract(mean=(0.1307,), standard_deviation=(0.3081,)),
            "conv1(4@3) bn1 relu avgpool2 flatten fc1(10) logsoftmax",
        ),
        (
            InputContract(3, 20, 33, mean=(0.5, 0.4, 0.3), classes=("<b>cat</b>", "<i>dog</i>")),
            "conv1(4@3,stride=2,pad=1) relu globalavgpool flatten fc1(2) softmax",
        ),
        (InputContract(1, 32, 32), "conv1(4@5) sigmoid maxpool2"),
    ],
    ids=["PyTorch's input", "three channels", "without scores"],
)
def test_other_networks(
    open_page: OpenPage, tmp_path: Path, contract: InputContract, text: str
) -> None:
    network = small_network(text, contract)
    for name, array in network.parameters.items():
        array[...] = abs(array) if "var" in name else array
    page = opened(open_page, write_page(tmp_path / "page.html", network))
    draw(page, TWO)
    check_the_page(page, network)
    if contract.classes:
        reading = page.locator("#pad-reading").text_content() or ""
        assert any(f"The network reads a {name}, with" in reading for name in contract.classes)


def test_the_keyboard_draws_too(open_page: OpenPage, tmp_path: Path) -> None:
    network = small_network()
    page = opened(open_page, write_page(tmp_path / "page.html", network))
    pad = page.locator("#pad")
    [blank] = pixels_of(page, "#pad")
    assert (blank == 255).all()
    pad.press("ArrowUp")
    pad.press("ArrowUp")
    [still_blank] = pixels_of(page, "#pad")
    assert (still_blank == 255).all()
    for key in ("Space", *["ArrowDown"] * 6, "ArrowRight", "Space", "ArrowRight"):
        pad.press(key)
    settle(page)
    rows, columns = np.nonzero(pixels_of(page, "#pad")[0] < 128)
    # From two steps of 10 above the middle down by six steps, and one to the right; the pen is 22.
    assert (rows.min(), rows.max()) == (120 - 11, 180 + 10)
    assert (columns.min(), columns.max()) == (140 - 11, 150 + 10)
    check_the_page(page, network)


def test_a_finger_draws_and_a_second_one_does_not(open_page: OpenPage, tmp_path: Path) -> None:
    network = small_network()
    path = write_page(tmp_path / "page.html", network)
    page = opened(open_page, path, has_touch=True, viewport={"width": 360, "height": 700})
    pad = page.locator("#pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    send = page.context.new_cdp_session(page).send
    for step in range(5):
        touches = [
            {"id": 0, "x": box["x"] + 60 + 30 * step, "y": box["y"] + 100},
            {"id": 1, "x": box["x"] + 60 + 30 * step, "y": box["y"] + 200},
        ]
        kind = "touchMove" if step else "touchStart"
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    rows, columns = np.nonzero(pixels_of(page, "#pad")[0] < 128)
    assert rows.max() - rows.min() < 30
    assert columns.max() - columns.min() > 120
    check_the_page(page, network)


def test_undo_clear_and_the_way_back(open_page: OpenPage, tmp_path: Path) -> None:
    network = small_network()
    page = opened(open_page, write_page(tmp_path / "page.html", network))
    engine = shown(page)
    back, undo, clear = (page.locator(f"#pad-{name}") for name in ("back", "undo", "clear"))
    for button in (back, undo, clear):
        expect(button).to_be_disabled()
    draw(page, ONE)
    first = shown(page)
    [sheet] = pixels_of(page, "#pad")
    draw(page, TWO)
    assert shown(page) != first
    undo.click()
    settle(page)
    assert shown(page) == first
    np.testing.assert_array_equal(pixels_of(page, "#pad")[0], sheet)
    back.click()
    assert shown(page) == engine
    expect(page.locator("#pad-reading")).to_have_text("The page shows the engine's image.")
    draw(page, TWO)
    assert shown(page) != engine
    clear.click()
    settle(page)
    assert shown(page) == engine
    assert (pixels_of(page, "#pad")[0] == 255).all()
    assert page.locator("#pad-stages li").count() == 0


def test_a_pad_that_is_all_ink_shows_nothing_to_read(open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(open_page, write_page(tmp_path / "page.html", small_network()))
    draw(page, [(x, 0.01 + 0.049 * y) for y in range(21) for x in (0.01, 0.99)])
    expect(page.locator("#pad-reading")).to_contain_text("Nothing to read yet: no ink to see")
    assert shown(page)[0] == "engine"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pad_keeps_nobody_out(open_page: OpenPage, tmp_path: Path, scheme: str) -> None:
    path = write_page(tmp_path / "page.html", small_network())
    page = opened(open_page, path, color_scheme=scheme, viewport={"width": 360, "height": 700})
    draw(page, TWO)
    results = Axe().run(page, context="#drawing")
    assert results.violations_count == 0, results.generate_report()
    wider = "() => document.querySelector('#drawing').scrollWidth > document.body.clientWidth"
    assert not page.evaluate(wider)
