"""A user's picture file, read as a viewer shows it."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from convcli.storage.pictures.reading import read_picture
from tests.storage.pictures.parts import png_chunk

Bytes = NDArray[np.uint8]


def saved(path: Path, pixels: object, mode: str | None = None, **options: Any) -> Path:
    """A picture file of these pixels, written by Pillow."""
    image = Image.fromarray(np.asarray(pixels))
    (image.convert(mode) if mode else image).save(path, **options)
    return path


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

    @pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.webp"])
    def test_colours_are_read_as_they_are(self, tmp_path: Path, name: str) -> None:
        read = read_picture(saved(tmp_path / name, COLOURS, lossless=True), colour=True)
        assert read.dtype == np.uint8
        assert (read == COLOURS).all()

    def test_grey_in_colour_has_three_channels_alike(self, tmp_path: Path) -> None:
        wide = SLOPE.astype(np.uint16) * 257
        for pixels in (SLOPE, wide):
            read = read_picture(saved(tmp_path / "a.png", pixels), colour=True)
            assert (read == SLOPE[..., None]).all()
            assert read.shape == (*SLOPE.shape, 3)

    def test_colours_on_white_paper(self, tmp_path: Path) -> None:
        clear = np.array([[[200, 100, 0, 255], [200, 100, 0, 51], [9, 9, 9, 0]]], dtype=np.uint8)
        read = read_picture(saved(tmp_path / "a.png", clear), colour=True)
        assert read.tolist() == [[[200, 100, 0], [244, 224, 204], [255, 255, 255]]]

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

    def test_white_ink_on_nothing_is_white(self, tmp_path: Path) -> None:
        white = np.full((50, 40, 4), 255, dtype=np.uint8)
        white[:, :20, 3] = 0
        assert (read_picture(saved(tmp_path / "a.png", white)) == 255).all()

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
        assert read_picture(path, colour=True).shape == (*shown.shape, 3)

    def test_sixteen_bits_are_turned_too(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        path = saved(tmp_path / "a.png", SLOPE.astype(np.uint16) * 257, exif=exif)
        assert (read_picture(path) == np.rot90(SLOPE, -1)).all()

    @pytest.mark.parametrize(
        "exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0no such thing"]
    )
    def test_exif_that_says_nothing_is_no_reason_to_refuse(
        self, tmp_path: Path, exif: bytes
    ) -> None:
        for name in ("a.png", "a.webp", "a.jpg"):
            path = saved(tmp_path / name, SLOPE, exif=exif, lossless=True)
            assert read_picture(path).shape == SLOPE.shape
