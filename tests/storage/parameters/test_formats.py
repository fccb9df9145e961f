"""Parameter files of every format, and the many files that are none."""

import hashlib
import io
import os
import pickle
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from convcli.errors import FileError, UsageError
from convcli.storage.parameters import formats
from convcli.storage.parameters.arrays import LARGEST_FILE
from convcli.storage.parameters.formats import MOST_BYTES_AROUND, bundled, check_format, load, save
from convcli.storage.parameters.unread import unread_format_of
from tests import chapter_7

ARRAYS: dict[str, NDArray[Any]] = {
    "W1": np.arange(12, dtype=np.float32).reshape(3, 4) / 8,
    "b1": np.array([0.5, -1.5]),
    "step": np.array(7),
}


def contents(kind: str) -> bytes:
    """The arrays in one of the formats, written by the library whose format it is."""
    if kind == "pickle":
        return pickle.dumps(ARRAYS)
    if kind == "safetensors":
        from safetensors.numpy import save as to_bytes

        return bytes(to_bytes(ARRAYS))
    file = io.BytesIO()
    plain: dict[str, Any] = dict(ARRAYS)
    np.savez(file, **plain)
    return file.getvalue()


KINDS = ["npz", "pickle", "safetensors"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["params.npz", "params.pkl", "a.safetensors", "params", "p.JPG"])
def test_format_is_told_from_the_contents(kind: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(contents(kind))
    found = load(path)
    assert found.path == path
    assert found.format == kind
    assert found.size_bytes == path.stat().st_size
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert set(found.arrays) == set(ARRAYS)
    for key, array in ARRAYS.items():
        assert found.arrays[key].dtype == array.dtype
        assert found.arrays[key].shape == array.shape
        assert found.arrays[key].tobytes() == array.tobytes()


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_of_every_protocol_without_a_suffix(protocol: int, tmp_path: Path) -> None:
    (tmp_path / "params").write_bytes(pickle.dumps(ARRAYS, protocol))
    assert load(tmp_path / "params").format == "pickle"


@pytest.mark.parametrize("name", ["params-2016.pkl", "params-2022.pkl"])
def test_book_files(name: str, book_directory: Path) -> None:
    found = load(book_directory / name)
    assert found.format == "pickle"
    assert {name: array.shape for name, array in found.arrays.items()} == chapter_7.shapes()
    assert {array.dtype for array in found.arrays.values()} == {np.dtype(np.float64)}


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".NPZ"])
def test_saved_parameters_are_read_again(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / "deep" / f"params{suffix}"
    save(path, ARRAYS)
    found = load(path)
    assert found.format == suffix[1:].lower()
    for key, array in ARRAYS.items():
        assert found.arrays[key].tobytes() == array.tobytes()
        assert found.arrays[key].dtype == array.dtype
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["params.pkl", "params.pickle", "params.P"])
def test_pickles_are_never_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"pickle files are read but never written; .* \.npz or \.saf"
    ):
        save(tmp_path / name, ARRAYS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["params", "params.txt", "params.npz.gz", ".npz"])
def test_other_suffixes_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"no format that parameters are written in; choose"):
        check_format(Path(name))


def test_what_load_would_refuse_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"b1 holds values that are not finite"):
        save(tmp_path / "params.npz", {"b1": np.array([np.inf])})
    with pytest.raises(FileError, match=r"params\.npz would have more than the 268,435,456 bytes"):
        save(tmp_path / "params.npz", {"b1": np.zeros(LARGEST_FILE, np.int8)})
    with pytest.raises(FileError, match="an array is named __metadata__; the format keeps this"):
        save(tmp_path / "params.safetensors", {"__metadata__": np.zeros(2)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_a_format_adds_no_more_than_it_is_given_room_for(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"params{suffix}"
    save(path, {f"{at:064}": np.zeros((1,) * 8, np.uint8) for at in range(1024)})
    assert path.stat().st_size < 1024 * (MOST_BYTES_AROUND + 1)


def packed(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, data)
    return file.getvalue()


def an_npy() -> bytes:
    file = io.BytesIO()
    np.save(file, ARRAYS["W1"])
    return file.getvalue()


def an_onnx() -> bytes:
    weights = [onnx.numpy_helper.from_array(array, name) for name, array in ARRAYS.items()]
    graph = onnx.helper.make_graph([], "net", [], [], weights)
    written: bytes = onnx.helper.make_model(graph, producer_name="pytorch").SerializeToString()
    return written


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"

STRANGERS = {
    "nothing": (b"", r"an empty file; download the file itself"),
    "an HTML page": (b"<!DOCTYPE html><html>", r"a web page in place of the file"),
    "an HTML page after spaces": (b"\n\n  <html lang=en>", r"a web page in place of the file"),
    "a git-LFS pointer": (LFS, r"a git-LFS pointer in place of the file; run 'git lfs pull'"),
    "an .npy": (an_npy(), r"a single array \(\.npy\); numpy.savez writes arrays with their names"),
    "a PyTorch file": (
        packed("archive/data.pkl", pickle.dumps({})),
        r"a PyTorch file; save its state_dict with safetensors\.torch\.save_file",
    ),
    "an old PyTorch file": (
        pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2),
        r"a PyTorch file; save its state_dict with safetensors\.torch\.save_file",
    ),
    "an HDF5 file": (
        b"\x89HDF\r\n\x1a\n" + bytes(100),
        r"an HDF5 file, perhaps of Keras; write its arrays with numpy\.savez",
    ),
    "a Keras file": (
        packed("metadata.json", b'{"keras_version": "3.0.0"}'),
        r"a Keras file; write its weights with numpy\.savez",
    ),
    "an ONNX file": (an_onnx(), r"an ONNX file; write its initializers with numpy\.savez"),
    "an ONNX file without a producer": (
        onnx.helper.make_model(onnx.helper.make_graph([], "net", [], [])).SerializeToString(),
        r"an ONNX file; ",
    ),
    "a gzip file": (b"\x1f\x8b\x08" + bytes(20), r"packed with gzip; unpack it first"),
}


@pytest.mark.parametrize("name", ["params.npz", "params.pkl", "params.safetensors", "params"])
@pytest.mark.parametrize(("data", "message"), STRANGERS.values(), ids=STRANGERS)
def test_stranger_is_named(data: bytes, message: str, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileError, match=rf"^{name}: {message}"):
        load(tmp_path / name)


def assert_loads(path: Path) -> None:
    found = load(path).arrays
    assert {name: array.tolist() for name, array in found.items()} == {
        name: array.tolist() for name, array in ARRAYS.items()
    }


def test_the_advice_for_a_pytorch_file_leads_to_one_that_loads(tmp_path: Path) -> None:
    torch.save({name: torch.from_numpy(array) for name, array in ARRAYS.items()}, tmp_path / "a.pt")
    with pytest.raises(FileError, match=r"save its state_dict with safetensors\.torch\.save_file"):
        load(tmp_path / "a.pt")
    save_file(torch.load(tmp_path / "a.pt"), tmp_path / "a.safetensors")
    assert_loads(tmp_path / "a.safetensors")


def test_the_advice_for_an_onnx_file_leads_to_one_that_loads(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(an_onnx())
    with pytest.raises(FileError, match=r"write its initializers with numpy\.savez"):
        load(tmp_path / "a.onnx")
    initializers = onnx.load(tmp_path / "a.onnx").graph.initializer
    arrays = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in initializers}
    np.savez(tmp_path / "a.npz", **arrays)
    assert_loads(tmp_path / "a.npz")


def test_every_format_is_told_from_the_others_and_from_files_that_are_not_read() -> None:
    beginnings = {name: contents(name)[:1024] for name in KINDS}
    assert {known.name for known in formats.FORMATS} == set(KINDS)
    for name, beginning in beginnings.items():
        assert [known.name for known in formats.FORMATS if known.sniff(beginning)] == [name]
        assert unread_format_of(beginning) is None


@pytest.mark.parametrize("length", [0x0A08, 0x120A08])
def test_a_safetensors_file_that_begins_as_an_onnx_file_does(length: int) -> None:
    assert unread_format_of(length.to_bytes(8, "little") + b'{"W1":') is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("params.npz", r"a zip without a directory at its end"),
        ("params.pkl", r"\(LIST at byte 0\)|a line without an end|arrays do not need"),
        ("params.safetensors", r"a header of [0-9,]+ bytes in 38"),
        ("params", r"begins with 'lorem ip', no parameter file; give a \.npz, a \.safetensors"),
    ],
)
def test_text_is_refused(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"lorem ipsum dolor sit amet consectetur")
    with pytest.raises(FileError, match=rf"^{name}: {message}"):
        load(tmp_path / name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["params", "params.npz", "params.pkl", "params.safetensors"])
def test_truncated_anywhere(kind: str, name: str, tmp_path: Path) -> None:
    whole = contents(kind)
    for length in range(0, len(whole), 7):
        (tmp_path / name).write_bytes(whole[:length])
        with pytest.raises(FileError, match=rf"^{name}: .*; .+"):
            load(tmp_path / name)


@pytest.mark.parametrize("kind", KINDS)
def test_values_that_are_not_finite(kind: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(ARRAYS, "b1", np.array([1.0, np.nan]))
    (tmp_path / "params").write_bytes(contents(kind))
    with pytest.raises(FileError, match=r"^params: b1 holds values that are not finite"):
        load(tmp_path / "params")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.npz", r"missing\.npz: no such file"),
        ("/dev/zero", r"zero: not a regular file"),
        ("/dev/null", r"null: not a regular file"),
        ("fifo.npz", r"fifo\.npz: not a regular file"),
        ("folder.npz", r"folder\.npz: "),
        ("folder.npz/params.npz", r"params\.npz: no such file"),
        ("loop.npz", r"loop\.npz: cannot be read: Too many levels of symbolic links"),
        ("a" * 300, r"a+…a+: cannot be read: File name too long"),
    ],
)
def test_what_is_no_readable_file(path: str, message: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.npz")
    (tmp_path / "folder.npz").mkdir()
    (tmp_path / "loop.npz").symlink_to("loop.npz")
    with pytest.raises(FileError, match=rf"^{message}"):
        load(tmp_path / path)


def test_file_beyond_the_limit(tmp_path: Path) -> None:
    with (tmp_path / "params.npz").open("wb") as file:
        file.truncate(2**28 + 1)
    with pytest.raises(FileError, match=r"268,435,457 bytes, and 268,435,456 are the most"):
        load(tmp_path / "params.npz")


@pytest.mark.parametrize(
    "beginning",
    [b"", b"PK\x03\x04", b"\x80\x04", b"\x80\x04B\0\0\0\x0f", b"Va", b"\0\0\0\x0f\0\0\0\0{"],
    ids=["zeros", "zip", "pickle", "bytes", "text", "safetensors"],
)
@pytest.mark.parametrize("suffix", [".npz", ".pkl", ".safetensors"])
def test_largest_file_of_nothing_takes_no_memory(
    beginning: bytes, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"params{suffix}"
    with path.open("wb") as file:
        file.write(beginning)
        file.truncate(2**28)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=rf"^params\{suffix}: "):
            load(path)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_an_array_is_held_once(kind: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(ARRAYS, "W2", np.ones(2**20))
    (tmp_path / "params").write_bytes(contents(kind))
    tracemalloc.start()
    try:
        assert load(tmp_path / "params").arrays["W2"].nbytes == 2**23
        assert tracemalloc.get_traced_memory()[1] < 1.5 * 2**23
    finally:
        tracemalloc.stop()


def test_bundled_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "convcli"
    monkeypatch.setattr(formats, "__file__", str(package / "storage" / "parameters" / "formats.py"))
    with pytest.raises(FileError, match=r"simple_convnet\.npz: the sample parameters are not inst"):
        bundled()
    for folder in (tmp_path, package):
        path = folder / "sample_params" / "simple_convnet.npz"
        save(path, ARRAYS)
        assert bundled() == path
