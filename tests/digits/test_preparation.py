"""A user's picture, read as a viewer shows it and prepared as MNIST was."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
from numpy.typing import NDArray
from PIL import Image

from convcli.digits.preparation import prepare
from convcli.errors import FileError
from convcli.storage.mnist import idx
from convcli.storage.mnist.locations import SAMPLE_DIRECTORY
from convcli.storage.pictures.reading import read_picture
from tests.storage.parameters.book_network import read_digits
from tests.storage.pictures.parts import png_chunk

Bytes = NDArray[np.uint8]
SAMPLES = SAMPLE_DIRECTORY


def digits(count: int) -> Bytes:
    return idx.read_items(SAMPLES / "t10k-images-idx3-ubyte.gz", 0, count)


def saved(path: Path, pixels: object, mode: str | None = None, **options: Any) -> Path:
    """A picture file of these pixels, written by Pillow."""
    image = Image.fromarray(np.asarray(pixels))
    (image.convert(mode) if mode else image).save(path, **options)
    return path


def on_paper(digit: Bytes, enlarged: int = 5, paper: int = 0) -> Bytes:
    """A digit written large on a sheet, its upper left part."""
    sheet = np.full((300, 250), paper, dtype=np.uint8)
    large = digit.repeat(enlarged, axis=0).repeat(enlarged, axis=1)
    sheet[20 : 20 + len(large), 30 : 30 + len(large)] = large
    return sheet


SLOPE = np.add.outer(np.arange(0, 120, 3), np.arange(0, 128, 4)).astype(np.uint8)
RED, GREEN, BLUE = SLOPE, SLOPE[::-1], SLOPE[:, ::-1]
COLOURS = np.stack([RED, GREEN, BLUE], axis=-1)
# ITU-R BT.601, by hand.
GREY = (299.0 * RED + 587.0 * GREEN + 114.0 * BLUE) / 1000


class TestReadPicture:
    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("a.png", {}),
            ("a.bmp", {}),
            ("a.gif", {}),
            ("a.webp", {"lossless": True}),
            ("png-of-another-name.txt", {"format": "PNG"}),
        ],
    )
    def test_grey_is_read_as_it_is(
        self, tmp_path: Path, name: str, options: dict[str, Any]
    ) -> None:
        read = read_picture(saved(tmp_path / name, SLOPE, **options))
        assert read.dtype == np.uint8
        assert (read == SLOPE).all()

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("a.png", {}),
            ("a.bmp", {}),
            ("a.webp", {"lossless": True}),
            ("a.jpg", {"quality": 98, "subsampling": 0}),
            ("progressive.jpg", {"quality": 98, "subsampling": 0, "progressive": True}),
        ],
    )
    def test_colours_become_luminance(
        self, tmp_path: Path, name: str, options: dict[str, Any]
    ) -> None:
        read = read_picture(saved(tmp_path / name, COLOURS, **options))
        assert np.abs(read - GREY).max() <= (3 if name.endswith("jpg") else 1)

    def test_lossy_formats_are_close(self, tmp_path: Path) -> None:
        for name in ("a.jpg", "a.webp"):
            read = read_picture(saved(tmp_path / name, SLOPE, quality=80))
            assert np.abs(read.astype(int) - SLOPE).mean() < 4, name

    def test_print_colours_are_read(self, tmp_path: Path) -> None:
        read = read_picture(saved(tmp_path / "a.jpg", COLOURS, "CMYK", quality=98, subsampling=0))
        assert np.abs(read - GREY).max() <= 4

    def test_black_and_white(self, tmp_path: Path) -> None:
        read = read_picture(saved(tmp_path / "a.png", np.where(SLOPE > 99, 255, 0) > 0))
        assert (read == np.where(SLOPE > 99, 255, 0)).all()

    @pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.gif"])
    def test_a_palette(self, tmp_path: Path, name: str) -> None:
        image = Image.fromarray(np.arange(4, dtype=np.uint8).reshape(2, 2), mode="P")
        image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
        image.save(tmp_path / name)
        assert read_picture(tmp_path / name).tolist() == [[76, 150], [29, 9]]

    def test_sixteen_bits_are_scaled_and_not_clipped(self, tmp_path: Path) -> None:
        wide = np.array([[0, 128, 129, 255], [257, 32896, 65407, 65535]], dtype=np.uint16)
        read = read_picture(saved(tmp_path / "a.png", wide))
        assert read.tolist() == [[0, 0, 1, 1], [1, 128, 255, 255]]

    def test_sixteen_bits_may_have_a_transparent_level(self, tmp_path: Path) -> None:
        wide = np.array([[0, 300, 65535]], dtype=np.uint16)
        path = saved(tmp_path / "a.png", wide)
        chunk = png_chunk(b"tRNS", struct.pack(">H", 300))
        content = path.read_bytes()
        path.write_bytes(content[:33] + chunk + content[33:])
        assert read_picture(path).tolist() == [[0, 255, 255]]

    @pytest.mark.parametrize("name", ["a.png", "a.webp"])
    def test_what_is_transparent_shows_white_paper(self, tmp_path: Path, name: str) -> None:
        alpha = np.linspace(0, 255, SLOPE.size).reshape(SLOPE.shape).astype(np.uint8)
        saved(tmp_path / name, np.dstack([COLOURS, alpha]), lossless=True)
        shown = GREY * (alpha / 255) + 255 * (1 - alpha / 255)
        # Colours that nobody can see may be lost.
        assert np.abs(read_picture(tmp_path / name) - shown)[alpha > 8].max() <= 2

    def test_grey_with_transparency(self, tmp_path: Path) -> None:
        pair = np.array([[[10, 255], [10, 0], [200, 51]]], dtype=np.uint8)
        assert read_picture(saved(tmp_path / "a.png", pair)).tolist() == [[10, 255, 244]]

    @pytest.mark.parametrize("name", ["a.png", "a.gif"])
    def test_a_transparent_palette_colour(self, tmp_path: Path, name: str) -> None:
        image = Image.fromarray(np.array([[0, 1]], dtype=np.uint8), mode="P")
        image.putpalette([0, 0, 0, 50, 50, 50])
        image.save(tmp_path / name, transparency=0)
        assert read_picture(tmp_path / name).tolist() == [[255, 50]]

    @pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
    def test_an_animation_shows_its_first_frame(self, tmp_path: Path, name: str) -> None:
        others = [Image.fromarray(SLOPE[::-1]), Image.fromarray(SLOPE[:, ::-1])]
        saved(tmp_path / name, SLOPE, save_all=True, append_images=others, lossless=True)
        assert np.abs(read_picture(tmp_path / name).astype(int) - SLOPE).max() <= 1

    @pytest.mark.parametrize("name", ["a.png", "a.webp", "a.jpg"])
    @pytest.mark.parametrize(
        ("orientation", "turned"),
        [
            (1, lambda pixels: pixels),
            (2, np.fliplr),
            (3, lambda pixels: np.rot90(pixels, 2)),
            (4, np.flipud),
            (5, np.transpose),
            (6, lambda pixels: np.rot90(pixels, -1)),
            (7, lambda pixels: np.rot90(pixels, 2).T),
            (8, lambda pixels: np.rot90(pixels, 1)),
            (9, lambda pixels: pixels),
        ],
    )
    def test_is_turned_as_exif_says(
        self,
        tmp_path: Path,
        name: str,
        orientation: int,
        turned: Callable[[Bytes], Bytes],
    ) -> None:
        exif = Image.Exif()
        exif[0x0110] = "a camera"
        exif[0x0112] = orientation
        path = saved(tmp_path / name, SLOPE, exif=exif, lossless=True, quality=98)
        shown = turned(SLOPE)
        read = read_picture(path)
        assert read.shape == shown.shape
        assert np.abs(read.astype(int) - shown).max() <= 4


def stages(path: Path) -> dict[str, Bytes]:
    prepared = prepare(path)
    assert prepared.pixels is prepared.stages[-1].pixels
    assert all(stage.pixels.dtype == np.uint8 for stage in prepared.stages)
    return {stage.name: stage.pixels for stage in prepared.stages}


def descriptions(path: Path) -> dict[str, str]:
    return {stage.name: stage.description for stage in prepare(path).stages}


class TestPrepare:
    def test_keeps_every_stage(self, tmp_path: Path) -> None:
        sheet = on_paper(digits(1)[0])
        made = stages(saved(tmp_path / "a.png", 255 - sheet))
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

    def test_fits_by_the_mean_of_areas(self, tmp_path: Path) -> None:
        made = stages(saved(tmp_path / "a.png", on_paper(digits(2)[1])))
        cropped, fitted = made["cropped"], made["fitted"]
        theirs = Image.fromarray(cropped).resize(fitted.shape[::-1], Image.Resampling.BOX)
        # Pillow counts a pixel whole or not at all where two areas share it.
        assert np.abs(fitted.astype(int) - np.asarray(theirs)).mean() < 12
        assert fitted.mean() == pytest.approx(cropped.mean(), abs=1.5)

    def test_says_what_was_done_with_its_numbers(self, tmp_path: Path) -> None:
        sheet = np.full((100, 80), 250, dtype=np.uint8)
        sheet[12:89, 30:71] = 10
        said = descriptions(saved(tmp_path / "a.png", sheet))
        assert said == {
            "grey": "read as 100x80 grey pixels",
            "inverted": "inverted, because the border is light (its median is 250 of 255)",
            "separated": "paper told from ink: up to 95 became 0, from 155 on 255, evenly between",
            "cropped": "cropped to the ink: rows 12..88, columns 30..70",
            "fitted": "fitted in 20x20: 77x41 averaged to 20x11",
            "centred": "centred in 28x28: the centre of mass is at row 14.5, column 14.0",
        }

    @pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255), (180, 120), (90, 140), (20, 0)])
    def test_paper_is_what_the_border_shows(self, tmp_path: Path, paper: int, ink: int) -> None:
        sheet = np.full((60, 50), paper, dtype=np.uint8)
        sheet[20:40, 22:26] = ink
        made = stages(saved(tmp_path / "a.png", sheet))
        assert ("inverted" in made) == (paper > ink)
        assert made["cropped"].shape == (20, 4)
        assert (made["centred"][5:25, 13:17] == 255).all()
        assert made["centred"].sum() == 20 * 4 * 255

    def test_ink_may_touch_the_border(self, tmp_path: Path) -> None:
        sheet = np.full((40, 40), 255, dtype=np.uint8)
        sheet[:, 17:23] = 0
        assert stages(saved(tmp_path / "a.png", sheet))["cropped"].shape == (40, 6)

    def test_thin_ink_is_brightened_after_it_was_averaged(self, tmp_path: Path) -> None:
        sheet = np.zeros((1000, 1000), dtype=np.uint8)
        sheet[100:900, 500:510] = 255
        sheet[500:510, 300:700] = 255
        path = saved(tmp_path / "a.png", sheet)
        made = stages(path)
        assert made["fitted"].max() < 255
        assert made["brightened"].max() == made["centred"].max() == 255
        ratio = 255 / made["fitted"].max()
        assert np.abs(made["brightened"] - made["fitted"] * ratio).max() <= 0.5
        assert descriptions(path)["brightened"].startswith(
            f"brightened: the brightest, {made['fitted'].max()}, became 255"
        )

    def test_an_exported_digit_stays_what_it_was(self, tmp_path: Path) -> None:
        for index, digit in enumerate(digits(20)):
            path = saved(tmp_path / f"{index}.png", digit)
            prepared = prepare(path)
            assert (prepared.pixels == digit).all()
            assert [stage.name for stage in prepared.stages] == ["grey"]
            assert "MNIST's own size" in prepared.stages[0].description

    def test_an_exported_digit_in_dark_on_light_too(self, tmp_path: Path) -> None:
        digit = digits(1)[0]
        made = stages(saved(tmp_path / "a.gif", 255 - digit))
        assert list(made) == ["grey", "inverted"]
        assert (made["inverted"] == digit).all()

    def test_an_enlarged_digit_comes_back_nearly_as_it_was(self, tmp_path: Path) -> None:
        alike = []
        for digit in digits(20):
            prepared = prepare(saved(tmp_path / "a.png", 255 - on_paper(digit, enlarged=7)))
            alike.append(np.corrcoef(prepared.pixels.ravel(), digit.ravel())[0, 1])
        assert min(alike) > 0.8
        assert np.mean(alike) > 0.94

    def test_digits_photographed_are_still_read(self, tmp_path: Path, book_directory: Path) -> None:
        chance = np.random.default_rng(8)
        shade = np.linspace(0, 30, 300)[:, None]
        photographed = []
        for digit in digits(60):
            sheet = 215 - shade - on_paper(digit) * 0.5 + chance.normal(0, 4, (300, 250))
            path = saved(tmp_path / "a.jpg", sheet.clip(0, 255).astype(np.uint8), quality=70)
            photographed.append(prepare(path).pixels)
        labels = idx.read_items(SAMPLES / "t10k-labels-idx1-ubyte.gz", 0, 60)
        read = read_digits(book_directory / "params-2016.pkl", np.stack(photographed))
        assert (read == labels).sum() >= 57


class TestRefusals:
    @pytest.mark.parametrize("level", [0, 130, 255])
    def test_a_picture_without_ink(self, tmp_path: Path, level: int) -> None:
        path = saved(tmp_path / "blank.png", np.full((50, 40), level, dtype=np.uint8))
        with pytest.raises(FileError, match=r"blank\.png: no ink to see: .* differ by 0 of 255"):
            prepare(path)

    def test_nothing_but_noise(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(2).normal(230, 5, (50, 40)).astype(np.uint8)
        with pytest.raises(FileError, match=r"no ink to see: .* differ by [789] of 255"):
            prepare(saved(tmp_path / "a.png", noise))

    def test_white_ink_on_nothing(self, tmp_path: Path) -> None:
        white = np.full((50, 40, 4), 255, dtype=np.uint8)
        white[:, :20, 3] = 0
        with pytest.raises(FileError, match=r"no ink to see: .* differ by 0"):
            prepare(saved(tmp_path / "a.png", white))

    def test_a_blank_picture_of_28x28(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="no ink to see"):
            prepare(saved(tmp_path / "a.png", np.zeros((28, 28), dtype=np.uint8)))

    def test_ink_that_averaging_loses(self, tmp_path: Path) -> None:
        sheet = np.zeros((1200, 1200), dtype=np.uint8)
        sheet[60, 60] = sheet[1100, 1100] = 255
        with pytest.raises(FileError, match="its ink is too thin for 20x20 pixels"):
            prepare(saved(tmp_path / "a.png", sheet))
