"""Picture files walked block by block: what is kept of them, and how many blocks are enough."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.storage.pictures.containers import exif_orientation, open_container
from tests.storage.pictures.parts import GIF_BLOCKS, GOOD, SLOPE, png_chunk, written

MEBIBYTE = 2**20


class TestManyPieces:
    """Files of up to 60 MiB that are quick to refuse, and would keep a decoder busy for minutes."""

    @pytest.mark.parametrize(
        ("name", "place", "piece"),
        [
            ("grey.png", 33, png_chunk(b"prVt")),
            ("grey.png", 33, png_chunk(b"tEXt", b"a\0b")),
            ("grey.png", 33, png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(MEBIBYTE), 9))),
            ("grey.png", -12, png_chunk(b"IDAT")),
            ("baseline.jpg", 2, b"\xff\xfe\0\2"),
            ("baseline.jpg", 2, b"\xff\xe1\0\2"),
            ("still.gif", GIF_BLOCKS, b"\x21\xfe\0"),
            ("still.gif", GIF_BLOCKS, b"\x21\xfe\1a\1b\1c\0"),
            ("still.webp", 12, b"ABCD\0\0\0\0"),
        ],
    )
    def test_are_refused_at_once(self, name: str, place: int, piece: bytes) -> None:
        good = GOOD[name]
        data = good[:place] + piece * (60 * MEBIBYTE // len(piece)) + good[place:]
        if name.endswith("webp"):
            data = data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
        with pytest.raises(ValueError, match="made of more pieces than any picture needs"):
            open_container(data)

    def test_a_jpeg_of_many_scans(self) -> None:
        good = GOOD["progressive.jpg"]
        last = good[good.rindex(b"\xff\xda") : -2]
        allowed = good[:-2] + last * (64 - good.count(b"\xff\xda")) + good[-2:]
        assert open_container(allowed) is not None
        with pytest.raises(ValueError, match="made of more pieces"):
            open_container(good[:-2] + last * 64 + good[-2:])

    def test_a_long_bmp_of_run_lengths(self) -> None:
        good = GOOD["grey.bmp"]
        packed = good[:30] + struct.pack("<I", 1) + good[34:]
        assert open_container(packed + bytes(1000)) is not None
        with pytest.raises(ValueError, match="too large for run lengths"):
            open_container(packed + bytes(MEBIBYTE))

    def test_a_jpeg_segment_of_no_length(self) -> None:
        good = GOOD["baseline.jpg"]
        with pytest.raises(ValueError, match="shorter than its own length"):
            open_container(good[:2] + b"\xff\xfe\0\1" + good[2:])

    def test_a_gif_of_an_unknown_block(self) -> None:
        good = GOOD["still.gif"]
        place = GIF_BLOCKS
        with pytest.raises(ValueError, match="a block of the unknown kind 0x00"):
            open_container(good[:place] + b"\0" + good[place:])


class TestWhatIsKept:
    @pytest.mark.parametrize(
        ("kind", "options"),
        [
            ("PNG", {"exif": Image.Exif(), "icc_profile": b"profile" * 99, "dpi": (300, 300)}),
            ("JPEG", {"comment": b"a comment", "icc_profile": b"profile" * 99}),
        ],
    )
    def test_metadata_never_reach_the_decoder(self, kind: str, options: dict[str, Any]) -> None:
        bare, laden = (open_container(written(kind, **more)) for more in ({}, options))
        assert bare is not None
        assert bare == laden

    def test_metadata_of_a_webp_are_dropped(self) -> None:
        pixels = np.dstack([SLOPE] * 3 + [255 - SLOPE])
        laden, other = (
            open_container(written("WEBP", pixels, lossless=True, xmp=xmp, icc_profile=xmp))
            for xmp in (b"profile" * 99, b"another" * 50)
        )
        assert laden is not None
        assert laden == other
        assert b"profile" not in laden.content
        assert len(laden.content) == 8 + int.from_bytes(laden.content[4:8], "little")
        with Image.open(io.BytesIO(laden.content), formats=["WEBP"]) as image:
            assert (np.array(image)[..., 3] == pixels[..., 3]).all()

    def test_of_what_tells_how_colours_are_coded_the_first_is_kept(self) -> None:
        good = GOOD["baseline.jpg"]
        jfif = good[2 : 4 + int.from_bytes(good[4:6], "big")]
        assert jfif.startswith(b"\xff\xe0")
        assert open_container(good[:2] + jfif * 900 + good[2:]) == open_container(good)

    def test_text_that_unpacks_to_gigabytes_is_dropped(self) -> None:
        good = GOOD["grey.png"]
        bomb = png_chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(2**24), 9))
        assert open_container(good[:33] + bomb + good[33:]) == open_container(good)

    def test_comments_of_a_gif_are_dropped(self) -> None:
        good = GOOD["still.gif"]
        comment = b"\x21\xfe\x09a comment\0"
        assert open_container(good[:GIF_BLOCKS] + comment + good[GIF_BLOCKS:]) == open_container(
            good
        )

    @pytest.mark.parametrize("name", ["animated.png", "animated.gif"])
    def test_one_frame_is(self, name: str) -> None:
        container = open_container(GOOD[name])
        assert container is not None
        with Image.open(io.BytesIO(container.content)) as image:
            assert getattr(image, "n_frames", 1) == 1

    def test_a_thumbnail_does_not_end_the_picture(self) -> None:
        good = GOOD["baseline.jpg"]
        thumbnail = b"Exif\0\0" + written("JPEG")
        segment = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
        assert open_container(good[:2] + segment + good[2:]) == open_container(good)
        with pytest.raises(ValueError, match="it breaks off"):
            open_container(good[:2] + segment + good[2:-2])


class TestOrientation:
    @pytest.mark.parametrize("order", ["<", ">"])
    def test_is_found_among_other_entries(self, order: str) -> None:
        mark = b"II*\0" if order == "<" else b"MM\0*"
        entries = struct.pack(f"{order}HHIHxxHHIHxx", 0x0100, 3, 1, 40, 0x0112, 3, 1, 8)
        exif = b"Exif\0\0" + mark + struct.pack(f"{order}IxxH", 10, 2) + entries
        assert exif_orientation(exif) == 8

    @pytest.mark.parametrize(
        "exif",
        [
            b"",
            b"Exif\0\0",
            b"II*\0",
            b"XX*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0",
            b"II*\0\xff\xff\xff\xff\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0",
            b"II*\0\x08\0\0\0\xff\xff\x12\x01",
        ],
    )
    def test_is_upright_where_exif_says_nothing(self, exif: bytes) -> None:
        assert exif_orientation(exif) == 1
