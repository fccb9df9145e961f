"""Every file that is no whole picture is refused: in one line, in bounded memory."""

import io
import os
import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.errors import FileError
from convcli.storage.files.sandbox_child import answer
from convcli.storage.pictures import reading
from convcli.storage.pictures.decoding import decode
from convcli.storage.pictures.reading import MOST_BYTES, read_picture
from tests.storage.pictures.parts import GOOD, SLOPE, png_chunk, written

MOST_MEMORY = 200 * 2**20


def refusal(path: Path) -> str:
    """The one line that a file is refused with, in little time and memory."""
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=r"^[^\n]+$") as refused:
            read_picture(path)
        memory = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert memory < MOST_MEMORY
    line = f"Error: {refused.value}"
    assert line.isprintable()
    assert len(line) <= 200
    return line


def decoded(data: bytes) -> list[int] | None:
    """What the child makes of a file, here in this process; None where it refuses."""
    header, views = answer(decode, io.BytesIO(data), {"colour": False})
    return None if "refusal" in header else views[0].tolist()


class TestTruncated:
    @pytest.mark.parametrize("name", GOOD)
    def test_the_whole_file_is_read(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(GOOD[name])
        assert read_picture(tmp_path / name).shape == SLOPE.shape

    @pytest.mark.parametrize("name", GOOD)
    def test_a_file_cut_anywhere_is_refused_or_shows_every_pixel(self, name: str) -> None:
        good = GOOD[name]
        whole = decoded(good)
        ends = {*range(0, len(good), 7), *range(60), *range(len(good) - 60, len(good))}
        # Some end with bytes that say no more than that it is the end.
        shown = [end for end in ends - {len(good)} if decoded(good[:end]) == whole]
        others = [decoded(good[:end]) for end in ends - {len(good), *shown}]
        assert others == [None] * len(others)
        if not name.startswith("animated"):
            assert min(shown, default=len(good)) >= len(good) - 20

    @pytest.mark.parametrize("name", ["grey.png", "baseline.jpg", "grey.bmp"])
    def test_bytes_behind_the_end_are_what_viewers_ignore(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(GOOD[name])
        alone = read_picture(tmp_path / name)
        (tmp_path / name).write_bytes(GOOD[name] + b"a phone's film of the same moment")
        assert (read_picture(tmp_path / name) == alone).all()


class TestNoPicture:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\n",
            b"<!DOCTYPE html><html><body>404</body></html>",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n",
            b"\x1f\x8b\x08\x00 gzip",
            GOOD["grey.png"][1:],
            b"\x89PNG\n\x1a\n" + GOOD["grey.png"][8:],
            written("TIFF"),
            written("PPM"),
            written("ICO"),
        ],
    )
    def test_is_refused(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "a.png").write_bytes(content)
        assert "a.png: not a PNG, JPEG, BMP, GIF or WebP picture" in refusal(tmp_path / "a.png")

    @pytest.mark.parametrize("name", GOOD)
    def test_only_the_beginning_of_one(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(GOOD[name][:12] + b"<html>" * 50)
        refusal(tmp_path / name)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        assert "none.png: no such file" in refusal(tmp_path / "none.png")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert refusal(tmp_path).startswith("Error: ")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
    def test_a_fifo_does_not_hang(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.png")
        assert "a.png: not a regular file" in refusal(tmp_path / "a.png")

    def test_a_name_with_control_characters(self, tmp_path: Path) -> None:
        name = "\x1b[31m\n" + "long" * 40 + ".png"
        (tmp_path / name).write_bytes(GOOD["grey.png"][:-40])
        assert r"\x1b[31m\n" in refusal(tmp_path / name)


class TestTooLarge:
    def test_a_file_of_too_many_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        path.write_bytes(GOOD["grey.png"])
        os.truncate(path, MOST_BYTES + 1)
        assert "67,108,865 bytes, and 67,108,864 are the most" in refusal(path)

    @pytest.mark.parametrize(
        ("width", "height"), [(4001, 4000), (16000, 16000), (60000, 60000), (2**31 - 1, 2**31 - 1)]
    )
    @pytest.mark.parametrize("name", ["grey.png", "baseline.jpg", "grey.bmp", "still.gif"])
    def test_a_header_that_announces_too_many_pixels(
        self, tmp_path: Path, name: str, width: int, height: int
    ) -> None:
        path = tmp_path / name
        path.write_bytes(with_size(name, min(width, 65535), min(height, 65535)))
        if name in ("grey.png", "grey.bmp"):
            path.write_bytes(with_size(name, width, height))
        assert "a picture of more than 16,000,000 pixels" in refusal(path)

    def test_a_png_of_more_rows_than_it_holds(self, tmp_path: Path) -> None:
        height, width = SLOPE.shape
        (tmp_path / "a.png").write_bytes(with_size("grey.png", width, height + 1))
        assert "rows are missing" in refusal(tmp_path / "a.png")

    @pytest.mark.parametrize("name", ["baseline.jpg", "progressive.jpg"])
    def test_a_jpeg_of_more_pixels_than_its_bytes_can_hold(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(with_size(name, 4000, 4000))
        assert "bytes for 16,000,000 pixels" in refusal(tmp_path / name)

    @pytest.mark.parametrize("progressive", [False, True])
    @pytest.mark.parametrize("colour", [False, True])
    def test_the_smallest_jpeg_is_not_suspected(
        self, tmp_path: Path, progressive: bool, colour: bool
    ) -> None:
        blank = np.zeros((2000, 2000, 3)[: 2 + colour], np.uint8)
        options = {"quality": 1, "optimize": True, "progressive": progressive}
        (tmp_path / "a.jpg").write_bytes(written("JPEG", blank, subsampling="4:2:0", **options))
        assert read_picture(tmp_path / "a.jpg").max() < 2

    def test_a_webp_canvas(self, tmp_path: Path) -> None:
        good = GOOD["animated.webp"]
        assert good[12:16] == b"VP8X"
        size = (16382).to_bytes(3, "little")
        (tmp_path / "a.webp").write_bytes(good[:24] + size + size + good[30:])
        assert "more than 16,000,000 pixels" in refusal(tmp_path / "a.webp")

    def test_sixteen_million_pixels_are_allowed(self, tmp_path: Path) -> None:
        sheet = np.zeros((4000, 4000), dtype=np.uint8)
        sheet[1000:3000, 1900:2200] = 255
        (tmp_path / "a.png").write_bytes(written("PNG", sheet))
        assert (read_picture(tmp_path / "a.png") == sheet).all()


def with_size(name: str, width: int, height: int) -> bytes:
    """The good file of that name, whose header announces another size."""
    good = GOOD[name]
    match name:
        case "grey.png":
            header = struct.pack(">II", width, height) + good[24:29]
            return good[:8] + png_chunk(b"IHDR", header) + good[33:]
        case "grey.bmp":
            return good[:18] + struct.pack("<ii", width, height) + good[26:]
        case "still.gif":
            return good[:6] + struct.pack("<HH", width, height) + good[10:]
        case _:
            frame = max(good.find(b"\xff\xc0"), good.find(b"\xff\xc2"))
            return good[: frame + 5] + struct.pack(">HH", height, width) + good[frame + 9 :]


class TestDamaged:
    @pytest.mark.parametrize("name", GOOD)
    def test_is_refused_in_a_line_or_read(self, tmp_path: Path, name: str) -> None:
        chance = np.random.default_rng(len(name))
        refused = 0
        for _ in range(12):
            data = np.frombuffer(GOOD[name], np.uint8).copy()
            places = chance.integers(0, len(data), chance.integers(1, 9))
            data[places] = chance.integers(0, 256, len(places))
            (tmp_path / name).write_bytes(data.tobytes())
            try:
                read_picture(tmp_path / name)
            except FileError as error:
                refused += str(error).startswith(f"{name}: ")
        assert refused > 0


class TestLargest:
    """As many pixels as may be, within the memory and the time that a decoder gets."""

    @pytest.mark.parametrize("colour", [False, True])
    @pytest.mark.parametrize(
        ("kind", "mode", "options"),
        [
            ("PNG", "RGBA", {"compress_level": 1}),
            ("JPEG", "CMYK", {"progressive": True}),
            ("BMP", "RGB", {}),
            ("GIF", "P", {}),
            ("WEBP", "RGB", {"method": 0}),
            ("WEBP", "RGBA", {"lossless": True, "method": 0}),
        ],
    )
    def test_is_read(
        self, kind: str, mode: str, options: dict[str, Any], colour: bool, tmp_path: Path
    ) -> None:
        sheet = Image.new("L", (4000, 4000), 255)
        sheet.paste(0, (1000, 1000, 1500, 3000))
        path = tmp_path / f"sheet.{kind.lower()}"
        sheet.convert("RGB").convert(mode).save(path, kind, **options)
        pixels = read_picture(path, colour)
        assert pixels.shape == ((4000, 4000, 3) if colour else (4000, 4000))
        assert pixels[2000, 1250].max() < 8
        assert pixels[3500, 3500].min() > 247

    def test_and_no_more_memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "sheet.png"
        Image.new("RGB", (4000, 4000)).save(path)
        little = replace(reading.GREY, memory=16 * 2**20)
        monkeypatch.setattr(reading, "GREY", little)
        assert "sheet.png: takes more memory to read than the 16 MiB" in refusal(path)

    def test_nor_more_time(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "sheet.png"
        Image.new("RGB", (4000, 4000)).save(path)
        monkeypatch.setattr(reading, "GREY", replace(reading.GREY, seconds=0.01))
        assert "takes longer to read than the 0.01 s of processor time" in refusal(path)
