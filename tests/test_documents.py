"""The documents are true: what they show is made by the code, what they quote runs."""

import doctest
import re
from pathlib import Path

import pytest

from tools import house

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`((?:convcli|tests|tools|docs|sample_params|\.ci)/[A-Za-z0-9_./-]*)`")


def test_the_picture_of_the_house_is_the_code_s() -> None:
    page = house.PAGE.read_text(encoding="utf-8")
    assert house.picture() in page
    assert house.with_picture(page) == page


def test_the_library_page_runs_as_it_stands() -> None:
    results = doctest.testfile(
        str(ROOT / "docs" / "library.md"), module_relative=False, encoding="utf-8"
    )
    assert results.attempted > 20
    assert results.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_is_there(page: Path) -> None:
    for path in CODE.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path
