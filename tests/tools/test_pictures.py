"""The pictures and the page of the documents are those that the commands make now."""

import base64
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from tools.pictures import DOCUMENTS, ROOT, places

PAGES = [ROOT / "README.md", *DOCUMENTS.glob("*.md")]
# Another version of matplotlib or of its fonts may draw a letter a little otherwise.
MOST_CHANGED = 0.01
PICTURES = [name for name, run in places().items() if not (run.of_times or name.endswith(".html"))]
PAGE = "pages/explore.html"
DATA = re.compile(r'(?<=id="page-data">).*?(?=</script>)', re.DOTALL)
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "tools.pictures", "--to", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def test_every_picture_is_made_by_the_tool_and_shown() -> None:
    made = {place for run in places().values() for place in run.made.values()}
    there = {str(path.relative_to(DOCUMENTS)) for path in DOCUMENTS.glob("*/*")}
    assert there == made
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [place for place in made if f"({place})" not in text.replace("(docs/", "(")] == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_the_command_draws_now(name: str, made: Path) -> None:
    (place,) = [place for place in places()[name].made.values() if Path(place).name == name]
    with Image.open(DOCUMENTS / place) as kept, Image.open(made / place) as drawn:
        assert kept.info.get("Title") == drawn.info.get("Title")
        assert kept.size == drawn.size
        for before, now in zip_longest(_frames(kept), _frames(drawn)):
            assert (before != now).any(axis=2).mean() <= MOST_CHANGED


def _frames(picture: Image.Image) -> Iterator[NDArray[np.uint8]]:
    """One array of a picture; of an animation one for each frame."""
    for frame in ImageSequence.Iterator(picture):
        yield np.asarray(frame.convert("RGB"))


def test_the_page_is_what_the_command_writes_now(made: Path) -> None:
    kept, written = ((folder / PAGE).read_text(encoding="utf-8") for folder in (DOCUMENTS, made))
    # Another processor adds in another order.
    texts = [DATA.sub("", page) for page in (kept, written)]
    assert NUMBER.split(texts[0]) == NUMBER.split(texts[1])
    numbers = [list(map(float, NUMBER.findall(text))) for text in texts]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-3, abs=1e-5)
    _assert_same(*(json.loads(DATA.findall(page)[0]) for page in (kept, written)))


def _assert_same(kept: Any, written: Any) -> None:
    """Two values of JSON, with the arrays in them; numbers as near as float32 lets them be."""
    if isinstance(kept, dict) and kept.keys() == {"shape", "type", "data"}:
        assert kept["shape"] == written["shape"]
        np.testing.assert_allclose(_unpacked(kept), _unpacked(written), rtol=1e-4, atol=1e-5)
    elif isinstance(kept, dict | list):
        assert isinstance(written, type(kept))
        assert len(kept) == len(written)
        for key in kept if isinstance(kept, dict) else range(len(kept)):
            _assert_same(kept[key], written[key])
    elif isinstance(kept, float):
        assert kept == pytest.approx(written, rel=1e-4, abs=1e-5)
    else:
        assert kept == written


def _unpacked(array: dict[str, Any]) -> NDArray[Any]:
    return np.frombuffer(zlib.decompress(base64.b64decode(array["data"])), array["type"])


def test_a_name_that_is_none_is_refused() -> None:
    command = [sys.executable, "-m", "tools.pictures", "nothing.png"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "'nothing.png'" in done.stderr
