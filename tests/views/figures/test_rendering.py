"""A sheet as PNG, SVG and PDF: the same pixels, texts that are texts, the same bytes each time."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from convcli.views.figures import line_chart
from convcli.views.figures.line_chart import Line
from convcli.views.figures.rendering import Page
from convcli.views.figures.sheet import Sheet
from tests.views.files import pdf_image_sizes, pdf_text, svg_pictures, svg_root, svg_texts
from tests.views.reading import drawn

PIXELS = np.random.default_rng(3).integers(0, 256, (11, 17, 3), np.uint8)
HOSTILE = '</text><script>alert("1")</script>&amp; $x_1$ 日'


def saved(sheet: Sheet, file_format: str, *, wide: bool = False) -> bytes:
    file = io.BytesIO()
    sheet.save(file, file_format, wide=wide)
    return file.getvalue()


@pytest.fixture
def sheet() -> Sheet:
    made = Sheet(700, 120, "a sheet", "with a subtitle")
    made.place(60, made.top + 20, PIXELS)
    # Two pictures in one place of the order must not become one.
    made.place(200, made.top + 40, PIXELS[:5])
    made.write(60, made.top + 90, "24 * 24 = 576", size=16)
    return made


def test_svg_has_texts_as_texts_and_every_pixel_where_it_belongs(sheet: Sheet) -> None:
    data = saved(sheet, "svg")
    assert svg_texts(data) == ["a sheet", "with a subtitle", "24 * 24 = 576"]
    first, second = svg_pictures(data)
    np.testing.assert_array_equal(first.pixels, PIXELS)
    np.testing.assert_array_equal(second.pixels, PIXELS[:5])
    assert (first.left, first.top) == (60, sheet.top + 20)
    assert (second.left, second.top) == (200, sheet.top + 40)
    assert {"pixelated"} == {picture.style.rpartition(":")[2] for picture in (first, second)}
    assert svg_root(data).attrib["viewBox"] == f"0 0 {sheet.width} {sheet.height}"


def test_pdf_has_texts_as_texts_and_every_pixel(sheet: Sheet) -> None:
    data = saved(sheet, "pdf")
    text = pdf_text(data)
    for line in ("a sheet", "with a subtitle", "24 * 24 = 576"):
        assert line in text
    assert pdf_image_sizes(data) == [(17, 11), (17, 5)]
    assert b"/Interpolate true" not in data
    assert f"/MediaBox [ 0 0 {sheet.width} {sheet.height} ]".encode() in data


@pytest.mark.parametrize("file_format", ["png", "svg", "pdf"])
def test_a_second_run_writes_the_same_bytes_and_no_date(sheet: Sheet, file_format: str) -> None:
    data = saved(sheet, file_format)
    assert saved(sheet, file_format) == data
    for word in (b"<dc:date", b"CreationDate", b"ModDate", b"D:20", b"date:create"):
        assert word not in data


@pytest.mark.parametrize("file_format", ["svg", "pdf"])
def test_texts_from_outside_stay_texts(file_format: str) -> None:
    sheet = Sheet(2000, 40, HOSTILE)
    sheet.write(60, sheet.top, "\x1b]]>\0", size=16)
    data = saved(sheet, file_format)
    shown = HOSTILE.replace("日", "□")
    if file_format == "svg":
        assert svg_texts(data) == [shown, "□]]>□"]
        assert not [one for one in svg_root(data).iter() if one.tag.endswith("script")]
    else:
        assert shown.removesuffix("□") in pdf_text(data)


def test_a_chart_has_texts_too() -> None:
    chart = line_chart.draw(
        [Line("offset", [1.0, 2.0], [2.0, 3.0], [3.0, 4.0])],
        [1, 10],
        "time",
        "",
        size_name="images in the batch",
        time_name="seconds",
        logarithmic_size=True,
        logarithmic_time=False,
    )
    texts = svg_texts(saved(chart, "svg"))
    assert {"time", "images in the batch", "offset", "1", "10"} <= set(texts)


def test_a_wide_figure_lies_in_the_middle_of_a_slide(sheet: Sheet) -> None:
    alone = drawn(sheet)
    wide = np.asarray(Image.open(io.BytesIO(saved(sheet, "png", wide=True))))
    height, width = wide.shape[:2]
    assert width / height == pytest.approx(16 / 9, abs=0.005)
    left, top = (width - sheet.width) // 2, (height - sheet.height) // 2
    inside = wide[top : top + sheet.height, left : left + sheet.width]
    # A text may stand half a pixel elsewhere; a picture may not.
    first = slice(sheet.top + 20, sheet.top + 31), slice(60, 77)
    np.testing.assert_array_equal(inside[first], PIXELS)
    assert np.abs(inside.astype(int) - alone).mean() < 1
    around = wide.copy()
    around[top : top + sheet.height, left : left + sheet.width] = 255
    assert (around == 255).all()


@given(st.integers(1, 6000), st.integers(1, 6000))
def test_a_slide_holds_its_sheet_and_is_no_larger_than_it_must_be(width: int, height: int) -> None:
    page = Page.slide(width, height)
    assert 0 <= page.left <= page.left + width <= page.width
    assert 0 <= page.top <= page.top + height <= page.height
    assert page.width == width or page.height == height
    assert abs(9 * page.width - 16 * page.height) <= 16
