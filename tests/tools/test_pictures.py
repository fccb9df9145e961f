"""The pictures of the documents are those that the commands draw now."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools.pictures import DOCUMENTS, ROOT, places

PAGES = [ROOT / "README.md", *DOCUMENTS.glob("*.md")]
# Another version of matplotlib or of its fonts may draw a letter a little otherwise.
MOST_CHANGED = 0.01


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


@pytest.mark.parametrize("name", [name for name, run in places().items() if not run.of_times])
def test_a_picture_is_what_the_command_draws_now(name: str, made: Path) -> None:
    (place,) = [place for place in places()[name].made.values() if Path(place).name == name]
    kept, drawn = Image.open(DOCUMENTS / place), Image.open(made / place)
    assert kept.info.get("Title") == drawn.info.get("Title")
    assert kept.size == drawn.size
    changed = (np.asarray(kept.convert("RGB")) != np.asarray(drawn.convert("RGB"))).any(axis=2)
    assert changed.mean() <= MOST_CHANGED


def test_a_name_that_is_none_is_refused() -> None:
    command = [sys.executable, "-m", "tools.pictures", "nothing.png"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "'nothing.png'" in done.stderr
