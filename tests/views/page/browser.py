"""A page in a real browser, without a network, and whatever goes wrong in it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, ConsoleMessage, Page, Request


@dataclass
class Watch:
    """Writes down what a page must not do.

    Attributes:
        address: The only one that may be asked for.
        complaints: Requests, messages of the console, errors of scripts.
    """

    address: str
    complaints: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def _on_request(self, request: Request) -> None:
        if request.url.partition("#")[0] != self.address:
            self.complaints.append(f"request: {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")


def open_watched(browser: Browser, path: Path, fragment: str, **options: Any) -> tuple[Page, Watch]:
    """A page from the disk in a context of its own, offline."""
    page = browser.new_context(offline=True, **options).new_page()
    address = path.resolve().as_uri()
    watch = Watch(address)
    watch.attach(page)
    page.goto(address + fragment)
    return page, watch


class OpenPage(Protocol):
    """Opens a file in the browser; the test fails if the page complains until the test ends.

    ``fragment`` is what stands behind the file's name in the address, with its ``#``. Options are
    those of Playwright's ``new_context``, such as ``viewport`` and ``color_scheme``.
    """

    def __call__(self, path: Path, fragment: str = "", **options: Any) -> Page: ...
