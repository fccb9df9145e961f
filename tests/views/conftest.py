"""One browser for all tests of pages, a context of its own for each page."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.views.page.browser import OpenPage, Watch, open_watched


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it: Playwright's own browsers are not downloaded."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("install a browser as 'chromium' on the PATH, as Debian's package is")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages, and fails the test at its end if one of them did what it must not do."""
    opened: list[tuple[Page, Watch]] = []

    def open_one(path: Path, fragment: str = "", **options: Any) -> Page:
        opened.append(open_watched(browser, path, fragment, **options))
        return opened[-1][0]

    yield open_one
    for page, _ in opened:
        page.context.close()
    complaints = [complaint for _, watch in opened for complaint in watch.complaints]
    assert not complaints
