"""``convcli params``: what it shows is the arrays' own, and converting changes no bit."""

import hashlib
import io
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import load, save
from tests import chapter_7
from tests.outcome import Convcli

SHAPES = chapter_7.shapes(filters=3, hidden=4)
NETWORK = f"the book's network of chapter 7: {chapter_7.described(filters=3, hidden=4)}"


@pytest.fixture
def network(tmp_path: Path) -> dict[str, NDArray[Any]]:
    """Parameters of a small network, in ``params.pkl``."""
    random = np.random.default_rng(0)
    arrays = {name: random.normal(size=shape) for name, shape in SHAPES.items()}
    arrays["b1"] = np.array([0, 0.25, -1], np.float32)
    (tmp_path / "params.pkl").write_bytes(pickle.dumps(arrays))
    return arrays


def test_show_as_json(network: dict[str, NDArray[Any]], convcli: Convcli, tmp_path: Path) -> None:
    outcome = convcli("params", "show", "params.pkl", "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    data = (tmp_path / "params.pkl").read_bytes()
    shown = json.loads(outcome.stdout)
    parameters = shown.pop("parameters")
    assert shown == {
        "file": "params.pkl",
        "format": "pickle",
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "network": NETWORK,
        "no_network_because": None,
    }
    assert [parameter["name"] for parameter in parameters] == list(network)
    for parameter, (name, array) in zip(parameters, network.items(), strict=True):
        assert parameter["name"] == name
        assert tuple(parameter["shape"]) == array.shape
        assert parameter["dtype"] == ("float32" if name == "b1" else "float64")
        assert parameter["min"] == array.min()
        assert parameter["max"] == array.max()
        assert parameter["mean"] == pytest.approx(array.mean(dtype=np.float64), rel=1e-12)
        assert parameter["standard_deviation"] == pytest.approx(
            array.std(dtype=np.float64), rel=1e-12
        )
        assert parameter["share_of_zeros"] == (1 / 3 if name == "b1" else 0)


def test_show_as_a_table(network: dict[str, NDArray[Any]], convcli: Convcli) -> None:
    outcome = convcli("params", "show", "params.pkl")
    assert (outcome.code, outcome.stderr) == (0, "")
    lines = outcome.stdout.splitlines()
    numbers = sum(array.size for array in network.values())
    assert lines[0].startswith("params.pkl: pickle, ")
    assert lines[0].rstrip().endswith(f"6 arrays, {numbers:,} numbers")
    assert lines[1].split() == [
        "name", "shape", "dtype", "min", "max", "mean", "standard", "deviation",
        "share", "of", "zeros"
    ]  # fmt: skip
    assert [line.split()[0] for line in lines[3:9]] == list(network)
    b1 = next(line for line in lines if line.startswith("b1 "))
    assert b1.split() == ["b1", "(3,)", "float32", "-1", "0.25", "-0.25", "0.5401", "33.3%"]
    assert lines[-1] == f"Network: {NETWORK}"
    assert lines[-2].startswith("SHA-256: ")


def test_show_says_why_no_network_fits(convcli: Convcli, tmp_path: Path) -> None:
    save(tmp_path / "a.npz", {"W1": np.zeros((3, 1, 5, 5)), "b1": np.zeros(4)})
    outcome = convcli("params", "show", "a.npz")
    assert outcome.code == 0
    reason = "b1 has shape (4,); (3,) is expected for conv1 of a convolution alone"
    assert outcome.stdout.splitlines()[-1] == f"Network: fits none: {reason}"
    shown = json.loads(convcli("params", "show", "a.npz", "--json").stdout)
    assert shown["network"] is None
    assert shown["no_network_because"] == reason


def test_show_of_unusual_arrays(convcli: Convcli, tmp_path: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "empty": np.zeros((0, 3)),
        "huge": np.array([1.7e308, -1.7e308]),
        "large": np.array([2**63 - 1]),
        "big": np.array([1.5], ">f4"),
        "no_axis": np.array(2, np.int8),
    }
    save(tmp_path / "a.npz", arrays)
    shown = json.loads(convcli("params", "show", "a.npz", "--json").stdout)["parameters"]
    assert [(entry["min"], entry["max"]) for entry in shown] == [
        (None, None), (-1.7e308, 1.7e308), (2**63 - 1, 2**63 - 1), (1.5, 1.5), (2, 2)
    ]  # fmt: skip
    assert [entry["mean"] for entry in shown] == [None, 0, 2.0**63, 1.5, 2]
    assert shown[1]["standard_deviation"] == pytest.approx(1.7e308)
    outcome = convcli("params", "show", "a.npz")
    assert (outcome.code, outcome.stderr) == (0, "")
    rows = {line.split()[0]: line for line in outcome.stdout.splitlines()[3:8]}
    assert rows["empty"].split() == ["empty", "(0,", "3)", "float64", "0.0%"]
    assert "9223372036854775807" in rows["large"]
    assert "float32, other byte order" in rows["big"]


def test_show_without_a_file_shows_the_sample_parameters(
    convcli: Convcli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convcli.storage.parameters import formats

    save(tmp_path / "sample.npz", {"W1": np.zeros(3)})
    monkeypatch.setattr(formats, "bundled", lambda: tmp_path / "sample.npz")
    assert convcli("params", "show").stdout.startswith("sample.npz: npz, ")


@pytest.mark.parametrize("name", ["params-2016.pkl", "params-2022.pkl"])
def test_book_files(name: str, convcli: Convcli, book_directory: Path, tmp_path: Path) -> None:
    shown = json.loads(convcli("params", "show", book_directory / name, "--json").stdout)
    assert shown["network"] == f"the book's network of chapter 7: {chapter_7.described()}"
    assert {entry["name"]: tuple(entry["shape"]) for entry in shown["parameters"]} == (
        chapter_7.shapes()
    )
    assert convcli("params", "convert", book_directory / name, "a.safetensors").code == 0
    expected = pickle.loads((book_directory / name).read_bytes())
    found = load(tmp_path / "a.safetensors").arrays
    for key, array in expected.items():
        assert found[key].dtype == array.dtype
        assert found[key].tobytes() == array.tobytes()


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_convert(
    suffix: str, network: dict[str, NDArray[Any]], convcli: Convcli, tmp_path: Path
) -> None:
    outcome = convcli("params", "convert", "params.pkl", f"a.{suffix}")
    assert (outcome.code, outcome.stderr) == (0, "")
    digest = hashlib.sha256((tmp_path / f"a.{suffix}").read_bytes()).hexdigest()
    assert outcome.stdout.splitlines() == [
        f"6 arrays from params.pkl (pickle) to a.{suffix} ({suffix})",
        f"SHA-256: {digest}",
    ]
    found = load(tmp_path / f"a.{suffix}").arrays
    assert set(found) == set(network)
    for name, array in network.items():
        assert found[name].tobytes() == array.tobytes()


def test_convert_as_json(network: object, convcli: Convcli, tmp_path: Path) -> None:
    outcome = convcli("params", "convert", "params.pkl", "a.npz", "--json")
    digests = {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("params.pkl", "a.npz")
    }
    assert json.loads(outcome.stdout) == {
        "source": {"file": "params.pkl", "format": "pickle", "sha256": digests["params.pkl"]},
        "target": {"file": "a.npz", "format": "npz", "sha256": digests["a.npz"]},
        "parameters": list(SHAPES),
    }


def test_convert_there_and_back(network: object, convcli: Convcli, tmp_path: Path) -> None:
    for source, target in [("params.pkl", "a.npz"), ("a.npz", "b.safetensors")]:
        assert convcli("params", "convert", source, target).code == 0
    assert convcli("params", "convert", "b.safetensors", "c.npz").code == 0
    first, last = load(tmp_path / "a.npz").arrays, load(tmp_path / "c.npz").arrays
    assert {name: array.tobytes() for name, array in first.items()} == {
        name: array.tobytes() for name, array in last.items()
    }


def test_convert_replaces_only_by_force(network: object, convcli: Convcli, tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"old")
    outcome = convcli("params", "convert", "params.pkl", "a.npz")
    assert outcome.code == 2
    assert outcome.stderr == "Error: a.npz is there already; --force replaces it\n"
    assert (tmp_path / "a.npz").read_bytes() == b"old"
    assert convcli("params", "convert", "params.pkl", "a.npz", "--force").code == 0
    assert len(load(tmp_path / "a.npz").arrays) == 6


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_convert_never_replaces_its_source(link: Any, convcli: Convcli, tmp_path: Path) -> None:
    save(tmp_path / "a.npz", {"W1": np.zeros(3)})
    link(tmp_path / "b.safetensors", tmp_path / "a.npz")
    before = (tmp_path / "a.npz").read_bytes()
    for target in ("a.npz", "./a.npz", "b.safetensors"):
        outcome = convcli("params", "convert", "a.npz", target, "--force")
        assert outcome.code == 2
        assert outcome.stderr.endswith(" is SRC itself; choose another name for DST\n")
    assert (tmp_path / "a.npz").read_bytes() == before


@pytest.mark.parametrize(
    ("source", "target", "code", "message"),
    [
        ("params.pkl", "a.pkl", 2, "a.pkl: pickle files are read but never written; choose"),
        ("params.pkl", "a.txt", 2, "a.txt: no format that parameters are written in; choose"),
        ("missing.pkl", "a.npz", 1, "missing.pkl: no such file; check the path"),
        ("missing.pkl", "params.npz", 1, "missing.pkl: no such file; check the path"),
        ("page.pkl", "a.npz", 1, "page.pkl: a web page in place of the file"),
        ("params.pkl", "page.pkl/a.npz", 1, "a.npz: Not a directory; choose another place for DST"),
        ("params.pkl", "a" * 300 + ".npz", 1, "File name too long; choose another place for DST"),
    ],
)
def test_convert_refuses(
    source: str, target: str, code: int, message: str, network: object, convcli: Convcli,
    tmp_path: Path,
) -> None:  # fmt: skip
    (tmp_path / "page.pkl").write_bytes(b"<html>")
    (tmp_path / "params.npz").write_bytes(b"old")
    before = sorted(path.name for path in tmp_path.iterdir())
    outcome = convcli("params", "convert", source, target)
    assert (outcome.code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert len(outcome.stderr) <= 201
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_hostile_file_leaves_one_line_and_no_trace(convcli: Convcli, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    run = b"\x80\x04cos\nmkdir\nX" + len(str(trace)).to_bytes(4, "little") + str(trace).encode()
    name = "\x1b[2Jparams[red].pkl"
    (tmp_path / name).write_bytes(run + b"\x85R.")
    for arguments in (["show", name], ["show", name, "--json"], ["convert", name, "a.npz"]):
        outcome = convcli("params", *arguments)
        assert outcome.code == 1
        assert outcome.stdout == ""
        assert outcome.stderr == (
            "Error: \\x1b[2Jparams[red].pkl: global 'os.mkdir' is refused (GLOBAL at byte 2); "
            "only dictionaries of arrays are read\n"
        )
    assert not trace.exists()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_name_of_a_file_is_shown_harmlessly(convcli: Convcli, tmp_path: Path) -> None:
    file = io.BytesIO()
    np.savez(file, W1=np.zeros(3))
    (tmp_path / "\x1b[2J[red]a.npz").write_bytes(file.getvalue())
    outcome = convcli("params", "show", "\x1b[2J[red]a.npz")
    assert outcome.code == 0
    assert outcome.stdout.startswith("\\x1b[2J[red]a.npz: npz, ")
    assert "\x1b" not in outcome.stdout


def test_convert_keeps_what_a_file_says_of_its_network(convcli: Convcli) -> None:
    network = untrained("conv1(2@5x5,pad=1) tanh flatten fc1(10)", InputContract(), seed=0)
    description = Description(network.specification, network.contract.json)
    save(Path("net.npz"), network.arrays, description)
    assert convcli("params", "convert", "net.npz", "net.safetensors").code == 0
    assert convcli("params", "convert", "net.safetensors", "again.npz").code == 0
    assert load(Path("net.safetensors")).description == description
    again = load(Path("again.npz"))
    assert again.description == description
    assert all((again.arrays[name] == array).all() for name, array in network.arrays.items())
    assert '"tanh1"' in convcli("summary", "--params", "net.safetensors", "--json").stdout
