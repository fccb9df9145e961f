"""A user's picture, prepared as MNIST was."""

import io
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from convcli.digits.doubts import Doubt
from convcli.digits.preparation import brighten, prepare
from convcli.errors import PictureError
from convcli.storage.mnist.idx import IdxFile
from convcli.storage.mnist.locations import SAMPLE_DIRECTORY
from tests.storage.parameters.book_network import read_digits

Bytes = NDArray[np.uint8]
SAMPLES = SAMPLE_DIRECTORY


def digits(count: int) -> Bytes:
    return IdxFile(SAMPLES / "t10k-images-idx3-ubyte.gz").items(range(count))


def on_paper(digit: Bytes, enlarged: int = 5, paper: int = 0) -> Bytes:
    """A digit written large on a sheet, its upper left part."""
    sheet = np.full((300, 250), paper, dtype=np.uint8)
    large = digit.repeat(enlarged, axis=0).repeat(enlarged, axis=1)
    sheet[20 : 20 + len(large), 30 : 30 + len(large)] = large
    return sheet


def stages(grey: Bytes) -> dict[str, Bytes]:
    prepared = prepare(grey)
    assert prepared.pixels is prepared.stages[-1].pixels
    assert all(stage.pixels.dtype == np.uint8 for stage in prepared.stages)
    return {stage.name: stage.pixels for stage in prepared.stages}


def descriptions(grey: Bytes) -> dict[str, str]:
    return {stage.name: stage.description for stage in prepare(grey).stages}


class TestPrepare:
    def test_keeps_every_stage(self) -> None:
        sheet = on_paper(digits(1)[0])
        made = stages(255 - sheet)
        assert list(made) == ["grey", "inverted", "separated", "cropped", "fitted", "centred"]
        assert (made["grey"] == 255 - sheet).all()
        assert (made["inverted"] == sheet).all()
        assert (made["separated"][sheet == 0] == 0).all()
        assert (made["separated"][sheet == 255] == 255).all()
        box = scipy.ndimage.find_objects((made["separated"] > 0).astype(int))[0]
        assert (made["cropped"] == made["separated"][box]).all()
        assert max(made["fitted"].shape) == 20
        moved = scipy.ndimage.find_objects((made["centred"] > 0).astype(int))[0]
        assert made["centred"].shape == (28, 28)
        assert (made["centred"][moved] == made["fitted"]).all()
        centre = scipy.ndimage.center_of_mass(made["centred"].astype(float))
        assert np.abs(np.subtract(centre, 14)).max() <= 0.5

    def test_fits_by_the_mean_of_areas(self) -> None:
        made = stages(on_paper(digits(2)[1]))
        cropped, fitted = made["cropped"], made["fitted"]
        theirs = Image.fromarray(cropped).resize(fitted.shape[::-1], Image.Resampling.BOX)
        # Pillow counts a pixel whole or not at all where two areas share it.
        assert np.abs(fitted.astype(int) - np.asarray(theirs)).mean() < 12
        assert fitted.mean() == pytest.approx(cropped.mean(), abs=1.5)

    def test_says_what_was_done_with_its_numbers(self) -> None:
        sheet = np.full((100, 80), 250, dtype=np.uint8)
        sheet[12:89, 30:71] = 10
        said = descriptions(sheet)
        assert said == {
            "grey": "read as 100x80 grey pixels",
            "inverted": "inverted, because the border is light (its median is 250 of 255)",
            "separated": "paper told from ink: up to 95 became 0, from 155 on 255, evenly between",
            "cropped": "cropped to the ink: rows 12..88, columns 30..70",
            "fitted": "fitted in 20x20: 77x41 averaged to 20x11",
            "centred": "centred in 28x28: the centre of mass is at row 14.5, column 14.0",
        }

    @pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255), (180, 120), (90, 140), (20, 0)])
    def test_paper_is_what_the_border_shows(self, paper: int, ink: int) -> None:
        sheet = np.full((60, 50), paper, dtype=np.uint8)
        sheet[20:40, 22:26] = ink
        made = stages(sheet)
        assert ("inverted" in made) == (paper > ink)
        assert made["cropped"].shape == (20, 4)
        assert (made["centred"][5:25, 13:17] == 255).all()
        assert made["centred"].sum() == 20 * 4 * 255

    def test_ink_may_touch_the_border(self) -> None:
        sheet = np.full((40, 40), 255, dtype=np.uint8)
        sheet[:, 17:23] = 0
        assert stages(sheet)["cropped"].shape == (40, 6)

    def test_thin_ink_is_brightened_after_it_was_averaged(self) -> None:
        sheet = np.zeros((1000, 1000), dtype=np.uint8)
        sheet[100:900, 500:510] = 255
        sheet[500:510, 300:700] = 255
        made = stages(sheet)
        assert made["fitted"].max() < 255
        assert made["brightened"].max() == made["centred"].max() == 255
        ratio = 255 / made["fitted"].max()
        assert np.abs(made["brightened"] - made["fitted"] * ratio).max() <= 0.5
        assert descriptions(sheet)["brightened"] == (
            f"brightened: the brightest, {made['fitted'].max()}, became 255, "
            "the others in proportion"
        )

    @pytest.mark.parametrize("width", [20, 25, 30, 35])
    def test_thin_ink_has_no_holes(self, width: int) -> None:
        # A pixel of the fitted digit is 40 wide: the pen fills it by a half to seven eighths.
        sheet = np.zeros((1000, 1000), dtype=np.uint8)
        sheet[100:900, 480 : 480 + width] = 255
        sheet[100 : 100 + width, 300:700] = 255
        made = stages(sheet)
        assert made["brightened"].max() == 255
        assert (made["brightened"] >= made["fitted"]).all()
        assert ((made["brightened"] > 0) == (made["fitted"] > 0)).all()

    def test_an_exported_digit_stays_what_it_was(self) -> None:
        for digit in digits(20):
            prepared = prepare(digit)
            assert (prepared.pixels == digit).all()
            assert [stage.name for stage in prepared.stages] == ["grey"]
            assert "MNIST's own size" in prepared.stages[0].description

    def test_an_exported_digit_in_dark_on_light_too(self) -> None:
        digit = digits(1)[0]
        made = stages(255 - digit)
        assert list(made) == ["grey", "inverted"]
        assert (made["inverted"] == digit).all()

    def test_an_enlarged_digit_comes_back_nearly_as_it_was(self) -> None:
        alike = []
        for digit in digits(20):
            prepared = prepare(255 - on_paper(digit, enlarged=7))
            alike.append(np.corrcoef(prepared.pixels.ravel(), digit.ravel())[0, 1])
        assert min(alike) > 0.8
        assert np.mean(alike) > 0.94

    def test_digits_photographed_are_still_read(self, book_directory: Path) -> None:
        chance = np.random.default_rng(8)
        shade = np.linspace(0, 30, 300)[:, None]
        photographed = []
        for digit in digits(60):
            sheet = 215 - shade - on_paper(digit) * 0.5 + chance.normal(0, 4, (300, 250))
            file = io.BytesIO()
            Image.fromarray(sheet.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=70)
            photographed.append(prepare(np.asarray(Image.open(file))).pixels)
        labels = IdxFile(SAMPLES / "t10k-labels-idx1-ubyte.gz").items(range(60))
        read = read_digits(book_directory / "params-2016.pkl", np.stack(photographed))
        assert (read == labels).sum() >= 57


def seven(paper: int = 235, ink: int = 40) -> Bytes:
    """A seven as a scan shows it."""
    sheet = np.full((180, 150), paper, np.uint8)
    sheet[40:50, 40:100] = ink
    for row in range(50, 140):
        column = 92 - (row - 50) // 3
        sheet[row, column : column + 9] = ink
    return sheet


class TestPhotos:
    """What a photo shows besides the digit is taken away, and the digit stays what it was."""

    def lit(self, light: NDArray[np.float64], noise: float = 2) -> Bytes:
        soft = scipy.ndimage.gaussian_filter(light, 4)
        grain = np.random.default_rng(9).normal(0, noise, light.shape)
        lit: Bytes = (seven() * soft + grain).round().clip(0, 255).astype(np.uint8)
        return lit

    @pytest.mark.parametrize("shape", ["side", "corner", "lamp"])
    def test_a_shadow_is_levelled(self, shape: str) -> None:
        y, x = np.mgrid[:180, :150] / 180
        light = {
            "side": np.where(x + 0.2 * y > 0.5, 0.45, 1),
            "corner": np.where(x + y < 0.7, 0.45, 1),
            "lamp": 1 / (1 + 2 * np.hypot(x, y - 1) ** 2),
        }[shape]
        lit = self.lit(light)
        made = stages(lit)
        assert list(made)[:4] == ["grey", "inverted", "levelled", "separated"]
        alike = np.corrcoef(made["centred"].ravel(), prepare(seven()).pixels.ravel())[0, 1]
        assert alike > 0.97
        assert "divided by the paper around it" in descriptions(lit)["levelled"]
        assert prepare(lit).doubts == ()

    def test_printed_lines_are_taken_out(self) -> None:
        ruled = seven()
        for row in range(20, 180, 40):
            ruled[row : row + 2] = np.minimum(ruled[row : row + 2], 130)
        made = stages(ruled)
        assert descriptions(ruled)["unruled"] == "printed lines taken out: 4 across, 0 down"
        away = scipy.ndimage.binary_dilation(seven() == 40, iterations=8)
        assert (made["unruled"][~away] == 20).all()
        assert (made["unruled"][seven() == 40] == 215).all()
        alike = np.corrcoef(made["centred"].ravel(), prepare(seven()).pixels.ravel())
        assert alike[0, 1] > 0.99
        squared = np.minimum(ruled, seven())
        squared[:, 15::45] = np.minimum(squared[:, 15::45], 130)
        assert descriptions(squared)["unruled"] == "printed lines taken out: 4 across, 3 down"
        alike = np.corrcoef(prepare(squared).pixels.ravel(), prepare(seven()).pixels.ravel())
        assert alike[0, 1] > 0.99

    def test_specks_are_left_out(self) -> None:
        dusty = seven()
        dusty[10:14, 20:24] = dusty[160:163, 130:136] = 40
        made = stages(dusty)
        said = "kept what is the digit's own: 1 of 3 parts, with their soft edges"
        assert descriptions(dusty)["kept"] == said
        assert (made["centred"] == prepare(seven()).pixels).all()
        assert prepare(dusty).doubts == ()

    def test_a_large_picture_is_made_smaller_first(self) -> None:
        large = np.kron(seven(), np.ones((10, 10), np.uint8))
        made = stages(large)
        assert made["reduced"].shape == (1024, 853)
        assert descriptions(large)["reduced"] == "reduced: 1800x1500 averaged to 1024x853"
        alike = np.corrcoef(made["centred"].ravel(), prepare(seven()).pixels.ravel())[0, 1]
        assert alike > 0.99

    def test_a_light_note_on_a_dark_desk(self) -> None:
        desk = np.full((260, 220), 25, np.uint8)
        desk[40:220, 35:185] = seven()
        made = stages(desk)
        assert "the ink is darker than the paper around it" in descriptions(desk)["inverted"]
        alike = np.corrcoef(made["centred"].ravel(), prepare(seven()).pixels.ravel())[0, 1]
        assert alike > 0.97


class TestLaws:
    """Where the digit lies, and which of the two is lighter, does not matter."""

    @given(st.integers(-35, 35), st.integers(-35, 45))
    def test_where_it_lies(self, down: int, right: int) -> None:
        moved = np.roll(seven(), (down, right), (0, 1))
        assert (prepare(moved).pixels == prepare(seven()).pixels).all()

    @given(st.integers(0, 255), st.integers(0, 255))
    def test_how_light_paper_and_ink_are(self, paper: int, ink: int) -> None:
        assume(abs(paper - ink) >= 16)
        assert (prepare(seven(paper, ink)).pixels == prepare(seven()).pixels).all()

    @pytest.mark.parametrize("number", range(5))
    def test_a_photo_and_its_negative_are_the_same(self, number: int) -> None:
        grain = np.random.default_rng(number).normal(0, 3, (180, 150))
        photo = (seven() + grain).clip(0, 255).astype(np.uint8)
        assert (prepare(photo).pixels == prepare(255 - photo).pixels).all()


class TestAnyPicture:
    @given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60))))
    def test_noise(self, picture: Bytes) -> None:
        self.whatever(picture)

    @given(
        hnp.arrays(
            np.uint8,
            st.tuples(st.integers(1, 12), st.integers(1, 12)),
            elements=st.sampled_from([0, 40, 41, 200, 255]),
        ),
        st.integers(1, 14),
    )
    def test_blocks(self, blocks: Bytes, side: int) -> None:
        self.whatever(np.kron(blocks, np.ones((side, side), np.uint8)))

    def whatever(self, picture: Bytes) -> None:
        try:
            prepared = prepare(picture)
        except PictureError as error:
            refusal = error.message
        else:
            refusal = ""
            assert prepared.pixels.shape == (28, 28)
            assert prepared.pixels.any()
        assert not refusal or "ink" in refusal


class TestDoubts:
    def doubts(self, sheet: Bytes) -> list[Doubt]:
        return list(prepare(sheet).doubts)

    def test_two_digits(self) -> None:
        both = np.concatenate([seven()[:, :120], seven()[:, 30:]], axis=1)
        assert self.doubts(both) == [Doubt.SEVERAL_DIGITS]
        assert (prepare(both).pixels == prepare(seven()).pixels).all()

    def test_ink_at_the_border(self) -> None:
        assert self.doubts(seven()[44:]) == [Doubt.INK_AT_BORDER]

    def test_a_patch(self) -> None:
        sheet = np.full((100, 100), 250, np.uint8)
        sheet[30:70, 30:70] = 20
        assert self.doubts(sheet) == [Doubt.NO_DIGIT]

    def test_one_digit_of_any_kind_is_not_doubted(self) -> None:
        for digit in digits(30):
            assert self.doubts(255 - on_paper(digit)) == []


class TestBrighten:
    @given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20))))
    def test_is_the_exact_product_rounded(self, faint: Bytes) -> None:
        assume(faint.any())
        brightened = brighten(faint)
        brightest = int(faint.max())
        exact = [Fraction(255 * int(value), brightest) for value in faint.ravel()]
        assert brightened.ravel().tolist() == [floor(value + Fraction(1, 2)) for value in exact]

    @pytest.mark.parametrize("brightest", range(1, 256))
    def test_keeps_the_order_and_darkens_nothing(self, brightest: int) -> None:
        faint = np.arange(brightest + 1, dtype=np.uint8)[None]
        (brightened,) = brighten(faint).astype(int)
        assert (brightened[0], brightened[-1]) == (0, 255)
        assert (np.diff(brightened) >= 1).all()
        assert (brightened >= faint[0]).all()

    def test_the_numbers_at_which_sixteen_bits_overflow(self) -> None:
        # 129 * 510 is more than 2**16: 129 of 243 is 135.37.
        assert brighten(np.array([[128, 129, 243]], dtype=np.uint8)).tolist() == [[134, 135, 255]]


class TestRefusals:
    @pytest.mark.parametrize("level", [0, 130, 255])
    def test_a_picture_without_ink(self, level: int) -> None:
        with pytest.raises(PictureError, match=r"^no ink to see: .* differ by 0 of 255"):
            prepare(np.full((50, 40), level, dtype=np.uint8))

    def test_nothing_but_noise(self) -> None:
        noise = np.random.default_rng(2).normal(230, 5, (50, 40)).astype(np.uint8)
        with pytest.raises(PictureError, match=r"no ink to see: .* differ by 0 of 255"):
            prepare(noise)

    def test_a_blank_picture_of_28x28(self) -> None:
        with pytest.raises(PictureError, match="no ink to see"):
            prepare(np.zeros((28, 28), dtype=np.uint8))

    def test_specks(self) -> None:
        sheet = np.zeros((1200, 1200), dtype=np.uint8)
        sheet[60, 60] = sheet[1100, 1100] = 255
        with pytest.raises(PictureError, match="no ink to see but specks"):
            prepare(sheet)
