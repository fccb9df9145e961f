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
from convcli.storage.mnist.idx import IdxFile

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
    file = IdxFile(path)
    assert file.header() == file.check() == idx.IdxHeader((3, 4, 5))
    np.testing.assert_array_equal(IdxFile(path).all_items(), IMAGES)
    np.testing.assert_array_equal(IdxFile(path).items(range(1, 3)), IMAGES[1:3])


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
    np.testing.assert_array_equal(IdxFile(path).all_items(), items)
    np.testing.assert_array_equal(IdxFile(path).items(range(start, stop)), items[start:stop])


@pytest.mark.parametrize("noise", [True, False], ids=["incompressible", "zeros"])
def test_items_larger_than_every_buffer(
    noise: bool, tmp_path: Path, idx_bytes: Callable[[Images], bytes]
) -> None:
    items = np.random.default_rng(1).integers(0, 256 if noise else 1, (5, 1000, 300), np.uint8)
    path = tmp_path / "items.gz"
    path.write_bytes(gzip.compress(idx_bytes(items), 1))
    np.testing.assert_array_equal(IdxFile(path).all_items(), items)
    np.testing.assert_array_equal(IdxFile(path).items(range(4, 5)), items[4:])


def test_real_mnist(mnist_directory: Path) -> None:
    path = mnist_directory / "train-images-idx3-ubyte.gz"
    with gzip.open(path) as file:
        truth = np.frombuffer(file.read(), np.uint8, offset=16).reshape(60000, 28, 28)
    np.testing.assert_array_equal(IdxFile(path).all_items(), truth)
    np.testing.assert_array_equal(IdxFile(path).items(range(59999, 60000)), truth[59999:])


@pytest.mark.parametrize("content", [PLAIN, PACKED], ids=["raw", "gzip"])
def test_every_truncation_is_refused(content: bytes, write: Callable[[bytes], Path]) -> None:
    for length in range(len(content)):
        path = write(content[:length])
        for read in (IdxFile.all_items, IdxFile.check):
            with pytest.raises(FileError, match=r"truncated|not an IDX file"):
                read(IdxFile(path))


def test_every_flipped_bit_is_refused_or_changes_nothing(write: Callable[[bytes], Path]) -> None:
    refused = 0
    for at in range(8 * len(PACKED)):
        content = bytearray(PACKED)
        content[at // 8] ^= 1 << at % 8
        try:
            items = IdxFile(write(bytes(content))).all_items()
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
    np.testing.assert_array_equal(IdxFile(path).items(range(5, 6)), images[5:6])
    with pytest.raises(FileError, match=r"damaged gzip data \(incorrect data check\)"):
        IdxFile(path).check()


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
    for read in (IdxFile.all_items, IdxFile.check):
        with pytest.raises(FileError, match=re.escape(message)) as caught:
            read(IdxFile(path))
        assert str(caught.value).startswith("train-images-idx3-ubyte: ")
        assert len(str(caught.value)) < 190
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("tail", [PACKED, b"\0", gzip.compress(b"")], ids=["twice", "pad", "empty"])
def test_bytes_behind_a_gzip_member(tail: bytes, write: Callable[[bytes], Path]) -> None:
    with pytest.raises(FileError, match="other bytes follow the end of its gzip data"):
        IdxFile(write(PACKED + tail)).all_items()


@pytest.mark.parametrize("read", [IdxFile.header, IdxFile.check, IdxFile.all_items])
def test_a_bomb_costs_neither_memory_nor_its_decompression(
    read: Callable[[IdxFile], object], write: Callable[[bytes], Path]
) -> None:
    announced = header(8, 10, 28, 28)
    path = write(gzip.compress(announced + bytes(200 * 2**20), 1))
    tracemalloc.start()
    try:
        if read is IdxFile.header:
            read(IdxFile(path))
        else:
            with pytest.raises(FileError, match="more bytes follow the last item"):
                read(IdxFile(path))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_checking_a_large_file_takes_little_memory(write: Callable[[bytes], Path]) -> None:
    path = write(gzip.compress(header(8, 2**15, 2**10) + bytes(2**25), 1))
    tracemalloc.start()
    try:
        assert IdxFile(path).check().count == 2**15
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_file_larger_than_the_limit_is_not_read(write: Callable[[bytes], Path]) -> None:
    path = write(PLAIN)
    os.truncate(path, idx.LIMIT + 1)
    with pytest.raises(FileError, match="67,108,865 bytes, and 67,108,864 are the most"):
        IdxFile(path)


@pytest.mark.parametrize(("indices", "index"), [([-1], -1), ([0, 3], 3), ([2, -5, 9], -5)])
def test_items_that_are_not_there(
    indices: list[int], index: int, write: Callable[[bytes], Path]
) -> None:
    with pytest.raises(UsageError, match=f"holds 3 items, and no item {index}; choose"):
        IdxFile(write(PACKED)).items(indices)


@pytest.mark.parametrize("content", [PLAIN, PACKED], ids=["raw", "gzip"])
@pytest.mark.parametrize("indices", [[], [2], [2, 0], [1, 1, 0, 1], [0, 2], [0, 1, 2]])
def test_items_come_in_the_order_in_which_they_are_asked_for(
    indices: list[int], content: bytes, write: Callable[[bytes], Path]
) -> None:
    found = IdxFile(write(content)).items(indices)
    np.testing.assert_array_equal(found, IMAGES[indices] if indices else np.zeros((0, 4, 5)))
    assert found.dtype == np.uint8


def test_items_far_apart_take_the_memory_of_themselves(
    tmp_path: Path, idx_bytes: Callable[[Images], bytes]
) -> None:
    items = np.random.default_rng(3).integers(0, 256, (20_000, 28, 28), np.uint8)
    path = tmp_path / "items"
    path.write_bytes(idx_bytes(items))
    file = IdxFile(path)
    tracemalloc.start()
    try:
        found = file.items([19_999, 0])
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(found, items[[19_999, 0]])


def test_what_was_opened_is_what_is_read(write: Callable[[bytes], Path], tmp_path: Path) -> None:
    path = write(PACKED)
    file = IdxFile(path)
    file.check()
    (tmp_path / "other").write_bytes(b"another file")
    (tmp_path / "other").replace(path)
    np.testing.assert_array_equal(file.items([2]), IMAGES[[2]])


def test_a_file_is_closed_when_nothing_refers_to_it(write: Callable[[bytes], Path]) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    file = IdxFile(write(PACKED))
    assert len(list(Path("/proc/self/fd").iterdir())) == before + 1
    file.check()
    del file
    assert len(list(Path("/proc/self/fd").iterdir())) == before
