"""The watch over pages sees what a page must not do."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.views.page.browser import OpenPage, open_watched

HEAD = '<!doctype html><html lang="en"><title>page</title>'


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<img src='other.png' alt=''>", "request: file://"),
        ("<img src='https://example.org/a.png' alt=''>", "request: https://example.org/a.png"),
        ("<script>console.error('broken')</script>", "error: broken"),
        ("<script>throw new Error('thrown')</script>", "error: thrown"),
    ],
)
def test_what_a_page_must_not_do_is_seen(
    browser: Browser, tmp_path: Path, body: str, complaint: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(HEAD + body, encoding="utf-8")
    page, watch = open_watched(browser, path, "")
    page.context.close()
    assert any(complaint in line for line in watch.complaints)


def test_a_good_page_is_opened_with_its_fragment(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "a page.html"
    script = "<p id='p'></p><script>document.all.p.textContent = location.hash</script>"
    path.write_text(HEAD + script, encoding="utf-8")
    expect(open_page(path, "#conv:12,7").locator("#p")).to_have_text("#conv:12,7")
