"""What the browser prints of a chapter: all of it, but for the code that only draws a figure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

PAPER = (680, 960)  # A4 between its margins [pixels]
HIDDEN = """() => [...document.querySelectorAll(".bd-article :is(p, li, td, th, pre, h1, h2, h3)")]
    .filter((part) => !part.closest("details.hide, .ml-explorer, .ml-definition, .ml-table-frame"))
    .filter((part) => !part.querySelector("p"))
    .filter((part) => !part.checkVisibility({ contentVisibilityAuto: false }))
    .map((part) => part.textContent)"""
CUT = """() => [...document.querySelectorAll(".bd-article :is(p, li, td, th, pre)")]
    .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
    .map((part) => part.textContent.slice(0, 80))"""


@pytest.mark.parametrize("chapter", ["chapters/liquidation.html", "chapters/legal.html"])
def test_nothing_is_lost_on_paper(visit: Callable, chapter: str):
    page = visit(chapter, size=PAPER).page
    page.emulate_media(media="print")
    assert page.evaluate(HIDDEN) == []
    assert page.evaluate(CUT) == []
    number = page.locator(".bd-article h1 .section-number")
    assert number.is_visible()
    assert number.inner_text().strip()
