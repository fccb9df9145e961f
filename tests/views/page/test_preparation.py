"""The preparation of what is drawn: the scripts against convcli.digits, bit for bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from convcli.digits.fitting import fit_picture
from convcli.digits.preparation import PreparedPicture, prepare
from convcli.errors import PictureError
from convcli.network.contract import InputContract
from convcli.views.page.drawing import drawing
from tests.views.page.browser import OpenPage
from tests.views.page.computing import script, write_empty_page

Bytes = NDArray[np.uint8]

SCRIPTS = ("numbers", "normalizing", "preparation", "fitting", "contract")
NUMBERS = drawing(InputContract())["digit"]

many = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# Of any picture: noise, few levels (where many numbers lie in the middle between two), and ink on
# paper. Of a digit: what can be drawn on a pad.
NOISE = hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40)))
LEVELS = hnp.arrays(
    np.uint8,
    st.tuples(st.integers(2, 33), st.integers(2, 33)),
    elements=st.sampled_from([0, 1, 15, 16, 128, 255]),
)


@st.composite
def sheets(draw: st.DrawFn) -> Bytes:
    """Bars of ink on a sheet."""
    height, width = draw(st.integers(20, 120)), draw(st.integers(20, 120))
    paper, ink = draw(st.sampled_from([(255, 0), (0, 255), (200, 60), (10, 30)]))
    sheet = np.full((height, width), paper, np.uint8)
    for _ in range(draw(st.integers(1, 3))):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        rows, columns = draw(st.integers(1, height)), draw(st.integers(1, width))
        sheet[top : top + rows, left : left + columns] = ink
    return sheet


@st.composite
def drawings(draw: st.DrawFn) -> Bytes:
    """A stroke of a pen on a clean pad, with the soft edge that a canvas gives it."""
    height, width = draw(st.integers(60, 120)), draw(st.integers(60, 120))
    paper, ink = draw(st.sampled_from([(255, 0), (0, 255), (200, 60), (10, 30)]))
    places = st.tuples(st.integers(8, width - 8), st.integers(8, height - 8))
    points = draw(st.lists(places, min_size=2, max_size=5, unique=True))
    larger = Image.new("L", (4 * width, 4 * height), paper)
    pen = ImageDraw.Draw(larger)
    scaled = [(4 * x, 4 * y) for x, y in points]
    pen.line(scaled, ink, width=4 * draw(st.integers(5, 7)), joint="curve")
    return np.asarray(larger.resize((width, height), Image.Resampling.BOX))


PICTURES = st.one_of(NOISE, LEVELS, sheets())


@pytest.fixture
def scripts_page(open_page: OpenPage, tmp_path: Path) -> Page:
    page = open_page(write_empty_page(tmp_path / "empty.html"))
    text = ";".join(map(script, SCRIPTS))
    names = "{Preparation, Fitting, Contract, PictureError}"
    page.evaluate(f"text => Object.assign(window, new Function(text + ';return {names}')())", text)
    return page


def run(page: Page, call: str, picture: Bytes, *arguments: Any) -> Any:
    """A function of the scripts on a picture: its stages, or the message of its error."""
    height, width = picture.shape
    body = """([height, width, values, more]) => {
        const grey = {height, width, values: Uint8Array.from(values)};
        const plain = ({name, description, pixels}) =>
            [name, description, pixels.height, pixels.width, [...pixels.values]];
        try { return CALL(grey, ...more).map(plain); }
        catch (error) {
            if (error instanceof PictureError) return error.message;
            throw error;
        }
    }"""
    given = [height, width, picture.ravel().tolist(), arguments]
    return page.evaluate(body.replace("CALL", call), given)


def told(prepared: PreparedPicture) -> list[list[Any]]:
    return [
        [stage.name, stage.description, *stage.pixels.shape, stage.pixels.ravel().tolist()]
        for stage in prepared.stages
    ]


@many
@given(picture=drawings())
def test_every_stage_of_a_digit(scripts_page: Page, picture: Bytes) -> None:
    try:
        expected: Any = told(prepare(picture))
    except PictureError as error:
        expected = error.message
    assert run(scripts_page, "Preparation.prepare", picture, NUMBERS) == expected


@pytest.mark.parametrize("paper", [0, 255])
def test_a_picture_of_mnist_s_own_size(scripts_page: Page, paper: int) -> None:
    picture = np.full((28, 28), paper, np.uint8)
    picture[3:20, 10:14] = 255 - paper
    expected = told(prepare(picture))
    assert run(scripts_page, "Preparation.prepare", picture, NUMBERS) == expected


@many
@given(picture=PICTURES, height=st.integers(1, 40), width=st.integers(1, 40))
def test_every_stage_of_another_picture(
    scripts_page: Page, picture: Bytes, height: int, width: int
) -> None:
    expected = told(fit_picture(picture, height, width))
    assert run(scripts_page, "Fitting.fit", picture, height, width) == expected


@pytest.mark.parametrize(
    "contract",
    [
        InputContract(),
        InputContract(mean=(0.1307,), standard_deviation=(0.3081,)),
        InputContract(3, scale=1.0, mean=(0.5,), standard_deviation=(0.1, 0.2, 0.3)),
        InputContract(3, scale=127.5, mean=(1.0, 0.9, 1.1)),
    ],
    ids=str,
)
def test_the_values_that_go_in(scripts_page: Page, contract: InputContract) -> None:
    levels = np.arange(256, dtype=np.uint8)
    call = "([input, bytes]) => [...Contract.values(input, Uint8Array.from(bytes))]"
    found = scripts_page.evaluate(call, [contract.json, levels.tolist()])
    wanted = InputContract(
        contract.channels, 1, 256, contract.scale, contract.mean, contract.standard_deviation
    )
    picture = np.broadcast_to(levels, (1, *wanted.shape))
    expected = wanted.values(picture if contract.channels > 1 else picture[0])
    assert found == expected.ravel().tolist()
