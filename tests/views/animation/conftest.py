"""The browser of the pages, for the player too."""

from tests.views.page.conftest import browser, open_page

__all__ = ["browser", "open_page"]
