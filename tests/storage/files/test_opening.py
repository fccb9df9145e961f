"""Only regular files of a bounded size are opened, and whatever goes wrong names the file."""

import os
import zlib
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import FileError
from convcli.storage.files.opening import MEBIBYTE, is_padded, regular_file


def read(path: Path, limit: int = MEBIBYTE) -> bytes:
    with regular_file(path, limit) as file:
        return file.read()


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_bytes(b"1 2 3")
    assert read(path, limit=5) == b"1 2 3"
    with pytest.raises(FileError, match="numbers: 5 bytes, and 4 are the most"):
        read(path, limit=4)


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "numbers").write_bytes(b"1 2 3")
    (tmp_path / "link").symlink_to("numbers")
    assert read(tmp_path / "link") == b"1 2 3"


def test_nothing_else_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(FileError, match=f"{path.name}: not a regular file"):
            read(path)
    with pytest.raises(FileError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_what_the_system_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="missing: no such file"):
        read(tmp_path / "missing")
    with pytest.raises(FileError, match="inside: cannot be read: Not a directory"):
        read(tmp_path / "file" / "inside")


def next_descriptor() -> int:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    os.close(descriptor)
    return descriptor


def test_nothing_stays_open_when_it_is_refused(tmp_path: Path) -> None:
    before = next_descriptor()
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(FileError, match=r"Is a directory|not a regular file"):
            read(path)
    assert next_descriptor() == before


@pytest.mark.parametrize("size", [0, 1, 1000, 100_000, 3_000_000])
@pytest.mark.parametrize(("level", "memory"), [(0, 1), (1, 1), (6, 8), (9, 9)])
def test_no_packer_pads_so_much(size: int, level: int, memory: int) -> None:
    noise = np.random.default_rng(0).bytes(size)
    packer = zlib.compressobj(level, memLevel=memory)
    packed = packer.compress(noise) + packer.flush()
    assert len(packed) > size
    assert not is_padded(len(packed), size)
    assert is_padded(len(packed) + size // 4 + MEBIBYTE // 16, size)
