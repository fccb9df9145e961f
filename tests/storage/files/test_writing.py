"""Atomic writes: old whole or new whole, no litter, and a plain reason when it cannot be."""

import inspect
import io
import os
import resource
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.errors import OutputError
from convcli.storage.files.writing import atomic_file, check_writable
from convcli.storage.parameters.npz import save_npz
from convcli.storage.parameters.safetensors import save_safetensors


@pytest.fixture(params=["without a name", "with a name"], autouse=True)
def temporary_file(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds of temporary file; systems other than Linux have the second only."""
    if request.param == "with a name":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@contextmanager
def small_files_only() -> Iterator[None]:
    """No file may grow beyond four kibibytes, as if the disk were full then.

    Not a fixture: what pytest itself writes after a test may go to a larger file.
    """
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.fixture
def read_only_directory() -> Iterator[Path]:
    """A directory that may not be written; root, who may write anywhere, is somebody else then."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.setresuid(65534, 65534, 0)
    yield directory
    if root:
        os.setresuid(0, 0, 0)
    shutil.rmtree(directory)


def write(path: Path, contents: bytes) -> None:
    with atomic_file(path) as file:
        file.write(contents)


def write_half(path: Path, error: BaseException) -> None:
    with atomic_file(path) as file:
        file.write(b"x" * 100_000)
        raise error


TOO_LARGE = r"cannot write c\.bin: File too large"


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_new_file_in_new_directories(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "c.bin", b"new")
    assert (tmp_path / "a" / "b" / "c.bin").read_bytes() == b"new"
    assert names(tmp_path / "a" / "b") == ["c.bin"]
    assert names(tmp_path) == ["a"]


def test_relative_path(tmp_path: Path) -> None:
    write(Path("c.bin"), b"new")
    assert names(tmp_path) == ["c.bin"]


def test_replaces_a_file(tmp_path: Path) -> None:
    path = tmp_path / "c.bin"
    path.write_bytes(b"old, and longer than the new one")
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["c.bin"]


def test_is_not_there_before_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "c.bin"
    with atomic_file(path) as file:
        file.write(b"half")
        file.flush()
        assert not path.exists()
        assert not path.parent.exists()
        file.write(b" and half")
    assert path.read_bytes() == b"half and half"


def test_can_be_read_and_moved_about_in(tmp_path: Path) -> None:
    with atomic_file(tmp_path / "c.bin") as file:
        file.write(b"12345")
        file.seek(1)
        assert file.read(2) == b"23"
        file.seek(0)
        file.write(b"x")
    assert (tmp_path / "c.bin").read_bytes() == b"x2345"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, FileNotFoundError, SystemExit])
@pytest.mark.parametrize("old", [b"old", None])
def test_exception_leaves_the_old_file(
    error: type[BaseException], old: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "c.bin"
    if old is not None:
        path.parent.mkdir()
        path.write_bytes(old)
    with pytest.raises(error, match="the caller's own"):
        write_half(path, error("the caller's own"))
    if old is None:
        assert names(tmp_path) == []
    else:
        assert path.read_bytes() == old
        assert names(path.parent) == ["c.bin"]


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_mode_follows_the_umask(mask: int, umask: Callable[[int], int], tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    umask(mask)
    for name in ("new", "old"):
        write(tmp_path / name, b"new")
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o666 & ~mask


def test_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_symbolic_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_hard_link_keeps_the_old_contents(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"old")
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    write(tmp_path / "one", b"new")
    assert (tmp_path / "two").read_bytes() == b"old"


def test_name_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    longest = "é" * 127
    for contents in (b"new", b"newer"):
        write(tmp_path / longest, contents)
        assert (tmp_path / longest).read_bytes() == contents
    assert names(tmp_path) == [longest]


def test_name_too_long(tmp_path: Path) -> None:
    for path in (tmp_path / ("é" * 128), tmp_path / "new" / ("é" * 128)):
        with pytest.raises(OutputError, match=r"cannot write é+…é+: File name too long"):
            write(path, b"new")
    assert names(tmp_path) == []


def test_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path, Path(), Path("..")):
        with pytest.raises(OutputError, match="it is no regular file"):
            write(path, b"new")
    assert names(tmp_path) == ["folder"]


def test_device_is_refused() -> None:
    for device in ("/dev/full", "/dev/null"):
        with pytest.raises(OutputError, match="it is no regular file"):
            write(Path(device), b"new")
        assert Path(device).is_char_device()


def test_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OutputError, match=r"cannot write fifo: it is no regular file"):
        write(tmp_path / "fifo", b"new")
    assert (tmp_path / "fifo").is_fifo()


def test_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match=r"cannot write loop: "):
        write(tmp_path / "loop", b"new")
    assert (tmp_path / "loop").is_symlink()


def test_file_in_place_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OutputError, match=r"cannot write c.bin: Not a directory"):
        write(tmp_path / "file" / "c.bin", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"


def test_place_without_files_is_refused() -> None:
    with pytest.raises(OutputError, match=r"cannot write new.bin: "):
        write(Path("/proc/new.bin"), b"new")


def test_name_is_shown_harmlessly(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J\n").mkdir()
    with pytest.raises(OutputError, match=r"cannot write a\\x1b\[2J\\n: it is no regular file"):
        write(tmp_path / "a\x1b[2J\n", b"new")


def test_nothing_gives_the_descriptor_away(tmp_path: Path) -> None:
    with (
        atomic_file(tmp_path / "c.bin") as file,
        pytest.raises(io.UnsupportedOperation, match="no descriptor"),
    ):
        file.fileno()


def image() -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    return Image.fromarray(pixels)


def write_to_full_device() -> None:
    with Path("/dev/full").open("wb", buffering=0) as device:
        device.write(b"x")


def write_zip(file: Any) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", bytes(50_000))


# Each fails in its own way: in the block, at the end of a zip, or when the buffer is emptied.
WRITERS: dict[str, Callable[[Any], object]] = {
    "bytes": lambda file: file.write(b"x" * 200_000),
    "bytes in pieces": lambda file: [file.write(b"x" * 1000) for _ in range(200)],
    "bytes that fit the buffer": lambda file: file.write(b"x" * 5000),
    "array": lambda file: np.save(file, np.zeros(50_000)),
    "zip": write_zip,
    "png": lambda file: image().save(file, "png"),
    "jpeg": lambda file: image().save(file, "jpeg"),
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("old", [b"old", None], ids=["old file", "no file"])
def test_no_room_left(writer: Callable[[Any], object], old: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "c.bin"
    if old is not None:
        path.parent.mkdir()
        path.write_bytes(old)
    with small_files_only(), pytest.raises(OutputError, match=TOO_LARGE), atomic_file(path) as file:
        writer(file)
    if old is None:
        assert names(tmp_path) == []
    else:
        assert path.read_bytes() == old
        assert names(path.parent) == ["c.bin"]


@pytest.mark.parametrize("save", [save_npz, save_safetensors])
def test_no_room_left_for_parameters(
    save: Callable[[Path, dict[str, Any]], None], tmp_path: Path
) -> None:
    (tmp_path / "c.bin").write_bytes(b"old")
    with small_files_only(), pytest.raises(OutputError, match=TOO_LARGE):
        save(tmp_path / "c.bin", {"W1": np.zeros(50_000)})
    assert (tmp_path / "c.bin").read_bytes() == b"old"
    assert names(tmp_path) == ["c.bin"]


def test_swallowed_failure_is_not_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "c.bin"
    refused = pytest.raises(OutputError, match=TOO_LARGE)
    with small_files_only(), refused, atomic_file(path) as file, suppress(OSError):
        file.write(b"x" * 200_000)
    assert names(tmp_path) == []


def test_error_of_something_else_is_not_said_of_this_file(tmp_path: Path) -> None:
    path = tmp_path / "c.bin"
    with pytest.raises(OSError, match="No space left on device"), atomic_file(path):
        write_to_full_device()
    assert names(tmp_path) == []


def test_read_only_directory(read_only_directory: Path) -> None:
    for path in (read_only_directory / "c.bin", read_only_directory / "deep" / "c.bin"):
        with pytest.raises(OutputError, match=r"cannot write c.bin: Permission denied"):
            write(path, b"new")
    assert names(read_only_directory) == []


def test_check_writable_says_so_before_long_work(read_only_directory: Path) -> None:
    for directory in (read_only_directory, read_only_directory / "deep" / "deeper"):
        with pytest.raises(OutputError, match=r"cannot write into .*: permission denied"):
            check_writable(directory)
    assert names(read_only_directory) == []


def test_check_writable_passes_what_can_be_written(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "deep" / "deeper", Path()):
        check_writable(directory)
    assert names(tmp_path) == []


def test_check_writable_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for directory in (tmp_path / "file", tmp_path / "file" / "deep"):
        with pytest.raises(OutputError, match="file is not a directory"):
            check_writable(directory)


def test_check_writable_of_an_impossible_name(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"File name too long"):
        check_writable(tmp_path / ("a" * 300))


def test_more_folders_than_python_may_call_itself() -> None:
    folder, limit = Path("a/" * 100), sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 60)
    try:
        with atomic_file(folder / "file") as file:
            file.write(b"whole")
    finally:
        sys.setrecursionlimit(limit)
    assert (folder / "file").read_bytes() == b"whole"
