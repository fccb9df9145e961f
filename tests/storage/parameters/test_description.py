"""What a file of ours says of its network comes back as it was; anything else is refused."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file

from convcli.errors import FileError
from convcli.storage.parameters.description import LONGEST_TEXT, Description, parse_description
from convcli.storage.parameters.formats import load, save
from convcli.storage.parameters.npz import read_npz
from tests.hostile import descriptions

ARRAYS = {"conv1.weight": np.arange(50, dtype=np.float32).reshape(2, 1, 5, 5)}
INPUT: dict[str, Any] = {
    "channels": 3,
    "height": 32,
    "width": 48,
    "scale": 255,
    "mean": [0.485, 0.456, 0.406],
    "standard_deviation": [0.229, 0.224, 0.225],
    "classes": ["고양이", "dog", 'a "quoted" \\ name'],
}
DESCRIPTION = Description("conv1(pad=1) relu maxpool2 flatten fc1", INPUT)
SUFFIXES = [".npz", ".safetensors"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_it_comes_back(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"params{suffix}"
    save(path, ARRAYS, DESCRIPTION)
    found = load(path)
    assert found.description == DESCRIPTION
    assert list(found.arrays) == list(ARRAYS)
    save(path, ARRAYS)
    assert load(path).description is None


def test_numpy_and_the_safetensors_library_read_the_arrays(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        save(tmp_path / f"params{suffix}", ARRAYS, DESCRIPTION)
    expected = ARRAYS["conv1.weight"]
    with np.load(tmp_path / "params.npz", allow_pickle=False) as found:
        np.testing.assert_array_equal(found["conv1.weight"], expected)
        assert found.files == ["conv1.weight", "convcli.json"]
        assert json.loads(found["convcli.json"]) == {
            "layers": DESCRIPTION.layers,
            "input": INPUT,
        }
    path = tmp_path / "params.safetensors"
    np.testing.assert_array_equal(load_file(path)["conv1.weight"], expected)
    with safe_open(path, "numpy") as file:
        metadata = file.metadata()
    assert list(metadata) == ["convcli.json"]
    assert json.loads(metadata["convcli.json"])["input"] == INPUT


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_description_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    other_order = Description(DESCRIPTION.layers, dict(reversed(INPUT.items())))
    save(tmp_path / f"a{suffix}", ARRAYS, DESCRIPTION)
    save(tmp_path / f"b{suffix}", ARRAYS, other_order)
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_metadata_of_others_is_left_alone(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file(ARRAYS, tmp_path / "a.safetensors", {"format": "pt", "layers": "\x1b[2J"})
    assert load(tmp_path / "a.safetensors").description is None


def test_a_description_without_arrays_is_no_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("convcli.json", DESCRIPTION.text())
    with pytest.raises(FileError, match=r"a\.npz: no arrays in it"):
        load(tmp_path / "a.npz")


def test_a_description_may_be_packed() -> None:
    file = io.BytesIO()
    np.savez(file, b1=np.zeros(2))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("convcli.json", DESCRIPTION.text())
    assert read_npz(file).description == DESCRIPTION


@pytest.mark.parametrize("text", descriptions.HOSTILE.values(), ids=descriptions.HOSTILE)
def test_hostile_text_is_refused(text: bytes) -> None:
    with pytest.raises(FileError, match=r"^[ -~]{1,120}; .*(damaged|description)") as refusal:
        parse_description(text)
    assert len(str(refusal.value)) <= 140


_NUMBERS = st.floats(-1e29, 1e29) | st.integers(-(10**29), 10**29)
_POSITIVE = st.floats(1e-300, 1e29)


@settings(deadline=None, max_examples=100)
@given(
    layers=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=50),
    size=st.tuples(*[st.integers(1, 65_535)] * 2),
    mean=st.lists(_NUMBERS, min_size=3, max_size=3),
    deviation=st.lists(_POSITIVE, min_size=1, max_size=1),
    scale=_POSITIVE,
    classes=st.lists(
        st.text(min_size=1, max_size=100).filter(lambda name: name.isprintable()), max_size=20
    ),
)
def test_any_description_survives(
    layers: str, size: tuple[int, int], mean: list[float], deviation: list[float], scale: float,
    classes: list[str],
) -> None:  # fmt: skip
    described: dict[str, Any] = {
        "channels": 3, "height": size[0], "width": size[1], "scale": scale, "mean": mean,
        "standard_deviation": deviation, "classes": classes,
    }  # fmt: skip
    made = Description(layers, described)
    assert parse_description(made.text()) == made


@pytest.mark.parametrize(
    ("layers", "changes", "message"),
    [
        ("conv1\n", {}, "layers: no line of 1 to 8,192 ASCII characters"),
        ("conv1", {"width": 0}, "width is no integer from 1 to 65,535"),
        ("conv1", {"mean": (0.0,)}, "mean is no list of one number for each channel"),
        ("conv1", {"scale": float("nan")}, "scale is no number above 0"),
    ],
)
def test_what_could_not_be_read_again_is_never_made(
    layers: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(FileError, match=message):
        Description(layers, INPUT | changes)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_too_long_is_not_written(suffix: str, tmp_path: Path) -> None:
    numbers = [1.2345678901234567e-29] * 30_000
    described = INPUT | {"channels": 30_000, "mean": numbers, "standard_deviation": [1.0]}
    description = Description("conv1", described)
    with pytest.raises(FileError, match=f"bytes, and {LONGEST_TEXT:,} are the most"):
        save(tmp_path / f"a{suffix}", ARRAYS, description)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_most_that_can_be_said_is_read_again(suffix: str, tmp_path: Path) -> None:
    # A quotation mark takes four bytes in JSON in JSON.
    classes = ['"' * 100] * 1000
    description = Description("r" * 8192, INPUT | {"classes": classes})
    arrays = {f"{at:064}": np.zeros((1,) * 8, np.uint8) for at in range(1024)}
    save(tmp_path / f"a{suffix}", arrays, description)
    assert load(tmp_path / f"a{suffix}").description == description
