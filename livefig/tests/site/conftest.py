"""Profiles of the browser, and Firefox beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from livefig.tests import firefox as firefoxes


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Begin profiles of a browser's user, which end with the test.

    A page of a figure lets no script run but its own, and waiting is one: here others may.
    """
    contexts: list[BrowserContext] = []

    def begin(**options: object) -> BrowserContext:
        contexts.append(browser.new_context(bypass_csp=True, **options))
        return contexts[-1]

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture(scope="session", params=["light", "dark"])
def firefox(request) -> Iterator[tuple[firefoxes.Firefox, str]]:
    """Firefox for a reader of light pages, and for one of dark pages."""
    with firefoxes.launched(dark=request.param == "dark") as tab:
        yield tab, request.param
