"""IDX files: genuine ones against NumPy and gzip, damaged ones each built from a genuine one."""

import gzip
import os
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from convcli.errors import FileError, UsageError
from convcli.storage.mnist import idx

Images = NDArray[np.uint8]
IMAGES: Images = np.random.default_rng(5).integers(0, 256, (3, 4, 5), np.uint8)
PLAIN = bytes([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5]) + IMAGES.tobytes()
PACKED = gzip.compress(PLAIN, mtime=0)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def write_file(content: bytes) -> Path:
        path = tmp_path / "train-images-idx3-ubyte"
        path.write_bytes(content)
        return path

    return write_file


@pytest.mark.parametrize("content", [PLAIN, PACKED], ids=["raw", "gzip"])
def test_the_content_and_not_the_name_tells_how_to_read(
    content: bytes, write: Callable[[bytes], Path]
) -> None:
    path = write(content)
    assert idx.read_header(path) == idx.check(path) == idx.IdxHeader((3, 4, 5))
    np.testing.assert_array_equal(idx.read_all(path), IMAGES)
    np.testing.assert_array_equal(idx.read_items(path, 1, 3), IMAGES[1:3])


@settings(deadline=None, max_examples=60)
@given(
    arrays(np.uint8, array_shapes(max_dims=4, max_side=9)), st.booleans(), st.integers(), st.data()
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    idx_bytes: Callable[[Images], bytes],
    items: Images,
    packed: bool,
    level: int,
    data: st.DataObject,
) -> None:
    path = tmp_path_factory.mktemp("idx") / "items"
    plain = idx_bytes(items)
    path.write_bytes(gzip.compress(plain, level % 10) if packed else plain)
    start = data.draw(st.integers(0, len(items)))
    stop = data.draw(st.integers(start, len(items)))
    np.testing.assert_array_equal(idx.read_all(path), items)
    np.testing.assert_array_equal(idx.read_items(path, start, stop), items[start:stop])


@pytest.mark.parametrize("noise", [True, False], ids=["incompressible", "zeros"])
def test_items_larger_than_every_buffer(
    noise: bool, tmp_path: Path, idx_bytes: Callable[[Images], bytes]
) -> None:
    items = np.random.default_rng(1).integers(0, 256 if noise else 1, (5, 1000, 300), np.uint8)
    path = tmp_path / "items.gz"
    path.write_bytes(gzip.compress(idx_bytes(items), 1))
    np.testing.assert_array_equal(idx.read_all(path), items)
    np.testing.assert_array_equal(idx.read_items(path, 4, 5), items[4:])


def test_real_mnist(mnist_directory: Path) -> None:
    path = mnist_directory / "train-images-idx3-ubyte.gz"
    with gzip.open(path) as file:
        truth = np.frombuffer(file.read(), np.uint8, offset=16).reshape(60000, 28, 28)
    np.testing.assert_array_equal(idx.read_all(path), truth)
    np.testing.assert_array_equal(idx.read_items(path, 59999, 60000), truth[59999:])


@pytest.mark.parametrize("content", [PLAIN, PACKED], ids=["raw", "gzip"])
def test_every_truncation_is_refused(content: bytes, write: Callable[[bytes], Path]) -> None:
    for length in range(len(content)):
        path = write(content[:length])
        for read in (idx.read_all, idx.check):
            with pytest.raises(FileError, match=r"truncated|not an IDX file"):
                read(path)


def test_every_flipped_bit_is_refused_or_changes_nothing(write: Callable[[bytes], Path]) -> None:
    refused = 0
    for at in range(8 * len(PACKED)):
        content = bytearray(PACKED)
        content[at // 8] ^= 1 << at % 8
        try:
            items = idx.read_all(write(bytes(content)))
        except FileError:
            refused += 1
        else:
            np.testing.assert_array_equal(items, IMAGES)
    # No checksum covers the ten bytes of gzip's header and what fills up deflate's last byte.
    assert refused >= 8 * (len(PACKED) - 10) - 7


def test_damage_behind_the_items_is_found_by_check_only(
    write: Callable[[bytes], Path], idx_bytes: Callable[[Images], bytes]
) -> None:
    images = np.random.default_rng(2).integers(0, 256, (1000, 28, 28), np.uint8)
    path = write(gzip.compress(idx_bytes(images))[:-8] + bytes(8))
    np.testing.assert_array_equal(idx.read_items(path, 5, 6), images[5:6])
    with pytest.raises(FileError, match=r"damaged gzip data \(incorrect data check\)"):
        idx.check(path)


def header(dtype: int, *sizes: int) -> bytes:
    return bytes([0, 0, dtype, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes)


LARGEST = 2**32 - 1
REFUSED = {
    "empty": (b"", "not an IDX file but an empty file"),
    "web page": (b"\n<!DOCTYPE html><html>404</html>", "not an IDX file but a web page"),
    "LFS pointer": (b"version https://git-lfs.github.com/spec/v1\n", "a git-LFS pointer"),
    "pickle": (b"\x80\x04\x95\x1b[2J", "begins with the bytes 80 04 95 1b"),
    "no dimensions": (header(8), "begins with the bytes 00 00 08 00"),
    "float32": (header(0x0D, 1, 1) + bytes(4), "IDX type 0x0d, and only unsigned bytes"),
    "nine dimensions": (header(8, *[1] * 9) + b"1", "9 dimensions, and 8 are the most"),
    "half a header": (header(8, 3, 4)[:-1], "truncated in its header"),
    "too large": (header(8, 2**26 + 1), "announces more than 67,108,864 bytes"),
    "overflowing": (header(8, *[LARGEST] * 8), "announces more than 67,108,864 bytes"),
    "hidden by zero": (header(8, 0, LARGEST, LARGEST), "announces more than 67,108,864 bytes"),
    "one byte more": (PLAIN + b"\0", "more bytes follow the last item"),
    "one byte less": (PLAIN[:-1], "truncated: it ends before the last item"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["raw", "gzip"])
@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, packed: bool, write: Callable[[bytes], Path]) -> None:
    content, message = REFUSED[name]
    path = write(gzip.compress(content) if packed else content)
    for read in (idx.read_all, idx.check):
        with pytest.raises(FileError, match=re.escape(message)) as caught:
            read(path)
        assert str(caught.value).startswith("train-images-idx3-ubyte: ")
        assert len(str(caught.value)) < 190
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("tail", [PACKED, b"\0", gzip.compress(b"")], ids=["twice", "pad", "empty"])
def test_bytes_behind_a_gzip_member(tail: bytes, write: Callable[[bytes], Path]) -> None:
    with pytest.raises(FileError, match="other bytes follow the end of its gzip data"):
        idx.read_all(write(PACKED + tail))


@pytest.mark.parametrize("read", [idx.read_header, idx.check, idx.read_all])
def test_a_bomb_costs_neither_memory_nor_its_decompression(
    read: Callable[[Path], object], write: Callable[[bytes], Path]
) -> None:
    announced = header(8, 10, 28, 28)
    path = write(gzip.compress(announced + bytes(200 * 2**20), 1))
    tracemalloc.start()
    try:
        if read is idx.read_header:
            read(path)
        else:
            with pytest.raises(FileError, match="more bytes follow the last item"):
                read(path)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_checking_a_large_file_takes_little_memory(write: Callable[[bytes], Path]) -> None:
    path = write(gzip.compress(header(8, 2**15, 2**10) + bytes(2**25), 1))
    tracemalloc.start()
    try:
        assert idx.check(path).count == 2**15
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_file_larger_than_the_limit_is_not_read(write: Callable[[bytes], Path]) -> None:
    path = write(PLAIN)
    os.truncate(path, idx.LIMIT + 1)
    with pytest.raises(FileError, match="67,108,865 bytes, and 67,108,864 are the most"):
        idx.read_header(path)


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (2, 1), (0, 4), (4, 4)])
def test_items_that_are_not_there(start: int, stop: int, write: Callable[[bytes], Path]) -> None:
    with pytest.raises(UsageError, match=f"holds 3 items, not {start} to {stop}"):
        idx.read_items(write(PACKED), start, stop)
